//! An event in a few words.

use std::fmt::Write as _;

use ttyring::{
    Color, Event, Key, KeyKind, Modifiers, Mouse, MouseButton, MouseKind, Paste, Reply, Signals,
};

/// The most characters of a paste that are shown.
const PREVIEW: usize = 60;

/// Says what `event` is. A piece of a paste is a part of an event: see [`paste`].
pub(super) fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Key(key) => describe_key(key),
        Event::Mouse(mouse) => describe_mouse(mouse),
        Event::Paste(piece) => paste(piece.bytes.len(), &piece.bytes, piece),
        Event::Focus { gained: true } => "focus gained".to_owned(),
        Event::Focus { gained: false } => "focus lost".to_owned(),
        Event::Resize(size) => format!("resized to {} × {}", size.columns, size.rows),
        Event::Reply(reply) => describe_reply(reply),
        Event::Unknown(unknown) if unknown.truncated => "unknown, and too long".to_owned(),
        Event::Unknown(_) => "unknown".to_owned(),
        Event::Resumed => "resumed".to_owned(),
        Event::Signal(signals) => describe_signals(*signals),
        _ => "another event".to_owned(),
    }
}

/// Says what a paste is: its length and how it begins.
pub(super) fn paste(len: usize, head: &[u8], last: &Paste<'_>) -> String {
    let mut text = format!("paste of {}: ", super::tally::count(len as u64, "byte"));
    if last.unterminated {
        text.insert_str(0, "unterminated ");
    }
    let head = &head[..head.len().min(4 * PREVIEW)];
    let shown = String::from_utf8_lossy(head);
    text.extend(shown.chars().take(PREVIEW).map(visible));
    if len > head.len() || shown.chars().count() > PREVIEW {
        text.push('…');
    }
    text
}

/// Replaces a control character with its picture (U+2400 and following).
fn visible(character: char) -> char {
    match character {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('·'),
        '\x7f' => '␡',
        c if c.is_control() => '·',
        c => c,
    }
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(visible).collect()
}

fn describe_key(key: &Key) -> String {
    let mut name = key.to_string();
    name.push_str(match key.kind {
        KeyKind::Press => "",
        KeyKind::Repeat => " repeated",
        KeyKind::Release => " released",
    });
    // What the key writes, where its name does not say it.
    let writes = key.text();
    if ![&name, "", " "].contains(&writes) {
        let _ = write!(name, " “{}”", text(writes.as_bytes()));
    }
    name
}

fn describe_mouse(mouse: &Mouse) -> String {
    let button = match mouse.button {
        MouseButton::Left => "left ",
        MouseButton::Middle => "middle ",
        MouseButton::Right => "right ",
        MouseButton::Back => "back ",
        MouseButton::Forward => "forward ",
        MouseButton::Button10 => "button 10 ",
        MouseButton::Button11 => "button 11 ",
        _ => "",
    };
    let kind = match mouse.kind {
        MouseKind::Press => "press",
        MouseKind::Release => "release",
        MouseKind::Drag => "drag",
        MouseKind::Move => "move",
        MouseKind::ScrollUp => "scroll up",
        MouseKind::ScrollDown => "scroll down",
        MouseKind::ScrollLeft => "scroll left",
        MouseKind::ScrollRight => "scroll right",
    };
    let (held, x, y) = (held(mouse.modifiers), mouse.x, mouse.y);
    let unit = if mouse.pixels { " px" } else { "" };
    format!("mouse {held}{button}{kind} at {x}, {y}{unit}")
}

fn held(modifiers: Modifiers) -> String {
    const NAMES: [(Modifiers, &str); 3] = [
        (Modifiers::CTRL, "ctrl-"),
        (Modifiers::ALT, "alt-"),
        (Modifiers::SHIFT, "shift-"),
    ];
    let names = NAMES.iter().filter(|(held, _)| modifiers.contains(*held));
    names.map(|(_, name)| *name).collect()
}

