//! The same bytes are the same events as upstream's, or a row in docs/migrating.md.

use std::io::{self, Write, stdout};
use std::time::Duration;

use crate::stage::{Run, Stage, Test};

/// A program that prints events, once with this crate and once with upstream.
macro_rules! program {
    ($name:ident, $crossterm:ident) => {
        fn $name() -> io::Result<()> {
            use $crossterm::event::{self, Event, KeyCode, KeyModifiers};

            $crossterm::terminal::enable_raw_mode()?;
            print!("ready\r\n");
            stdout().flush()?;
            loop {
                if !event::poll(Duration::from_millis(40))? {
                    print!("idle\r\n");
                    stdout().flush()?;
                    continue;
                }
                let event = event::read()?;
                print!("<{event:?}>\r\n");
                stdout().flush()?;
                match event {
                    Event::Key(key) if key == (KeyCode::Char('q'), KeyModifiers::CONTROL).key() => {
                        break;
                    }
                    _ => {}
                }
            }
            $crossterm::terminal::disable_raw_mode()
        }
    };
}

/// Makes a key of either crate.
trait IntoKey<K> {
    fn key(self) -> K;
}

macro_rules! into_key {
    ($crossterm:ident) => {
        impl IntoKey<$crossterm::event::KeyEvent>
            for ($crossterm::event::KeyCode, $crossterm::event::KeyModifiers)
        {
            fn key(self) -> $crossterm::event::KeyEvent {
                $crossterm::event::KeyEvent::new(self.0, self.1)
            }
        }
    };
}

into_key!(ttyring_crossterm);
into_key!(crossterm_upstream);
program!(ours, ttyring_crossterm);
program!(theirs, crossterm_upstream);

pub(crate) const PROGRAMS: &[Run] = &[("ours", ours), ("theirs", theirs)];

pub(crate) const TESTS: &[Test] = &[
    ("bytes_are_the_same_events", bytes_are_the_same_events),
    ("bytes_are_better_events", bytes_are_better_events),
];

