//! Signals at random moments: a program that opens and drops under a rain of them, threads that do
//! so on one terminal, and two processes that do.
//!
//! The moments are not those of system calls but any; what a run does follows from its number.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use ttyring::Input;
use ttyring::terminal::supervise;

use crate::crew;
use crate::judge::{Looked, Verdict, differences};
use crate::program::{full, full_input};
use crate::random::Random;
use crate::stand::{Job, News, PATIENCE, Stand};
use crate::wires::Wires;

/// What kind of run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// One thread opens, changes and drops, and signals rain on it.
    Rain,
    /// Threads open and drop; every other run ends by a signal.
    Threads,
    /// Two processes open and drop.
    Two,
}

/// How many threads use the terminal at a time.
const THREADS: usize = 64;
/// How often they do in a run.
const ROUNDS: usize = 3;
/// Signals of one run.
const DROPS: u64 = 12;

/// One run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shower {
    weather: Weather,
    number: u64,
}

impl Shower {
    /// Reads what [`run_all`] writes.
    pub(crate) fn parse(text: &str) -> Option<Shower> {
        let (weather, number) = text.split_once(' ')?;
        let weather = match weather {
            "rain" => Weather::Rain,
            "threads" => Weather::Threads,
            "two" => Weather::Two,
            _ => return None,
        };
        let number = number.parse().ok()?;
        Some(Shower { weather, number })
    }

    fn is_supervised(self) -> bool {
        self.weather == Weather::Rain && self.number % 2 == 1
    }

    /// Whether the shell ends the program.
    fn is_ended(self) -> bool {
        match self.weather {
            Weather::Rain => true,
            Weather::Threads => self.number % 2 == 1,
            Weather::Two => false,
        }
    }

    /// The part of the program; returns its exit status.
    fn program(self, wires: &Wires) -> i32 {
        if self.is_supervised() {
            supervise::start().expect("a supervisor");
        }
        wires.say(&format!("READY {}", std::process::id()));
        let result = match self.weather {
            Weather::Rain => over_and_over(),
            Weather::Threads => (0..ROUNDS).try_for_each(|_| threads(wires)),
            Weather::Two => two(),
        };
        if let Err(error) = result {
            wires.say(&format!("ERROR {error}"));
        }
        0
    }
}

fn over_and_over() -> Result<(), ttyring::Error> {
    loop {
        drop(full_input()?);
        let mut terminal = full()?;
        terminal.disable(ttyring::Modes::all())?;
        terminal.pop_keyboard()?;
        terminal.leave()?;
    }
}

/// All of them at once, and then none: the settings must be those that were found.
fn threads(wires: &Wires) -> Result<(), ttyring::Error> {
    let start = Barrier::new(THREADS);
    let result = std::thread::scope(|scope| {
        let open = || {
            start.wait();
            Input::open().map(drop)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(open)).collect();
        let mut results = threads.into_iter().map(|thread| thread.join());
        results.try_for_each(|result| result.expect("no panic"))
    });
    if !wires.finds_what_was_found() {
        wires.say("ERROR settings between two rounds of threads");
    }
    result
}

fn two() -> Result<(), ttyring::Error> {
    // SAFETY: this process has one thread.
    let child = unsafe { libc::fork() };
    let result = (0..20).try_for_each(|_| Input::open().map(drop));
    if child == 0 {
        // SAFETY: ends the child, which has dropped what it had.
        unsafe { libc::_exit(0) };
    }
    // SAFETY: waits for the child; its status is not asked for.
    unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
    result
}

/// The part of the shell.
struct Cloud<'s> {
    stand: &'s mut Stand,
    job: Job,
    program: i32,
    faults: Vec<String>,
    stops: usize,
    status: Option<i32>,
}

/// Runs one.
pub(crate) fn run(stand: &mut Stand, shower: Shower) -> Verdict {
    stand.reset();
    let job = stand.start(|wires| shower.program(wires));
    let mut cloud = Cloud {
        stand,
        job,
        program: 0,
        faults: Vec::new(),
        stops: 0,
        status: None,
    };
    let begun = cloud.watch_until(Instant::now() + PATIENCE, |cloud| cloud.program != 0);
    if !begun {
        cloud
            .faults
            .push("waited for the program to begin".to_owned());
    }
    let mut random = Random(shower.number);
    if shower.weather == Weather::Rain {
        cloud.rain(&mut random);
    }
    if shower.is_ended() {
        cloud.pass(&mut random);
        cloud.send(libc::SIGTERM);
    }
    cloud.finish(shower)
}

