//! `ttyring keys --sandbox`: what is refused, and that everything else is as without it.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use ttyring_test_support::{Program, Pty, output};

/// Starts the confined inspector and waits until it shows what is in force.
fn start(pty: &mut Pty, arguments: &[&str]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ttyring"));
    command.args(["keys", "--sandbox"]).args(arguments);
    command.env("TERM", "xterm-256color");
    let program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
    pty.expect("sandbox: ");
    pty.expect("socket ");
    program
}

#[test]
fn every_thread_is_confined_and_says_so() {
    let mut pty = Pty::open();
    let mut program = start(&mut pty, &[]);
    if std::env::consts::OS != "linux" {
        pty.expect("injection not enforced, system calls not enforced");
        pty.type_bytes(b"\x03");
        return assert!(program.wait().success());
    }
    pty.expect("injection blocked, system calls blocked, files blocked");
    pty.expect("open refused, socket refused");
    let tasks = std::fs::read_dir(format!("/proc/{}/task", program.id())).expect("its threads");
    for task in tasks {
        let status = task.expect("a thread").path().join("status");
        let status = std::fs::read_to_string(status).expect("its status");
        assert!(status.contains("Seccomp:\t2"), "{status}");
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    }
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn keys_mouse_pastes_and_sizes_come_as_before() {
    let mut pty = Pty::open();
    let mut program = start(&mut pty, &["--mouse", "--kitty"]);
    pty.type_bytes(b"a");
    pty.expect("61                       a ");
    pty.type_bytes(b"\x1b[A");
    pty.expect("1b 5b 41                 up ");
    pty.type_bytes(b"\x1b[200~text\x1b[201~");
    pty.expect("paste");
    pty.resize(100, 30);
    pty.expect("100");
    pty.type_bytes(b"\x1b");
    pty.expect("1b                       esc");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn the_terminal_is_restored_after_keys_signals_and_panics() {
    for (arguments, keys, signal) in [
        (&[][..], &b"\x03"[..], None),
        (&[][..], b"", Some("-TERM")),
        (&[][..], b"", Some("-HUP")),
        (&[][..], b"", Some("-SEGV")),
        (&["--panic-after", "1"][..], b"x", None),
    ] {
        let mut pty = Pty::open();
        let before = format!("{:?}", pty.termios());
        let mut program = start(&mut pty, arguments);
        assert_ne!(format!("{:?}", pty.termios()), before);
        pty.type_bytes(keys);
        if let Some(signal) = signal {
            let id = program.id().to_string();
            let kill = output(Command::new("kill").args([signal, &id]));
            assert!(kill.status.success());
        }
        let status = program.wait();
        assert_eq!(status.signal().is_some(), signal.is_some(), "{status}");
        assert_eq!(
            format!("{:?}", pty.termios()),
            before,
            "{arguments:?} {signal:?}"
        );
        // `?2004l` is written before the end, and read here after it.
        let off = pty.read_until(|seen| seen.windows(8).any(|bytes| bytes == b"\x1b[?2004l"));
        assert!(off, "paste mode is still on after {arguments:?} {signal:?}");
    }
}
