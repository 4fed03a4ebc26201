//! A test binary whose process is also each of the programs that its tests start, with
//! `--program NAME`.

use std::io;
use std::process::ExitCode;

/// A program: its name, and what it does.
pub type Run = (&'static str, fn() -> io::Result<()>);
/// A test: its name, and what it does, which panics where it fails.
pub type Test = (&'static str, fn());

/// Is the program that the arguments name; otherwise runs the tests whose names, such as
/// `part::name`, have one of the arguments in them, or all. Tests run one after the other, in the
/// only thread.
///
/// # Panics
///
/// When there is no such program, or when it ends with an error.
pub fn run(programs: &[&[Run]], parts: &[(&str, &[Test])]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--program", name] => {
            let program = programs
                .concat()
                .into_iter()
                .find(|(other, _)| *other == name);
            let (_, run) = program.expect("a program of that name");
            run().expect("the program ends well");
            ExitCode::SUCCESS
        }
        [.., "--list"] | ["--list", ..] => ExitCode::SUCCESS,
        _ => test(parts, &arguments),
    }
}

fn test(parts: &[(&str, &[Test])], words: &[&str]) -> ExitCode {
    crate::default_signals();
    let words: Vec<_> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let (mut passed, mut failed) = (0, 0);
    for (part, tests) in parts {
        for (name, run) in *tests {
            let name = format!("{part}::{name}");
            if words.is_empty() || words.iter().any(|word| name.contains(**word)) {
                let is_ok = std::panic::catch_unwind(run).is_ok();
                println!("test {name} ... {}", result(is_ok));
                *(if is_ok { &mut passed } else { &mut failed }) += 1;
            }
        }
    }
    let is_ok = failed == 0;
    println!(
        "test result: {}. {passed} passed; {failed} failed",
        result(is_ok)
    );
    if is_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn result(is_ok: bool) -> &'static str {
    if is_ok { "ok" } else { "FAILED" }
}
