//! A policy as Landlock rules: which files may be opened, and that no connection is made.
//!
//! Descriptors that are open already are outside of all this, and so are ioctls on them: Landlock
//! says nothing about TIOCSTI on an inherited terminal.

use std::io;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd,
    RestrictSelfAttr, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus,
};

use crate::sandbox::{Policy, Threads};
use crate::{Error, Result};

/// The newest interface that this was tested with; an older kernel is asked for what it has.
const INTERFACE: ABI = ABI::V5;

/// What came of it.
pub(super) struct Restricted {
    /// Files are restricted on the calling thread.
    pub(super) in_force: bool,
    /// And on all the others.
    pub(super) all_threads: bool,
}

/// Restricts the files that can be opened from now on.
pub(super) fn restrict(policy: &Policy) -> Result<Restricted> {
    let rules = ruleset(policy).map_err(refused)?;
    let rules = below(rules, &policy.readable, false)?;
    let rules = below(rules, &policy.writable, true)?;
    let status = rules.restrict_self().map_err(refused)?;
    Ok(Restricted {
        in_force: status.ruleset != RulesetStatus::NotEnforced,
        all_threads: status.all_threads,
    })
}

/// Everything is refused that this kernel can refuse.
fn ruleset(policy: &Policy) -> std::result::Result<RulesetCreated, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(INTERFACE))?
        .handle_access(AccessNet::from_all(INTERFACE))?
        .create()?
        .all_threads(policy.threads == Threads::All)
}

fn below(mut rules: RulesetCreated, paths: &[PathBuf], write: bool) -> Result<RulesetCreated> {
    for path in paths {
        let file = PathFd::new(path).map_err(|error| Error::os("open", io::Error::other(error)))?;
        let access = match (write, path.is_dir()) {
            // Running a program is not part of writing a file.
            (true, true) => AccessFs::from_all(INTERFACE) & !AccessFs::Execute,
            (true, false) => AccessFs::from_file(INTERFACE) & !AccessFs::Execute,
            (false, true) => AccessFs::ReadFile | AccessFs::ReadDir,
            (false, false) => AccessFs::ReadFile.into(),
        };
        rules = rules
            .add_rule(PathBeneath::new(file, access))
            .map_err(refused)?;
    }
    Ok(rules)
}

fn refused(error: RulesetError) -> Error {
    Error::os("landlock", io::Error::other(error))
}
