//! The settings of the matrix: what a machine can be told, how, and how it is told back.
//!
//! A setting that is held is a guard; dropping it restores what was there, also on a panic.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use ttyring::profile::{Profile, Realtime};

use crate::contender::program::Program;

const CPU: &str = "/sys/devices/system/cpu";

/// One change to the machine.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) name: String,
    /// The program whose keys are measured.
    pub(crate) program: Program,
    change: Change,
    /// Whether all processors are kept busy meanwhile.
    load: bool,
}

#[derive(Debug)]
enum Change {
    Nothing,
    /// What the thread itself asks for; the program inherits it or asks for the same.
    Profile(Realtime),
    /// These files get this text.
    Files(Vec<PathBuf>, String),
    /// The machine does not have it.
    Missing(String),
}

/// Something that is taken back when it is dropped.
pub(crate) trait Guard: fmt::Debug {}

/// A guard of any kind.
pub(crate) type Held = Box<dyn Guard>;

impl Guard for Profile {}

impl Cell {
    fn new(name: impl Into<String>, change: Change) -> Self {
        Cell {
            name: name.into(),
            program: Program::Read,
            change,
            load: false,
        }
    }

    fn loaded(self) -> Self {
        Cell { load: true, ..self }
    }

    fn of(self, program: Program) -> Self {
        Cell { program, ..self }
    }

    /// Changes everything for a measurement in this thread.
    pub(crate) fn enter_thread(&self) -> Result<Vec<Held>, String> {
        self.enter(true)
    }

    /// Changes what a program started by this thread meets; scheduling is the program's own.
    pub(crate) fn enter_machine(&self) -> Result<Vec<Held>, String> {
        self.enter(self.program == Program::Read)
    }

    fn enter(&self, profile: bool) -> Result<Vec<Held>, String> {
        let mut held: Vec<Held> = Vec::new();
        match &self.change {
            Change::Nothing => {}
            Change::Missing(reason) => return Err(reason.clone()),
            Change::Files(paths, text) => {
                for path in paths {
                    held.push(Box::new(Written::new(path, text)?));
                }
            }
            Change::Profile(wanted) if profile => {
                let taken = wanted.enter();
                for (part, answer) in &taken.parts {
                    if let Err(error) = answer {
                        return Err(format!("{part}: refused: {error}"));
                    }
                }
                held.push(Box::new(taken));
            }
            Change::Profile(_) => {}
        }
        if self.load {
            held.push(Box::new(Load::start()));
        }
        Ok(held)
    }
}

/// Every cell, those that this machine lacks included.
pub(crate) fn matrix() -> Vec<Cell> {
    let profile = |name: &str, wanted| Cell::new(name, Change::Profile(wanted));
    let nothing = Realtime::NOTHING;
    let pinned = |processor| Realtime {
        processor: Some(processor),
        ..nothing
    };
    let awake = Realtime {
        stay_awake: true,
        ..nothing
    };
    let exact = Realtime {
        exact_timers: true,
        ..nothing
    };
    let first = || {
        let first = Realtime {
            priority: Some(50),
            ..nothing
        };
        profile("SCHED_FIFO 50", first).of(Program::FirstRead)
    };
    let mut cells = vec![
        Cell::new("as it is", Change::Nothing),
        profile("no idle states", awake),
        first(),
        profile("timer slack 1 ns", exact),
        profile("pinned to processor 0", pinned(0)),
        profile("pinned to processor 1", pinned(1)),
    ];
    cells.extend(nodes());
    cells.push(Cell::new("all processors busy", Change::Nothing).loaded());
    let mut busy = first().loaded();
    busy.name = "busy, SCHED_FIFO 50".to_owned();
    cells.push(busy);
    cells.extend(choices(
        "governor",
        "cpufreq/scaling_governor",
        "cpufreq/scaling_available_governors",
    ));
    cells.extend(choices(
        "EPP",
        "cpufreq/energy_performance_preference",
        "cpufreq/energy_performance_available_preferences",
    ));
    for (name, file, texts) in [
        ("Speed Shift", "intel_pstate/status", ["active", "passive"]),
        ("CPPC", "amd_pstate/status", ["active", "guided"]),
        ("no_turbo", "intel_pstate/no_turbo", ["1", "0"]),
    ] {
        cells.extend(texts.map(|text| one(name, file, text)));
    }
    cells.push(idle_states());
    cells
}

