//! The contract on the scripted terminal.

use std::time::Duration;

use ttyring_platform::sim::{Sim, Step, Termios, Tty};
use ttyring_platform::{Backend, LineMode, Signals, Size, Termios as _};

use crate::fixture::{Fixture, Raising};

/// What happens "soon" happens after this, on the clock of the script.
const SOON: Duration = Duration::from_millis(20);

pub(crate) struct SimFixture {
    sim: Sim,
}

impl Fixture for SimFixture {
    type Backend = Sim;

    fn new() -> Self {
        let sim = Sim::new();
        sim.set_termios(Termios::COOKED.with(&LineMode::RAW));
        SimFixture { sim }
    }

    fn backend(&self) -> &Sim {
        &self.sim
    }

    fn private(&self) -> Tty {
        self.sim.open().expect("open")
    }

    fn shared(&self) -> Option<Tty> {
        self.sim.share();
        Some(self.sim.open().expect("open"))
    }

    fn type_bytes(&mut self, bytes: &[u8]) {
        self.sim.type_bytes(bytes);
    }

    fn type_soon(&mut self, bytes: &[u8]) {
        self.sim.at(SOON, Step::Bytes(bytes.to_vec()));
    }

    fn raise(&mut self, signals: Signals) {
        self.sim.now_do(Step::Signal(signals));
    }

    fn raise_soon(&mut self, signals: Signals) -> Raising {
        self.sim.at(SOON, Step::Signal(signals));
        Raising(None)
    }

    fn resize(&mut self, size: Size) {
        self.sim.now_do(Step::Resize(size));
    }

    fn shown(&mut self, count: usize) -> Vec<u8> {
        let written = self.sim.written();
        assert!(written.len() >= count);
        written
    }

    fn hang_up(&mut self) {
        self.sim.now_do(Step::Hangup);
    }
}
