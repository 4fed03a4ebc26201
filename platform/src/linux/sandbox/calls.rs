//! The system calls and ioctl requests that each part of a policy stands for.
//!
//! Numbers come from `libc`, so they are those of the architecture at hand; calls that only the
//! oldest architectures have are at the end.

use libc::c_long;

/// Reading, writing and waiting on descriptors that are open, memory, time, signals, the end.
pub(super) const READER: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_ppoll,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_restart_syscall,
    libc::SYS_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_mlock,
    libc::SYS_brk,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Signals to the process itself; the first argument is its number.
pub(super) const SIGNALS: &[c_long] = &[libc::SYS_kill, libc::SYS_tgkill];

/// What `fcntl(2)` may ask: the flags of a descriptor and of its description, a duplicate.
pub(super) const FCNTL: &[u32] = &[
    libc::F_GETFD as u32,
    libc::F_SETFD as u32,
    libc::F_GETFL as u32,
    libc::F_SETFL as u32,
    libc::F_DUPFD_CLOEXEC as u32,
];

/// What `ioctl(2)` may ask of a terminal: settings, size, foreground group, unread bytes, which
/// terminal it is, flush.
pub(super) const IOCTLS: &[u32] = &[
    libc::TCGETS as u32,
    libc::TCSETS as u32,
    libc::TCSETSW as u32,
    libc::TCSETSF as u32,
    // asm-generic/ioctls.h: _IOR('T', 0x2A, struct termios2), then _IOW with 0x2B to 0x2D.
    0x802c_542a,
    0x402c_542b,
    0x402c_542c,
    0x402c_542d,
    // _IOR('T', 0x32, unsigned int): TIOCGDEV.
    0x8004_5432,
    libc::TCSBRK as u32,
    libc::TCFLSH as u32,
    libc::TIOCGPGRP as u32,
    libc::TIOCGSID as u32,
    libc::TIOCGWINSZ as u32,
    libc::TIOCSWINSZ as u32,
    libc::FIONREAD as u32,
];

/// Opening, reading, writing and removing files; Landlock says which.
pub(super) const FILES: &[c_long] = &[
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_lseek,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_ftruncate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_copy_file_range,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
];

/// What a thread does before its first line of ours. The filter may come while one is starting,
/// and glibc ends the process when rseq is refused.
pub(super) const STARTING: &[c_long] = &[
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
];

/// Starting a thread.
pub(super) const THREADS: &[c_long] = &[libc::SYS_clone, libc::SYS_clone3];

/// musl sends signals to threads by `tkill`, whose argument does not name the process.
#[cfg(target_env = "musl")]
pub(super) const LIBC: &[c_long] = &[libc::SYS_tkill];
/// glibc needs nothing besides the above.
#[cfg(not(target_env = "musl"))]
pub(super) const LIBC: &[c_long] = &[];

/// Calls that newer architectures never had, still used by both C libraries on x86_64.
#[cfg(target_arch = "x86_64")]
pub(super) const LEGACY: &[c_long] = &[
    libc::SYS_poll,
    libc::SYS_epoll_wait,
    libc::SYS_getpgrp,
    libc::SYS_time,
];
/// The other architectures have none.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const LEGACY: &[c_long] = &[];

/// The same, for files.
#[cfg(target_arch = "x86_64")]
pub(super) const LEGACY_FILES: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
];
/// The other architectures lack them, but for the oldest way to rename.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const LEGACY_FILES: &[c_long] = &[];
