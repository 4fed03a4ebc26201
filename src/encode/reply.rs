//! The bytes of replies.

use super::put;
use crate::event::{ColorSlot, Reply};

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
        Reply::Color { slot, rgb } => color(out, *slot, *rgb),
        Reply::Clipboard(clipboard) => {
            string(
                out,
                "]52;",
                &[&clipboard.selection, b";", &clipboard.base64],
            );
        }
        Reply::Termcap(termcap) => {
            let ok = if termcap.ok { "P1+r" } else { "P0+r" };
            string(out, ok, &[&termcap.pairs]);
        }
        Reply::StatusString { ok, value } => {
            string(out, if *ok { "P1$r" } else { "P0$r" }, &[value]);
        }
        Reply::Graphics(graphics) => {
            string(out, "_G", &[&graphics.control, b";", &graphics.message]);
        }
        Reply::ColorScheme { dark } => numbers(out, "?", &[997, if *dark { 1 } else { 2 }], "n"),
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

fn color(out: &mut Vec<u8>, slot: ColorSlot, [red, green, blue]: [u16; 3]) {
    match slot {
        ColorSlot::Foreground => put(out, format_args!("\x1b]10")),
        ColorSlot::Background => put(out, format_args!("\x1b]11")),
        ColorSlot::Cursor => put(out, format_args!("\x1b]12")),
        ColorSlot::Palette(index) => put(out, format_args!("\x1b]4;{index}")),
    }
    put(
        out,
        format_args!(";rgb:{red:04x}/{green:04x}/{blue:04x}\x1b\\"),
    );
}
