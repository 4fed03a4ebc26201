//! The one error type of the backend layer: what was tried, and what the system answered.

use std::{fmt, io};

/// The result of an operation on a terminal.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An operation on a terminal failed.
///
/// "Not ready" and "end of input" are not errors; they are values of [`Outcome`](crate::Outcome).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No descriptor names a terminal and there is no controlling terminal to open. A terminal that
    /// is there and cannot be opened is an [`Os`](Error::Os) error.
    NoTerminal,
    /// The system refused an operation.
    Os {
        /// The POSIX name of what was tried, for example `"tcsetattr"`.
        operation: &'static str,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// Wraps the answer of the system to `operation`.
    pub fn os(operation: &'static str, source: impl Into<io::Error>) -> Self {
        Error::Os {
            operation,
            source: source.into(),
        }
    }

    /// Returns the error number of the system, if the system was asked at all.
    pub fn raw_os_error(&self) -> Option<i32> {
        match self {
            Error::NoTerminal => None,
            Error::Os { source, .. } => source.raw_os_error(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoTerminal => f.write_str(
                "no terminal to read keys from; run in a terminal window, \
                 over ssh with -t, or in a container with -it",
            ),
            Error::Os { operation, source } => write!(f, "{operation}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::NoTerminal => None,
            Error::Os { source, .. } => Some(source),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NoTerminal => io::Error::new(io::ErrorKind::NotFound, error.to_string()),
            Error::Os { source, .. } => source,
        }
    }
}
