//! Opening the terminal of a process, whatever its standard streams are, and living on it.
//!
//! Each test runs this binary again as a program on a pseudo-terminal; the program says what it
//! found on a pipe. Nothing here needs a terminal of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fstat};
use ttyring_platform::unix::child::lifeline;
use ttyring_platform::{
    Backend, Error, LineMode, Os, Poller, Signals, Termios, Transfer, Tty, When,
};
use ttyring_test_support::{Program, Pty, within};

/// Says to this binary that it is the program, and which.
const ROLE: &str = "TTYRING_OPENING_ROLE";

/// The program's side: the test of the same name calls it first thing.
fn play(role: &str, body: fn()) {
    if std::env::var_os(ROLE).is_some_and(|name| name == role) {
        body();
        std::process::exit(0);
    }
}

/// The binary again, as the program of this test, with its streams at /dev/null and a pipe.
fn program(test: &str) -> Command {
    ttyring_test_support::default_signals();
    let mut command = Command::new(std::env::current_exe().expect("the test binary has a path"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, test)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// What the program says, line by line, without what the test runner prints around it.
fn say(text: &str) {
    println!("\nprogram: {text}");
    std::io::stdout().flush().expect("the test reads the pipe");
}

fn listen(from: impl Read) -> impl FnMut() -> Option<String> {
    let mut lines = BufReader::new(from).lines();
    move || loop {
        let line = within("a line of the program", || lines.next());
        let line = line?.expect("the program writes text");
        if let Some(text) = line.strip_prefix("program: ") {
            return Some(text.to_owned());
        }
    }
}

/// Opens the terminal and says what came of it.
fn open_and_say() {
    match Os.open() {
        Ok(tty) => {
            let own = tty.descriptor().expect("a real terminal");
            let name = rustix::termios::ttyname(own, Vec::new()).expect("ttyname");
            let blocking = !fcntl_getfl(own).expect("fcntl").contains(OFlags::NONBLOCK);
            say(&format!(
                "private={} blocking={blocking} columns={} name={}",
                tty.is_private(),
                tty.size().expect("size").columns,
                name.to_string_lossy(),
            ));
        }
        Err(error) => say(&format!("{error:?}")),
    }
}

/// Runs the program on a terminal of 77 columns and returns the first thing that it says.
fn said_on_a_terminal(prepare: impl FnOnce(&Pty, &mut Command), test: &str) -> String {
    let pty = Pty::open();
    pty.resize(77, 11);
    let mut command = program(test);
    prepare(&pty, &mut command);
    let mut program = pty.spawn(&mut command).expect("spawn");
    let said = listen(program.child().stdout.take().expect("piped"))().expect("it says something");
    program.wait();
    said
}

#[test]
fn piped_stdin_still_opens_the_terminal_of_the_other_streams() {
    const TEST: &str = "piped_stdin_still_opens_the_terminal_of_the_other_streams";
    play(TEST, open_and_say);
    let said = said_on_a_terminal(
        |pty, command| {
            let side = pty.slave().try_clone_to_owned().expect("dup");
            command.stdin(Stdio::piped()).stderr(side);
        },
        TEST,
    );
    assert!(
        said.starts_with("private=true blocking=false columns=77 name=/dev/"),
        "{said}"
    );
    assert!(!said.ends_with("/dev/tty"), "{said}");
}

#[test]
fn no_stream_on_the_terminal_opens_the_controlling_one() {
    const TEST: &str = "no_stream_on_the_terminal_opens_the_controlling_one";
    play(TEST, open_and_say);
    let said = said_on_a_terminal(|_, _| {}, TEST);
    assert!(
        said.starts_with("private=true blocking=false columns=77 "),
        "{said}"
    );
}

/// Closes standard input and output, opens everything that a program keeps, and says which of it
/// has a standard number: a descriptor gets the lowest number that is free.
fn open_without_streams() {
    let said = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 10).expect("dup");
    for stream in 0..2 {
        // SAFETY: from here on nobody in this process uses it by its number.
        unsafe { libc::close(stream) };
    }
    let mut standard = Vec::new();
    let mut look = |name: &str, descriptor: BorrowedFd<'_>| {
        if descriptor.as_raw_fd() < 3 {
            standard.push(name.to_owned());
        }
    };
    let tty = Os.open().expect("a terminal");
    look("terminal", tty.descriptor().expect("a descriptor"));
    let poller = Os.poller(&tty, Signals::USR1).expect("a poller");
    poller
        .descriptor()
        .into_iter()
        .for_each(|own| look("poller", own));
    let (reader, writer) = lifeline().expect("a pair");
    look("reader", reader.as_fd());
    look("writer", writer.as_fd());
    // What is left open below 3 belongs to none of these, so all of it is closed.
    for stream in 0..2 {
        // SAFETY: asks for flags.
        let open = unsafe { libc::fcntl(stream, libc::F_GETFD) } != -1;
        standard.extend(open.then(|| format!("{stream}")));
    }
    let line = format!("\nprogram: standard={standard:?}\n");
    rustix::io::write(&said, line.as_bytes()).expect("the test reads the pipe");
    std::process::exit(0);
}

