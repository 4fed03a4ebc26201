//! What `harden` refuses, and what it leaves, shown by children that try.
//!
//! Each child is this test binary again, asked for one act by an environment variable; it prints
//! what the system answered. Where the report says NotEnforced, the tests ask for just that.
#![cfg(feature = "sandbox")]

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ttyring::platform::sandbox::{Enforcement, Policy, Report, Threads};
use ttyring::platform::{harden, injection, system::fresh_session};
use ttyring_test_support::Pty;

const ACT: &str = "TTYRING_SANDBOX_ACT";
const PLACE: &str = "TTYRING_SANDBOX_PLACE";

/// linux/tty.h: pastes the console's selection into its input (CVE-2023-28100).
const TIOCLINUX: u64 = 0x541c;

#[allow(clippy::unnecessary_cast, reason = "musl has it as an int")]
const TIOCSTI: u64 = libc::TIOCSTI as u64;

/// What a thread that may not be started is answered with: musl says so of every failure of clone(2).
const NO_THREAD: i32 = if cfg!(target_env = "musl") {
    libc::EAGAIN
} else {
    libc::EPERM
};

/// Whether the system of this test has filters at all.
fn has_filters() -> bool {
    std::env::consts::OS == "linux"
}

/// Runs one act on a terminal of its own and returns what it printed.
fn act(name: &str, place: &Path) -> String {
    let mut pty = Pty::open();
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(ACT, name)
        .env(PLACE, place);
    let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
    pty.expect("(end)");
    let status = program.wait();
    let seen = String::from_utf8_lossy(pty.seen()).into_owned();
    assert!(status.success(), "{name}: {status}: {seen}");
    seen
}

#[track_caller]
fn assert_says(seen: &str, line: &str) {
    assert!(
        seen.lines().any(|other| other.trim() == line),
        "no {line:?} in {seen}"
    );
}

/// Not a test of its own: what the children do.
#[test]
fn child() {
    let Ok(name) = std::env::var(ACT) else { return };
    let place = PathBuf::from(std::env::var_os(PLACE).unwrap_or_default());
    // The harness has begun the line.
    println!();
    match name.as_str() {
        "inject" => inject(),
        "refuse" => refuse(),
        "read" => read_on(),
        "panic" => panic_inside(),
        "threads" => threads(Threads::All),
        "thread" => threads(Threads::Calling),
        "files" => files(&place),
        "type" => println!("type: {}", answer(terminal_ioctl(TIOCSTI))),
        "sessions" => sessions(),
        other => panic!("no act {other}"),
    }
    println!("(end)");
    std::process::exit(0);
}

fn answer<T>(result: io::Result<T>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(error) => match error.raw_os_error() {
            Some(libc::EPERM) => "EPERM".to_owned(),
            Some(libc::EACCES) => "EACCES".to_owned(),
            _ => error.to_string(),
        },
    }
}

