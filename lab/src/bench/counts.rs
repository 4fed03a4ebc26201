//! `ttyring-lab bench syscalls`: what a key costs in things that can be counted. The load of the machine
//! hardly changes them; a count that differs between runs is reported with its range.
//!
//! A tool counts a whole life of the program, once with few keys and once with many: the
//! difference belongs to the keys. Where the tool is not installed the figure is absent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::steps;
use crate::contender::Contender;
use crate::contender::protocol::{Mode, now};
use crate::contender::session::Session;
use crate::progress::{Progress, Stop, failure, go_on};
use crate::stats::Spread;

/// How long a key may take under a tool.
const LOST: Duration = Duration::from_secs(10);
/// For how long nobody types, to see who wakes up.
const IDLE: Duration = Duration::from_secs(1);
/// Keys, or bursts of keys, of the short life.
const FEW: usize = 20;
/// Keys of a burst: one read takes all of them.
const BURST: usize = 64;

/// How much is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Keys of the long life beyond those of the short one.
    pub(crate) keys: usize,
    /// Whether to count what valgrind can, too, which takes seconds for each program.
    pub(crate) deep: bool,
}

/// What one contender came to, for each key.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) contender: Contender,
    /// System calls by name, without the write of the stamp.
    pub(crate) calls: Option<Vec<(String, f64)>>,
    pub(crate) switches: Option<f64>,
    /// Times a second that it woke up while nobody typed.
    pub(crate) idle: Option<f64>,
    pub(crate) instructions: Option<f64>,
    /// Instructions for a key of a burst: from the read that brought it to the handler, and back
    /// for the next.
    pub(crate) burst_instructions: Option<f64>,
    /// Instructions from the return of the read to the handler's stamp, that one's own included:
    /// in several runs of the program.
    pub(crate) from_read: Option<Spread>,
    pub(crate) allocations: Option<f64>,
    /// What could not be counted, and why.
    pub(crate) failures: Vec<String>,
    /// The program did not do what it should; it is not that a tool is missing.
    pub(crate) failed: bool,
}

impl Counted {
    fn new(contender: Contender) -> Self {
        Counted {
            contender,
            calls: None,
            switches: None,
            idle: None,
            instructions: None,
            burst_instructions: None,
            from_read: None,
            allocations: None,
            failures: Vec::new(),
            failed: false,
        }
    }

    /// All system calls.
    pub(crate) fn all_calls(&self) -> Option<f64> {
        Some(self.calls.as_ref()?.iter().map(|(_, count)| count).sum())
    }

    fn note<T>(&mut self, result: io::Result<T>) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        self.failed |= error.kind() == io::ErrorKind::Other;
        self.failures.extend(failure(&error));
        None
    }
}

/// Counts for each contender.
pub(crate) fn measure(contenders: Vec<Contender>, plan: Plan, stop: &Stop) -> Vec<Counted> {
    let mut rows = Vec::new();
    let mut progress = Progress::new(contenders.len());
    for contender in contenders {
        progress.step(&contender.name);
        if stop.asked() {
            break;
        }
        let mut row = Counted::new(contender);
        let bare = switches(&row.contender, plan.keys);
        if let Some((switches, idle)) = row.note(bare) {
            (row.switches, row.idle) = (switches, idle);
        }
        let calls = calls(&row.contender, plan.keys);
        row.calls = row.note(calls);
        // Not every program can be stepped, and none has to be.
        let from_read = steps::count(&row.contender);
        row.from_read = row.note(from_read.map_err(unsupported));
        if plan.deep {
            let count =
                |burst, tool, label| valgrind(&row.contender, tool, label, plan.keys, burst);
            let alone = count(1, "callgrind", "Collected :");
            let burst = count(BURST, "callgrind", "Collected :");
            let allocations = count(1, "memcheck", "total heap usage:");
            row.instructions = row.note(alone);
            row.burst_instructions = row.note(burst);
            row.allocations = row.note(allocations);
        }
        rows.push(row);
    }
    rows
}

/// Context switches a key, and wake-ups a second without keys, counted by the kernel.
fn switches(contender: &Contender, keys: usize) -> io::Result<(Option<f64>, Option<f64>)> {
    let mut session = Session::start(contender, Mode::Events)?;
    let count = |session: &Session| session.usage().switches;
    type_keys(&mut session, contender, FEW)?;
    let start = count(&session);
    type_keys(&mut session, contender, keys)?;
    let typed = count(&session);
    let end = now() + IDLE;
    while now() < end {
        go_on()?;
        sleep(IDLE / 20);
    }
    let idle = count(&session);
    let per = |after: Option<u64>, before: Option<u64>, count: f64| {
        Some((after? - before?) as f64 / count)
    };
    Ok((
        per(typed, start, keys as f64),
        per(idle, typed, IDLE.as_secs_f64()),
    ))
}

