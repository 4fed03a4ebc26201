//! Runs a program on a pseudo-console (ConPTY) of its own, where a test has no console: a runner for
//! the other tests, as `ci/check/windows_pty.py` is under Wine.
//!
//! usage: pseudo_console SECONDS PROGRAM [ARGUMENT…]   Prints what the program shows, without the
//! sequences, and at last `status N` as the only line on stderr: the status of the program, or 124
//! when it took longer. The same is its own status, unless the system kills it when it ends: Wine
//! does so to one that takes long to end. Without arguments it does nothing.

#[cfg(not(windows))]
fn main() {
    println!("SKIPPED: this is not Windows");
}

#[cfg(windows)]
mod console;
#[cfg(windows)]
mod plain;

#[cfg(windows)]
fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(seconds), Some(program)) = (args.next(), args.next()) else {
        println!("SKIPPED: there is no program to run");
        return;
    };
    let limit = std::time::Duration::from_secs(seconds.parse().expect("seconds"));
    let words: Vec<String> = std::iter::once(program).chain(args).collect();
    let status = console::run(&words, limit);
    eprintln!("status {status}");
    std::process::exit(status);
}