/// Makes an ioctl with one byte as its argument on standard input.
fn terminal_ioctl(request: u64) -> io::Result<()> {
    if ioctl(request, &b'!') == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Past the C library, which may cut the request to 32 bits (musl).
#[cfg(target_os = "linux")]
fn ioctl(request: u64, byte: &u8) -> libc::c_long {
    // SAFETY: the requests of this test read at most one byte.
    unsafe { libc::syscall(libc::SYS_ioctl, 0, request, std::ptr::from_ref(byte)) }
}

#[cfg(not(target_os = "linux"))]
fn ioctl(request: u64, byte: &u8) -> libc::c_int {
    // SAFETY: as above.
    unsafe { libc::ioctl(0, request as _, std::ptr::from_ref(byte)) }
}

fn show(report: Report) {
    println!("injection {:?}", report.injection);
    println!("system calls {:?}", report.system_calls);
    println!("files {:?}", report.files);
}

fn inject() {
    let before = answer(terminal_ioctl(TIOCSTI));
    // On a line of its own: the kernel has echoed what was injected.
    println!("\nbefore: {before}");
    show(harden(&Policy::reader()).expect("harden"));
    println!("after: {}", answer(terminal_ioctl(TIOCSTI)));
    println!("wide: {}", answer(terminal_ioctl(TIOCSTI | 1 << 32)));
    println!("console: {}", answer(terminal_ioctl(TIOCLINUX)));
}

#[test]
fn injection_works_before_and_is_refused_after() {
    let seen = act("inject", Path::new(""));
    match injection() {
        Enforcement::NotEnforced => {
            assert_says(&seen, "before: done");
            // The kernel echoes the injected byte: it went through the line discipline as typed.
            assert!(seen.contains('!'), "{seen}");
        }
        _ => println!("SKIPPED before: this kernel refuses injection by itself"),
    }
    if has_filters() {
        assert_says(&seen, "injection Blocked");
        assert_says(&seen, "after: EPERM");
    } else {
        assert_says(&seen, "injection NotEnforced");
    }
}

#[test]
fn cve_2019_7303_and_2019_10063_a_wider_request_is_the_same_request() {
    if has_filters() {
        // Filters that compared 64 bits let TIOCSTI | 1 << 32 through; the kernel takes 32.
        assert_says(&act("inject", Path::new("")), "wide: EPERM");
    }
}

#[test]
fn cve_2023_28100_the_console_pastes_nothing() {
    if has_filters() {
        assert_says(&act("inject", Path::new("")), "console: EPERM");
    }
}

fn refuse() {
    let mut open = File::open("/dev/null").expect("open before");
    show(harden(&Policy::reader()).expect("harden"));
    println!("open: {}", answer(File::open("/dev/null")));
    println!("create: {}", answer(File::create("/tmp/ttyring-sandbox")));
    println!("datagram: {}", answer(UnixDatagram::unbound()));
    println!("listen: {}", answer(TcpListener::bind("127.0.0.1:0")));
    println!("run: {}", answer(Command::new("/bin/true").spawn()));
    println!(
        "thread: {}",
        answer(std::thread::Builder::new().spawn(|| ()))
    );
    // SAFETY: signal 0 to the parent asks whether it may be signalled, and sends nothing.
    let signal = unsafe { libc::kill(libc::getppid(), 0) };
    let signal = if signal == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    };
    println!("signal: {}", answer(signal));
    println!("inherited: {}", answer(open.read(&mut [0; 1])));
}

#[test]
fn files_sockets_programs_threads_and_signals_are_refused() {
    let seen = act("refuse", Path::new(""));
    if !has_filters() {
        return assert_says(&seen, "system calls NotEnforced");
    }
    assert_says(&seen, "system calls Blocked");
    assert_says(&seen, "files Blocked");
    for what in ["open", "create", "datagram", "listen", "run", "signal"] {
        assert_says(&seen, &format!("{what}: EPERM"));
    }
    let no_thread: io::Result<()> = Err(io::Error::from_raw_os_error(NO_THREAD));
    assert_says(&seen, &format!("thread: {}", answer(no_thread)));
    // The honest limit: what is open stays open.
    assert_says(&seen, "inherited: done");
}

fn read_on() {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetwinsize, tcsetattr};
    let stdin = io::stdin();
    show(harden(&Policy::reader()).expect("harden"));
    let mut termios = tcgetattr(&stdin).expect("tcgetattr");
    termios.local_modes -= LocalModes::ECHO | LocalModes::ICANON;
    tcsetattr(&stdin, OptionalActions::Now, &termios).expect("tcsetattr");
    let columns = tcgetwinsize(&stdin).expect("tcgetwinsize").ws_col;
    println!("{columns} columns, ready");
    let mut poll = [rustix::event::PollFd::new(
        &stdin,
        rustix::event::PollFlags::IN,
    )];
    rustix::event::poll(&mut poll, None).expect("poll");
    let mut byte = [0];
    rustix::io::read(&stdin, &mut byte).expect("read");
    // Enough to make the allocator map memory, and to give it back.
    let memory = vec![byte[0]; 64 << 20];
    // SAFETY: SIGWINCH is ignored by default; the call sends it to this thread.
    unsafe { libc::raise(libc::SIGWINCH) };
    println!(
        "read {} of {}",
        char::from(memory[memory.len() - 1]),
        memory.len()
    );
    io::stdout().flush().expect("write");
}

#[test]
fn reading_settings_signals_and_memory_work_as_before() {
    let mut pty = Pty::open();
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command
        .args(["--exact", "child", "--nocapture"])
        .env(ACT, "read");
    let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
    pty.expect("80 columns, ready");
    pty.type_bytes(b"k");
    pty.expect("read k of 67108864");
    assert!(program.wait().success());
}

fn panic_inside() {
    harden(&Policy::reader()).expect("harden");
    let caught = std::panic::catch_unwind(|| panic!("inside"));
    println!("caught: {}", caught.is_err());
}

