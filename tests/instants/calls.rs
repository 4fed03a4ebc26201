//! Names of system calls, and which of them may wait.

macro_rules! names {
    ($($name:literal = $number:ident),* $(,)?) => { &[$(($name, libc::$number)),*] };
}

/// The calls that operations make on every processor.
const NAMES: &[(&str, libc::c_long)] = names![
    "brk" = SYS_brk,
    "clock_gettime" = SYS_clock_gettime,
    "clock_nanosleep" = SYS_clock_nanosleep,
    "clone" = SYS_clone,
    "clone3" = SYS_clone3,
    "close" = SYS_close,
    "dup" = SYS_dup,
    "dup3" = SYS_dup3,
    "epoll_create1" = SYS_epoll_create1,
    "epoll_ctl" = SYS_epoll_ctl,
    "epoll_pwait" = SYS_epoll_pwait,
    "eventfd2" = SYS_eventfd2,
    "exit" = SYS_exit,
    "exit_group" = SYS_exit_group,
    "fcntl" = SYS_fcntl,
    "fstat" = SYS_fstat,
    "futex" = SYS_futex,
    "getpgid" = SYS_getpgid,
    "getpid" = SYS_getpid,
    "getppid" = SYS_getppid,
    "getrandom" = SYS_getrandom,
    "gettid" = SYS_gettid,
    "ioctl" = SYS_ioctl,
    "kill" = SYS_kill,
    "madvise" = SYS_madvise,
    "membarrier" = SYS_membarrier,
    "mlock" = SYS_mlock,
    "mmap" = SYS_mmap,
    "mprotect" = SYS_mprotect,
    "mremap" = SYS_mremap,
    "munmap" = SYS_munmap,
    "nanosleep" = SYS_nanosleep,
    "openat" = SYS_openat,
    "pipe2" = SYS_pipe2,
    "ppoll" = SYS_ppoll,
    "prctl" = SYS_prctl,
    "prlimit64" = SYS_prlimit64,
    "pselect6" = SYS_pselect6,
    "read" = SYS_read,
    "readlinkat" = SYS_readlinkat,
    "readv" = SYS_readv,
    "rseq" = SYS_rseq,
    "rt_sigaction" = SYS_rt_sigaction,
    "rt_sigpending" = SYS_rt_sigpending,
    "rt_sigprocmask" = SYS_rt_sigprocmask,
    "rt_sigreturn" = SYS_rt_sigreturn,
    "rt_sigsuspend" = SYS_rt_sigsuspend,
    "rt_sigtimedwait" = SYS_rt_sigtimedwait,
    "sched_getaffinity" = SYS_sched_getaffinity,
    "sched_yield" = SYS_sched_yield,
    "set_robust_list" = SYS_set_robust_list,
    "sigaltstack" = SYS_sigaltstack,
    "signalfd4" = SYS_signalfd4,
    "statx" = SYS_statx,
    "tgkill" = SYS_tgkill,
    "timerfd_create" = SYS_timerfd_create,
    "timerfd_settime" = SYS_timerfd_settime,
    "wait4" = SYS_wait4,
    "waitid" = SYS_waitid,
    "write" = SYS_write,
    "writev" = SYS_writev,
];

/// The calls that x86-64 has besides.
#[cfg(target_arch = "x86_64")]
const OLD_NAMES: &[(&str, libc::c_long)] = names![
    "access" = SYS_access,
    "arch_prctl" = SYS_arch_prctl,
    "dup2" = SYS_dup2,
    "epoll_wait" = SYS_epoll_wait,
    "fork" = SYS_fork,
    "getpgrp" = SYS_getpgrp,
    "lstat" = SYS_lstat,
    "newfstatat" = SYS_newfstatat,
    "open" = SYS_open,
    "pause" = SYS_pause,
    "pipe" = SYS_pipe,
    "poll" = SYS_poll,
    "readlink" = SYS_readlink,
    "select" = SYS_select,
    "stat" = SYS_stat,
    "vfork" = SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NAMES: &[(&str, libc::c_long)] = &[];

/// Calls that may wait for something: a signal that is there at their entry ends the waiting.
const WAITING: &[&str] = &[
    "clock_nanosleep",
    "epoll_pwait",
    "epoll_wait",
    "futex",
    "nanosleep",
    "pause",
    "poll",
    "ppoll",
    "pselect6",
    "read",
    "readv",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "select",
    "wait4",
    "waitid",
];

/// Returns the name of a call, or its number.
pub(crate) fn name(number: i64) -> String {
    let mut all = NAMES.iter().chain(OLD_NAMES);
    #[allow(clippy::useless_conversion, reason = "c_long has 32 bits elsewhere")]
    let known = all.find(|(_, known)| i64::from(*known) == number);
    known.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// Whether the call of this name may wait.
pub(crate) fn may_wait(name: &str) -> bool {
    WAITING.contains(&name)
}

/// Whether a call ends the thread, so that a signal at its entry is not handled.
pub(crate) fn never_returns(number: i64) -> bool {
    ["exit", "exit_group"].contains(&name(number).as_str())
}
