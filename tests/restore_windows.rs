//! The modes of a Windows console after every way for a program to end: they are those from before.
//!
//! The program that runs the tests starts itself once for each way, on its own console. An argument
//! chooses the ways that have it in their names.

#[cfg(not(windows))]
fn main() {
    println!("SKIPPED: this is not Windows");
}

#[cfg(windows)]
fn main() {
    windows::main();
}

#[cfg(windows)]
mod windows {
    #![allow(unsafe_code, reason = "ways to die")]

    use std::ffi::{c_char, c_void};
    use std::process::{Command, exit};
    use std::ptr::null_mut;
    use std::time::{Duration, Instant};
    use std::{env, panic, thread};

    use ttyring::LineMode;
    use ttyring::platform::windows::ConsoleModes;
    use ttyring::platform::{Backend, Os, Tty};
    use ttyring::terminal::{Modes, Terminal, supervise};

    /// Where a program has the number of its supervisor.
    const SUPERVISED: &str = "TTYRING_SUPERVISED";

    /// A way to end, whether the terminal can be restored then, and the exit code where it says
    /// something about us.
    const WAYS: [(&str, bool, Option<i32>); 21] = [
        ("return", true, Some(0)),
        ("leak", true, Some(0)),
        ("exit", true, Some(3)),
        ("panic", true, None),
        ("panic_elsewhere", true, None),
        ("fault", true, None),
        ("fault_chained", true, Some(42)),
        ("overflow", true, None),
        ("control_c", true, None),
        ("control_break", true, None),
        ("window_closed", true, None),
        ("logoff", true, None),
        ("shutdown", true, None),
        // `__fastfail` calls nobody.
        ("abort", false, None),
        ("terminate", false, Some(5)),
        ("supervised_exit", true, Some(3)),
        ("supervised_fault", true, None),
        ("supervised_overflow", true, None),
        ("supervised_abort", true, None),
        ("supervised_terminate", true, Some(5)),
        ("supervisor_terminated", true, Some(5)),
    ];
    /// What Wine 8 does not have: its loader does not tell the program itself of `ExitProcess`
    /// (`process_detach` of `dlls/ntdll/loader.c` goes through the libraries), and it ends the thread
    /// whose stack has overflown, without asking a filter and without ending the process.
    const NOT_UNDER_WINE: [&str; 3] = ["exit", "overflow", "supervised_overflow"];

    pub(super) fn main() {
        let mut args = env::args().skip(1);
        match args.next().as_deref() {
            Some("--end") => end(&args.next().expect("a way")),
            filter => exit(run_all(filter.unwrap_or(""))),
        }
    }

    fn run_all(filter: &str) -> i32 {
        let (mut passed, mut failed) = (0, 0);
        for (way, restorable, code) in WAYS.into_iter().filter(|(way, ..)| way.contains(filter)) {
            if NOT_UNDER_WINE.contains(&way) && env::var_os("WINEPREFIX").is_some() {
                println!("test {way} ... SKIPPED: Wine does not call the program then");
                continue;
            }
            let (restored, ended) = run(way);
            let told = if restored { "restored" } else { "left raw" };
            let good = restored == restorable && code.is_none_or(|code| ended == Some(code));
            println!(
                "test {way} ... {} ({told}, {ended:x?})",
                if good { "ok" } else { "FAILED" }
            );
            *(if good { &mut passed } else { &mut failed }) += 1;
        }
        let word = if failed == 0 { "ok" } else { "FAILED" };
        println!("test result: {word}. {passed} passed; {failed} failed");
        failed
    }

    /// Whether the modes of the console are those from before, and the exit code.
    fn run(way: &str) -> (bool, Option<i32>) {
        let tty = Os.open().expect("a console");
        let before = tty.termios().expect("GetConsoleMode");
        let mut command = Command::new(env::current_exe().expect("a name"));
        let status = command.args(["--end", way]).status().expect("it starts");
        if way == "supervisor_terminated" {
            wait_until_restored(&tty, &before);
        }
        let after = tty.termios().expect("GetConsoleMode");
        tty.set_termios(ttyring::platform::When::Now, &before)
            .expect("SetConsoleMode");
        let restored = (before.input(), before.output()) == (after.input(), after.output());
        (restored, status.code())
    }

