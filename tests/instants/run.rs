//! One run of a program under signals: what the shell does, from its start to its end.

use std::time::{Duration, Instant};

use rustix::termios::{OptionalActions, Termios, tcsetattr};
use ttyring_test_support::model::Modes;

use crate::calls;
use crate::case::{Action, Case, Target};
use crate::judge::{Looked, Verdict};
use crate::program;
use crate::stand::{Job, News, PATIENCE, Stand};
use crate::tracer::{Boundary, Seen, Tracer};

/// What an undisturbed run has shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The boundaries of the operation.
    pub(crate) boundaries: Vec<Boundary>,
    /// The terminal after it, if the program came so far.
    pub(crate) held: Option<(Termios, Modes)>,
    /// How often the program stopped of itself.
    pub(crate) stops: usize,
}

/// More stops than any case makes.
const TOO_OFTEN: usize = 20;
/// How long a supervisor or another thread may take to finish.
const FINISHING: Duration = Duration::from_secs(1);
/// How long the whole of a run may take.
const LONGEST: Duration = Duration::from_secs(30);

/// A run.
#[derive(Debug)]
pub(crate) struct Run<'s> {
    pub(crate) stand: &'s mut Stand,
    pub(crate) case: &'s Case,
    /// What is expected; `None` finds it out.
    pub(crate) plan: Option<&'s Plan>,
    pub(crate) job: Job,
    tracer: Option<Tracer>,
    program: i32,
    pub(crate) seen: Plan,
    /// What was sent so far, and at which boundary.
    pub(crate) sent: Sent,
    pub(crate) stops: usize,
    /// The settings were changed while the program was stopped or a child had the terminal.
    pub(crate) changed: bool,
    /// The program holds still and waits to be told to go on.
    holds: bool,
    /// Since when nothing else is waited for.
    held_since: Option<Instant>,
    /// A child of the program has the terminal and waits to be told to go on.
    lent: bool,
    pub(crate) faults: Vec<String>,
    status: Option<i32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) first: bool,
    second: bool,
    at: Option<(usize, Boundary)>,
}

/// Runs a case; without a plan, makes one.
pub(crate) fn run(stand: &mut Stand, case: &Case, plan: Option<&Plan>) -> (Verdict, Plan) {
    stand.reset();
    stand.types = case.operation.types;
    let job = stand.start(|wires| program::run(case.operation, case.supervised, wires));
    let mut run = Run {
        stand,
        case,
        plan,
        job,
        tracer: None,
        program: 0,
        seen: Plan::default(),
        sent: Sent::default(),
        stops: 0,
        changed: false,
        holds: false,
        held_since: None,
        lent: false,
        faults: Vec::new(),
        status: None,
    };
    run.watch();
    run.finish()
}

