//! The modes that are switched while the inspector runs, and the legend of them.

use ttyring::platform::{Backend, Result};
use ttyring::query::Capabilities;
use ttyring::terminal::{Keyboard, Modes, Terminal};
use ttyring::{Event, KeyCode, KeyKind, key};

use super::fit::fitting;
use super::words::color;

/// What a letter after Ctrl-T switches.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Switch {
    Kitty,
    Mode(Modes),
}

/// The switches with their letters, those that matter most first.
const SWITCHES: [(char, &str, Switch); 10] = [
    ('k', "kitty", Switch::Kitty),
    ('m', "mouse", Switch::Mode(Modes::MOUSE)),
    ('p', "paste", Switch::Mode(Modes::PASTE)),
    ('f', "focus", Switch::Mode(Modes::FOCUS)),
    ('x', "pixels", Switch::Mode(Modes::MOUSE_PIXELS)),
    ('a', "all motion", Switch::Mode(Modes::MOUSE_MOTION)),
    ('o', "other keys", Switch::Mode(Modes::MODIFY_OTHER_KEYS)),
    ('c', "cursor keys", Switch::Mode(Modes::APPLICATION_CURSOR)),
    ('s', "color scheme", Switch::Mode(Modes::COLOR_SCHEME)),
    ('r', "resize", Switch::Mode(Modes::RESIZE)),
];

/// The modes that are on, and the key that may be half pressed.
#[derive(Debug, Default)]
pub(super) struct Controls {
    kitty: bool,
    modes: Modes,
    /// Ctrl-T was pressed: the next character is a switch.
    waiting: bool,
}

impl Controls {
    /// Switches on what is wanted from the start.
    pub(super) fn start<B: Backend>(
        terminal: &mut Terminal<B>,
        modes: Modes,
        kitty: bool,
    ) -> Result<Self> {
        terminal.enable(modes)?;
        if kitty {
            terminal.push_keyboard(Keyboard::all())?;
        }
        Ok(Controls {
            kitty,
            modes,
            waiting: false,
        })
    }

    /// Looks at an event; returns the letter of the switch that it completes.
    pub(super) fn letter(&mut self, event: &Event<'_>) -> Option<char> {
        if *event == key!(ctrl - t) {
            self.waiting = true;
            return None;
        }
        match event {
            Event::Key(key) if key.kind == KeyKind::Press => match key.code {
                KeyCode::Char(letter) => std::mem::take(&mut self.waiting).then_some(letter),
                _ => None,
            },
            _ => None,
        }
    }

    /// Switches what `letter` stands for; returns what is said of it.
    pub(super) fn switch<B: Backend>(
        &mut self,
        terminal: &mut Terminal<B>,
        letter: char,
    ) -> Result<Option<String>> {
        let Some(&(_, name, switch)) = SWITCHES.iter().find(|(other, ..)| *other == letter) else {
            return Ok(None);
        };
        let on = !self.is_on(switch);
        match switch {
            Switch::Kitty if on => terminal.push_keyboard(Keyboard::all())?,
            Switch::Kitty => drop(terminal.pop_keyboard()?),
            Switch::Mode(modes) if on => terminal.enable(modes)?,
            Switch::Mode(modes) => terminal.disable(modes)?,
        }
        match switch {
            Switch::Kitty => self.kitty = on,
            Switch::Mode(modes) => self.modes.set(modes, on),
        }
        Ok(Some(format!("{name} {}", if on { "on" } else { "off" })))
    }

    fn is_on(&self, switch: Switch) -> bool {
        match switch {
            Switch::Kitty => self.kitty,
            Switch::Mode(modes) => self.modes.contains(modes),
        }
    }

    /// Returns the row of switches: as many of them as fit, with how they stand.
    pub(super) fn legend(&self, width: usize) -> String {
        let lead = if self.waiting {
            " Ctrl-T, and now:"
        } else {
            " Ctrl-T, then:"
        };
        let items = SWITCHES.map(|(letter, name, switch)| {
            let state = if self.is_on(switch) { "on" } else { "off" };
            format!("  {letter} {name} {state}")
        });
        let forms = (0..=items.len()).rev();
        fitting(
            forms.map(|count| format!("{lead}{}", items[..count].concat())),
            width,
        )
    }
}

/// Returns the row that says what the terminal can do.
pub(super) fn abilities(found: Option<&Capabilities>, width: usize) -> String {
    let Some(found) = found else {
        return String::new();
    };
    let name = found.version.clone();
    let name = name
        .or_else(|| std::env::var("TERM").ok())
        .unwrap_or_default();
    if *found == Capabilities::default() {
        let forms = [
            format!(" {name}: it has not said what it can do"),
            " it has not said what it can do".to_owned(),
        ];
        return fitting(forms, width);
    }
    let modes = [
        (Modes::MOUSE, "mouse"),
        (Modes::PASTE, "paste"),
        (Modes::FOCUS, "focus"),
        (Modes::MOUSE_PIXELS, "pixels"),
    ];
    let mut can = Vec::new();
    let mut cannot = Vec::new();
    if found.keyboard.is_some() {
        &mut can
    } else {
        &mut cannot
    }
    .push("kitty");
    // Not one mode is known: the terminal does not answer questions about modes.
    let silent = found.modes.is_empty();
    let mut untold = Vec::new();
    for (mode, name) in modes {
        match found.modes.contains(mode) {
            true => can.push(name),
            false if silent => untold.push(name),
            false => cannot.push(name),
        }
    }
    let parts = [
        part("can", &can),
        part("cannot", &cannot),
        part("not told", &untold),
        colors(found),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let whole = |parts: &[String]| parts.join("  ·  ");
    fitting(
        [
            format!(" {name}  ·  {}", whole(&parts)),
            format!(" {}", whole(&parts)),
            format!(" {}", whole(&parts[..parts.len() - 1])),
            format!(" {}", parts[0]),
        ],
        width,
    )
}

fn part(verb: &str, names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| format!("{verb}: {}", names.join(", ")))
}

/// Says which colors the terminal has: its own, and how many.
fn colors(found: &Capabilities) -> Option<String> {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let term = variable("TERM");
    let many = match &*variable("COLORTERM") {
        "truecolor" | "24bit" => Some("truecolor"),
        _ if term.ends_with("-direct") => Some("truecolor"),
        _ if term.ends_with("-256color") => Some("256 colors"),
        _ => None,
    };
    let mut said: Vec<String> = many.map(str::to_owned).into_iter().collect();
    if let (Some(text), Some(behind)) = (found.foreground, found.background) {
        said.push(format!("{} on {}", color(text), color(behind)));
    }
    let dark = found.dark.map(|dark| if dark { "dark" } else { "light" });
    said.extend(dark.map(str::to_owned));
    (!said.is_empty()).then(|| said.join(", "))
}