#[test]
fn nothing_that_is_kept_takes_the_place_of_a_closed_stream() {
    const TEST: &str = "nothing_that_is_kept_takes_the_place_of_a_closed_stream";
    play(TEST, open_without_streams);
    assert_eq!(said_on_a_terminal(|_, _| {}, TEST), "standard=[]");
}

#[test]
fn no_terminal_anywhere_is_a_clear_error() {
    const TEST: &str = "no_terminal_anywhere_is_a_clear_error";
    play(TEST, open_and_say);
    let mut command = program(TEST);
    // SAFETY: setsid(2) is async-signal-safe.
    unsafe { command.pre_exec(|| Ok(rustix::process::setsid().map(drop)?)) };
    let mut program = Program::from(command.spawn().expect("spawn"));
    let said = listen(program.child().stdout.take().expect("piped"))();
    let said = said.expect("it says something");
    program.wait();
    assert_eq!(said, format!("{:?}", Error::NoTerminal));
}

#[test]
fn lack_of_descriptors_is_not_a_lack_of_a_terminal() {
    const TEST: &str = "lack_of_descriptors_is_not_a_lack_of_a_terminal";
    play(TEST, || {
        use rustix::process::{Resource, getrlimit, setrlimit};
        // What the lines that are said later need is open already.
        say("ready");
        let before = getrlimit(Resource::Nofile);
        let mut none = before;
        none.current = Some(0);
        setrlimit(Resource::Nofile, none).expect("a lower limit");
        let opened = Os.open().map(drop);
        setrlimit(Resource::Nofile, before).expect("the limit from before");
        let error = opened.expect_err("out of descriptors");
        say(&format!("{:?}", error.raw_os_error()));
    });
    for on_stdin in [false, true] {
        let pty = Pty::open();
        let mut command = program(TEST);
        if on_stdin {
            command.stdin(pty.slave().try_clone_to_owned().expect("dup"));
        }
        let mut program = pty.spawn(&mut command).expect("spawn");
        let mut said = listen(program.child().stdout.take().expect("piped"));
        assert_eq!(said().as_deref(), Some("ready"));
        assert_eq!(said(), Some(format!("{:?}", Some(libc::EMFILE))));
        program.wait();
    }
}

#[test]
fn opening_leaves_the_flags_of_standard_streams_alone() {
    const TEST: &str = "opening_leaves_the_flags_of_standard_streams_alone";
    play(TEST, || {
        let flags = || fcntl_getfl(rustix::stdio::stdin()).expect("fcntl");
        let before = flags();
        let tty = Os.open().expect("open");
        let mut poller = Os.poller(&tty, Signals::empty()).expect("a poller");
        poller.wait(Some(Duration::ZERO)).expect("wait");
        let own = fstat(tty.descriptor().expect("a real terminal")).expect("fstat");
        let same = own.st_rdev == fstat(rustix::stdio::stdin()).expect("fstat").st_rdev;
        say(&format!(
            "same device {same}, unchanged {}",
            flags() == before
        ));
    });
    let said = said_on_a_terminal(
        |pty, command| {
            let side = pty.slave().try_clone_to_owned().expect("dup");
            command.stdin(side);
        },
        TEST,
    );
    assert_eq!(said, "same device true, unchanged true");
}

#[test]
fn resize_of_the_window_arrives_as_a_signal() {
    const TEST: &str = "resize_of_the_window_arrives_as_a_signal";
    play(TEST, || {
        let tty = Os.open().expect("open");
        let mut poller = Os.poller(&tty, Signals::WINCH).expect("a poller");
        say("waiting");
        let ready = poller.wait(None).expect("wait");
        let size = tty.size().expect("size");
        say(&format!(
            "{:?} {}x{}",
            ready.signals, size.columns, size.rows
        ));
    });
    let pty = Pty::open();
    let mut program = pty.spawn(&mut program(TEST)).expect("spawn");
    let mut said = listen(program.child().stdout.take().expect("piped"));
    assert_eq!(said().as_deref(), Some("waiting"));
    pty.resize(101, 31);
    assert_eq!(said().as_deref(), Some("Signals(WINCH) 101x31"));
    program.wait();
}

