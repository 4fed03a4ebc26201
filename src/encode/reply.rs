//! The bytes of replies.

use super::put;
use crate::event::Reply;

pub(super) fn encode_reply(reply: &Reply<'_>, out: &mut Vec<u8>) {
    match reply {
        Reply::PrimaryAttributes(params) => numbers(out, "?", params, "c"),
        Reply::SecondaryAttributes(params) => numbers(out, ">", params, "c"),
        Reply::TertiaryAttributes(unit) => string(out, "P!|", &[unit]),
        Reply::Status { private, params } => numbers(out, marker(*private), params, "n"),
        &Reply::CursorPosition {
            row,
            column,
            page,
            private,
        } => {
            let params = [row, column, page.unwrap_or(0)];
            let len = if page.is_some() { 3 } else { 2 };
            numbers(out, marker(private), &params[..len], "R");
        }
        Reply::Version(version) => string(out, "P>|", &[version]),
        &Reply::Mode {
            private,
            mode,
            value,
        } => numbers(out, marker(private), &[mode, value], "$y"),
        &Reply::KeyboardFlags(flags) => numbers(out, "?", &[flags], "u"),
        Reply::Color { color, rgb } => {
            let [red, green, blue] = rgb;
            let name = color.osc();
            put(
                out,
                format_args!("\x1b]{name}rgb:{red:04x}/{green:04x}/{blue:04x}\x1b\\"),
            );
        }
        Reply::Colors(body) => string(out, "]", &[body]),
        Reply::Clipboard { selection, base64 } => {
            string(out, "]52;", &[selection, b";", base64]);
        }
        Reply::KittyClipboard { metadata, base64 } => {
            string(out, "]5522;", &[metadata, b";", base64]);
        }
        Reply::Notification { metadata, payload } => {
            string(out, "]99;", &[metadata, b";", payload]);
        }
        Reply::PointerShape(text) => string(out, "]22;", &[text]),
        Reply::Title { icon, text } => string(out, if *icon { "]L" } else { "]l" }, &[text]),
        Reply::Font(text) => string(out, "]50;", &[text]),
        Reply::Allowed(text) => string(out, "]60;", &[text]),
        Reply::Iterm { name, value } => string(out, "]1337;", &[name, b"=", value]),
        Reply::TerminalState { format, data } => string(out, &format!("P{format}$s"), &[data]),
        Reply::PresentationState { format, data } => string(out, &format!("P{format}$u"), &[data]),
        Reply::Checksum { id, digits } => string(out, &format!("P{id}!~"), &[digits]),
        Reply::Termcap { ok, pairs } => {
            string(out, if *ok { "P1+r" } else { "P0+r" }, &[pairs]);
        }
        Reply::StatusString { ok, value } => {
            string(out, if *ok { "P1$r" } else { "P0$r" }, &[value]);
        }
        Reply::Graphics { control, message } => {
            string(out, "_G", &[control, b";", message]);
        }
        Reply::ColorScheme { dark } => numbers(out, "?", &[997, if *dark { 1 } else { 2 }], "n"),
        &Reply::KeyModifiers { resource, value } => numbers(out, ">", &[resource, value], "m"),
        &Reply::KeyFormat { resource, value } => numbers(out, ">", &[resource, value], "f"),
        Reply::Cursors(text) => {
            let digits = text
                .iter()
                .copied()
                .filter(|byte| (b'0'..=b';').contains(byte));
            out.extend_from_slice(b"\x1b[>");
            out.extend(digits);
            out.extend_from_slice(b" q");
        }
        Reply::GraphicsAttribute(params) => numbers(out, "?", params, "S"),
        Reply::TerminalParameters(params) => numbers(out, "", params, "x"),
        Reply::DisplayedExtent(params) => numbers(out, "", params, "\"w"),
        Reply::Locator(params) => numbers(out, "", params, "&w"),
        Reply::ColorStack(params) => numbers(out, "?", params, "#Q"),
        Reply::TitleStack(params) => numbers(out, "", params, "#S"),
        Reply::MacroSpace(blocks) => numbers(out, "", &[*blocks], "*{"),
        Reply::SupplementalSet { size, set } => string(out, &format!("P{size}!u"), &[set]),
        Reply::Resource { ok, pairs } => {
            string(out, if *ok { "P1+R" } else { "P0+R" }, &[pairs]);
        }
        Reply::KittyCommand(json) => string(out, "P@kitty-cmd", &[json]),
        Reply::Scrollbar { absolute, params } => {
            numbers(out, "", params, if *absolute { "#d" } else { "#e" });
        }
        Reply::AmbiguousWidth(width) => numbers(out, "", &[*width], "W"),
        Reply::Window(params) => numbers(out, "", params, "t"),
    }
}

fn marker(private: bool) -> &'static str {
    if private { "?" } else { "" }
}

fn numbers(out: &mut Vec<u8>, marker: &str, params: &[u32], last: &str) {
    put(out, format_args!("\x1b[{marker}"));
    for (index, param) in params.iter().enumerate() {
        let separator = if index == 0 { "" } else { ";" };
        put(out, format_args!("{separator}{param}"));
    }
    put(out, format_args!("{last}"));
}

/// A control string. What would end it early is left out of its parts.
fn string(out: &mut Vec<u8>, introducer: &str, parts: &[&[u8]]) {
    put(out, format_args!("\x1b{introducer}"));
    for part in parts {
        // BEL ends nothing but an OSC.
        let bell_ends = introducer.starts_with(']');
        let inside = |byte: &u8| match byte {
            0x18 | 0x1a | 0x1b => false,
            0x07 => !bell_ends,
            _ => true,
        };
        out.extend(part.iter().copied().filter(|byte| inside(byte)));
    }
    out.extend_from_slice(b"\x1b\\");
}
