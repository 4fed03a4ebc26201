//! An event in a few words.

use std::fmt::Write as _;

use ttyring::{Event, KeyKind};

/// Says what `event` is, as it would be written in a program where there is such a form.
pub(crate) fn describe(event: &Event<'_>) -> String {
    let mut text = String::new();
    let written = match event {
        Event::Key(key) => match key.kind {
            KeyKind::Release => write!(text, "{key} released"),
            KeyKind::Repeat => write!(text, "{key} repeated"),
            _ => write!(text, "{key}"),
        },
        Event::Mouse(mouse) => write!(text, "mouse {mouse:?}"),
        Event::Paste(paste) => write!(text, "paste {:?}", String::from_utf8_lossy(&paste.bytes)),
        Event::Focus { gained: true } => write!(text, "focus gained"),
        Event::Focus { gained: false } => write!(text, "focus lost"),
        Event::Resize(size) => write!(text, "resize {} × {}", size.columns, size.rows),
        Event::Reply(reply) => write!(text, "reply {reply:?}"),
        Event::Unknown(_) => write!(text, "unknown"),
        Event::Resumed => write!(text, "resumed"),
        Event::Signal(signals) => write!(text, "signal {signals:?}"),
        other => write!(text, "{other:?}"),
    };
    written.expect("writing to a string cannot fail");
    text
}
