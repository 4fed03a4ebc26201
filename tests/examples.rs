//! Each example on a real pseudo-terminal, as a user would run it.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use ttyring_test_support::{Program, Pty, contains, within};

/// Where cargo puts an example; `cargo test` builds them all.
fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(path.exists(), "{name} was not built: run `cargo test`");
    path
}

/// Starts an example and waits until it says `ready`.
fn start(pty: &mut Pty, name: &str, arguments: &[&str], ready: &str) -> Program {
    let mut command = Command::new(path(name));
    command.args(arguments).env("TERM", "xterm-256color");
    let program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    pty.expect(ready);
    program
}

/// Ends an example by `keys` and demands that the terminal is as it was.
#[track_caller]
fn finish(pty: &mut Pty, mut program: Program, keys: &[u8], cooked: &str) {
    pty.type_bytes(keys);
    assert!(program.wait().success());
    assert_eq!(format!("{:?}", pty.termios()), cooked);
}

fn open() -> (Pty, String) {
    let pty = Pty::open();
    let cooked = format!("{:?}", pty.termios());
    (pty, cooked)
}

#[test]
fn keys_shows_events_and_sizes() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "keys", &[], "Ctrl-C ends");
    pty.type_bytes(b"a\x1b[1;5C");
    pty.expect("key a ");
    pty.expect("key ctrl-right ");
    pty.type_bytes(b"\x1b[200~pasted\x1b[201~");
    pty.expect("pasted 6 bytes");
    pty.resize(100, 30);
    pty.expect("100 x 30 cells");
    finish(&mut pty, program, b"\x03", &cooked);
    pty.expect("\x1b[?2004l");
}

#[test]
fn repl_edits_recalls_and_does_not_run_a_paste() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "repl", &[], "> ");
    pty.type_bytes(b"abx\x7fc\r");
    pty.expect("\r\ncba\r\n");
    pty.type_bytes(b"\x1b[Ad\r");
    pty.expect("\r\ndcba\r\n");
    pty.forget();
    pty.type_bytes(b"\x1b[200~one\ntwo\x1b[201~");
    pty.expect("one two");
    pty.type_bytes(b"\x03");
    pty.expect("^C");
    assert!(!contains(pty.seen(), b"owt eno"), "the paste ran");
    finish(&mut pty, program, b"\x04", &cooked);
}

#[test]
fn repl_stops_and_goes_on_under_a_shell() {
    let (mut pty, cooked) = open();
    let mut shell = Command::new("sh");
    let script = r#"set -m; "$0"; echo "stopped with $?"; fg; echo "over with $?""#;
    shell.arg("-c").arg(script).arg(path("repl"));
    let mut program = pty.spawn(pty.on_terminal(&mut shell)).unwrap();
    pty.expect("> ");
    pty.type_bytes(b"kept\x1a");
    pty.expect("stopped with 1");
    pty.expect("welcome back");
    pty.type_bytes(b"!\r");
    pty.expect("\r\n!tpek\r\n");
    pty.type_bytes(b"\x04");
    pty.expect("over with 0");
    assert!(program.wait().success());
    assert_eq!(format!("{:?}", pty.termios()), cooked);
}

#[test]
fn game_moves_by_presses_and_by_releases() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "game", &[], "keys 0");
    pty.expect("\x1b[11G<=>");
    pty.type_bytes(b"\x1b[C");
    pty.expect("keys 1 ");
    pty.expect("\x1b[12G<=>");
    // Held down with the kitty protocol: after the first release a press moves on by itself.
    pty.type_bytes(b"\x1b[1;1:3C\x1b[1;1:1C");
    pty.expect("\x1b[16G<=>");
    pty.type_bytes(b"\x1b[1;1:3C");
    finish(&mut pty, program, b"q", &cooked);
    pty.expect("2 keys");
}

/// What stands between `before` and the end of the line.
fn after(pty: &Pty, before: &str) -> String {
    let text = String::from_utf8_lossy(pty.seen()).into_owned();
    let rest = text.split(before).nth(1).unwrap();
    rest.split([';', '\r']).next().unwrap().trim().to_owned()
}

