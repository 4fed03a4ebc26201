//! `ttyring install-extras` writes a page for every subcommand, and completions that a shell takes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use ttyring_test_support::output;

fn tool(arguments: &[&str]) -> Output {
    output(Command::new(env!("CARGO_BIN_EXE_ttyring")).args(arguments))
}

/// A prefix that is gone after the test.
struct Prefix(PathBuf);

impl Prefix {
    fn new(name: &str) -> Self {
        Prefix(std::env::temp_dir().join(format!("ttyring-{name}-{}", std::process::id())))
    }

    fn install(&self) -> BTreeSet<PathBuf> {
        let prefix = self.0.to_str().expect("text");
        let said = tool(&["install-extras", "--prefix", prefix]);
        assert!(said.status.success(), "{said:?}");
        let said = String::from_utf8(said.stdout).expect("text");
        said.lines().map(PathBuf::from).collect()
    }
}

impl Drop for Prefix {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let prefix = Prefix::new("pages");
    let paths = prefix.install();
    for name in [
        "",
        "-keys",
        "-decode",
        "-doctor",
        "-supervise",
        "-install-extras",
    ] {
        let path = prefix.0.join(format!("share/man/man1/ttyring{name}.1"));
        assert!(paths.contains(&path), "{paths:?}");
        let text = std::fs::read_to_string(&path).expect("a page");
        assert!(text.contains(".SH OPTIONS"), "{text}");
    }
    let keys = prefix.0.join("share/man/man1/ttyring-keys.1");
    let text = std::fs::read_to_string(keys).expect("a page");
    assert!(text.contains("\\-\\-record"), "{text}");
    assert!(!text.contains("panic"), "a hidden option is shown: {text}");
}

#[test]
fn shells_take_their_completions() {
    let prefix = Prefix::new("completions");
    let paths = prefix.install();
    let bash = prefix.0.join("share/bash-completion/completions/ttyring");
    let zsh = prefix.0.join("share/zsh/site-functions/_ttyring");
    let fish = prefix
        .0
        .join("share/fish/vendor_completions.d/ttyring.fish");
    for path in [&bash, &zsh, &fish] {
        assert!(paths.contains(path), "{paths:?}");
    }
    let script = format!(
        "source {} && COMP_WORDS=(ttyring keys --re) COMP_CWORD=2 && \
         _ttyring ttyring --re keys && echo \"${{COMPREPLY[@]}}\"",
        bash.display()
    );
    let mut command = Command::new("bash");
    command.args(["--norc", "-c", &script]);
    if command.output().is_err() {
        return println!("SKIPPED: bash is not installed");
    }
    let said = output(&mut command);
    let said = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.trim(), "--record");
}

#[test]
fn a_prefix_that_cannot_be_written_to_is_named() {
    let said = tool(&["install-extras", "--prefix", "/dev/null/none"]);
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8_lossy(&said.stderr);
    assert!(
        said.starts_with("ttyring install-extras: /dev/null/none/share/"),
        "{said}"
    );
}
