//! The command line: every subcommand with its options.
//!
//! Nothing here but clap and the standard library: the build script reads this file, too, and makes
//! the manual pages and the shell completions of it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Watch, decode and check terminal input, and restore the terminal.
///
/// Without a subcommand, `ttyring` is `ttyring keys`: it shows each key as it arrives.
#[derive(Debug, Parser)]
#[command(name = "ttyring", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Keys(Keys),
    Doctor(Doctor),
    Decode(Decode),
    Supervise(Supervise),
    InstallExtras(InstallExtras),
}

/// Show each key with its bytes, its event and its times.
///
/// Ctrl-C or `q q` leaves and prints a summary. Ctrl-T and a letter switch a mode of the terminal
/// on or off; the legend at the bottom lists the letters. The terminal is opened directly, so
/// standard input may be a pipe.
#[derive(Debug, clap::Args)]
pub(crate) struct Keys {
    /// Ask the terminal to report the mouse
    #[arg(long)]
    pub(crate) mouse: bool,
    /// Ask the terminal for the kitty keyboard protocol with all its flags
    #[arg(long)]
    pub(crate) kitty: bool,
    /// Wait in read(2) alone: one system call per key; a new size shows at the next key
    #[arg(long)]
    pub(crate) alone: bool,
    /// Draw nothing
    #[arg(long)]
    pub(crate) quiet: bool,
    /// Write what is read and when to a new FILE, as an asciicast v2 recording. It holds everything
    /// that is typed, passwords included; `ttyring decode FILE` replays it
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Give up every right that reading the terminal does not need: injection, files, sockets
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Write CLOCK_MONOTONIC nanoseconds to descriptor N, eight native-endian bytes each: one when
    /// input is ready, then one for every event handled, before anything is drawn
    #[arg(long, value_name = "N")]
    pub(crate) stamp_fd: Option<i32>,
    /// Panic after N events
    #[arg(long, value_name = "N", hide = true)]
    pub(crate) panic_after: Option<u64>,
}

/// Decode bytes from standard input, or a recording, and print one JSON object per event.
#[derive(Debug, clap::Args)]
#[command(after_long_help = SCHEMA)]
pub(crate) struct Decode {
    /// Decode this file instead of standard input: a recording of `ttyring keys --record`, with its
    /// times, or the bytes as they are
    pub(crate) file: Option<PathBuf>,

    /// Decode this many bytes at a time; the events are the same for every number.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) chunk: Option<u32>,

    /// Decode as if this many milliseconds passed after each chunk, so that whatever has waited for
    /// its timeout is resolved. The end of the input does the same.
    #[arg(long, value_name = "MS")]
    pub(crate) pause: Option<u64>,

    /// A reply that was asked for, if the same bytes could be a key; give it once for each reply.
    #[arg(long, value_name = "REPLY")]
    pub(crate) expect: Vec<Reply>,

    /// The mouse is reported in pixels (mode 1016).
    #[arg(long)]
    pub(crate) pixels: bool,

    /// The mouse is reported in UTF-8 (mode 1005).
    #[arg(long)]
    pub(crate) utf8_mouse: bool,

    /// The terminal, if its keys differ from those of others: `linux`, `konsole`,
    /// `scoansi` or `at386`. The default for
    /// a recording is the TERM that it names
    #[arg(long, value_name = "NAME")]
    pub(crate) term: Option<String>,

