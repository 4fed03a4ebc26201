//! Makes the manual pages and the shell completions of the command line that `src/args.rs` describes.
//!
//! They are in the build's output directory, and in the tool: `ttyring install-extras` writes them.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::CommandFactory;
use clap_complete::Shell;

#[allow(
    dead_code,
    reason = "the tool reads the values, this only what there is"
)]
#[path = "src/args.rs"]
mod args;

/// The shells with the places of their completions below a prefix.
const SHELLS: [(Shell, &str, &str); 3] = [
    (Shell::Bash, "share/bash-completion/completions", "ttyring"),
    (Shell::Zsh, "share/zsh/site-functions", "_ttyring"),
    (
        Shell::Fish,
        "share/fish/vendor_completions.d",
        "ttyring.fish",
    ),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/args.rs");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let _ = fs::remove_dir_all(out.join("share"));
    let mut places = pages(&out)?;
    for (shell, folder, name) in SHELLS {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut args::Cli::command(), "ttyring", &mut script);
        fs::create_dir_all(out.join(folder))?;
        places.push(format!("{folder}/{name}"));
        fs::write(out.join(folder).join(name), script)?;
    }
    fs::write(out.join("extras.rs"), table(&out, &places))
}

/// Makes a page for the tool and for each subcommand; returns their places.
fn pages(out: &Path) -> io::Result<Vec<String>> {
    const FOLDER: &str = "share/man/man1";
    let folder = out.join(FOLDER);
    fs::create_dir_all(&folder)?;
    clap_mangen::generate_to(args::Cli::command().disable_help_subcommand(true), &folder)?;
    let names = fs::read_dir(&folder)?.map(|entry| Ok(entry?.file_name()));
    let mut names: Vec<_> = names.collect::<io::Result<_>>()?;
    names.sort();
    let place = |name: &std::ffi::OsString| format!("{FOLDER}/{}", name.display());
    Ok(names.iter().map(place).collect())
}

/// Writes the expression that `src/extras.rs` includes.
fn table(out: &Path, places: &[String]) -> String {
    let mut text = String::from("&[\n");
    for place in places {
        let file = out.join(place);
        let _ = writeln!(text, "    ({place:?}, include_str!({file:?})),");
    }
    text + "]\n"
}
