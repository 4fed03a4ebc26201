//! `ttyring keys --sandbox`: what is refused, and that everything else is as without it.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use ttyring_test_support::{Program, Pty, output};

use crate::screen::Screen;
use crate::start::{start_in, tool};

/// Starts the confined inspector and waits until it shows what is in force.
fn start(pty: &mut Pty, arguments: &[&str]) -> (Program, Screen) {
    let mut command = tool(&["keys", "--sandbox"]);
    let (program, mut screen) = start_in(pty, 80, command.args(arguments));
    screen.expect(pty, "socket ");
    (program, screen)
}

#[test]
fn every_thread_is_confined_and_says_so() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start(&mut pty, &[]);
    if std::env::consts::OS != "linux" {
        screen.expect(
            &mut pty,
            "injection not enforced, system calls not enforced",
        );
        pty.type_bytes(b"\x03");
        return assert!(program.wait().success());
    }
    screen.expect(
        &mut pty,
        "injection blocked, system calls blocked, files blocked",
    );
    screen.expect(&mut pty, "open refused, socket refused");
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
    let (mut program, mut screen) = start(&mut pty, &["--mouse", "--kitty"]);
    pty.type_bytes(b"a");
    screen.expect(&mut pty, "61                         a ");
    pty.type_bytes(b"\x1b[A");
    screen.expect(&mut pty, "1b 5b 41                   up ");
    pty.type_bytes(b"\x1b[200~text\x1b[201~");
    screen.expect(&mut pty, "paste");
    pty.resize(70, 30);
    screen.narrow(70);
    screen.expect(&mut pty, "resized to 70 × 30");
    // Escape as the kitty protocol has it.
    pty.type_bytes(b"\x1b[27u");
    screen.expect(&mut pty, "1b 5b 32 37 75             escape");
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
        let (mut program, _) = start(&mut pty, arguments);
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
