//! Every command writes the bytes that upstream's command of the same name writes, and every value
//! has the same forms.

use std::collections::hash_map::DefaultHasher;
use std::fmt::{Debug, Display};
use std::hash::{Hash, Hasher};

/// Evaluates an expression with the names of this crate and with those of upstream's, each to the
/// bytes of a command.
macro_rules! same {
    ($command:expr) => {{
        let ours = {
            #[allow(unused_imports)]
            use ttyring_crossterm::{clipboard::*, cursor::*, event::*, style::*, terminal::*};
            bytes(|text| ttyring_crossterm::Command::write_ansi(&$command, text))
        };
        let theirs = {
            #[allow(unused_imports)]
            use crossterm_upstream::{clipboard::*, cursor::*, event::*, style::*, terminal::*};
            bytes(|text| crossterm_upstream::Command::write_ansi(&$command, text))
        };
        assert_eq!(ours, theirs, "{}", stringify!($command));
    }};
}

/// As `same`, of what values are displayed, debugged or converted to.
macro_rules! same_value {
    ($value:expr) => {{
        let ours = {
            #[allow(unused_imports)]
            use ttyring_crossterm::{clipboard::*, cursor::*, event::*, style::*, terminal::*};
            $value
        };
        let theirs = {
            #[allow(unused_imports)]
            use crossterm_upstream::{clipboard::*, cursor::*, event::*, style::*, terminal::*};
            $value
        };
        assert_eq!(ours, theirs, "{}", stringify!($value));
    }};
}

mod events;
mod macros;

fn bytes(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    write(&mut text).expect("a string takes everything");
    text
}

fn debugged(value: impl Debug) -> String {
    format!("{value:?}")
}

fn displayed(value: impl Display) -> String {
    format!("{value}")
}