#[test]
fn a_panic_inside_still_unwinds_and_says_so() {
    let seen = act("panic", Path::new(""));
    assert_says(&seen, "caught: true");
    assert_says(&seen, "inside");
}

fn threads(which: Threads) {
    let (ask, asked) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        asked.recv().expect("the question");
        answer(File::open("/dev/null"))
    });
    show(harden(&Policy::reader().for_threads(which)).expect("harden"));
    println!("calling: {}", answer(File::open("/dev/null")));
    ask.send(()).expect("the thread waits");
    println!("other: {}", other.join().expect("the thread"));
}

#[test]
fn all_threads_are_confined_unless_one_is_asked_for() {
    let all = act("threads", Path::new(""));
    let one = act("thread", Path::new(""));
    if has_filters() {
        assert_says(&all, "calling: EPERM");
        assert_says(&all, "other: EPERM");
        assert_says(&one, "calling: EPERM");
    }
    assert_says(&one, "other: done");
}

fn files(place: &Path) {
    let (read, write) = (place.join("read"), place.join("write"));
    let policy = Policy::reader_with_files()
        .read_below(&read)
        .write_below(&write);
    show(harden(&policy.for_threads(Threads::Calling)).expect("harden"));
    println!("read: {}", answer(std::fs::read(read.join("file"))));
    println!("list: {}", answer(std::fs::read_dir(&read)));
    println!(
        "write: {}",
        answer(std::fs::write(write.join("file"), "text"))
    );
    println!(
        "remove: {}",
        answer(std::fs::remove_file(write.join("file")))
    );
    println!(
        "write elsewhere: {}",
        answer(std::fs::write(read.join("new"), "text"))
    );
    println!("read elsewhere: {}", answer(File::open("/etc/passwd")));
    println!("socket: {}", answer(UnixDatagram::unbound()));
}

#[test]
fn files_can_be_opened_where_the_policy_says() {
    let place = std::env::temp_dir().join(format!("ttyring-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(place.join("read")).expect("a directory");
    std::fs::create_dir_all(place.join("write")).expect("a directory");
    std::fs::write(place.join("read/file"), "text").expect("a file");
    let seen = act("files", &place);
    std::fs::remove_dir_all(&place).expect("remove the directory");
    for what in ["read", "list", "write", "remove"] {
        assert_says(&seen, &format!("{what}: done"));
    }
    if has_filters() {
        assert_says(&seen, "socket: EPERM");
    }
    if seen.contains("files Blocked") {
        assert_says(&seen, "write elsewhere: EACCES");
        assert_says(&seen, "read elsewhere: EACCES");
    } else {
        println!("SKIPPED elsewhere: this kernel has no Landlock, and the report says so");
        assert_says(&seen, "files NotEnforced");
        assert_says(&seen, "read elsewhere: done");
    }
}

#[test]
fn a_policy_that_names_what_is_not_there_is_refused_before_anything_is() {
    if has_filters() {
        let policy = Policy::reader_with_files().read_below("/nowhere/at-all");
        harden(&policy).expect_err("the path cannot be opened");
        assert!(File::open("/dev/null").is_ok(), "nothing was confined");
    }
}

/// Starts the act "type" as an ordinary user, with and without a session of its own.
fn sessions() {
    for (name, fresh) in [("same", false), ("fresh", true)] {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command
            .args(["--exact", "child", "--nocapture"])
            .env(ACT, "type");
        command.stdin(Stdio::inherit());
        if rustix::process::geteuid().is_root() {
            // Without CAP_SYS_ADMIN, which is above both of the kernel's checks.
            command.uid(65534).gid(65534);
        }
        if fresh {
            fresh_session(&mut command);
        }
        match command.output() {
            Err(error) => println!("{name}: SKIPPED {error}"),
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let line = text.lines().find_map(|line| line.split("type: ").nth(1));
                println!("\n{name}: {}", line.unwrap_or("nothing"));
            }
        }
    }
}

#[test]
fn cve_2005_4890_2016_2779_and_2017_5226_a_child_in_a_fresh_session_cannot_type() {
    let seen = act("sessions", Path::new(""));
    if seen.contains("SKIPPED") {
        return println!("SKIPPED: an ordinary user cannot run this test binary: {seen}");
    }
    assert_says(&seen, "fresh: EPERM");
    if std::fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti").is_ok_and(|on| on.trim() == "0")
    {
        println!("SKIPPED same: this kernel refuses injection by itself");
    } else {
        assert_says(&seen, "same: done");
    }
}