    /// The program is not our child, so nobody says when it has ended.
    fn wait_until_restored(tty: &<Os as Backend>::Tty, before: &ConsoleModes) {
        let start = Instant::now();
        while tty.termios().expect("GetConsoleMode") != *before {
            if start.elapsed() > Duration::from_secs(20) {
                println!("not restored within 20 seconds");
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn end(way: &str) {
        if way.starts_with("supervis") {
            supervise::start().expect("a supervisor");
        }
        if way == "fault_chained" {
            // SAFETY: the filter is a function of this program.
            unsafe { SetUnhandledExceptionFilter(Some(end_with_42)) };
        }
        let mut terminal = Terminal::open().expect("a console");
        terminal.enter(LineMode::RAW).expect("raw mode");
        terminal.enable(Modes::PASTE).expect("a mode");
        match way.strip_prefix("supervised_").unwrap_or(way) {
            "return" => {}
            "leak" => std::mem::forget(terminal),
            "exit" => exit(3),
            "panic" => panic!("as asked"),
            "panic_elsewhere" => {
                let other = thread::spawn(|| panic!("as asked"));
                assert!(other.join().is_err());
            }
            "fault" => fault(),
            "fault_chained" => fault(),
            "control_c" => control(0),
            "control_break" => control(1),
            "window_closed" => control(2),
            "logoff" => control(5),
            "shutdown" => control(6),
            "overflow" => drop(overflow(1)),
            "abort" => std::process::abort(),
            "terminate" => terminate(std::process::id()),
            "supervisor_terminated" => {
                terminate(env::var(SUPERVISED).map_or(0, |id| id.parse().expect("a number")))
            }
            other => unreachable!("{other}"),
        }
    }

    /// Ends a process with the code 5, and nobody is called.
    fn terminate(process: u32) {
        // SAFETY: takes numbers, and the handle that comes of it.
        let done = unsafe { TerminateProcess(OpenProcess(PROCESS_TERMINATE, 0, process), 5) };
        // Where it is the supervisor that has ended, this one hears of it.
        thread::sleep(Duration::from_secs(20));
        panic!("still there: {done}");
    }

    const PROCESS_TERMINATE: u32 = 1;

    type Filter = unsafe extern "system" fn(*const c_void) -> i32;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn SetUnhandledExceptionFilter(filter: Option<Filter>) -> Option<Filter>;
        fn GetModuleHandleA(name: *const c_char) -> *mut c_void;
        fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *mut c_void;
        fn CreateThread(
            attributes: *mut c_void,
            stack: usize,
            start: *mut c_void,
            argument: usize,
            flags: u32,
            id: *mut u32,
        ) -> *mut c_void;
        fn ExitProcess(code: u32) -> !;
        fn OpenProcess(access: u32, inherit: i32, process: u32) -> *mut c_void;
        fn TerminateProcess(process: *mut c_void, code: u32) -> i32;
    }

    unsafe extern "system" fn end_with_42(_info: *const c_void) -> i32 {
        // SAFETY: takes a number.
        unsafe { ExitProcess(42) }
    }

    /// Delivers a control event as the console does: by a thread of this process that begins at
    /// `CtrlRoutine` of kernelbase.dll. `GenerateConsoleCtrlEvent` has no closed window, no logoff
    /// and no shutdown.
    fn control(event: usize) {
        // SAFETY: the names end with NUL, and the function takes the number of an event.
        unsafe {
            let module = GetModuleHandleA(c"kernelbase.dll".as_ptr());
            let start = GetProcAddress(module, c"CtrlRoutine".as_ptr());
            assert!(!start.is_null(), "CtrlRoutine");
            CreateThread(null_mut(), 0, start, event, 0, null_mut());
        }
        thread::sleep(Duration::from_secs(20));
        panic!("the event {event} has not ended the process");
    }

    fn fault() {
        // SAFETY: none; the fault is what is asked for.
        unsafe { std::ptr::null_mut::<u8>().write_volatile(1) };
    }

    fn overflow(depth: u64) -> u64 {
        let room = std::hint::black_box([depth; 512]);
        // The end is never reached.
        if room[1] == 0 {
            return 0;
        }
        overflow(depth + 1) + room[(depth % 512) as usize]
    }
}
