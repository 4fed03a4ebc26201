//! Processes that run cases, one on each processor: each leads a session of its own.
//!
//! A worker reads a line and answers with a line: `plan CASE` with the boundaries of its operation,
//! anything else is a run, and the answer what it came to.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::calls;
use crate::case::{Case, undisturbed};
use crate::judge::Verdict;
use crate::rain::{self, Shower};
use crate::run::{Plan, run};
use crate::stand::Stand;

/// How often an undisturbed run is tried.
const ATTEMPTS: usize = 20;

/// The part of a worker: answers until nobody asks any more.
pub(crate) fn work() -> bool {
    let mut bench = Bench::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        println!("{}", bench.answer(&line).expect("a question of ours"));
    }
    true
}

/// Runs one case, says where it hits and what it came to, and whether that is right.
pub(crate) fn single(text: &str) -> bool {
    let mut bench = Bench::new();
    let case = Case::parse(text);
    if let Some(Ok(plan)) = case.as_ref().map(|case| bench.plan(case)) {
        for (at, boundary) in plan.boundaries.iter().enumerate() {
            let side = if boundary.entry { "before" } else { "after" };
            println!("{at:>4} {side:<6} {}", calls::name(boundary.number));
        }
    }
    let Some(answer) = bench.answer(text) else {
        println!("instants: no case {text:?}: it is OP:SIGNAL:K or OP:SIGNAL:K:supervised");
        return false;
    };
    let verdict = Verdict::from_line(&answer).expect("written by the other side");
    println!("{text} ({}):", verdict.at);
    for fault in &verdict.faults {
        println!("    {fault}");
    }
    let right = verdict.faults.is_empty() || case.is_some_and(|case| case.is_hopeless());
    println!("instants: {}", if right { "right" } else { "wrong" });
    right
}

/// A stand, and the plans that were made on it.
#[derive(Debug)]
pub(crate) struct Bench {
    stand: Stand,
    plans: HashMap<(&'static str, bool), Plan>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Bench {
            stand: Stand::new(),
            plans: HashMap::new(),
        }
    }

    fn answer(&mut self, question: &str) -> Option<String> {
        if let Some(case) = question.strip_prefix("plan ") {
            return Some(self.describe(&Case::parse(case)?));
        }
        let verdict = match Shower::parse(question) {
            Some(shower) => rain::run(&mut self.stand, shower),
            None => self.run(&Case::parse(question)?),
        };
        Some(verdict.to_line())
    }

    /// Finds out what an operation does undisturbed.
    pub(crate) fn plan(&mut self, case: &Case) -> Result<&Plan, Verdict> {
        let key = (case.operation.name, case.supervised);
        let mut made = None;
        // A fault that not every run shows is one for the grid to find.
        for _ in 0..ATTEMPTS {
            if self.plans.contains_key(&key) {
                break;
            }
            let (verdict, plan) = run(&mut self.stand, &case.undisturbed(), None);
            if verdict.faults.is_empty() || case.undisturbed().is_hopeless() {
                self.plans.insert(key, plan);
            }
            made = Some(verdict);
        }
        self.plans.get(&key).ok_or_else(|| made.unwrap_or_default())
    }

    /// Runs a case.
    pub(crate) fn run(&mut self, case: &Case) -> Verdict {
        match self.plan(case).cloned() {
            Ok(plan) => run(&mut self.stand, case, Some(&plan)).0,
            Err(verdict) => verdict,
        }
    }

    /// Writes the boundaries of an operation down: `name>` before a call, `name<` after it.
    fn describe(&mut self, case: &Case) -> String {
        let plan = match self.plan(case) {
            Ok(plan) => plan,
            Err(verdict) => return format!("!{}", verdict.faults.join("; ")),
        };
        let mut text = String::new();
        for boundary in &plan.boundaries {
            let side = if boundary.entry { '>' } else { '<' };
            text += &format!("{}{side} ", calls::name(boundary.number));
        }
        text
    }
}

impl Verdict {
    fn to_line(&self) -> String {
        let hung = if self.hung { "hung" } else { "over" };
        let faults = self.faults.join("; ").replace(['\n', '\t'], " ");
        format!("{hung}\t{}\t{faults}", self.at)
    }

    fn from_line(line: &str) -> Option<Verdict> {
        let mut parts = line.splitn(3, '\t');
        let hung = parts.next()? == "hung";
        let at = parts.next()?.to_owned();
        let faults = parts.next()?.split("; ").filter(|fault| !fault.is_empty());
        let faults = faults.map(str::to_owned).collect();
        Some(Verdict { at, faults, hung })
    }
}

/// The side of whoever asks.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        // What a panic prints in full takes a thousand calls.
        command.arg("--worker").env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("start a worker");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Worker {
            child,
            input,
            output,
        }
    }

    fn ask(&mut self, question: &str) -> String {
        let mut line = String::new();
        // An error shows as no answer.
        let _ = writeln!(self.input, "{question}");
        let _ = self.output.read_line(&mut line);
        line.trim_end_matches('\n').to_owned()
    }

    fn run(&mut self, question: &str) -> Verdict {
        let answer = self.ask(question);
        let verdict = Verdict::from_line(&answer).unwrap_or_else(|| Verdict {
            at: String::new(),
            faults: vec!["the shell has died".to_owned()],
            hung: true,
        });
        if verdict.hung {
            *self = Worker::start();
        }
        verdict
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks for the boundaries of every operation, alone and supervised.
pub(crate) fn plans() -> Result<Vec<(Case, Vec<String>)>, String> {
    let mut worker = Worker::start();
    let mut plans = Vec::new();
    for case in undisturbed() {
        let text = worker.ask(&format!("plan {case}"));
        if let Some(fault) = text.strip_prefix('!') {
            return Err(format!("{case}: {fault}"));
        }
        if text.is_empty() {
            return Err(format!("{case}: the shell has died"));
        }
        let boundaries = text.split_whitespace().map(str::to_owned).collect();
        plans.push((case, boundaries));
    }
    Ok(plans)
}

/// Runs all in turns on every processor until there are no more or the time is over; each result
/// comes with its place.
pub(crate) fn run_all(questions: &[String], end: Option<Instant>) -> Vec<(usize, Verdict)> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let crew = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..crew {
            scope.spawn(|| {
                let mut worker = Worker::start();
                while end.is_none_or(|end| Instant::now() < end) {
                    // Relaxed: a number.
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = questions.get(at) else {
                        return;
                    };
                    let verdict = worker.run(question);
                    results.lock().expect("no panic").push((at, verdict));
                }
            });
        }
    });
    results.into_inner().expect("no panic")
}
