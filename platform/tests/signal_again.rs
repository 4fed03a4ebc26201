//! Subscriptions and hooks that go and come again: the next one starts anew, and nothing of the
//! last one is left. Each test has a signal of its own.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use libc::c_int;
use ttyring_platform::Signals;
use ttyring_platform::unix::signal::{self, Next, NoRestart, Then};

fn raise(number: c_int) {
    // SAFETY: sends a signal to this thread, which has a handler for it.
    assert_eq!(unsafe { libc::raise(number) }, 0);
}

fn pipe() -> (UnixStream, Arc<OwnedFd>) {
    let (reader, writer) = UnixStream::pair().expect("a pair of sockets");
    reader.set_nonblocking(true).expect("it can be so");
    writer.set_nonblocking(true).expect("it can be so");
    (reader, Arc::new(OwnedFd::from(writer)))
}

/// How many bytes are there.
fn told(reader: &mut UnixStream) -> usize {
    reader.read(&mut [0; 64]).unwrap_or(0)
}

fn flags(number: c_int) -> c_int {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: asks for the disposition and changes nothing.
    unsafe { libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed and written by the call.
    unsafe { action.assume_init() }.sa_flags
}

#[test]
fn next_subscription_knows_nothing_of_what_came_to_the_last() {
    let (_reader, wake) = pipe();
    // The signal stays an event throughout.
    let _lasting = signal::subscribe(Signals::USR1, Arc::clone(&wake)).expect("subscribed");
    for _ in 0..3 {
        let subscription = signal::subscribe(Signals::USR1, Arc::clone(&wake)).expect("subscribed");
        assert_eq!(subscription.take(), Signals::empty());
        assert_eq!(subscription.count(Signals::USR1), 0);
        assert_eq!(subscription.heard(), Signals::USR1);
        raise(libc::SIGUSR1);
        assert_eq!(subscription.count(Signals::USR1), 1);
    }
}

#[test]
fn subscription_that_is_gone_is_not_told() {
    let (mut first, first_wake) = pipe();
    let (mut second, second_wake) = pipe();
    let lasting = signal::subscribe(Signals::USR2, second_wake).expect("subscribed");
    let gone = signal::subscribe(Signals::USR2, Arc::clone(&first_wake)).expect("subscribed");
    raise(libc::SIGUSR2);
    assert_eq!((told(&mut first), told(&mut second)), (8, 8));
    drop(gone);
    raise(libc::SIGUSR2);
    assert_eq!((told(&mut first), told(&mut second)), (0, 8));
    assert_eq!(lasting.count(Signals::USR2), 2);
}

static NEXT: AtomicI32 = AtomicI32::new(-1);

unsafe fn note(_: c_int, next: Next) -> Then {
    NEXT.store(next as c_int, Ordering::Relaxed);
    Then::Skip
}

#[test]
fn signal_is_an_event_only_as_long_as_somebody_subscribes() {
    // SAFETY: the hook stores to an atomic.
    let hooked = unsafe { signal::hook([(libc::SIGTERM, note as signal::Hook)]) }.expect("hooked");
    let raised = || {
        raise(libc::SIGTERM);
        NEXT.load(Ordering::Relaxed)
    };
    for _ in 0..2 {
        assert_eq!(raised(), Next::Default as c_int);
        let (_reader, wake) = pipe();
        let _subscription = signal::subscribe(Signals::TERM, wake).expect("subscribed");
        assert_eq!(raised(), Next::Event as c_int);
    }
    drop(hooked);
}

#[test]
fn calls_are_interrupted_only_as_long_as_somebody_wants_that() {
    let (_reader, wake) = pipe();
    let _subscription = signal::subscribe(Signals::INT, wake).expect("subscribed");
    let restarts = || flags(libc::SIGINT) & libc::SA_RESTART != 0;
    for _ in 0..2 {
        assert!(restarts());
        let first = NoRestart::new();
        assert!(!restarts());
        let second = NoRestart::new();
        drop(first);
        assert!(!restarts(), "one still wants it");
        drop(second);
    }
    assert!(restarts());
}

#[test]
fn handler_of_a_fault_has_a_stack_of_its_own() {
    let signals = [libc::SIGFPE, libc::SIGQUIT];
    let hooks = signals.map(|signal| (signal, note as signal::Hook));
    // SAFETY: the hook stores to an atomic.
    let _hooked = unsafe { signal::hook(hooks) }.expect("hooked");
    let alternate = signals.map(|signal| flags(signal) & libc::SA_ONSTACK != 0);
    // The stack of the thread may be what has run out; the other one is small.
    assert_eq!(alternate, [true, false]);
}

unsafe fn spoil(_: c_int, _: Next) -> Then {
    errno::set_errno(errno::Errno(libc::E2BIG));
    Then::Skip
}

#[test]
fn hook_that_changes_errno_does_so_for_nobody_else() {
    // SAFETY: the hook stores to a variable of this thread.
    let _hooked =
        unsafe { signal::hook([(libc::SIGALRM, spoil as signal::Hook)]) }.expect("hooked");
    errno::set_errno(errno::Errno(libc::EXDEV));
    raise(libc::SIGALRM);
    assert_eq!(errno::errno().0, libc::EXDEV);
}

extern "C" fn nothing(_: c_int) {}

#[test]
fn handler_from_before_keeps_its_mask() {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: an integer, flags, a set and an optional function: all valid when zero.
    let before = unsafe { action.assume_init_mut() };
    before.sa_sigaction = nothing as *const () as libc::sighandler_t;
    // SAFETY: an initialised set, and the number of a signal.
    unsafe { libc::sigaddset(&mut before.sa_mask, libc::SIGURG) };
    // SAFETY: a complete disposition, whose handler does nothing.
    unsafe { libc::sigaction(libc::SIGHUP, before, std::ptr::null_mut()) };
    let (_reader, wake) = pipe();
    let _subscription = signal::subscribe(Signals::HUP, wake).expect("subscribed");
    // SAFETY: asks for the disposition and changes nothing.
    unsafe { libc::sigaction(libc::SIGHUP, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: initialised above.
    let now = unsafe { action.assume_init() };
    assert_ne!(now.sa_sigaction, nothing as *const () as usize);
    // SAFETY: an initialised set, and the number of a signal.
    assert_eq!(unsafe { libc::sigismember(&now.sa_mask, libc::SIGURG) }, 1);
}

static COUNT: AtomicI32 = AtomicI32::new(0);

unsafe fn count(_: c_int, _: Next) -> Then {
    COUNT.fetch_add(1, Ordering::Relaxed);
    Then::Chain
}

#[test]
fn hook_of_a_signal_that_does_nothing_by_default_stays() {
    // SAFETY: the hook adds to an atomic.
    let _hooked =
        unsafe { signal::hook([(libc::SIGWINCH, count as signal::Hook)]) }.expect("hooked");
    raise(libc::SIGWINCH);
    raise(libc::SIGWINCH);
    assert_eq!(COUNT.load(Ordering::Relaxed), 2);
}

const STOPPED: &str = "TTYRING_STOPPED_CHILD";

/// The child: two stops, each of which the hook has to see.
fn stop_twice() -> ! {
    // SAFETY: the hook adds to an atomic.
    let _hooked =
        unsafe { signal::hook([(libc::SIGTSTP, count as signal::Hook)]) }.expect("hooked");
    raise(libc::SIGTSTP);
    raise(libc::SIGTSTP);
    std::process::exit(40 + COUNT.load(Ordering::Relaxed));
}

#[test]
fn process_stops_by_default_behind_a_hook_each_time() {
    use std::os::unix::process::CommandExt;
    if std::env::var_os(STOPPED).is_some() {
        stop_twice();
    }
    let test = "process_stops_by_default_behind_a_hook_each_time";
    let mut command = std::process::Command::new(std::env::current_exe().expect("a path"));
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    // A group of its own, whose parent is in the session: it is not orphaned, and can stop.
    let mut child = command
        .env(STOPPED, "1")
        .process_group(0)
        .spawn()
        .expect("the test binary runs again");
    let id = c_int::try_from(child.id()).expect("a process id");
    for stop in 0..2 {
        let mut status = 0;
        // SAFETY: the kernel writes to a place of the right size.
        let changed = unsafe { libc::waitpid(id, &mut status, libc::WUNTRACED) };
        assert!(changed == id && libc::WIFSTOPPED(status), "stop {stop}");
        assert_eq!(libc::WSTOPSIG(status), libc::SIGTSTP);
        // SAFETY: sends a signal to the child, which has not ended.
        unsafe { libc::kill(id, libc::SIGCONT) };
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(42));
}
