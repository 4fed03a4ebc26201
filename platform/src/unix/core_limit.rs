//! A stop to core files while a secret is read.
//!
//! What is in memory stays there; which pages a core leaves out is not decided here.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{Error, Result};

/// No core file of this process while it lives (`RLIMIT_CORE` 0): the kernel's and the C library's
/// copies of what is typed are not ours to keep out of one.
///
/// A `core_pattern` that is a pipe does not obey the limit. For the whole process: two at once are
/// to be dropped in reverse order.
#[derive(Debug)]
pub struct NoCore {
    before: Rlimit,
}

impl NoCore {
    /// Forbids core files.
    ///
    /// # Errors
    ///
    /// None that `setrlimit(2)` documents for a lower soft limit.
    pub fn new() -> Result<Self> {
        let before = getrlimit(Resource::Core);
        let none = Rlimit {
            current: Some(0),
            maximum: before.maximum,
        };
        setrlimit(Resource::Core, none).map_err(|error| Error::os("setrlimit", error))?;
        Ok(NoCore { before })
    }
}

impl Drop for NoCore {
    fn drop(&mut self) {
        // A soft limit may always be raised to what it was under the same hard limit.
        let _ = setrlimit(Resource::Core, self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_limit_comes_back() {
        let before = getrlimit(Resource::Core);
        let guard = NoCore::new().expect("a lower limit");
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        drop(guard);
        assert_eq!(getrlimit(Resource::Core), before);
    }
}