impl Run<'_> {
    /// Does what a shell does until the process that it has started has ended.
    fn watch(&mut self) {
        let begun = Instant::now();
        let mut last = begun;
        while self.status.is_none() {
            let end = if self.lent || self.holds {
                Instant::now() + Duration::from_millis(1)
            } else {
                last + PATIENCE
            };
            let mut changed = true;
            match self.stand.news(&mut self.job, end) {
                News::Child(child, status) => self.changed(child, status),
                News::Said(line) => self.said(&line),
                News::Nothing => changed = false,
            }
            self.serve();
            let now = Instant::now();
            if changed {
                last = now;
            }
            if now > last + PATIENCE || now > begun + LONGEST || self.stops > TOO_OFTEN {
                self.hangs();
                return;
            }
        }
    }

    fn changed(&mut self, child: i32, status: i32) {
        if !libc::WIFSTOPPED(status) {
            if let Some(tracer) = &mut self.tracer {
                tracer.forget(child);
            }
            if child == self.job.leader {
                self.status = Some(status);
            }
        } else if self
            .tracer
            .as_ref()
            .is_some_and(|tracer| tracer.follows(child))
        {
            self.traced(child, status);
        } else if child == self.job.leader {
            self.stopped(libc::WSTOPSIG(status));
        } else {
            // A thread that began just when the program was given up.
            let _ = crate::ptrace::detach(child, 0);
        }
    }

    fn traced(&mut self, thread: i32, status: i32) {
        let tracer = self.tracer.as_mut().expect("it follows the thread");
        match tracer.seen(thread, status) {
            Seen::Passed => {}
            Seen::Unknown => {
                self.faults
                    .push("ptrace(2): no PTRACE_GET_SYSCALL_INFO".to_owned());
                self.tracer.take().expect("it is traced").let_go();
            }
            // A supervisor tells of the stop once it has stopped itself.
            Seen::Stopped(_) if self.case.supervised => {}
            Seen::Stopped(signal) => self.stopped(signal),
            Seen::Boundary(boundary) => {
                let at = self.seen.boundaries.len();
                self.seen.boundaries.push(boundary);
                self.aim(thread, at, boundary);
            }
            Seen::Over => {
                let boundary = Boundary {
                    number: -1,
                    entry: true,
                };
                self.aim(thread, usize::MAX, boundary);
            }
        }
    }

    /// The program stands at a boundary: sends what is due, and lets it go on.
    fn aim(&mut self, thread: i32, at: usize, boundary: Boundary) {
        if boundary.entry && calls::never_returns(boundary.number) {
            return self.tracer_mut().go_on(thread);
        }
        let mut due = Vec::new();
        let shot = self.case.shot;
        let wanted = self.plan.and(shot.first);
        if let Some(first) = wanted.filter(|_| !self.sent.first && at >= self.case.at) {
            due.push(first.number);
            self.sent.first = true;
            self.sent.at = Some((at, boundary));
        }
        if let Some((second, distance)) =
            shot.second.filter(|_| self.sent.first && !self.sent.second)
        {
            if at >= self.case.at.saturating_add(distance) {
                due.push(second.number);
                self.sent.second = true;
            }
        }
        let all = self.sent.first && (self.sent.second || shot.second.is_none());
        let last = (all && !due.is_empty()) || at == usize::MAX;
        if last {
            self.tracer_mut().halt_others(thread);
        }
        for signal in due {
            self.send(signal);
        }
        if last {
            self.tracer.take().expect("it is traced").let_go();
        } else {
            self.tracer_mut().go_on(thread);
        }
    }

    fn tracer_mut(&mut self) -> &mut Tracer {
        self.tracer.as_mut().expect("it is traced")
    }

    fn send(&self, signal: i32) {
        let target = match self.case.shot.target {
            Target::Program => self.program,
            Target::Group => -self.job.leader,
            Target::Started => self.job.leader,
        };
        // SAFETY: sends a signal to the job of this shell, which has not been waited for.
        unsafe { libc::kill(target, signal) };
    }

    fn said(&mut self, line: &str) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("READY", number) => {
                self.program = number.parse().unwrap_or(0);
                match Tracer::seize(self.program) {
                    Ok(tracer) => self.tracer = Some(tracer),
                    Err(error) => self.faults.push(format!("ptrace(2): {error}")),
                }
                self.job.ends.go();
            }
            ("HOLD", _) => self.holds = true,
            ("LENT", "") => self.lent = true,
            ("LENT", wrong) => {
                self.faults
                    .push(format!("a child that has the terminal: settings {wrong}"));
                self.lent = true;
            }
            _ if self.must_end() => {}
            _ => self.faults.push(line.to_owned()),
        }
    }

    /// Whether a signal that ends the program is on its way.
    fn must_end(&self) -> bool {
        self.ending().is_some()
    }

    /// The signal that was sent and ends the program.
    pub(crate) fn ending(&self) -> Option<i32> {
        let shot = self.case.shot;
        let first = shot.first.filter(|_| self.sent.first);
        let second = shot.second.filter(|_| self.sent.second);
        let mut sent = first.into_iter().chain(second.map(|(kind, _)| kind));
        let ending = sent.find(|kind| kind.action == Action::Ends)?;
        Some(ending.number)
    }

    /// Whether a signal that stops the program is on its way.
    pub(crate) fn must_stop(&self) -> bool {
        // One that comes while the program stops itself is the same stop.
        let due = self.plan.map_or(0, |plan| plan.stops).max(1);
        let sent = match self.case.shot.second {
            Some(_) => self.sent.second,
            None => self.sent.first,
        };
        // One that comes while the program ends by itself may find it gone.
        let stays = self.plan.is_some_and(|plan| plan.held.is_some());
        sent && stays && self.case.shot.stops() && self.stops < due
    }

    /// Lets a program or its child go on that waits for it, when the time has come.
    fn serve(&mut self) {
        if self.lent && self.waits_for_child() {
            self.lent = false;
            self.stand.settle();
            self.look("while a child has the terminal", Looked::ALL);
            if self.case.operation.stty {
                self.change();
            }
            self.job.ends.go();
        }
        if self.holds && !self.must_end() && !self.must_stop() {
            let since = *self.held_since.get_or_insert_with(Instant::now);
            self.stand.settle();
            if self.may_become_right() && since.elapsed() < FINISHING {
                return;
            }
            self.holds = false;
            self.held();
            self.job.ends.go();
        }
    }

    /// Changes the settings as a user or a child does with `stty`.
    fn change(&mut self) {
        self.changed = true;
        let settings = self.right(&self.stand.line.termios());
        tcsetattr(self.stand.line.slave(), OptionalActions::Now, &settings).expect("tcsetattr");
    }

    fn waits_for_child(&self) -> bool {
        state(self.program) == Some('S') && self.current_call() == "wait4"
    }

    /// Waits until the children of the program have stopped, too: a user does not continue a job
    /// so soon that one of it is about to stop.
    fn wait_for_the_others(&mut self) {
        let list = format!("/proc/{0}/task/{0}/children", self.program);
        let list = std::fs::read_to_string(list).unwrap_or_default();
        let children: Vec<i32> = list.split(' ').filter_map(|id| id.parse().ok()).collect();
        let end = Instant::now() + FINISHING;
        let has_stopped = |child: &i32| matches!(state(*child), None | Some('T' | 'Z'));
        while !children.iter().all(has_stopped) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn current_call(&self) -> String {
        let call = std::fs::read_to_string(format!("/proc/{}/syscall", self.program));
        let call = call.unwrap_or_else(|_| "nothing".to_owned());
        let number = call.split(' ').next().unwrap_or_default();
        number
            .parse()
            .map_or_else(|_| call.trim().to_owned(), calls::name)
    }

    /// The job has stopped: looks at the terminal as the next command of the user would find it,
    /// and continues the job in the foreground.
    fn stopped(&mut self, signal: i32) {
        self.stops += 1;
        if self.case.shot.target == Target::Group {
            self.wait_for_the_others();
        }
        self.stand.take_terminal();
        self.stand.settle();
        let unasked = self.case.shot.is(libc::SIGSTOP);
        let looked = match (signal, self.case.supervised) {
            (libc::SIGSTOP, false) => Looked::NOTHING,
            (_, true) if unasked => Looked::SETTINGS,
            _ => Looked::ALL,
        };
        self.look("while it is stopped", looked);
        if ![libc::SIGTSTP, libc::SIGSTOP].contains(&signal) {
            self.faults.push(format!("stopped by signal {signal}"));
        }
        if self.case.shot.stty {
            self.change();
        }
        self.stand.to_foreground(self.job.leader);
        // SAFETY: continues the job of this shell, which has not been waited for.
        unsafe { libc::kill(-self.job.leader, libc::SIGCONT) };
    }

    fn hangs(&mut self) {
        let waited = match (self.program, self.holds, self.lent) {
            (0, ..) => "the program to begin",
            (_, true, _) if self.must_end() => "the signal to end the program",
            (_, true, _) => "the program to stop",
            (_, _, true) => "the program to wait for its child",
            _ => "the operation, or the end of the program",
        };
        let call = self.current_call();
        let fault = format!(
            "hangs: waited for {waited}, {} stops, in {call}",
            self.stops
        );
        self.faults.push(fault);
    }

    fn finish(mut self) -> (Verdict, Plan) {
        if let Some(status) = self.status {
            self.judge_end(status);
        }
        if !self.stand.clear(&mut self.job) {
            self.faults
                .push("what is left of the job does not end".to_owned());
        }
        let shown = |(at, boundary): (usize, Boundary)| match (at, boundary.entry) {
            (usize::MAX, _) => "behind the operation".to_owned(),
            (_, true) => format!("before {}", calls::name(boundary.number)),
            (_, false) => format!("after {}", calls::name(boundary.number)),
        };
        let verdict = Verdict {
            at: self.sent.at.map(shown).unwrap_or_default(),
            hung: self.status.is_none(),
            faults: self.faults,
        };
        self.seen.stops = self.stops;
        (verdict, self.seen)
    }
}

/// Returns the letter for what a process does (proc_pid_stat(5)), while there is one.
fn state(process: i32) -> Option<char> {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    state.rsplit_once(") ")?.1.chars().next()
}
