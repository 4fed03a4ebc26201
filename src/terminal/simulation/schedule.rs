//! What happens to a process, and when.

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::terminal) enum Incident {
    /// A signal that ends the process by default.
    Ending,
    /// A fault, which cannot be blocked.
    Fault,
    /// SIGTSTP, and SIGCONT when the shell has had the terminal.
    Stop,
    /// SIGSTOP, which nobody notices, and SIGCONT; the shell makes the terminal cooked meanwhile.
    Freeze,
    /// SIGCONT alone.
    Continue,
    /// SIGWINCH.
    Resize,
    /// Another thread gets the turn.
    Switch,
    /// The process forks, and the child exits.
    Fork,
}

/// What a run is made of besides its operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::terminal) struct Schedule {
    /// What happens at which step.
    pub(in crate::terminal) incidents: Vec<(usize, Incident)>,
    /// Whether a thread on which signals are blocked leaves them to another one.
    pub(in crate::terminal) threads: bool,
    /// Whether a thread that waits for another lets it run.
    pub(in crate::terminal) starve: bool,
    /// How many bytes a write takes.
    pub(in crate::terminal) room: usize,
    /// Whether the terminal takes nothing every other time.
    pub(in crate::terminal) slow: bool,
    /// Whether the user changes the settings while the process is stopped.
    pub(in crate::terminal) stty: bool,
}
