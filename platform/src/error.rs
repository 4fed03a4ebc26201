//! The error type of the backend layer: the operation that failed, and what the system answered.

use std::{fmt, io};

/// The result of an operation on a terminal.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An operation on a terminal failed.
///
/// "Not ready" and "end of input" are not errors; they are values of
/// [`Transfer`](crate::Transfer).
///
/// An `Error` converts into an [`io::Error`] of the same [`kind`](Error::kind), and back into the
/// same `Error`.
///
/// # Examples
///
/// ```
/// use std::io;
/// use ttyring_platform::Error;
///
/// let error = io::Error::from(Error::NoTerminal);
/// assert_eq!(error.kind(), io::ErrorKind::NotFound);
/// assert!(matches!(Error::from(error), Error::NoTerminal));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The process has no terminal: no standard stream is one, and there is no controlling
    /// terminal. A terminal that exists and cannot be opened is an [`Os`](Error::Os) error.
    NoTerminal,
    /// The system refused an operation.
    Os {
        /// The name of the operation, for example `"tcsetattr"`.
        operation: &'static str,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// Wraps what the system answered to `operation`.
    pub fn os(operation: &'static str, source: impl Into<io::Error>) -> Self {
        Error::Os {
            operation,
            source: source.into(),
        }
    }

    /// Returns the kind of the error; [`NotFound`](io::ErrorKind::NotFound) where there is no
    /// terminal.
    pub fn kind(&self) -> io::ErrorKind {
        match self {
            Error::NoTerminal => io::ErrorKind::NotFound,
            Error::Os { source, .. } => source.kind(),
        }
    }

    /// Returns the error number of the system: for [`NoTerminal`](Error::NoTerminal) the answer to
    /// opening `/dev/tty` without a controlling terminal, `ENXIO`.
    pub fn raw_os_error(&self) -> Option<i32> {
        match self {
            Error::NoTerminal => Some(libc::ENXIO),
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

/// Keeps the whole error inside: its kind and message, and the number of the system through
/// [`io::Error::get_ref`].
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::new(error.kind(), error)
    }
}

/// Takes an `Error` out again; an error from elsewhere becomes an [`Os`](Error::Os) error.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error
            .downcast()
            .unwrap_or_else(|error| Error::os("I/O", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_through_io_keeps_the_error() {
        let refused = Error::os("tcgetattr", io::Error::from_raw_os_error(libc::EACCES));
        let io = io::Error::from(refused);
        assert_eq!(io.kind(), io::ErrorKind::PermissionDenied);
        let back = Error::from(io);
        assert_eq!(back.raw_os_error(), Some(libc::EACCES));
        assert!(back.to_string().starts_with("tcgetattr: "), "{back}");
        let back = Error::from(io::Error::from(Error::NoTerminal));
        assert!(matches!(back, Error::NoTerminal));
        assert_eq!(back.raw_os_error(), Some(libc::ENXIO));
    }

    #[test]
    fn error_from_elsewhere_keeps_its_kind_and_number() {
        let error = Error::from(io::Error::from_raw_os_error(libc::EPIPE));
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(error.raw_os_error(), Some(libc::EPIPE));
        let other = Error::from(io::Error::other("other"));
        assert_eq!(other.kind(), io::ErrorKind::Other);
    }
}
