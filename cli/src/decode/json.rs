//! Events as the JSON objects that docs/decode.md describes.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Map, Value, json};
use ttyring::{
    Color, Event, Key, KeyCode, KeyKind, Modifiers, Mouse, MouseButton, MouseKind, Paste, Reply,
};

/// Writes events as lines, the pieces of a paste as one.
pub(super) struct Printer<W: Write> {
    output: W,
    paste: Vec<u8>,
    /// When it came, where that is known: in seconds from the start of the recording.
    time: Option<f64>,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(output: W) -> Self {
        Printer {
            output,
            paste: Vec::new(),
            time: None,
        }
    }

    /// Says when the next events came.
    pub(super) fn set_time(&mut self, after: Duration) {
        self.time = Some(after.as_secs_f64());
    }

    pub(super) fn print(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Key(key) => self.line(key_object(&key)),
            Event::Mouse(mouse) => self.line(mouse_object(&mouse)),
            Event::Paste(piece) => self.paste(&piece),
            Event::Focus { gained } => self.line(json!({"type": "focus", "gained": gained})),
            Event::Resize(size) => self.line(json!({
                "type": "resize",
                "columns": size.columns,
                "rows": size.rows,
                "width": size.width,
                "height": size.height,
            })),
            Event::Reply(reply) => self.reply(&reply),
            Event::Unknown(unknown) => {
                let mut object = json!({"type": "unknown", "bytes": hex(&unknown.bytes)});
                mark(&mut object, "truncated", unknown.truncated);
                self.line(object)
            }
            // Resumes and signals do not come out of bytes.
            _ => Ok(()),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn line(&mut self, mut object: Value) -> io::Result<()> {
        if let Some(time) = self.time {
            object["time"] = json!(time);
        }
        writeln!(self.output, "{object}")
    }

    fn paste(&mut self, piece: &Paste<'_>) -> io::Result<()> {
        self.paste.extend_from_slice(&piece.bytes);
        if !piece.last {
            return Ok(());
        }
        let mut object = match std::str::from_utf8(&self.paste) {
            Ok(text) => json!({"type": "paste", "text": text}),
            Err(_) => json!({"type": "paste", "bytes": hex(&self.paste)}),
        };
        mark(&mut object, "truncated", piece.truncated);
        mark(&mut object, "unterminated", piece.unterminated);
        self.paste = Vec::new();
        self.line(object)
    }

    fn reply(&mut self, reply: &Reply<'_>) -> io::Result<()> {
        if let Reply::Colors(_) = reply {
            return reply
                .colors()
                .try_for_each(|(color, rgb)| self.line(color_object(color, rgb)));
        }
        let (kind, ok) = match reply {
            Reply::Termcap { ok, .. } => ("termcap", *ok),
            Reply::Resource { ok, .. } => ("resource", *ok),
            _ => return self.line(reply_object(reply)),
        };
        let mut empty = true;
        for (name, value) in reply.capabilities() {
            empty = false;
            self.line(capability_object(kind, ok, &name, &value))?;
        }
        match empty {
            true => self.line(capability_object(kind, ok, b"", b"")),
            false => Ok(()),
        }
    }
}

/// Adds a field only if it is true.
fn mark(object: &mut Value, name: &str, value: bool) {
    if value {
        object[name] = Value::Bool(true);
    }
}

fn key_object(key: &Key) -> Value {
    let mut object = json!({
        "type": "key",
        "code": code(key.code),
        "mods": modifiers(key.modifiers),
        "kind": match key.kind {
            KeyKind::Press => "press",
            KeyKind::Repeat => "repeat",
            KeyKind::Release => "release",
        },
    });
    if !key.text().is_empty() {
        object["text"] = json!(key.text());
    }
    if let Some(shifted) = key.shifted {
        object["shifted"] = json!(shifted);
    }
    if let Some(base) = key.base {
        object["base"] = json!(base);
    }
    object
}

fn code(code: KeyCode) -> String {
    match code {
        // As sent, where its name would be `space`.
        KeyCode::Char(character) => character.to_string(),
        named => named.to_string(),
    }
}

fn modifiers(held: Modifiers) -> Vec<&'static str> {
    const ORDER: [(Modifiers, &str); 8] = [
        (Modifiers::ALT, "alt"),
        (Modifiers::CTRL, "ctrl"),
        (Modifiers::SHIFT, "shift"),
        (Modifiers::SUPER, "super"),
        (Modifiers::HYPER, "hyper"),
        (Modifiers::META, "meta"),
        (Modifiers::CAPS_LOCK, "caps_lock"),
        (Modifiers::NUM_LOCK, "num_lock"),
    ];
    let names = ORDER
        .iter()
        .filter(|(modifier, _)| held.contains(*modifier));
    names.map(|&(_, name)| name).collect()
}

