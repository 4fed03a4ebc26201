//! Questions to the terminal, which any thread may ask while another one reads.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ttyring::Color as ColorOf;
use ttyring::query::{self, CURSOR_POSITION, KEYBOARD_FLAGS, QueryError, Question};

use super::reader::Reader;
use super::shared;
use crate::restore;
use crate::style::Color;

/// How long an answer is waited for. Terminals that do not know a question answer at once that they
/// do not; this is for those that say nothing at all.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the position is asked for once [`ask`] was called: as it does, since the library then takes the
/// answers. Before that, the reader asks. [`Input::query`](ttyring::Input::query) is 20 KB that every
/// program on ratatui would have for this one question: it keeps events of every kind meanwhile, which
/// the reader does anyway.
static BY_QUERY: OnceLock<AskPosition> = OnceLock::new();

type AskPosition = fn() -> io::Result<(u16, u16)>;

/// Asks the terminal something, and waits for the answer for at most `timeout`.
///
/// The constants and functions of [`ttyring::query`] are the questions. Keys that come meanwhile are events
/// afterwards. Another thread that waits for events goes on waiting; a task that does is woken for
/// those that came.
///
/// # Errors
///
/// [`QueryError::Unsupported`] when the terminal does not know the question,
/// [`QueryError::TimedOut`] when it answers nothing.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use ttyring::query::VERSION;
/// use ttyring_crossterm::event;
///
/// let name = event::ask(VERSION, Duration::from_millis(500));
/// println!("{name:?}\r");
/// ```
pub fn ask<A: 'static>(question: Question<A>, timeout: Duration) -> Result<A, QueryError> {
    BY_QUERY.get_or_init(|| || ask(CURSOR_POSITION, PATIENCE).map_err(into_io));
    let deadline = Instant::now().checked_add(timeout);
    let answer = in_raw_mode(deadline, |reader| reader.input().query(question, timeout));
    answer
        .map_err(|error| QueryError::Os(error.into()))?
        .unwrap_or(Err(QueryError::TimedOut))
}

/// Has the reader ask something; nothing if it was not free before `deadline`.
fn in_raw_mode<R>(
    deadline: Option<Instant>,
    ask: impl FnOnce(&mut Reader) -> R,
) -> io::Result<Option<R>> {
    // What was printed before the question is to be on the screen when it is answered.
    let _ = io::stdout().flush();
    // Without raw mode the answer would be shown, and not be read before the next Enter.
    let raw = RawMode::enter()?;
    let turn = shared::interrupt(deadline)?;
    let answer = turn.map(|mut turn| ask(&mut turn));
    drop(raw);
    #[cfg(feature = "event-stream")]
    super::stream::wake_tasks();
    Ok(answer)
}

/// Asks where the cursor is: its column and its row, from zero.
///
/// This may be asked from any thread, also while another one waits for events.
///
/// # Errors
///
/// `TimedOut` when the terminal does not answer within two seconds.
pub fn position() -> io::Result<(u16, u16)> {
    if let Some(by_query) = BY_QUERY.get() {
        return by_query();
    }
    let deadline = Instant::now() + PATIENCE;
    in_raw_mode(Some(deadline), |reader| reader.position(deadline))?
        .unwrap_or(Err(io::ErrorKind::TimedOut.into()))
}

/// Asks whether the terminal has the kitty keyboard protocol, which
/// [`PushKeyboardEnhancementFlags`](super::PushKeyboardEnhancementFlags) uses.
///
/// # Errors
///
/// `TimedOut` when the terminal does not answer within two seconds.
pub fn supports_keyboard_enhancement() -> io::Result<bool> {
    match ask(KEYBOARD_FLAGS, PATIENCE) {
        Ok(_) => Ok(true),
        Err(QueryError::Unsupported) => Ok(false),
        Err(error) => Err(into_io(error)),
    }
}

/// Asks for the colour of text; nothing if the terminal does not tell.
///
/// # Errors
///
/// What the system answers when the terminal cannot be read or written.
pub fn query_foreground_color() -> io::Result<Option<Color>> {
    color(ColorOf::Foreground)
}

/// Asks for the colour behind the text; nothing if the terminal does not tell.
///
/// # Errors
///
/// What the system answers when the terminal cannot be read or written.
pub fn query_background_color() -> io::Result<Option<Color>> {
    color(ColorOf::Background)
}

fn color(which: ColorOf) -> io::Result<Option<Color>> {
    match ask(query::color(which), PATIENCE) {
        // Terminals tell 16 bits a share.
        Ok(shares) => {
            let [r, g, b] = shares.map(|share| (share >> 8) as u8);
            Ok(Some(Color::Rgb { r, g, b }))
        }
        Err(QueryError::Unsupported | QueryError::TimedOut) => Ok(None),
        Err(error) => Err(into_io(error)),
    }
}

/// Gives the terminal back while `f` runs, for a child that uses it, such as an editor: settings as
/// they were found, every mode off, nobody reading. Everything is on again afterwards.
///
/// This may be called from any thread, also while another one waits for events.
///
/// # Errors
///
/// What the system answers when the settings cannot be changed.
///
/// # Examples
///
/// ```no_run
/// use std::process::Command;
/// use ttyring_crossterm::event;
///
/// let status = event::lend(|| Command::new("vi").status())??;
/// # std::io::Result::Ok(())
/// ```
pub fn lend<R: 'static>(f: impl FnOnce() -> R) -> io::Result<R> {
    let turn = shared::interrupt(None)?;
    let mut turn = turn.ok_or(io::ErrorKind::TimedOut)?;
    let result = turn.lend(f);
    drop(turn);
    #[cfg(feature = "event-stream")]
    super::stream::wake_tasks();
    result
}

/// Raw mode, unless it was on before.
struct RawMode {
    is_ours: bool,
}

impl RawMode {
    fn enter() -> io::Result<Self> {
        let is_ours = restore::enable_raw()?;
        Ok(RawMode { is_ours })
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        if self.is_ours {
            // The question is answered; what follows will say what is wrong with the terminal.
            let _ = restore::disable_raw();
        }
    }
}

fn into_io(error: QueryError) -> io::Error {
    let kind = match error {
        QueryError::Os(error) => return error.into(),
        QueryError::TimedOut => io::ErrorKind::TimedOut,
        QueryError::Unsupported => io::ErrorKind::Unsupported,
        QueryError::End => io::ErrorKind::UnexpectedEof,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