/// Memory bound to each node.
fn nodes() -> Vec<Cell> {
    let listed = fs::read_dir("/sys/devices/system/node")
        .into_iter()
        .flatten()
        .flatten();
    let mut numbers: Vec<usize> = listed
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .strip_prefix("node")?
                .parse()
                .ok()
        })
        .collect();
    numbers.sort_unstable();
    if numbers.is_empty() {
        return vec![missing("memory node", "no /sys/devices/system/node")];
    }
    let cell = |node| {
        let bound = Realtime {
            node: Some(node),
            ..Realtime::NOTHING
        };
        Cell::new(format!("memory of node {node}"), Change::Profile(bound))
    };
    numbers.into_iter().map(cell).collect()
}

/// A cell for each text that a file of every processor can have.
fn choices(name: &str, file: &str, available: &str) -> Vec<Cell> {
    let path = format!("{CPU}/cpu0/{available}");
    let Ok(texts) = fs::read_to_string(&path) else {
        return vec![missing(name, format!("no {path}"))];
    };
    let files = each_processor(file);
    let cell = |text: &str| {
        let change = Change::Files(files.clone(), text.to_owned());
        Cell::new(format!("{name} {text}"), change)
    };
    texts.split_whitespace().map(cell).collect()
}

fn one(name: &str, file: &str, text: &str) -> Cell {
    let path = Path::new(CPU).join(file);
    let name = format!("{name}: {text}");
    match path.exists() {
        true => Cell::new(name, Change::Files(vec![path], text.to_owned())),
        false => missing(name, format!("no {}", path.display())),
    }
}

/// All idle states but the shallowest disabled.
fn idle_states() -> Cell {
    let states = (1..10).flat_map(|state| each_processor(&format!("cpuidle/state{state}/disable")));
    let states: Vec<_> = states.collect();
    match states.is_empty() {
        true => missing(
            "deep idle states off",
            format!("no {CPU}/cpu0/cpuidle/state1"),
        ),
        false => Cell::new(
            "deep idle states off",
            Change::Files(states, "1".to_owned()),
        ),
    }
}

fn missing(name: impl Into<String>, reason: impl Into<String>) -> Cell {
    Cell::new(name, Change::Missing(reason.into()))
}

/// The file of this name of each processor that has it.
fn each_processor(file: &str) -> Vec<PathBuf> {
    let paths = (0..4096).map(|cpu| Path::new(CPU).join(format!("cpu{cpu}")));
    let there = paths
        .take_while(|path| path.exists())
        .map(|path| path.join(file));
    there.filter(|path| path.exists()).collect()
}

/// A file of the kernel that has another text for a while.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    before: String,
}

impl Written {
    fn new(path: &Path, text: &str) -> Result<Self, String> {
        let failed = |error| format!("{}: {error}", path.display());
        let before = fs::read_to_string(path).map_err(failed)?;
        fs::write(path, text).map_err(failed)?;
        let path = path.to_owned();
        Ok(Written { path, before })
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Err(error) = fs::write(&self.path, self.before.trim_end()) {
            eprintln!(
                "ttyring-lab: {} is not restored: {error}",
                self.path.display()
            );
        }
    }
}

impl Guard for Written {}

/// A thread for each processor that never sleeps.
#[derive(Debug)]
struct Load {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    fn start() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let spin = || {
            let over = Arc::clone(&over);
            // Relaxed: a flag alone, which no other memory depends on.
            std::thread::spawn(move || while !over.load(Ordering::Relaxed) {})
        };
        let threads = (0..count).map(|_| spin()).collect();
        Load { over, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Relaxed: see above; the join is what orders.
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Guard for Load {}

#[cfg(test)]
mod tests {
    use super::{Written, matrix};
    use std::fs;

    #[test]
    fn file_is_restored_when_its_guard_is_dropped() {
        let path = std::env::temp_dir().join(format!("ttyring-jitter-{}", std::process::id()));
        fs::write(&path, "before\n").expect("a file");
        let held = Written::new(&path, "after").expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "after");
        drop(held);
        assert_eq!(fs::read_to_string(&path).expect("readable"), "before");
        let _ = fs::remove_file(&path);
    }

    #[test]
    fn matrix_names_every_setting_once() {
        let mut names: Vec<_> = matrix().into_iter().map(|cell| cell.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        for name in [
            "as it is",
            "CPPC: active",
            "Speed Shift: active",
            "no idle states",
        ] {
            assert!(names.iter().any(|other| other == name), "{name} is missing");
        }
    }
}