fn mouse_object(mouse: &Mouse) -> Value {
    let mut object = json!({
        "type": "mouse",
        "kind": match mouse.kind {
            MouseKind::Press => "press",
            MouseKind::Release => "release",
            MouseKind::Drag => "drag",
            MouseKind::Move => "move",
            MouseKind::ScrollUp => "scroll_up",
            MouseKind::ScrollDown => "scroll_down",
            MouseKind::ScrollLeft => "scroll_left",
            MouseKind::ScrollRight => "scroll_right",
        },
        "button": match mouse.button {
            MouseButton::None => "none",
            MouseButton::Left => "left",
            MouseButton::Middle => "middle",
            MouseButton::Right => "right",
            MouseButton::Back => "back",
            MouseButton::Forward => "forward",
            MouseButton::Button10 => "button_10",
            MouseButton::Button11 => "button_11",
        },
        "x": mouse.x,
        "y": mouse.y,
        "mods": modifiers(mouse.modifiers),
    });
    mark(&mut object, "pixels", mouse.pixels);
    object
}

/// A capability of terminfo or a resource of xterm.
fn capability_object(kind: &str, ok: bool, name: &[u8], value: &[u8]) -> Value {
    let mut fields = json!({"ok": ok, "name": text(name)});
    if ok {
        fields["value"] = json!(text(value));
    }
    named(kind, fields)
}

