//! Opening the console of this process, and saying why there is none.

use std::io;

use super::sys::{Stream, Sys, refused};
use super::tty::WindowsTty;
use crate::{Error, Result};

/// Opens the console, whatever the standard streams are connected to.
///
/// A failure is looked into: a terminal of Cygwin or MSYS2 that gives its programs pipes and no
/// console is another case than a service or a job without any terminal.
pub(super) fn console<S: Sys>(sys: &S) -> Result<WindowsTty<S>> {
    let answer = sys.open_input().and_then(|input| {
        // A handle opens also where what it stands for cannot be used (a detached process of Wine).
        sys.mode(&input)?;
        Ok((input, sys.open_output()?))
    });
    match answer {
        Ok((input, output)) => Ok(WindowsTty::new(sys.clone(), input, output)),
        Err(code) if code.is_gone() || code == super::abi::Code::FILE_NOT_FOUND => {
            Err(no_console(sys))
        }
        Err(code) => Err(refused("CreateFileW")(code)),
    }
}

fn no_console<S: Sys>(sys: &S) -> Error {
    let is_pty = |number| matches!(sys.stream(number), Stream::Pipe(name) if is_pty_pipe(&name));
    if (0..3).any(is_pty) {
        let what_to_do = "the terminal is a pipe of Cygwin or MSYS2 (mintty, Git Bash), and not a \
                          Windows console; start the program through winpty, or set \
                          MSYS=enable_pcon before the terminal is started";
        return Error::os(
            "CONIN$",
            io::Error::new(io::ErrorKind::Unsupported, what_to_do),
        );
    }
    Error::NoTerminal
}

/// Whether a pipe is a pseudo-terminal of Cygwin or MSYS2:
/// `\msys-1888ae32e00d56aa-pty0-from-master`, for example (`fhandler_pty_slave` of newlib-cygwin's
/// `winsup/cygwin/fhandler/pty.cc`).
pub(super) fn is_pty_pipe(name: &str) -> bool {
    let name = name.trim_start_matches('\\');
    let rest = name
        .strip_prefix("msys-")
        .or_else(|| name.strip_prefix("cygwin-"));
    let Some(rest) = rest.and_then(|rest| rest.split_once("-pty")) else {
        return false;
    };
    let digits = rest.1.bytes().take_while(u8::is_ascii_digit).count();
    let end = &rest.1[digits..];
    digits > 0 && (end.starts_with("-from-master") || end.starts_with("-to-master"))
}

#[cfg(test)]
mod tests {
    use super::is_pty_pipe;

    #[test]
    fn pipes_of_cygwin_are_told_from_others() {
        for name in [
            r"\msys-1888ae32e00d56aa-pty0-from-master",
            r"\cygwin-e022582115c10879-pty12-to-master",
            r"msys-dd50a72ab4668b33-pty1-to-master-nat",
        ] {
            assert!(is_pty_pipe(name), "{name}");
        }
        for name in [
            "",
            r"\msys-1888ae32e00d56aa-pty-from-master",
            r"\msys-1888ae32e00d56aa-pty0",
            r"\other-1888ae32e00d56aa-pty0-from-master",
            r"\Win32Pipes.00001234.00000001",
        ] {
            assert!(!is_pty_pipe(name), "{name}");
        }
    }
}