fn describe_signals(signals: Signals) -> String {
    let names: Vec<_> = signals.iter_names().map(|(name, _)| name).collect();
    format!("signal {}", names.join(", "))
}

fn describe_reply(reply: &Reply<'_>) -> String {
    match reply {
        Reply::PrimaryAttributes(params) => format!("attributes {}", list(params)),
        Reply::SecondaryAttributes(params) => format!("terminal type, version {}", list(params)),
        Reply::TertiaryAttributes(unit) => format!("terminal unit {}", text(unit)),
        Reply::Status { params, .. } => format!("status {}", list(params)),
        Reply::CursorPosition { row, column, .. } => {
            format!("cursor at row {row}, column {column}")
        }
        Reply::Version(version) => format!("terminal {}", text(version)),
        Reply::Mode { mode, value, .. } => format!("mode {mode} is {}", state(*value)),
        Reply::KeyboardFlags(flags) => format!("kitty keyboard flags {flags}"),
        Reply::Color { color, rgb } => format!("{} is {}", color_name(*color), self::color(*rgb)),
        Reply::Clipboard { selection, .. } => {
            let len = reply.data().map_or(0, |data| data.len());
            let name = text(selection);
            format!(
                "clipboard {name}: {}",
                super::tally::count(len as u64, "byte")
            )
        }
        Reply::Termcap { ok, .. } => match reply.capabilities().next() {
            Some((name, value)) if *ok => {
                format!("capability {} = {}", text(&name), text(&value))
            }
            Some((name, _)) => format!("no capability {}", text(&name)),
            None => "no such capability".to_owned(),
        },
        Reply::StatusString { ok: true, value } => format!("setting {}", text(value)),
        Reply::StatusString { ok: false, .. } => "no such setting".to_owned(),
        Reply::Graphics { control, message } => {
            format!("graphics {}: {}", text(control), text(message))
        }
        Reply::ColorScheme { dark: true } => "dark color scheme".to_owned(),
        Reply::ColorScheme { dark: false } => "light color scheme".to_owned(),
        Reply::Window(params) => format!("window report {}", list(params)),
        other => describe_rare(other),
    }
}

/// The replies that few terminals send.
fn describe_rare(reply: &Reply<'_>) -> String {
    match reply {
        Reply::Colors(_) => {
            let said = reply.colors().map(|(color, rgb)| {
                let value = rgb.map_or("not there".to_owned(), self::color);
                format!("{} is {value}", color_name(color))
            });
            said.collect::<Vec<_>>().join(", ")
        }
        Reply::KittyClipboard { metadata, .. } => format!("clipboard: {}", text(metadata)),
        Reply::Notification { metadata, payload } => {
            format!("notification {}: {}", text(metadata), text(payload))
        }
        Reply::PointerShape(name) => format!("pointer shape {}", text(name)),
        Reply::Title {
            icon: true,
            text: title,
        } => format!("icon title {}", text(title)),
        Reply::Title {
            icon: false,
            text: title,
        } => format!("window title {}", text(title)),
        Reply::Font(name) => format!("font {}", text(name)),
        Reply::Allowed(what) => format!("allowed: {}", text(what)),
        Reply::Iterm { name, value } => format!("{} = {}", text(name), text(value)),
        Reply::TerminalState { format, .. } => format!("terminal state {format}"),
        Reply::PresentationState { format: 1, .. } => "state of the cursor".to_owned(),
        Reply::PresentationState { .. } => "tab stops".to_owned(),
        Reply::Checksum { id, digits } => format!("checksum {id}: {}", text(digits)),
        Reply::KeyModifiers { resource, value } => format!("key modifiers {resource}: {value}"),
        Reply::KeyFormat { resource, value } => format!("key format {resource}: {value}"),
        Reply::Cursors(what) => format!("cursors {}", text(what)),
        Reply::GraphicsAttribute(params) => format!("graphics attribute {}", list(params)),
        Reply::TerminalParameters(params) => format!("line parameters {}", list(params)),
        Reply::DisplayedExtent(params) => format!("displayed extent {}", list(params)),
        Reply::Locator(params) => format!("locator {}", list(params)),
        Reply::TitleStack(params) => format!("stack of titles {}", list(params)),
        Reply::MacroSpace(blocks) => format!("room for macros: {blocks} blocks"),
        Reply::SupplementalSet { set, .. } => format!("supplemental set {}", text(set)),
        Reply::Resource { ok, .. } => match reply.capabilities().next() {
            Some((name, value)) if *ok => format!("resource {} = {}", text(&name), text(&value)),
            _ => "no such resource".to_owned(),
        },
        Reply::KittyCommand(answer) => format!("answer {}", text(answer)),
        Reply::ColorStack(params) => format!("stack of colors {}", list(params)),
        Reply::Scrollbar { params, .. } => format!("scrollbar {}", list(params)),
        Reply::AmbiguousWidth(width) => format!("ambiguous characters are {width} wide"),
        _ => "another reply".to_owned(),
    }
}

