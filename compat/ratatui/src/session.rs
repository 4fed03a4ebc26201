//! From opening the terminal to restoring it.

use std::io;

use ratatui_core::layout::Rect;
use ratatui_core::terminal::{Terminal, TerminalOptions, Viewport};
use ttyring::{Input, Modes};

use crate::TtyBackend;

/// ratatui's terminal on this backend.
pub type DefaultTerminal = Terminal<TtyBackend>;

/// Runs `f` with the alternate screen and with the input, in raw mode.
///
/// [`Input::enable`] switches on more, such as the mouse.
///
/// # Errors
///
/// What `f` returns; what the system answers when the terminal cannot be opened or changed, which
/// includes that there is none.
pub fn run<T, E: From<io::Error>>(
    f: impl FnOnce(&mut DefaultTerminal, &mut Input) -> Result<T, E>,
) -> Result<T, E> {
    run_with(Viewport::Fullscreen, f)
}

/// As [`run`], in another viewport. An inline or a fixed one is on the main screen; an inline one
/// stays there at the end, and the shell goes on below it.
///
/// # Errors
///
/// As [`run`].
///
/// # Examples
///
/// ```no_run
/// use ratatui_core::terminal::Viewport;
/// use ratatui_core::text::Line;
///
/// ttyring_ratatui::run_with(Viewport::Inline(1), |terminal, input| {
///     terminal.draw(|frame| frame.render_widget(Line::from("any key ends"), frame.area()))?;
///     input.next_event()?;
///     Ok(())
/// })
/// # as std::io::Result<()>;
/// ```
pub fn run_with<T, E: From<io::Error>>(
    viewport: Viewport,
    f: impl FnOnce(&mut DefaultTerminal, &mut Input) -> Result<T, E>,
) -> Result<T, E> {
    let is_full_screen = viewport == Viewport::Fullscreen;
    let is_inline = matches!(viewport, Viewport::Inline(_));
    let mut input = Input::open().map_err(io::Error::from)?;
    if is_full_screen {
        let alternate = input.enable(Modes::ALTERNATE_SCREEN);
        alternate.map_err(io::Error::from)?;
    }
    let mut backend = TtyBackend::new(&mut input)?;
    backend.owns_screen(is_full_screen);
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
    let result = f(&mut terminal, &mut input);
    if is_inline {
        // The result of the program matters more than where the shell goes on.
        let _ = step_below(&mut terminal);
    }
    result
}

/// As [`run`], in `rows` rows that begin where the cursor is and are erased at the end: see
/// [`TtyBackend::relative`].
///
/// # Errors
///
/// As [`run`].
///
/// # Examples
///
/// ```no_run
/// use ratatui_core::text::Line;
/// use ratatui_core::widgets::Widget;
///
/// ttyring_ratatui::run_relative(1, |terminal, input| {
///     terminal.insert_before(1, |buffer| Line::from("this stays").render(buffer.area, buffer))?;
///     terminal.draw(|frame| frame.render_widget(Line::from("this does not"), frame.area()))?;
///     input.next_event()?;
///     Ok(())
/// })
/// # as std::io::Result<()>;
/// ```
pub fn run_relative<T, E: From<io::Error>>(
    rows: u16,
    f: impl FnOnce(&mut DefaultTerminal, &mut Input) -> Result<T, E>,
) -> Result<T, E> {
    let mut input = Input::open().map_err(io::Error::from)?;
    let options = TerminalOptions {
        viewport: Viewport::Inline(rows),
    };
    let mut terminal = Terminal::with_options(TtyBackend::relative(rows)?, options)?;
    f(&mut terminal, &mut input)
}

/// Draws an inline viewport anew, below what the shell or a child has written meanwhile: after
/// [`Event::Resumed`](ttyring::Event::Resumed), or after [`Input::lend`]. The viewport is filled by
/// the next `draw`.
///
/// A full screen is drawn anew by itself, and so are [relative](run_relative) rows. This viewport
/// needs a call because ratatui keeps its place on the screen to itself: no backend can move it.
///
/// # Errors
///
/// What the system answers when the terminal cannot be read or written.
pub fn redraw(terminal: &mut DefaultTerminal) -> io::Result<()> {
    let top = terminal.get_frame().area().top();
    let size = terminal.size()?;
    terminal.backend_mut().leave_room(top)?;
    terminal.resize(Rect::from(size))
}

/// Moves the cursor below an inline viewport.
fn step_below(terminal: &mut DefaultTerminal) -> io::Result<()> {
    let area = terminal.get_frame().area();
    let last = area.bottom().saturating_sub(1);
    terminal.show_cursor()?;
    terminal.set_cursor_position((0, last))?;
    terminal.backend_mut().line_feed()
}
