//! The ways for a program to end, and what its parent sees of each.

/// How a program comes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It does it itself.
    Itself,
    /// The test sends it this signal.
    Signal(i32),
    /// The test kills the supervisor.
    Supervisor,
}

/// What `waitpid(2)` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It exited with this status.
    Exit(i32),
    /// It was ended by this signal.
    Signal(i32),
}

impl End {
    /// What a shell makes of it.
    pub(crate) fn in_shell(self) -> i32 {
        match self {
            End::Exit(status) => status,
            End::Signal(signal) => 128 + signal,
        }
    }
}

/// One way to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Its name on the command line and in the matrix.
    pub(crate) name: &'static str,
    /// Who makes it happen.
    pub(crate) cause: Cause,
    /// What the parent sees.
    pub(crate) end: End,
    /// Whether a program can put its terminal back on its own.
    pub(crate) noticed: bool,
}

const fn itself(name: &'static str, end: End) -> Way {
    Way {
        name,
        cause: Cause::Itself,
        end,
        noticed: true,
    }
}

const fn signal(name: &'static str, number: i32) -> Way {
    Way {
        name,
        cause: Cause::Signal(number),
        end: End::Signal(number),
        noticed: true,
    }
}

/// How a program ends whose main thread has overflown its stack. The standard library says so and
/// aborts, but with musl it does not know where that stack ends.
const OVERFLOWN: i32 = if cfg!(target_env = "musl") {
    libc::SIGSEGV
} else {
    libc::SIGABRT
};

/// Every way, in the order of the matrix.
pub(crate) const WAYS: [Way; 21] = [
    itself("return", End::Exit(0)),
    itself("panic", End::Exit(101)),
    itself("thread-panic", End::Exit(101)),
    itself("exit", End::Exit(3)),
    Way {
        noticed: false,
        ..itself("_exit", End::Exit(3))
    },
    itself("abort", End::Signal(libc::SIGABRT)),
    itself("stack-overflow", End::Signal(OVERFLOWN)),
    itself("thread-overflow", End::Signal(libc::SIGABRT)),
    itself("null", End::Signal(libc::SIGSEGV)),
    itself("fork-exit", End::Exit(0)),
    signal("INT", libc::SIGINT),
    signal("TERM", libc::SIGTERM),
    signal("HUP", libc::SIGHUP),
    signal("QUIT", libc::SIGQUIT),
    signal("ABRT", libc::SIGABRT),
    signal("SEGV", libc::SIGSEGV),
    signal("BUS", libc::SIGBUS),
    signal("FPE", libc::SIGFPE),
    signal("ILL", libc::SIGILL),
    Way {
        noticed: false,
        ..signal("KILL", libc::SIGKILL)
    },
    Way {
        name: "supervisor-KILL",
        cause: Cause::Supervisor,
        end: End::Signal(libc::SIGKILL),
        noticed: false,
    },
];

/// Finds a way by its name.
pub(crate) fn by_name(name: &str) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.name == name)
}