    /// The byte that Backspace sends, as stty writes it.
    #[arg(long, value_name = "BYTE", default_value = "^?")]
    pub(crate) erase: Erase,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Erase {
    #[value(name = "^?")]
    Delete,
    #[value(name = "^H")]
    Backspace,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Reply {
    CursorPosition,
}

/// Run a program and restore the terminal when it ends, even after `kill -9`.
///
/// Ends as the program ends: with its exit status, or by the same signal.
#[derive(Debug, clap::Args)]
pub(crate) struct Supervise {
    /// When to switch off what the program may have left on: the alternate screen, the mouse,
    /// keyboard modes. The settings that stty shows are restored in any case.
    #[arg(long, value_name = "WHEN", default_value = "failed")]
    pub(crate) reset: When,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum When {
    /// After an exit status other than 0, after a signal, and when the settings were left changed.
    Failed,
    /// After every end.
    Always,
    /// Never.
    Never,
}

/// Check what on this machine helps or hurts terminal input.
#[derive(clap::Args, Debug)]
pub(crate) struct Doctor {
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,

    /// Exit with status 1 when a check finds a problem.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Print deployment settings for this machine instead of the report.
    #[arg(long, value_enum, value_name = "KIND", conflicts_with_all = ["json", "strict"])]
    pub(crate) emit: Option<Kind>,

    /// The program that the deployment settings are for.
    #[arg(long, value_name = "PATH", requires = "emit")]
    pub(crate) program: Option<PathBuf>,

    /// The terminal that the program reads, for settings that name one.
    #[arg(long, value_name = "DEVICE", requires = "emit")]
    pub(crate) tty: Option<PathBuf>,

    /// Write everything that the checks read to FILE, for use elsewhere with --root.
    #[arg(long, value_name = "FILE", conflicts_with = "emit")]
    pub(crate) record: Option<PathBuf>,

    /// Read a recorded machine: a FILE made by --record, or a directory laid out like /.
    #[arg(long, value_name = "PATH", hide = true, default_value = "/")]
    pub(crate) root: PathBuf,
}

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A service that owns a terminal.
    Systemd,
    /// Options of docker run (podman takes the same).
    Docker,
    /// A file for /etc/sysctl.d.
    Sysctl,
    /// A file for /etc/security/limits.d.
    Limits,
}

/// Install the manual pages and the shell completions.
///
/// They go to share/man/man1, share/bash-completion/completions, share/zsh/site-functions and
/// share/fish/vendor_completions.d below the prefix.
#[derive(clap::Args, Debug)]
pub(crate) struct InstallExtras {
    /// Where to put them: /usr/local for everybody, ~/.local for yourself.
    #[arg(long, value_name = "DIR")]
    pub(crate) prefix: PathBuf,
}

const SCHEMA: &str = "\
Objects, by their \"type\":
  key      code, mods, kind (press, repeat, release); text where the key produces text; shifted and
           base where they are reported. code is the character as sent, or a name: enter tab
           backspace escape up down left right home end page_up page_down insert delete begin f1…f35
           menu print_screen pause caps_lock scroll_lock num_lock kp_0…kp_9 kp_enter … media_play …
           left_shift … mods are, in this order: alt ctrl shift super hyper meta caps_lock num_lock
  mouse    kind (press, release, drag, move, scroll_up, scroll_down, scroll_left, scroll_right),
           button (left, middle, right, back, forward, button_10, button_11, none), x and y from 0,
           mods; pixels with --pixels
  paste    text, or bytes (hex) if it is not UTF-8; truncated past 32 MiB, unterminated at the end
  focus    gained
  resize   columns, rows, width, height
  reply    reply, and with
             primary_attributes, secondary_attributes, window: params
             status: params; private after ?
             tertiary_attributes, xtversion: text
             cursor_position: row and column from 1; page where it is reported
             mode: private, mode, value
             keyboard_flags: flags
             color: slot (foreground, background, cursor, palette …), index of a palette color, rgb;
                    a line for each color
             clipboard: selection, data (hex of the decoded bytes)
             termcap: ok, name, value; a line for each capability
             status_string: ok, value
             graphics: ok, name (the control part), value (the message)
             color_scheme: dark
             and reports of single terminals
  unknown  bytes (hex); truncated if more came than is kept

Each object of a recording also has time: seconds from the start of the recording.

docs/decode.md says the same at length.";
