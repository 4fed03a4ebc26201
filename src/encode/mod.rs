//! Events to bytes: what a terminal would have sent, for programs that pass input on.
//!
//! Nothing here is written to a terminal. The bytes of an event, decoded again, give the event
//! back as far as the protocol can say it.

mod key;
mod reply;

use std::io::Write as _;

use crate::event::{Event, Keyboard, Modifiers, Mouse, MouseButton, MouseKind, Paste};

/// Appends the bytes of an event, and returns whether there are any: a protocol without releases
/// has none for a release, and a signal is not input.
///
/// Keys are written as the kitty keyboard protocol does under the flags `keyboard`. Without any
/// flag, they are written as xterm does by default: Ctrl+i is Tab, and Shift+Enter is Enter.
///
/// The mouse is written in the SGR encoding. A paste cannot end early: the marker that ends it is
/// made harmless inside.
///
/// # Examples
///
/// ```
/// use ttyring::encode::encode;
/// use ttyring::{Event, Keyboard, key};
///
/// let mut bytes = Vec::new();
/// assert!(encode(&Event::Key(key!(ctrl - right)), Keyboard::empty(), &mut bytes));
/// assert_eq!(bytes, b"\x1b[1;5C");
/// ```
pub fn encode(event: &Event<'_>, keyboard: Keyboard, out: &mut Vec<u8>) -> bool {
    match event {
        Event::Key(key) => return key::encode_key(key, keyboard, out),
        Event::Mouse(mouse) => encode_mouse(mouse, out),
        Event::Paste(paste) => encode_paste(paste, out),
        Event::Focus { gained } => {
            out.extend_from_slice(if *gained { b"\x1b[I" } else { b"\x1b[O" })
        }
        Event::Resize(size) => put(
            out,
            format_args!(
                "\x1b[48;{};{};{};{}t",
                size.rows, size.columns, size.height, size.width
            ),
        ),
        Event::Reply(reply) => reply::encode_reply(reply, out),
        Event::Unknown(unknown) => out.extend_from_slice(&unknown.bytes),
        // What happened to the program is not input.
        Event::Resumed | Event::Signal(_) | Event::Woken => return false,
    }
    true
}

/// Appends formatted text.
fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a vector takes everything");
}

fn encode_mouse(mouse: &Mouse, out: &mut Vec<u8>) {
    let button = match mouse.button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
        MouseButton::None => 3,
        MouseButton::Back => 128,
        MouseButton::Forward => 129,
        MouseButton::Button10 => 130,
        MouseButton::Button11 => 131,
    };
    let code = match mouse.kind {
        MouseKind::Press | MouseKind::Release => button,
        MouseKind::Drag => button + 32,
        MouseKind::Move => 35,
        MouseKind::ScrollUp => 64,
        MouseKind::ScrollDown => 65,
        MouseKind::ScrollLeft => 66,
        MouseKind::ScrollRight => 67,
    };
    let known = Modifiers::SHIFT | Modifiers::ALT | Modifiers::CTRL;
    let held = u32::from(mouse.modifiers.intersection(known).bits()) << 2;
    let last = match mouse.kind {
        MouseKind::Release => 'm',
        _ => 'M',
    };
    let (x, y) = (u32::from(mouse.x) + 1, u32::from(mouse.y) + 1);
    put(out, format_args!("\x1b[<{};{x};{y}{last}", code | held));
}

fn encode_paste(paste: &Paste<'_>, out: &mut Vec<u8>) {
    const END: &[u8] = b"\x1b[201~";
    if paste.first {
        out.extend_from_slice(b"\x1b[200~");
    }
    let mut rest = &paste.bytes[..];
    while let Some(at) = rest.windows(END.len()).position(|window| window == END) {
        out.extend_from_slice(&rest[..at]);
        // The symbol for ESC in its place.
        out.extend_from_slice("\u{241b}".as_bytes());
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    if paste.last && !paste.unterminated {
        out.extend_from_slice(END);
    }
}
