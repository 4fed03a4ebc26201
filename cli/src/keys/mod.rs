//! `ttyring keys`: a live inspector of what the terminal sends.
//!
//! The loop and the ways out of it; what an event is called is in `line`, the rows and the
//! bar are in `screen`.

use std::os::fd::RawFd;
use std::process::ExitCode;

use ttyring::terminal::{Keyboard, Modes};
use ttyring::{Backend, Input, Os, key};

mod confine;
mod fit;
mod line;
mod screen;
mod stamp;

use screen::Screen;
use stamp::Stamps;

/// Show each key with its bytes, its event and its times.
///
/// Ctrl-C or `q q` leaves and prints a summary. The terminal is opened directly, so standard input
/// may be a pipe.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Have the terminal report the mouse
    #[arg(long)]
    mouse: bool,
    /// Have the terminal use the kitty keyboard protocol with all its flags
    #[arg(long)]
    kitty: bool,
    /// Wait in read(2) alone: one system call a key; a new size shows at the next key
    #[arg(long)]
    alone: bool,
    /// Draw nothing
    #[arg(long)]
    quiet: bool,
    /// Give up everything that reading the terminal does not need: injection, files, sockets
    #[arg(long)]
    sandbox: bool,
    /// Write CLOCK_MONOTONIC nanoseconds to descriptor N, eight native-endian bytes each: one when
    /// input is ready, then one for every event handled, before anything is drawn
    #[arg(long, value_name = "N")]
    stamp_fd: Option<RawFd>,
    /// Panic after N events
    #[arg(long, value_name = "N", hide = true)]
    panic_after: Option<u64>,
}

/// Runs the inspector until the user leaves or the terminal is gone.
pub(crate) fn run(args: &Args) -> ExitCode {
    match inspect(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ttyring: {error}");
            ExitCode::from(2)
        }
    }
}

fn inspect(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let mut stamps = args.stamp_fd.map(Stamps::open).transpose()?;
    let mut input = Input::builder().alone(args.alone).stamps(true).open()?;
    input.enable(modes(args))?;
    if args.kitty {
        input.terminal().push_keyboard(Keyboard::all())?;
    }
    let mut screen = Screen::new(args.quiet);
    screen.begin()?;
    if args.sandbox {
        for line in confine::confine()? {
            screen.say(&line)?;
        }
    }
    if let Some(stamps) = &mut stamps {
        stamps.write(Os.now())?;
    }
    let end = watch(&mut input, &mut screen, stamps.as_mut(), args.panic_after);
    // The terminal first: the summary is for the shell's screen, and a failure for its line.
    drop(input);
    screen.end()?;
    end
}

fn modes(args: &Args) -> Modes {
    let mut modes = Modes::empty();
    if !args.quiet {
        modes |= Modes::PASTE | Modes::FOCUS;
    }
    if args.mouse {
        modes |= Modes::MOUSE;
    }
    modes
}

fn watch(
    input: &mut Input,
    screen: &mut Screen,
    mut stamps: Option<&mut Stamps>,
    panic_after: Option<u64>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut quit = false;
    while let Some(event) = input.next_event()? {
        let handled = Os.now();
        let again = std::mem::replace(&mut quit, event == key!(q));
        let leave = event == key!(ctrl - c) || (again && quit);
        let text = screen.is_drawn().then(|| line::describe(&event));
        if let Some(stamps) = &mut stamps {
            stamps.write(handled)?;
        }
        let read = input.read_at().unwrap_or(handled);
        screen.show(input.raw(), text.as_deref(), read, handled)?;
        if panic_after == Some(screen.events()) {
            panic!("--panic-after {}", screen.events());
        }
        if leave {
            break;
        }
    }
    Ok(())
}
