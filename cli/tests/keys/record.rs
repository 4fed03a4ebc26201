//! `ttyring keys --record`, `ttyring decode FILE` and the replay in a test: the same keys at the same
//! times.

use std::path::PathBuf;
use std::time::Duration;

use ttyring::{Builder, Event, Polled};
use ttyring_platform::sim::{Sim, Step, cast};
use ttyring_test_support::{Pty, output};

use crate::start::{start, tool};

/// A path that no file has, and that has none after the test.
struct Path(PathBuf);

impl Path {
    fn new(name: &str) -> Self {
        let name = format!("ttyring-{}-{name}.cast", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&path);
        Path(path)
    }

    fn text(&self) -> &str {
        self.0.to_str().expect("text")
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Types keys, a lone Escape and a byte that is no text; returns the recording.
fn record(path: &Path, arguments: &[&str]) -> String {
    let mut pty = Pty::open();
    let arguments = [&["keys", "--record", path.text()], arguments].concat();
    let (mut program, mut screen) = start(&mut pty, &arguments);
    screen.expect(&mut pty, "everything you type");
    for (bytes, shown) in [
        (&b"a"[..], "61  "),
        (b"\x1b", "escape"),
        (b"\x1b[A", "1b 5b 41"),
        (b"\xff", "ff  "),
        ("世".as_bytes(), "世"),
    ] {
        pty.type_bytes(bytes);
        screen.expect(&mut pty, shown);
    }
    pty.resize(70, 30);
    screen.narrow(70);
    screen.expect(&mut pty, "resized to 70 × 30");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    std::fs::read_to_string(&path.0).expect("the recording")
}

#[test]
fn a_recording_holds_every_read_and_replays_to_the_same_events() {
    let path = Path::new("whole");
    let text = record(&path, &[]);
    let header = text.lines().next().expect("a header");
    let size = "{\"version\": 2, \"width\": 80, \"height\": 24, ";
    assert!(header.starts_with(size), "{header}");
    assert!(header.contains("\"TERM\": \"xterm-256color\""), "{header}");

    let moments = cast::read(&text).expect("a recording");
    let typed = moments.iter().map(|moment| match &moment.step {
        Step::Bytes(bytes) => bytes.as_slice(),
        _ => b"",
    });
    let typed = typed.collect::<Vec<_>>().concat();
    // The answer to the questions at the start is input as well.
    let expected = [b"\x1b[?62ca\x1b\x1b[A\xff", "世\x03".as_bytes()].concat();
    assert_eq!(typed, expected, "{}", typed.escape_ascii());

    let decoded = output(tool(&["decode"]).arg(&path.0));
    let lines = String::from_utf8(decoded.stdout).expect("text");
    let events: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let codes: Vec<_> = events
        .iter()
        .filter_map(|event| event["code"].as_str())
        .collect();
    assert_eq!(codes, ["a", "escape", "up", "世", "c"], "{lines}");
    let resized = events.iter().find(|event| event["type"] == "resize");
    let resized = resized.expect("the new size");
    assert_eq!(
        (&resized["columns"], &resized["rows"]),
        (&70.into(), &30.into())
    );
    let times: Vec<_> = events
        .iter()
        .filter_map(|event| event["time"].as_f64())
        .collect();
    assert_eq!(times.len(), events.len());
    assert!(times.is_sorted(), "{times:?}");

    let sim = Sim::new();
    sim.replay(&text).expect("a recording");
    let mut input = Builder::new().open_on(sim.clone()).expect("open");
    let mut keys = Vec::new();
    while let Polled::Event(event) = input.poll(Duration::from_secs(60)).expect("poll") {
        if let Event::Key(key) = event {
            keys.push(key.to_string());
        }
    }
    assert_eq!(keys, ["a", "escape", "up", "世", "ctrl-c"]);
    assert_eq!((sim.size().columns, sim.size().rows), (70, 30));
}

#[test]
fn a_confined_inspector_records_as_well() {
    let path = Path::new("confined");
    let text = record(&path, &["--sandbox"]);
    assert!(text.contains("\"\\u001b[A\""), "{text}");
}

#[test]
fn a_recording_is_for_its_owner_and_takes_no_other_file() {
    use std::os::unix::fs::PermissionsExt;
    let path = Path::new("owner");
    record(&path, &[]);
    let mode = std::fs::metadata(&path.0).expect("it").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut command = tool(&["keys", "--record", path.text()]);
    let refused = output(&mut command);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains(path.text()) && said.contains("exists"),
        "{said}"
    );
}

#[test]
fn a_recording_says_which_terminal_it_is_of() {
    let path = Path::new("console");
    for (term, arguments, mods) in [
        ("linux", &[][..], "[\"shift\"]"),
        ("linux", &["--term", "xterm"], "[\"alt\"]"),
        ("xterm", &[], "[\"alt\"]"),
    ] {
        let text = format!(
            "{{\"version\": 2, \"width\": 80, \"height\": 24, \"env\": {{\"TERM\": \"{term}\"}}}}\n\
             [1, \"i\", \"\\u001b\\t\"]\n"
        );
        std::fs::write(&path.0, text).expect("write");
        let decoded = output(tool(&["decode"]).args(arguments).arg(&path.0));
        let said = String::from_utf8_lossy(&decoded.stdout);
        assert!(said.contains("\"tab\"") && said.contains(mods), "{said}");
    }
}

#[test]
fn decode_names_the_file_and_the_line_that_it_cannot_read() {
    let path = Path::new("broken");
    let cases = [
        ("{\"version\": 2}\n[1, \"i\"]\n", "line 2 is not an event"),
        (
            "{\"version\": 2}\n[1, \"i\", \"\\ud800\"]\n",
            "line 2 is not an event",
        ),
        (
            "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n[0.1,\"i\",\"a\"]\n",
            "asciicast version 3",
        ),
    ];
    for (text, error) in cases {
        std::fs::write(&path.0, text).expect("write");
        let decoded = output(tool(&["decode"]).arg(&path.0));
        assert_eq!(decoded.status.code(), Some(1));
        let said = String::from_utf8_lossy(&decoded.stderr);
        assert!(said.contains(path.text()) && said.contains(error), "{said}");
    }
    std::fs::write(&path.0, "\x1b[A").expect("write");
    let decoded = output(tool(&["decode"]).arg(&path.0));
    let said = String::from_utf8_lossy(&decoded.stdout);
    assert!(said.contains("\"up\"") && !said.contains("time"), "{said}");
}
