//! What is left of a password in memory and in a core file: nothing.
//!
//! A child reads it on a terminal of its own; this process searches the child's memory from
//! outside, so the search leaves no copies, and then the core that the child dies with. A control
//! that reads the same text the ordinary way shows that the search finds what is there.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::BufRead;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use ttyring::terminal::Terminal;
use ttyring_test_support::{Program, Pty, cores_are_files};

const ACT: &str = "TTYRING_SECRET_ACT";
const SECRET: &str = "correct-horse-battery-staple";

/// Not a test of its own: what the children do.
#[test]
fn child() {
    let Ok(act) = std::env::var(ACT) else { return };
    // As much core as is allowed: nothing but the library keeps the secret out.
    let before = getrlimit(Resource::Core);
    let all = Rlimit {
        current: before.maximum,
        maximum: before.maximum,
    };
    setrlimit(Resource::Core, all).expect("a soft limit up to the hard one");
    println!();
    match act.as_str() {
        "password" => password(),
        "ordinary" => ordinary(),
        #[cfg(feature = "sandbox")]
        "sandboxed" => sandboxed(),
        other => panic!("no act {other}"),
    }
}

#[cfg(feature = "sandbox")]
fn sandboxed() {
    use ttyring::platform::{harden, sandbox::Policy};
    let terminal = Terminal::open().expect("a terminal");
    harden(&Policy::reader()).expect("harden");
    read(terminal);
}

fn password() {
    read(Terminal::open().expect("a terminal"));
}

fn read(mut terminal: Terminal) {
    let password = terminal
        .read_password("Password: ")
        .expect("read")
        .expect("a line");
    println!("(held {})", password.len());
    wait();
    drop(password);
    println!("(dropped)");
    wait();
}

fn ordinary() {
    print!("Password: ");
    std::io::Write::flush(&mut std::io::stdout()).expect("write");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).expect("read");
    println!("(held {})", line.trim_end().len());
    wait();
    drop(line);
    println!("(dropped)");
    wait();
}

/// Waits for a line, past every buffer.
fn wait() {
    rustix::io::read(rustix::stdio::stdin(), &mut [0; 16]).expect("read");
}

/// A child that has read the secret, and the directory that it dies in.
struct Reader {
    pty: Pty,
    program: Program,
    place: PathBuf,
}

impl Reader {
    fn start(act: &str, name: &str) -> Self {
        let place =
            std::env::temp_dir().join(format!("ttyring-secret-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&place).expect("a directory");
        let mut pty = Pty::open();
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command
            .args(["--exact", "child", "--nocapture"])
            .current_dir(&place)
            .env(ACT, act);
        let program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
        pty.expect("Password: ");
        Reader {
            pty,
            program,
            place,
        }
    }

    fn answer(&mut self) {
        self.pty.type_bytes(format!("{SECRET}\n").as_bytes());
        self.pty.expect(&format!("(held {})", SECRET.len()));
    }

    fn go_on(&mut self) {
        self.pty.type_bytes(b"\n");
        self.pty.expect("(dropped)");
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.program.id()).expect("a process id"))
            .expect("a process id")
    }

    /// How many copies of the secret the child's memory holds; nothing where it cannot be read.
    fn in_memory(&self) -> Option<usize> {
        let id = self.program.id();
        let memory = File::open(format!("/proc/{id}/mem")).ok()?;
        let maps = std::fs::read_to_string(format!("/proc/{id}/maps")).ok()?;
        let mut found = 0;
        for line in maps.lines().filter(|line| !line.contains("[v")) {
            let (from, rest) = line.split_once('-')?;
            let (to, rest) = rest.split_once(' ')?;
            if !rest.starts_with('r') {
                continue;
            }
            let from = u64::from_str_radix(from, 16).ok()?;
            let to = u64::from_str_radix(to, 16).ok()?;
            let mut bytes = vec![0; usize::try_from(to - from).ok()?];
            if memory.read_exact_at(&mut bytes, from).is_ok() {
                found += count(&bytes, rest);
            }
        }
        Some(found)
    }

    /// Ends the child by SIGABRT and returns how many copies its core holds; nothing where no core
    /// was written.
    fn in_core(mut self) -> Option<usize> {
        kill_process(self.pid(), Signal::ABORT).expect("kill");
        let status = self.program.wait();
        assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
        let files = std::fs::read_dir(&self.place).expect("the directory");
        let cores: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        let [core] = cores.as_slice() else {
            assert!(cores.is_empty(), "{cores:?}");
            return None;
        };
        let bytes = std::fs::read(core).expect("the core");
        assert!(bytes.starts_with(b"\x7fELF"), "{core:?} is no core");
        Some(count(&bytes, ""))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.place);
    }
}

/// Copies of the secret as it was typed; the program's own text has it as a constant.
fn count(bytes: &[u8], mapping: &str) -> usize {
    if mapping.contains('/') && !mapping.contains("[heap]") {
        return 0;
    }
    bytes
        .windows(SECRET.len())
        .filter(|window| *window == SECRET.as_bytes())
        .count()
}

#[test]
fn the_search_finds_what_was_read_the_ordinary_way() {
    let mut reader = Reader::start("ordinary", "ordinary");
    reader.answer();
    let Some(found) = reader.in_memory() else {
        return println!("SKIPPED: another process's memory cannot be read here");
    };
    assert!(found > 0, "the search finds nothing");
    reader.go_on();
    assert!(
        reader.in_memory().is_some_and(|found| found > 0),
        "std has no copy left"
    );
}

#[test]
fn nothing_is_left_in_memory_once_it_is_dropped() {
    let mut reader = Reader::start("password", "memory");
    reader.answer();
    let Some(found) = reader.in_memory() else {
        return println!("SKIPPED: another process's memory cannot be read here");
    };
    assert_eq!(found, 1, "the one copy that the program holds");
    reader.go_on();
    assert_eq!(reader.in_memory(), Some(0));
}

#[test]
fn a_core_holds_none_of_it_even_while_it_is_held() {
    if !cores_are_files() {
        return println!("SKIPPED: cores are not written into the directory of a process here");
    }
    let mut control = Reader::start("ordinary", "core-control");
    control.answer();
    let found = control.in_core().expect("a core of the control");
    assert!(found > 0, "the search finds nothing in a core");
    let mut reader = Reader::start("password", "core");
    reader.answer();
    assert_eq!(reader.in_core(), Some(0), "copies in the core");
}

/// The limit of core files is set, and no password lost, also once system calls are filtered.
#[cfg(feature = "sandbox")]
#[test]
fn sandbox_leaves_a_password_as_it_is() {
    let mut reader = Reader::start("sandboxed", "sandboxed");
    let limits = format!("/proc/{}/limits", reader.program.id());
    let limits = std::fs::read_to_string(limits).expect("the limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file"));
    let soft = core.and_then(|line| line.split_whitespace().nth(4));
    assert_eq!(soft, Some("0"), "{limits}");
    reader.answer();
    if let Some(found) = reader.in_memory() {
        assert_eq!(found, 1, "the one copy that the program holds");
    }
    reader.go_on();
}

#[test]
fn no_core_is_written_while_it_is_typed() {
    if !cores_are_files() {
        return println!("SKIPPED: cores are not written into the directory of a process here");
    }
    let mut reader = Reader::start("password", "typing");
    reader.pty.type_bytes(SECRET.as_bytes());
    assert_eq!(reader.in_core(), None);
}