/// System calls a key, counted by strace.
fn calls(contender: &Contender, keys: usize) -> io::Result<Vec<(String, f64)>> {
    available("strace")?;
    let count = |keys| {
        let log = Log::new("strace");
        let wrapped = contender.under(&["strace", "-f", "-c", "-o", &log.name()]);
        live(&wrapped, keys, 1)?;
        Ok::<_, io::Error>(summary(&log.text()))
    };
    let (few, many) = (count(FEW)?, count(FEW + keys)?);
    let before = |name: &str| {
        few.iter()
            .find(|(other, _)| other == name)
            .map_or(0, |&(_, count)| count)
    };
    let mut calls = Vec::new();
    for (name, count) in &many {
        let mut more = count.saturating_sub(before(name)) as f64 / keys as f64;
        if name == "write" {
            // The stamp is the measurement's, not the program's.
            more = (more - 1.0).max(0.0);
        }
        if more > 0.005 {
            calls.push((name.clone(), more));
        }
    }
    Ok(calls)
}

/// Reads the table that `strace -c` writes: the fourth column is the count, the last the name.
fn summary(text: &str) -> Vec<(String, u64)> {
    let row = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.first()?.parse::<f64>().ok()?;
        let name = words.last().filter(|&&name| name != "total")?;
        Some(((*name).to_owned(), words.get(3)?.parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}

/// What a tool of valgrind says after `label`, a key.
fn valgrind(
    contender: &Contender,
    tool: &str,
    label: &str,
    keys: usize,
    burst: usize,
) -> io::Result<f64> {
    available("valgrind")?;
    let count = |keys| {
        let log = Log::new(tool);
        let mut command = vec![
            "valgrind".to_owned(),
            format!("--tool={tool}"),
            format!("--log-file={}", log.name()),
        ];
        if tool == "callgrind" {
            command.push("--callgrind-out-file=/dev/null".to_owned());
        }
        let words: Vec<_> = command.iter().map(String::as_str).collect();
        live(&contender.under(&words), keys, burst)?;
        let text = log.text();
        let line = text
            .lines()
            .find_map(|line| Some(line.split_once(label)?.1));
        let number: String = line
            .unwrap_or_default()
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == ',')
            .collect();
        let number = number.replace(',', "").parse::<u64>();
        number.map_err(|_| contender.failed(format!("{tool} said nothing of it")))
    };
    let (few, many) = (count(FEW)?, count(FEW + keys)?);
    Ok((many as f64 - few as f64) / (keys * burst) as f64)
}

/// Runs a program from its start to its end with so many bursts of keys in between.
fn live(contender: &Contender, bursts: usize, burst: usize) -> io::Result<()> {
    // A stamp for each key of a burst would be most of what is counted.
    let mode = match burst {
        1 => Mode::Events,
        burst => Mode::Every(burst as u64),
    };
    let mut session = Session::start(contender, mode)?;
    type_bursts(&mut session, contender, bursts, burst)?;
    match session.end()? {
        true => Ok(()),
        false => Err(contender.failed("did not end at Ctrl-D")),
    }
}

/// Types keys one by one, each after the one before it was handled and the program sleeps again.
fn type_keys(session: &mut Session, contender: &Contender, keys: usize) -> io::Result<()> {
    type_bursts(session, contender, keys, 1)
}

fn type_bursts(
    session: &mut Session,
    contender: &Contender,
    bursts: usize,
    burst: usize,
) -> io::Result<()> {
    let keys = vec![b'x'; burst];
    for _ in 0..bursts {
        session.send(&keys)?;
        if session.stamp(LOST)?.is_none() {
            return Err(contender.failed(session.silence()));
        }
        sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn unsupported(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Other => io::Error::new(io::ErrorKind::Unsupported, error.to_string()),
        _ => error,
    }
}

fn available(tool: &str) -> io::Result<()> {
    let found = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found
        .map(drop)
        .map_err(|error| io::Error::new(error.kind(), format!("not available: {tool}: {error}")))
}

/// A file that a tool writes to, removed when this is dropped.
#[derive(Debug)]
struct Log(PathBuf);

impl Log {
    fn new(tool: &str) -> Self {
        let name = format!(
            "ttyring-{tool}-{}-{:x}",
            std::process::id(),
            fastrand::u32(..)
        );
        Log(std::env::temp_dir().join(name))
    }

    fn name(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    fn text(&self) -> String {
        fs::read_to_string(Path::new(&self.0)).unwrap_or_default()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn summary_of_strace_is_read_with_and_without_errors() {
        let text = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000060           1        52           read
 40.00    0.000040           1        40         7 epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.000100           1        92         7 total
";
        let expected = [("read".to_owned(), 52), ("epoll_wait".to_owned(), 40)];
        assert_eq!(summary(text), expected);
    }
}