fn list(numbers: &[u32]) -> String {
    let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
    numbers.join(", ")
}

fn state(value: u32) -> &'static str {
    match value {
        0 => "not known",
        1 => "on",
        2 => "off",
        3 => "always on",
        4 => "always off",
        _ => "in no known state",
    }
}

fn color_name(color: Color) -> String {
    match color {
        Color::Foreground => "text color".to_owned(),
        Color::Background => "background".to_owned(),
        Color::Cursor => "cursor color".to_owned(),
        Color::Palette(index) => format!("color {index}"),
        _ => "a color".to_owned(),
    }
}

/// Writes a color of 16 bits each as `#rrggbb`.
pub(super) fn color(rgb: [u16; 3]) -> String {
    let [red, green, blue] = rgb.map(|part| part >> 8);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ttyring::decode::Decoder;

    fn words(bytes: &[u8]) -> Vec<String> {
        let mut decoder = Decoder::new();
        decoder
            .events(bytes)
            .map(|event| describe(&event))
            .collect()
    }

    #[test]
    fn every_kind_of_event_is_in_words() {
        for (bytes, said) in [
            (&b"a"[..], "a"),
            (b" ", "space"),
            ("世".as_bytes(), "世"),
            (b"\x1b[65;2u", "shift-A “A”"),
            (b"\x1b[97;1:3u", "a released"),
            (b"\x1b[<0;11;21M", "mouse left press at 10, 20"),
            (b"\x1b[<16;1;1m", "mouse ctrl-left release at 0, 0"),
            (b"\x1b[<64;3;4M", "mouse scroll up at 2, 3"),
            (b"\x1b[I", "focus gained"),
            (b"\x1b[?62;22c", "attributes 62, 22"),
            (b"\x1b[?2004;1$y", "mode 2004 is on"),
            (b"\x1b]11;rgb:0000/8000/ffff\x1b\\", "background is #0080ff"),
            (b"\x1b[?997;1n", "dark color scheme"),
            (b"\x1bP>|xterm(390)\x1b\\", "terminal xterm(390)"),
            (b"\x1b[?31u", "kitty keyboard flags 31"),
            (b"\x1b]lmy title\x1b\\", "window title my title"),
            (b"\x1b]22;pointer\x1b\\", "pointer shape pointer"),
            (b"\x1b[9999z", "unknown"),
            (b"\x1b[200~a\nb\x1b[201~", "paste of 3 bytes: a␊b"),
        ] {
            assert_eq!(words(bytes), [said], "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn the_head_of_a_long_paste_is_shown() {
        let piece = Paste::whole(vec![b'x'; 100]);
        let said = paste(1 << 20, &piece.bytes, &piece);
        assert_eq!(said, format!("paste of 1048576 bytes: {}…", "x".repeat(60)));
    }
}
