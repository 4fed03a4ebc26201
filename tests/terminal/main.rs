//! What a `Terminal` does and leaves behind, on a pseudo-terminal.

mod change;
mod level;
mod panic;
mod reply;

use ttyring::platform::Os;
use ttyring::terminal::{Restore, Terminal};
use ttyring::{Builder, Input};
use ttyring_test_support::Pty;

/// A terminal on the slave of `pty`.
fn on(pty: &Pty) -> Terminal {
    restored_after(pty, Restore::all())
}

/// A terminal that nothing but `Drop` restores.
fn without_hooks(pty: &Pty) -> Terminal {
    restored_after(pty, Restore::empty())
}

fn restored_after(pty: &Pty, restore: Restore) -> Terminal {
    let descriptor = pty.slave().try_clone_to_owned().expect("dup");
    Terminal::adopt(Os.adopt(descriptor).expect("a terminal"), restore).expect("handlers")
}

fn input(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().expect("dup");
    let tty = Os.adopt(slave).expect("a terminal");
    Builder::new().adopt(Os, tty).expect("an input")
}

fn settings(pty: &Pty) -> String {
    format!("{:?}", pty.termios())
}

fn count(pty: &Pty, bytes: &[u8]) -> usize {
    let seen = pty.seen().windows(bytes.len());
    seen.filter(|window| *window == bytes).count()
}