fn reply_object(reply: &Reply<'_>) -> Value {
    match reply {
        Reply::PrimaryAttributes(params) => named("primary_attributes", json!({"params": params})),
        Reply::SecondaryAttributes(params) => {
            named("secondary_attributes", json!({"params": params}))
        }
        Reply::TertiaryAttributes(unit) => {
            named("tertiary_attributes", json!({"text": text(unit)}))
        }
        Reply::Status { private, params } => {
            let mut object = named("status", json!({"params": params}));
            mark(&mut object, "private", *private);
            object
        }
        &Reply::CursorPosition {
            row, column, page, ..
        } => {
            let mut object = named("cursor_position", json!({"row": row, "column": column}));
            if let Some(page) = page {
                object["page"] = json!(page);
            }
            object
        }
        Reply::Version(version) => named("xtversion", json!({"text": text(version)})),
        Reply::Mode {
            private,
            mode,
            value,
        } => named(
            "mode",
            json!({"private": private, "mode": mode, "value": value}),
        ),
        Reply::KeyboardFlags(flags) => named("keyboard_flags", json!({"flags": flags})),
        Reply::Color { color, rgb } => color_object(*color, Some(*rgb)),
        Reply::Clipboard { selection, .. } => {
            let selection = text(selection);
            // What is not Base64 has no decoded bytes.
            let data = reply.data().map(|data| hex(&data));
            named("clipboard", json!({"selection": selection, "data": data}))
        }
        Reply::KittyClipboard { metadata, .. } => named(
            "kitty_clipboard",
            json!({"metadata": text(metadata), "data": reply.data().map(|data| hex(&data))}),
        ),
        Reply::Notification { metadata, payload } => named(
            "notification",
            json!({"metadata": text(metadata), "payload": text(payload)}),
        ),
        Reply::PointerShape(shape) => named("pointer_shape", json!({"text": text(shape)})),
        Reply::Title { icon, text: title } => named(
            if *icon { "icon_title" } else { "title" },
            json!({"text": text(title)}),
        ),
        Reply::Font(font) => named("font", json!({"text": text(font)})),
        Reply::Allowed(list) => named("allowed", json!({"text": text(list)})),
        Reply::Iterm { name, value } => {
            named("iterm", json!({"name": text(name), "value": text(value)}))
        }
        Reply::TerminalState { format, data } => named(
            "terminal_state",
            json!({"format": format, "text": text(data)}),
        ),
        Reply::PresentationState { format, data } => named(
            "presentation_state",
            json!({"format": format, "text": text(data)}),
        ),
        Reply::Checksum { id, digits } => {
            named("checksum", json!({"id": id, "text": text(digits)}))
        }
        Reply::KeyModifiers { resource, value } => named(
            "key_modifiers",
            json!({"resource": resource, "value": value}),
        ),
        Reply::KeyFormat { resource, value } => {
            named("key_format", json!({"resource": resource, "value": value}))
        }
        Reply::Cursors(list) => named("cursors", json!({"text": text(list)})),
        Reply::GraphicsAttribute(params) => named("graphics_attribute", json!({"params": params})),
        Reply::TerminalParameters(params) => {
            named("terminal_parameters", json!({"params": params}))
        }
        Reply::DisplayedExtent(params) => named("displayed_extent", json!({"params": params})),
        Reply::Locator(params) => named("locator", json!({"params": params})),
        Reply::ColorStack(params) => named("color_stack", json!({"params": params})),
        Reply::TitleStack(params) => named("title_stack", json!({"params": params})),
        Reply::MacroSpace(blocks) => named("macro_space", json!({"blocks": blocks})),
        Reply::SupplementalSet { size, set } => {
            named("supplemental_set", json!({"size": size, "text": text(set)}))
        }
        Reply::KittyCommand(answer) => named("kitty_command", json!({"text": text(answer)})),
        Reply::Scrollbar { absolute, params } => {
            named("scrollbar", json!({"absolute": absolute, "params": params}))
        }
        Reply::AmbiguousWidth(width) => named("ambiguous_width", json!({"width": width})),
        Reply::StatusString { ok, value } => {
            named("status_string", json!({"ok": ok, "value": text(value)}))
        }
        Reply::Graphics { control, message } => named(
            "graphics",
            json!({
                "ok": **message == *b"OK",
                "name": text(control),
                "value": text(message),
            }),
        ),
        Reply::ColorScheme { dark } => named("color_scheme", json!({"dark": dark})),
        Reply::Window(params) => named("window", json!({"params": params})),
        _ => named("other", json!({})),
    }
}

fn color_object(color: Color, rgb: Option<[u16; 3]>) -> Value {
    let fields = match color {
        Color::Foreground => json!({"slot": "foreground", "rgb": rgb}),
        Color::Background => json!({"slot": "background", "rgb": rgb}),
        Color::Cursor => json!({"slot": "cursor", "rgb": rgb}),
        Color::Palette(index) => json!({"slot": "palette", "index": index, "rgb": rgb}),
        Color::Special(index) => json!({"slot": "special", "index": index, "rgb": rgb}),
        Color::PointerForeground => json!({"slot": "pointer_foreground", "rgb": rgb}),
        Color::PointerBackground => json!({"slot": "pointer_background", "rgb": rgb}),
        Color::TektronixForeground => json!({"slot": "tektronix_foreground", "rgb": rgb}),
        Color::TektronixBackground => json!({"slot": "tektronix_background", "rgb": rgb}),
        Color::TektronixCursor => json!({"slot": "tektronix_cursor", "rgb": rgb}),
        Color::SelectionForeground => json!({"slot": "selection_foreground", "rgb": rgb}),
        Color::SelectionBackground => json!({"slot": "selection_background", "rgb": rgb}),
        Color::CursorText => json!({"slot": "cursor_text", "rgb": rgb}),
        Color::VisualBell => json!({"slot": "visual_bell", "rgb": rgb}),
        Color::Transparent(index) => json!({"slot": "transparent", "index": index, "rgb": rgb}),
        _ => json!({"slot": "other", "rgb": rgb}),
    };
    named("color", fields)
}

/// A reply's object: its name, then its fields.
fn named(name: &str, fields: Value) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), json!("reply"));
    object.insert("reply".into(), json!(name));
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Value::Object(object)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a string takes everything");
        digits
    })
}