/// Bytes that are the same events in both.
const SAME: &[&[u8]] = &[
    b"a",
    b"Z",
    b" ",
    b"\r",
    b"\n",
    b"\t",
    b"\x7f",
    b"\x08",
    b"\x1b",
    b"\0",
    b"\x01",
    b"\x1a",
    b"\x1c",
    b"\x1d",
    b"\x1e",
    b"\x1f",
    "é".as_bytes(),
    "猫".as_bytes(),
    "🦀".as_bytes(),
    b"\x1ba",
    b"\x1bA",
    b"\x1b\r",
    b"\x1b\x7f",
    b"\x1b\x01",
    b"abc",
    b"a\x1b[Ab",
    b"\x1b[A",
    b"\x1b[B",
    b"\x1b[C",
    b"\x1b[D",
    b"\x1b[H",
    b"\x1b[F",
    b"\x1b[Z",
    b"\x1bOA",
    b"\x1bOH",
    b"\x1bOF",
    b"\x1bOP",
    b"\x1bOQ",
    b"\x1bOR",
    b"\x1bOS",
    b"\x1b[1~",
    b"\x1b[2~",
    b"\x1b[3~",
    b"\x1b[4~",
    b"\x1b[5~",
    b"\x1b[6~",
    b"\x1b[7~",
    b"\x1b[8~",
    b"\x1b[11~",
    b"\x1b[15~",
    b"\x1b[17~",
    b"\x1b[21~",
    b"\x1b[24~",
    b"\x1b[1;2A",
    b"\x1b[1;5C",
    b"\x1b[1;3D",
    b"\x1b[1;6H",
    b"\x1b[3;5~",
    b"\x1b[15;2~",
    b"\x1b[1;5P",
    b"\x1b[1;2Q",
    b"\x1b[1;8S",
    b"\x1b[[A",
    b"\x1b[[E",
    b"\x1b[97u",
    b"\x1b[97;5u",
    b"\x1b[97;1:3u",
    b"\x1b[97;5:2u",
    b"\x1b[13;5u",
    b"\x1b[9;2u",
    b"\x1b[27;1u",
    b"\x1b[127;3u",
    b"\x1b[57399u",
    b"\x1b[57414u",
    b"\x1b[57417;1u",
    b"\x1b[57428u",
    b"\x1b[57441;2u",
    b"\x1b[57358;65u",
    b"\x1b[57361u",
    b"\x1b[<0;10;5M",
    b"\x1b[<0;10;5m",
    b"\x1b[<2;1;1M",
    b"\x1b[<1;1;1M",
    b"\x1b[<32;3;4M",
    b"\x1b[<35;3;4M",
    b"\x1b[<64;3;4M",
    b"\x1b[<65;3;4M",
    b"\x1b[<66;3;4M",
    b"\x1b[<67;3;4M",
    b"\x1b[<4;3;4M",
    b"\x1b[<24;300;400M",
    b"\x1b[M !!",
    b"\x1b[M#!!",
    b"\x1b[32;30;40M",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[200~pasted\r\n\x1b[201~",
];

/// Bytes that upstream misses, misreads or mixes up, and what they are here.
const BETTER: &[(&[u8], &str)] = &[
    // Shift with a letter types the upper-case letter, as it does without the protocol.
    (
        b"\x1b[97;2u",
        "<Key(KeyEvent { code: Char('A'), modifiers: KeyModifiers(SHIFT), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
    (
        b"\x1b[97:65;2u",
        "<Key(KeyEvent { code: Char('A'), modifiers: KeyModifiers(SHIFT), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
    // What an input method sends at once is a key for each character.
    (
        "\x1b[0;;20320:22909u".as_bytes(),
        "<Key(KeyEvent { code: Char('你'), modifiers: KeyModifiers(0x0), kind: Press, \
         state: KeyEventState(0x0) })>\
         <Key(KeyEvent { code: Char('好'), modifiers: KeyModifiers(0x0), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
    // So is a key whose text is more than its own character, as after a dead key.
    (
        b"\x1b[97;;97:771u",
        "<Key(KeyEvent { code: Char('a'), modifiers: KeyModifiers(0x0), kind: Press, \
         state: KeyEventState(0x0) })>\
         <Key(KeyEvent { code: Char('\\u{303}'), modifiers: KeyModifiers(0x0), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
    // Replies that nobody has asked for are no keys.
    (b"\x1b]11;rgb:1111/2222/3333\x07", ""),
    (b"\x1bP1+r544e=787465726d\x1b\\", ""),
    (b"\x1b[?997;1n", ""),
    // A sequence that is unknown does not take the next key with it.
    (
        b"\x1b[?99;1%zx",
        "<Key(KeyEvent { code: Char('x'), modifiers: KeyModifiers(0x0), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
    // Bytes that are not UTF-8 are shown as such, and the text around them is kept.
    (b"\x1b[200~a\xffb\x1b[201~", "<Paste(\"a\u{fffd}b\")>"),
    // Escape twice at once is Escape with Alt.
    (
        b"\x1b\x1b",
        "<Key(KeyEvent { code: Esc, modifiers: KeyModifiers(ALT), kind: Press, \
         state: KeyEventState(0x0) })>",
    ),
];

/// Types bytes and returns the events that they are.
fn events(stage: &mut Stage, bytes: &[u8]) -> Vec<String> {
    // Everything from before the mark was written before.
    rustix::io::write(stage.pty.slave(), b"#mark#").expect("write");
    stage.pty.expect("#mark#");
    stage.pty.forget();
    stage.pty.type_bytes(bytes);
    let idle = |seen: &[u8]| {
        let seen = String::from_utf8_lossy(seen);
        let lines: Vec<_> = seen.lines().collect();
        let last = lines.iter().rposition(|line| line.starts_with('<'));
        let after = last.map_or(0, |last| last + 1);
        lines[after..]
            .iter()
            .filter(|line| **line == "idle")
            .count()
            >= 4
    };
    assert!(stage.pty.read_until(idle), "{}", stage.seen());
    let seen = stage.seen();
    seen.lines()
        .filter(|line| line.starts_with('<'))
        .map(str::to_owned)
        .collect()
}

fn bytes_are_the_same_events() {
    let (mut ours, mut theirs) = (Stage::start("ours"), Stage::start("theirs"));
    let mut wrong = Vec::new();
    for bytes in SAME {
        let (ours, theirs) = (events(&mut ours, bytes), events(&mut theirs, bytes));
        if ours != theirs {
            let bytes = bytes.escape_ascii();
            wrong.push(format!("{bytes}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bytes_are_better_events() {
    let mut ours = Stage::start("ours");
    for (bytes, expected) in BETTER {
        let found = events(&mut ours, bytes).concat();
        assert_eq!(found, *expected, "{}", bytes.escape_ascii());
    }
    ours.pty.type_bytes(b"\x11");
    assert!(ours.ends_clean().success());
}