#[test]
fn settings_change_from_the_background_without_a_stop() {
    const TEST: &str = "settings_change_from_the_background_without_a_stop";
    play(TEST, || {
        if std::env::var_os("TTYRING_OPENING_BACKGROUND").is_some() {
            let tty = Os.open().expect("open");
            let raw = tty.termios().expect("tcgetattr").with(&LineMode::RAW);
            tty.set_termios(When::Now, &raw).expect("tcsetattr");
            return say("changed");
        }
        // The leader of the session stays in the foreground; its child has a group of its own.
        let status = program(TEST)
            .env("TTYRING_OPENING_BACKGROUND", "1")
            .stdout(Stdio::inherit())
            .process_group(0)
            .status();
        say(&format!("ended {}", status.expect("it runs").success()));
    });
    let pty = Pty::open();
    let before = pty.termios();
    let mut program = pty.spawn(&mut program(TEST)).expect("spawn");
    let mut said = listen(program.child().stdout.take().expect("piped"));
    assert_eq!(said().as_deref(), Some("changed"));
    assert_eq!(said().as_deref(), Some("ended true"));
    assert_ne!(pty.termios().local_modes, before.local_modes);
    program.wait();
}

#[test]
fn hangup_ends_a_program_that_waits() {
    const TEST: &str = "hangup_ends_a_program_that_waits";
    play(TEST, || {
        let tty = Os.open().expect("open");
        let mut poller = Os.poller(&tty, Signals::HUP).expect("a poller");
        say("waiting");
        let ready = poller.wait(None).expect("wait");
        let read = loop {
            match tty.read(&mut [0; 8]).expect("read") {
                Transfer::NotReady => drop(poller.wait(None).expect("wait")),
                other => break other,
            }
        };
        say(&format!("{} {read:?}", ready.is_empty()));
    });
    let pty = Pty::open();
    let mut program = pty.spawn(&mut program(TEST)).expect("spawn");
    let mut said = listen(program.child().stdout.take().expect("piped"));
    assert_eq!(said().as_deref(), Some("waiting"));
    pty.hang_up();
    assert_eq!(said().as_deref(), Some("false End"));
    program.wait();
}

#[test]
fn waiting_costs_no_processor_time() {
    const TEST: &str = "waiting_costs_no_processor_time";
    play(TEST, || {
        let tty = Os.open().expect("open");
        let mut poller = Os.poller(&tty, Signals::WINCH).expect("a poller");
        let used = || {
            let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
            // SAFETY: the kernel writes to a place of the right size.
            unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
            // SAFETY: zeroed, and written by the call.
            unsafe { usage.assume_init() }.ru_nvcsw
        };
        let before = used();
        poller.wait(Some(Duration::from_millis(300))).expect("wait");
        // One switch for each part of the wait, whole milliseconds and the rest; not one a tick.
        say(if used() - before <= 4 {
            "asleep"
        } else {
            "awake"
        });
    });
    assert_eq!(said_on_a_terminal(|_, _| {}, TEST), "asleep");
}

#[test]
fn stream_that_is_the_controlling_terminal_by_name_is_opened() {
    const TEST: &str = "stream_that_is_the_controlling_terminal_by_name_is_opened";
    play(TEST, || {
        if std::env::var_os("TTYRING_OPENING_INNER").is_some() {
            return open_and_say();
        }
        let own = std::fs::File::open("/dev/tty").expect("the controlling terminal");
        let status = program(TEST)
            .env("TTYRING_OPENING_INNER", "1")
            .stdin(own)
            .stdout(Stdio::inherit())
            .status();
        assert!(status.expect("it runs").success());
    });
    let said = said_on_a_terminal(|_, _| {}, TEST);
    assert!(
        said.starts_with("private=true blocking=false columns=77 "),
        "{said}"
    );
}

/// The standard streams stay as they are while the tests run: the runner's own.
#[test]
fn tests_do_not_touch_the_streams_of_the_runner() {
    let before = fcntl_getfl(std::io::stdin().as_fd());
    let _ = Os.open();
    assert_eq!(fcntl_getfl(std::io::stdin().as_fd()), before);
}
