//! Sixty frames a second, with a thread that reads the keys while the loop is busy.
//!
//! Where the terminal reports releases (the kitty keyboard protocol), the ship moves for as long as
//! an arrow is held; elsewhere each press moves it a step.
//!
//! ```sh
//! cargo run --example game
//! ```

use std::io::{self, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ttyring::terminal::Keyboard;
use ttyring::{Event, Input, KeyCode, KeyKind, Modes, Polled, key};

const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);

#[derive(Default)]
struct Game {
    x: i32,
    width: i32,
    /// Which way the ship is going, while a key is held.
    held: i32,
    /// The terminal has reported a release: it will report all of them.
    releases: bool,
    keys: u32,
    /// From when a key was read to the frame that shows it.
    age: Duration,
    over: bool,
}

impl Game {
    fn handle(&mut self, event: &Event<'_>, age: Duration) {
        if *event == key!(q) || *event == key!(ctrl - c) {
            self.over = true;
        }
        match event {
            Event::Resize(size) => self.width = size.columns.into(),
            Event::Key(key) => {
                let way = match key.code {
                    KeyCode::Left => -1,
                    KeyCode::Right => 1,
                    _ => return,
                };
                self.keys += u32::from(key.kind == KeyKind::Press);
                self.age = age;
                match key.kind {
                    KeyKind::Release => {
                        self.releases = true;
                        self.held = 0;
                    }
                    KeyKind::Press => {
                        self.held = way;
                        self.x += way;
                    }
                    KeyKind::Repeat => {}
                }
            }
            _ => {}
        }
    }

    fn advance(&mut self) {
        if self.releases {
            self.x += self.held;
        }
        self.x = self.x.clamp(0, (self.width - 3).max(0));
    }

    fn draw(&self, frame: u64) -> io::Result<()> {
        let age = self.age.as_secs_f64() * 1e3;
        let mut out = io::stdout().lock();
        // Synchronized output (2026): the frame is shown whole or not yet.
        write!(out, "\x1b[?2026h\x1b[H")?;
        write!(
            out,
            "arrows move, q ends   frame {frame}   keys {}   ",
            self.keys
        )?;
        write!(out, "read {age:.1} ms before its frame\x1b[K\r\n\n")?;
        write!(out, "\x1b[2K\x1b[{}G<=>\x1b[?2026l", self.x + 1)?;
        out.flush()
    }
}

/// Takes everything that was read since the last frame; a look at the ring costs no system call.
fn take(input: &mut Input, game: &mut Game) -> Result<(), ttyring::Error> {
    let now = input.now();
    loop {
        let event = match input.poll(Duration::ZERO)? {
            Polled::Event(event) => event.into_owned(),
            Polled::Elapsed => return Ok(()),
            Polled::End => {
                game.over = true;
                return Ok(());
            }
        };
        let age = input.read_at().map(|read| now.since(read));
        game.handle(&event, age.unwrap_or_default());
    }
}

fn main() -> io::Result<()> {
    let mut input = Input::builder().capture(true).open()?;
    input.enable(Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR)?;
    // Terminals that do not know it do nothing.
    let flags = Keyboard::DISAMBIGUATE | Keyboard::EVENT_TYPES;
    input.push_keyboard(flags)?;
    let mut game = Game {
        x: 10,
        // A serial line, for example, does not know.
        width: input.size()?.map_or(80, |size| size.columns.into()),
        ..Game::default()
    };
    let mut next = Instant::now();
    for frame in 0.. {
        take(&mut input, &mut game)?;
        if game.over {
            break;
        }
        game.advance();
        game.draw(frame)?;
        next += FRAME;
        sleep(next.saturating_duration_since(Instant::now()));
    }
    drop(input);
    println!("{} keys", game.keys);
    Ok(())
}
