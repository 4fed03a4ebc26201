//! `ttyring keys`: a live inspector of what the terminal sends.
//!
//! This file has the options and the order of things: the terminal, the screen, the loop in
//! `inspector`, and the way out.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use ttyring::platform::{Backend, Os};
use ttyring::terminal::Modes;
use ttyring::{Input, LineMode, Wait};

mod confine;
mod controls;
mod fit;
mod inspector;
mod record;
mod row;
mod screen;
mod stamp;
mod tally;
mod words;

use crate::args::Keys;

use controls::Controls;
use inspector::Inspector;
use record::Recorder;
use screen::Screen;
use stamp::Stamps;

/// How long the terminal is given to say what it can do.
const ANSWER: Duration = Duration::from_millis(250);

/// Runs the inspector until the user leaves or the terminal is gone.
pub(crate) fn run(args: &Keys) -> ExitCode {
    let end = match &args.record {
        Some(path) => record(args, path),
        None => inspect(args, Os),
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ttyring: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs the inspector over a terminal whose reads are recorded.
fn record(args: &Keys, path: &Path) -> Result<(), Box<dyn Error>> {
    let failed = |error| format!("--record {}: {error}", path.display());
    let recorder = Recorder::create(Os, path).map_err(failed)?;
    inspect(args, recorder.clone())?;
    match recorder.failure() {
        Some(error) => Err(failed(error).into()),
        None => Ok(()),
    }
}

fn inspect<B: Backend>(args: &Keys, backend: B) -> Result<(), Box<dyn Error>> {
    let mut stamps = args.stamp_fd.map(Stamps::open).transpose()?;
    let screen = Screen::open(args.quiet)?;
    let wait = match args.alone {
        true => Wait::Read,
        false => Wait::Poll,
    };
    let builder = Input::builder().wait(wait).stamps(true);
    let mut input = builder.line_mode(line_mode(&screen)).open_on(backend)?;
    let mut capabilities = None;
    if screen.is_drawn() {
        capabilities = Some(input.capabilities(ANSWER)?);
    }
    let controls = Controls::start(input.terminal(), modes(args), args.kitty)?;
    let mut inspector = Inspector::new(screen, controls, capabilities);
    let mut sentences = Vec::new();
    if let Some(path) = &args.record {
        let path = path.display();
        sentences.push(format!(
            "recording to {path}: it will hold everything you type"
        ));
    }
    if args.sandbox {
        sentences.extend(confine::confine()?);
    }
    inspector.begin(&sentences, input.now())?;
    if let Some(stamps) = &mut stamps {
        stamps.write(input.now())?;
    }
    let end = inspector.watch(&mut input, stamps.as_mut(), args.panic_after);
    let (screen, summary) = inspector.end(input.now())?;
    // The terminal first: the summary is for the shell's screen, and a failure for its line. Of those
    // that have it open the input is the last, which waits for late replies.
    drop(input);
    screen.end(&summary)?;
    end
}

/// Raw; lines that go into a pipe may come out on this terminal, where a newline is to return to
/// the first column.
fn line_mode(screen: &Screen) -> LineMode {
    LineMode {
        output_processing: !screen.is_drawn(),
        ..LineMode::RAW
    }
}

fn modes(args: &Keys) -> Modes {
    let mut modes = Modes::empty();
    if !args.quiet && !screen::is_dumb() {
        modes |= Modes::PASTE | Modes::FOCUS;
    }
    if args.mouse {
        modes |= Modes::MOUSE;
    }
    modes
}
