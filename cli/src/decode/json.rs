//! Events as the JSON objects that docs/decode.md describes.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use ttyring::{
    ColorSlot, Event, Key, KeyCode, KeyKind, Modifiers, Mouse, MouseButton, MouseKind, Paste, Reply,
};

/// Writes events as lines, the pieces of a paste as one.
pub(super) struct Printer<W: Write> {
    output: W,
    paste: Vec<u8>,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(output: W) -> Self {
        Printer {
            output,
            paste: Vec::new(),
        }
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

    fn line(&mut self, object: Value) -> io::Result<()> {
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
        if let Reply::Termcap(termcap) = reply {
            let mut empty = true;
            for (name, value) in termcap.entries() {
                empty = false;
                self.line(termcap_object(termcap.ok, &name, &value))?;
            }
            return match empty {
                true => self.line(termcap_object(termcap.ok, b"", b"")),
                false => Ok(()),
            };
        }
        self.line(reply_object(reply))
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
    if let Some(text) = key.text() {
        object["text"] = json!(text.as_str());
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
            _ => "other",
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
            _ => "other",
        },
        "x": mouse.x,
        "y": mouse.y,
        "mods": modifiers(mouse.modifiers),
    });
    mark(&mut object, "pixels", mouse.pixels);
    object
}

fn termcap_object(ok: bool, name: &[u8], value: &[u8]) -> Value {
    let mut fields = json!({"ok": ok, "name": text(name)});
    if ok {
        fields["value"] = json!(text(value));
    }
    named("termcap", fields)
}

fn reply_object(reply: &Reply<'_>) -> Value {
    match reply {
        Reply::PrimaryAttributes(params) => {
            named("primary_attributes", json!({"params": **params}))
        }
        Reply::SecondaryAttributes(params) => {
            named("secondary_attributes", json!({"params": **params}))
        }
        Reply::TertiaryAttributes(unit) => {
            named("tertiary_attributes", json!({"text": text(unit)}))
        }
        Reply::Status { private, params } => {
            let mut object = named("status", json!({"params": **params}));
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
        Reply::Color { slot, rgb } => color_object(*slot, *rgb),
        Reply::Clipboard(clipboard) => {
            let selection = text(&clipboard.selection);
            // What is no Base64 has no decoded bytes.
            let data = clipboard.decoded().map(|data| hex(&data));
            named("clipboard", json!({"selection": selection, "data": data}))
        }
        Reply::StatusString { ok, value } => {
            named("status_string", json!({"ok": ok, "value": text(value)}))
        }
        Reply::Graphics(graphics) => named(
            "graphics",
            json!({
                "ok": graphics.is_ok(),
                "name": text(&graphics.control),
                "value": text(&graphics.message),
            }),
        ),
        Reply::ColorScheme { dark } => named("color_scheme", json!({"dark": dark})),
        Reply::Window(params) => named("window", json!({"params": **params})),
        _ => named("other", json!({})),
    }
}

fn color_object(slot: ColorSlot, rgb: [u16; 3]) -> Value {
    let fields = match slot {
        ColorSlot::Foreground => json!({"slot": "foreground", "rgb": rgb}),
        ColorSlot::Background => json!({"slot": "background", "rgb": rgb}),
        ColorSlot::Cursor => json!({"slot": "cursor", "rgb": rgb}),
        ColorSlot::Palette(index) => json!({"slot": "palette", "index": index, "rgb": rgb}),
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
