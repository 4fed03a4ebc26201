//! `ttyring install-extras`: the manual pages and the shell completions, which the build has made.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use crate::args::InstallExtras;

/// The files with their places below a prefix.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/extras.rs"));

/// Writes every file and prints its path.
pub(crate) fn run(args: &InstallExtras) -> ExitCode {
    for (place, text) in FILES {
        let path = args.prefix.join(place);
        if let Err(error) = write(&path, text) {
            eprintln!("ttyring install-extras: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
        println!("{}", path.display());
    }
    ExitCode::SUCCESS
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().map_or(PathBuf::new(), Path::to_owned))?;
    fs::write(path, text)
}
