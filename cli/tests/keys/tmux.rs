//! `ttyring keys` in a real terminal, tmux: what its screen shows at every size.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ttyring_test_support::output;

/// The screen with what has left it, and broken rows joined.
const HISTORY: &[&str] = &["capture-pane", "-p", "-J", "-S", "-"];

/// A server of its own, which ends with the test.
struct Tmux {
    name: String,
}

impl Tmux {
    /// Starts the inspector in a window of this size; `None` where there is no tmux.
    fn start(columns: u16, rows: u16) -> Option<Tmux> {
        Self::start_after("", columns, rows)
    }

    /// As [`start`](Self::start), after other commands of a shell.
    fn start_after(before: &str, columns: u16, rows: u16) -> Option<Tmux> {
        let probe = Command::new("tmux")
            .arg("-V")
            .stdout(Stdio::null())
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: tmux is not installed");
            return None;
        }
        let id = std::process::id();
        let name = format!("ttyring-{id}-{columns}x{rows}-{}", before.len());
        let tmux = Tmux { name };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        // The shell stays, so that the last screen does.
        let script = format!(
            "{before}NO_COLOR=1 '{}'; read end",
            env!("CARGO_BIN_EXE_ttyring")
        );
        let size = ["-x", &columns, "-y", &rows];
        tmux.run(
            &[
                &["-f", "/dev/null", "new-session", "-d"][..],
                &size,
                &[&script],
            ]
            .concat(),
        );
        tmux.run(&["set-option", "-g", "status", "off"]);
        tmux.run(&["resize-window", "-x", &columns, "-y", &rows]);
        Some(tmux)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.args(["-L", &self.name]).args(arguments);
        // Without it tmux starts the shell of the user's account, which refuses where nobody logs in.
        command.env("SHELL", "/bin/sh").env_remove("TMUX");
        let output = output(&mut command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Waits until the screen is as `enough` says; returns its rows.
    #[track_caller]
    fn wait_for(&self, what: &str, enough: impl Fn(&[String]) -> bool) -> Vec<String> {
        self.wait_in(&["capture-pane", "-p"], what, enough)
    }

    /// As [`wait_for`](Self::wait_for), in what this command of tmux says.
    #[track_caller]
    fn wait_in(
        &self,
        command: &[&str],
        what: &str,
        enough: impl Fn(&[String]) -> bool,
    ) -> Vec<String> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let text = self.run(command);
            let rows: Vec<String> = text.lines().map(|row| row.trim_end().to_owned()).collect();
            if enough(&rows) {
                return rows;
            }
            assert!(Instant::now() < end, "not shown: {what}: {rows:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn key(&self, name: &str) {
        self.run(&["send-keys", name]);
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let mut command = Command::new("tmux");
        command
            .args(["-L", &self.name, "kill-server"])
            .stderr(Stdio::null());
        let _ = command.status();
    }
}

/// Masks what differs from run to run: digits of times, and how they are aligned.
fn without_times(row: &str) -> String {
    let cut = |mark: &str| row.find(mark).unwrap_or(row.len());
    row[..cut("  ·  read→event")].to_owned()
}

#[test]
fn the_screen_is_as_drawn_at_20_80_and_200_columns() {
    for (columns, expected) in [
        (
            20,
            &[
                "bytes     event",
                "61        a",
                "e4 b8 96  世",
                "1b 5b 41  up",
                "",
                " Ctrl-T, then:",
                " Ctrl-C leaves",
            ][..],
        ),
        (
            80,
            &[
                "bytes                      event",
                "61                         a",
                "e4 b8 96                   世",
                "1b 5b 41                   up",
                "",
                " Ctrl-T, then:  k kitty off  m mouse off  p paste on  f focus on  x pixels off",
                " 3 events, 7 bytes",
            ],
        ),
        (
            200,
            &[
                "bytes                      event",
                "61                         a",
                "e4 b8 96                   世",
                "1b 5b 41                   up",
                "",
                " Ctrl-T, then:  k kitty off  m mouse off  p paste on  f focus on  x pixels off  \
                 a all motion off  o other keys off  c cursor keys off  s color scheme off  r resize off",
                " 3 events, 7 bytes",
            ],
        ),
    ] {
        let Some(tmux) = Tmux::start(columns, 24) else {
            return;
        };
        tmux.wait_for("the legend", |rows| {
            rows.iter().any(|row| row.contains("Ctrl-T"))
        });
        for (key, shown) in [("a", "61 "), ("世", "世"), ("Up", "up")] {
            tmux.key(key);
            tmux.wait_for(shown, |rows| rows.iter().any(|row| row.contains(shown)));
        }
        let count = expected.len();
        let rows = tmux.wait_for("all rows", |rows| {
            rows.len() >= count && rows[count - 1].contains("Ctrl-C")
        });
        for (index, (row, expected)) in rows.iter().zip(expected).enumerate() {
            // What the terminal can do is its own affair, and so are the times.
            let row = without_times(row);
            let whole = match index {
                0..4 => row.starts_with(expected),
                4 => true,
                _ => row == *expected,
            };
            assert!(
                whole,
                "{columns}: row {index} is {row:?}, not {expected:?}: {rows:#?}"
            );
        }
        assert!(rows[count..].iter().all(String::is_empty), "{rows:#?}");
        tmux.key("C-c");
        tmux.wait_for("the summary", |rows| {
            rows.iter().any(|row| row.starts_with("4 events, 8 bytes"))
                && !rows.iter().any(|row| row.contains("Ctrl-T"))
        });
    }
}

#[test]
fn a_terminal_of_one_cell_shows_the_last_event() {
    let Some(tmux) = Tmux::start(1, 1) else {
        return;
    };
    for key in ["a", "b", "c"] {
        tmux.key(key);
        tmux.wait_for(key, |rows| rows == [key]);
    }
    // More than there are rows, within a frame: the last one counts.
    tmux.run(&["send-keys", "d", "e", "f"]);
    tmux.wait_for("f", |rows| rows == ["f"]);
    tmux.key("C-c");
}

#[test]
fn a_window_that_changes_its_size_keeps_one_bar() {
    let Some(tmux) = Tmux::start(120, 24) else {
        return;
    };
    tmux.wait_for("the bar", |rows| {
        rows.iter().any(|row| row.contains("no events yet"))
    });
    tmux.key("a");
    // The bar that is still there from before would be one, too: the event says that it is new.
    for (columns, event) in [
        ("60", "  resized to 60 × 24"),
        ("30", "  resized to 30…"),
        ("90", "  resized to 90 × 24"),
        ("16", "  resize…"),
        ("120", "  resized to 120 × 24"),
    ] {
        tmux.run(&["resize-window", "-x", columns, "-y", "24"]);
        let width: usize = columns.parse().expect("a number");
        tmux.wait_for(&format!("one bar at {columns} columns"), |rows| {
            let shown = rows.iter().any(|row| row.contains(event));
            let mut bars = rows.iter().filter(|row| row.ends_with(" leaves"));
            let last = rows.iter().rfind(|row| !row.is_empty());
            shown
                && bars.next() == last
                && bars.next().is_none()
                && last.is_some_and(|row| row.chars().count() < width)
        });
    }
    tmux.key("C-c");
}

#[test]
fn lines_above_survive_every_change_of_the_size() {
    // As long as it takes to be broken at each of the sizes.
    let above: String = (0..100)
        .map(|index| char::from(b'a' + index % 26))
        .collect();
    // At the end of the screen: rows that a change of the size moves off the screen stay for ever.
    let Some(tmux) = Tmux::start_after(&format!("seq 30; echo {above}; "), 80, 24) else {
        return;
    };
    let bars = |rows: &[String]| rows.iter().filter(|row| row.ends_with(" leaves")).count();
    tmux.wait_for("the bar", |rows| bars(rows) == 1);
    let sizes = ["50", "100", "30", "80", "24", "64", "120", "80"];
    for (columns, events) in sizes.into_iter().zip(1..) {
        tmux.run(&["resize-window", "-x", columns, "-y", "24"]);
        tmux.wait_in(HISTORY, &format!("{columns} columns"), |rows| {
            let end = rows.iter().rposition(|row| !row.is_empty());
            // What was there before, the head, an event for each size, and the three rows.
            end == Some(31 + events + 3)
                && rows[29..31] == ["30", above.as_str()]
                && rows[31].starts_with("bytes")
                && rows[32..32 + events]
                    .iter()
                    .all(|row| row.contains(" resiz"))
                && rows[31 + events + 3].ends_with(" leaves")
        });
    }
    tmux.key("C-c");
    let rows = tmux.wait_in(HISTORY, "the summary", |rows| bars(rows) == 0);
    assert_eq!(rows[30], above);
}