#[test]
fn mio_loop_serves_terminal_socket_and_timer() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "mio_loop", &[], "q ends");
    let mut stream = TcpStream::connect(after(&pty, "listening on ")).unwrap();
    pty.expect("is there");
    stream.write_all(b"hello").unwrap();
    pty.expect("received hello");
    pty.type_bytes(b"k");
    let mut line = String::new();
    let mut lines = BufReader::new(&stream);
    within("a line of the program", || lines.read_line(&mut line)).unwrap();
    assert!(line.contains("Char('k')"), "{line}");
    pty.type_bytes(b"\x1b");
    pty.expect("Escape");
    pty.expect("1 s");
    finish(&mut pty, program, b"q", &cooked);
}

#[test]
fn tokio_chat_carries_lines_between_two_terminals() {
    let (mut here, cooked) = open();
    let mut there = Pty::open();
    let listening = start(&mut here, "tokio_chat", &[], "listening on ");
    here.expect("\n");
    let address = after(&here, "listening on ");
    let mut calling = start(&mut there, "tokio_chat", &[&address], "> ");
    here.expect("> ");
    here.type_bytes(b"hello\r");
    there.expect("< hello\r\n");
    there.type_bytes("größe\r".as_bytes());
    here.expect("< größe\r\n");
    finish(&mut here, listening, b"\x03", &cooked);
    there.expect("the other side has left");
    assert!(calling.wait().success());
}

#[test]
fn bytes_passes_every_byte_on() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "bytes", &[], "Ctrl-] ends");
    pty.type_bytes(b"a\x1b[A\x03\x7f");
    pty.expect("a^[[A^C^?");
    finish(&mut pty, program, b"\x1d", &cooked);
    pty.expect("the command ended");
}

#[test]
fn password_is_not_shown() {
    let (mut pty, cooked) = open();
    let program = start(&mut pty, "password", &[], "Password: ");
    finish(&mut pty, program, b"secrex\x7ft\n", &cooked);
    pty.expect("6 bytes");
    assert!(!contains(pty.seen(), b"secre"), "it was shown");
}

#[test]
fn spawn_editor_gives_the_editor_a_cooked_terminal_and_keeps_what_was_typed() {
    let (mut pty, cooked) = open();
    let mut command = Command::new(path("spawn_editor"));
    command.env_remove("VISUAL").env(
        "EDITOR",
        r#"sh -c 'echo editing; read answer; echo "$answer" >> "$0"'"#,
    );
    let program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    pty.expect("e opens");
    // Both keys come in one read: the second is the program's, not the editor's.
    pty.type_bytes(b"ex");
    pty.expect("editing");
    pty.type_bytes(b"a second line\n");
    pty.expect("the note has 2 lines");
    pty.expect("x is not a command");
    finish(&mut pty, program, b"q", &cooked);
}

#[test]
fn query_prints_what_the_terminal_says() {
    let (mut pty, cooked) = open();
    let mut program = start(&mut pty, "query", &[], "\x1b[6n\x1b[c");
    pty.type_bytes(b"\x1b[7;3R\x1b[?62c");
    pty.expect("\x1b]11;?\x1b\\\x1b[c\x1b[?20001$p");
    pty.type_bytes(b"\x1b]11;rgb:ffff/8080/0000\x1b\\\x1b[?62c\x1b[?20001;0$y");
    pty.expect("\x1b[c\x1b[?20002$p");
    pty.type_bytes(b"\x1b[?1u\x1bP>|term 1\x1b\\\x1b[?62c\x1b[?20002;0$y");
    // The way out asks once more, so that nothing is typed into the shell.
    let asked = |seen: &[u8]| seen.windows(3).filter(|bytes| bytes == b"\x1b[c").count();
    assert!(pty.read_until(|seen| asked(seen) == 4));
    pty.type_bytes(b"\x1b[?62c");
    assert!(program.wait().success());
    assert_eq!(format!("{:?}", pty.termios()), cooked);
    for line in [
        "cursor: column 2, row 6",
        "background: #ff8000",
        "\"term 1\"",
    ] {
        pty.expect(line);
    }
}