impl Cloud<'_> {
    /// Plays the shell until `end` or until `enough` holds; says whether it did.
    fn watch_until(&mut self, end: Instant, enough: impl Fn(&Self) -> bool) -> bool {
        while !enough(self) {
            match self.stand.news(&mut self.job, end) {
                News::Nothing => return enough(self),
                News::Said(line) => match line.strip_prefix("READY ") {
                    Some(number) => self.program = number.parse().unwrap_or(0),
                    None => self.faults.push(line),
                },
                News::Child(child, status) if child == self.job.leader => {
                    if libc::WIFSTOPPED(status) {
                        self.stopped();
                    } else {
                        self.status = Some(status);
                    }
                }
                News::Child(..) => {}
            }
        }
        true
    }

    fn rain(&mut self, random: &mut Random) {
        for _ in 0..=random.below(DROPS) {
            self.pass(random);
            let signals = [libc::SIGTSTP, libc::SIGTSTP, libc::SIGCONT, libc::SIGWINCH];
            self.send(signals[random.below(4) as usize]);
        }
    }

    /// Lets some time pass.
    fn pass(&mut self, random: &mut Random) {
        let time = Duration::from_micros(random.below(2000));
        self.watch_until(Instant::now() + time, |cloud| cloud.status.is_some());
    }

    fn send(&self, signal: i32) {
        if self.program != 0 && self.status.is_none() {
            // SAFETY: sends a signal to the program, which has not been waited for.
            unsafe { libc::kill(self.program, signal) };
        }
    }

    fn stopped(&mut self) {
        self.stops += 1;
        self.stand.take_terminal();
        self.look("while it is stopped");
        self.stand.to_foreground(self.job.leader);
        // SAFETY: continues the job, which has not been waited for.
        unsafe { libc::kill(-self.job.leader, libc::SIGCONT) };
    }

    fn look(&mut self, when: &str) {
        self.stand.settle();
        let now = (&self.stand.line.termios(), self.stand.model.modes());
        let found = (&self.stand.found, &self.stand.usual);
        for difference in differences(now, found, Looked::ALL) {
            self.faults.push(format!("{when}: {difference}"));
        }
    }

    fn finish(mut self, shower: Shower) -> Verdict {
        let ended = |cloud: &Self| cloud.status.is_some();
        let hung = !self.watch_until(Instant::now() + PATIENCE, ended);
        if let Some(status) = self.status {
            self.look("at the end");
            let killed = libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGTERM;
            let fast = shower.weather == Weather::Threads && status == 0;
            if !(killed && shower.is_ended() || status == 0 && !shower.is_ended() || fast) {
                self.faults.push(format!("ended with status {status:#x}"));
            }
        } else {
            self.faults
                .push("hangs: waited for the end of the program".to_owned());
        }
        self.stand.clear(&mut self.job);
        let faults = self.faults;
        let at = format!("{} stops", self.stops);
        Verdict { at, faults, hung }
    }
}

/// Runs so many of a kind and prints what was wrong; says whether nothing was.
pub(crate) fn run_all(weather: &str, count: u64) -> bool {
    let begun = Instant::now();
    let runs: Vec<String> = (0..count)
        .map(|number| format!("{weather} {number}"))
        .collect();
    let results = crew::run_all(&runs, None);
    let bad: Vec<_> = results
        .iter()
        .filter(|(_, verdict)| !verdict.faults.is_empty())
        .collect();
    for (run, verdict) in bad.iter().take(20) {
        println!(
            "{} ({}): {}",
            runs[*run],
            verdict.at,
            verdict.faults.join("; ")
        );
        println!("    cargo test --test instants -- --case '{}'", runs[*run]);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{weather}: {count} runs in {seconds:.0} s, {} bad",
        bad.len()
    );
    bad.is_empty()
}