fn hashed(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Calls a macro for each named colour, a number and a colour of 24 bits.
macro_rules! each_color {
    ($color:ident => $check:expr) => {
        each_color!(@ $check, $color:
            Reset Black DarkGrey Red DarkRed Green DarkGreen Yellow DarkYellow Blue DarkBlue
            Magenta DarkMagenta Cyan DarkCyan White Grey);
    };
    (@ $check:expr, $color:ident: $($name:ident)*) => {$({
        macro_rules! $color {
            () => {
                Color::$name
            };
        }
        $check
    })*};
}

const COUNTS: [u16; 5] = [0, 1, 2, 500, u16::MAX - 1];

#[test]
fn cursor_moves_by_the_same_bytes() {
    for n in COUNTS {
        same!(MoveTo(n, 3));
        same!(MoveTo(3, n));
        same!(MoveToNextLine(n));
        same!(MoveToPreviousLine(n));
        same!(MoveToColumn(n));
        same!(MoveToRow(n));
        same!(MoveUp(n));
        same!(MoveRight(n));
        same!(MoveDown(n));
        same!(MoveLeft(n));
        same_value!(displayed(MoveTo(n, n)));
    }
}

#[test]
fn cursor_is_shown_by_the_same_bytes() {
    same!(SavePosition);
    same!(RestorePosition);
    same!(Hide);
    same!(Show);
    same!(EnableBlinking);
    same!(DisableBlinking);
    same!(SetCursorStyle::BlinkingBlock);
    same!(SetCursorStyle::SteadyBlock);
    same!(SetCursorStyle::BlinkingUnderScore);
    same!(SetCursorStyle::SteadyUnderScore);
    same!(SetCursorStyle::BlinkingBar);
    same!(SetCursorStyle::SteadyBar);
    same!(SetCursorStyle::DefaultUserShape);
}

#[test]
fn screen_is_changed_by_the_same_bytes() {
    for n in COUNTS {
        same!(ScrollUp(n));
        same!(ScrollDown(n));
        same!(SetSize(n, 7));
        same!(SetSize(7, n));
    }
    same!(Clear(ClearType::All));
    same!(Clear(ClearType::Purge));
    same!(Clear(ClearType::FromCursorDown));
    same!(Clear(ClearType::FromCursorUp));
    same!(Clear(ClearType::CurrentLine));
    same!(Clear(ClearType::UntilNewLine));
    same!(SetTitle("a title, ünï"));
    same!(EnterAlternateScreen);
    same!(LeaveAlternateScreen);
    same!(DisableLineWrap);
    same!(EnableLineWrap);
    same!(BeginSynchronizedUpdate);
    same!(EndSynchronizedUpdate);
}

#[test]
fn colors_are_set_by_the_same_bytes() {
    each_color!(color => {
        same!(SetForegroundColor(color!()));
        same!(SetBackgroundColor(color!()));
        same!(SetUnderlineColor(color!()));
        same!(SetColors(Colors::new(color!(), Color::AnsiValue(9))));
        same!(SetColors(Colored::ForegroundColor(color!()).into()));
        same!(SetColors(Colored::BackgroundColor(color!()).into()));
        same!(SetColors(Colored::UnderlineColor(color!()).into()));
        same_value!(displayed(Colored::UnderlineColor(color!())));
        same_value!(debugged(color!()));
        same_value!(hashed(color!()));
        same_value!(serde_json::to_string(&color!()).expect("a colour"));
    });
    for n in 0..=255 {
        same!(SetForegroundColor(Color::AnsiValue(n)));
        same!(SetBackgroundColor(Color::Rgb { r: n, g: 1, b: 255 }));
        same!(SetUnderlineColor(Color::from((1, n, 0))));
        same_value!(serde_json::to_string(&Color::AnsiValue(n)).expect("a colour"));
        same_value!(serde_json::to_string(&Color::from((n, 0, 9))).expect("a colour"));
    }
    same!(SetColors(Colors {
        foreground: None,
        background: None
    }));
    same!(ResetColor);
}

#[test]
fn colors_are_read_from_the_same_notations() {
    let names = [
        "reset",
        "Black",
        "dark_grey",
        "RED",
        "dark_red",
        "green",
        "dark_green",
        "yellow",
        "dark_yellow",
        "blue",
        "dark_blue",
        "magenta",
        "dark_magenta",
        "cyan",
        "dark_cyan",
        "white",
        "grey",
        "gray",
        "",
        "rgb_(1,2,3)",
        "ansi_(7)",
        "#0a0B0c",
        "#12345",
        "#1234567",
        "ansi_(256)",
        "rgb_(1,2)",
        "rgb_(1,2,3,4)",
        "rgb_(1,2,300)",
        "ansi_()",
    ];
    for name in names {
        same_value!(debugged(Color::try_from(name)));
        same_value!(debugged(name.parse::<Color>()));
        let json = serde_json::to_string(name).expect("text");
        same_value!(debugged(serde_json::from_str::<Color>(&json).ok()));
    }
    let parameters = [
        "5;0",
        "5;15",
        "5;16",
        "5;255",
        "5;256",
        "5",
        "2;1;2;3",
        "2;1;2",
        "2;1;2;3;4",
        "5;1;1",
        "",
        "x",
        "38;5;1",
        "48;5;9",
        "58;5;200",
        "39",
        "49",
        "59",
        "39;1",
        "30",
        "37",
        "38",
        "138",
        "38;2;1;2;3",
        "58;2;0;0;0",
        "99",
        "40",
        "5;-1",
        "5;+1",
        "5; 1",
        "038;5;1",
    ];
    for text in parameters {
        same_value!(debugged(Color::parse_ansi(text)));
        same_value!(debugged(Colored::parse_ansi(text)));
    }
}

#[test]
fn attributes_are_the_same() {
    same_value!(Attribute::iterator().map(debugged).collect::<Vec<_>>());
    same_value!(
        Attribute::iterator()
            .map(|one| one.sgr())
            .collect::<Vec<_>>()
    );
    same_value!(
        Attribute::iterator()
            .map(|one| one.bytes())
            .collect::<Vec<_>>()
    );
    same_value!(Attribute::iterator().map(displayed).collect::<Vec<_>>());
    same_value!(debugged(Attributes::from(
        &[Attribute::Bold, Attribute::NoBlink][..]
    )));
    for n in 0..ttyring_crossterm::style::Attribute::iterator().count() {
        same!(SetAttribute(
            Attribute::iterator().nth(n).expect("one of them")
        ));
        same!(SetAttributes(
            Attributes::from(Attribute::iterator().nth(n).expect("one of them"))
                .with(Attribute::Italic)
                .without(Attribute::Bold)
        ));
    }
    same!(SetAttributes(Attributes::none()));
}

#[test]
fn styles_are_written_and_reset_by_the_same_bytes() {
    same!(PrintStyledContent("plain".stylize()));
    same!(PrintStyledContent("text".red()));
    same!(PrintStyledContent("text".on_dark_blue()));
    same!(PrintStyledContent("text".underline_grey()));
    same!(PrintStyledContent("text".red().on_black()));
    same!(PrintStyledContent("text".red().underline_cyan()));
    same!(PrintStyledContent("text".bold().italic()));
    same!(PrintStyledContent("text".green().on_white().crossed_out()));
    same!(PrintStyledContent('x'.negative().rapid_blink()));
    same!(PrintStyledContent(
        String::from("x").slow_blink().hidden().dim().reset()
    ));
    same!(SetStyle(
        ContentStyle::new()
            .yellow()
            .on_grey()
            .underline_red()
            .underlined()
    ));
    same!(SetStyle(ContentStyle::new()));
    same!(Print(format_args!("{:>5}", 7)));
    same_value!(format!("{:>9}|", Print("padded")));
    same_value!(displayed(style(12).dark_magenta().reverse()));
}

#[test]
fn reports_are_asked_for_by_the_same_bytes() {
    same!(EnableMouseCapture);
    same!(DisableMouseCapture);
    same!(EnableFocusChange);
    same!(DisableFocusChange);
    same!(EnableBracketedPaste);
    same!(DisableBracketedPaste);
    for flags in 0..16 {
        same!(PushKeyboardEnhancementFlags(
            KeyboardEnhancementFlags::from_bits_truncate(flags)
        ));
    }
    same!(PopKeyboardEnhancementFlags);
}

#[test]
fn clipboard_is_written_by_the_same_bytes() {
    for content in ["", "a", "ab", "abc", "abcd", "\u{ff}\u{0}~ünï"] {
        same!(CopyToClipboard::to_clipboard_from(content));
        same!(CopyToClipboard::to_primary_from(content.as_bytes()));
    }
    same!(CopyToClipboard {
        content: "x",
        destination: "cps".parse::<ClipboardSelection>().expect("never fails"),
    });
    same_value!(displayed(ClipboardSelection(vec![ClipboardType::Other(
        '7'
    )])));
}
