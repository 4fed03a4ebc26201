//! A stop to core dumps while a secret is read.

use std::fmt;

use libc::rlimit;

/// No core file of this process while it lives (`RLIMIT_CORE` 0), where the system lets a process
/// forbid it: the kernel's and the C library's copies of what is typed are not ours to keep out of
/// one.
///
/// A filter of system calls may refuse; the pages of a [`Secret`](crate::secret::Secret) are then still left out. A
/// `core_pattern` that is a pipe does not obey the limit. For the whole process: two at once are to
/// be dropped in reverse order.
pub struct NoCore {
    before: Option<rlimit>,
}

impl NoCore {
    /// Forbids core files; [`is_in_force`](NoCore::is_in_force) says whether that worked.
    pub fn new() -> Self {
        let before = core_limit().filter(|before| {
            set_core_limit(&rlimit {
                rlim_cur: 0,
                rlim_max: before.rlim_max,
            })
        });
        NoCore { before }
    }

    /// Returns whether no core file can be written.
    pub fn is_in_force(&self) -> bool {
        self.before.is_some()
    }

    /// Keeps core files forbidden until the process has ended.
    pub fn keep(mut self) {
        self.before = None;
    }
}

impl Default for NoCore {
    fn default() -> Self {
        NoCore::new()
    }
}

impl fmt::Debug for NoCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoCore")
            .field("is_in_force", &self.is_in_force())
            .finish()
    }
}

impl Drop for NoCore {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // A soft limit may always be raised to what it was under the same hard limit.
            set_core_limit(before);
        }
    }
}

// Not through rustix, which takes it for granted that the call succeeds.
fn core_limit() -> Option<rlimit> {
    let mut limit = rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a place of the right size.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_CORE, &mut limit) };
    (answer == 0).then_some(limit)
}

fn set_core_limit(limit: &rlimit) -> bool {
    // SAFETY: a complete limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, limit) == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_limit_comes_back() {
        let limit = || core_limit().map(|limit| (limit.rlim_cur, limit.rlim_max));
        let before = limit();
        let guard = NoCore::new();
        assert!(guard.is_in_force());
        assert_eq!(limit().map(|limit| limit.0), Some(0));
        drop(guard);
        assert_eq!(limit(), before);
    }
}
