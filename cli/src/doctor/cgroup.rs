//! Finds the control groups of this process: version 1, version 2, or both at once.
//!
//! A hybrid system gives each controller to one of the two, so the question "which group limits
//! me" has an answer for each controller only.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

const MEMBERSHIP: &str = "/proc/self/cgroup";
const MOUNTS: &str = "/proc/self/mountinfo";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// The groups that limit this process with one controller.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) version: Version,
    /// Directories from the process's own group up to the root that is visible.
    pub(super) directories: Vec<String>,
}

/// One mounted hierarchy.
#[derive(Debug)]
struct Mount {
    version: Version,
    /// The controllers, for version 1.
    options: String,
    /// What part of the hierarchy is mounted there.
    root: String,
    point: String,
}

/// Finds the groups of `controller`, wherever it is mounted.
pub(super) fn locate(probe: &mut Probe<'_>, controller: &str) -> Option<Groups> {
    let membership = probe.text(MEMBERSHIP)?;
    let mounts = mounts(&probe.text(MOUNTS)?);
    for line in membership.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let has = |names: &str| names.split(',').any(|name| name == controller);
        let found = if controllers.is_empty() {
            mounts
                .iter()
                .find(|mount| mount.version == Version::V2 && offers(probe, mount, controller))
        } else if has(controllers) {
            mounts
                .iter()
                .find(|mount| mount.version == Version::V1 && has(&mount.options))
        } else {
            None
        };
        if let Some(mount) = found {
            return Some(Groups {
                version: mount.version,
                directories: directories(mount, path),
            });
        }
    }
    None
}

/// The unified hierarchy has only the controllers that no version 1 hierarchy took.
fn offers(probe: &mut Probe<'_>, mount: &Mount, controller: &str) -> bool {
    let path = format!("{}/cgroup.controllers", mount.point);
    let controllers = probe.text(&path).unwrap_or_default();
    controllers
        .split_whitespace()
        .any(|name| name == controller)
}

fn mounts(text: &str) -> Vec<Mount> {
    text.lines().filter_map(mount).collect()
}

/// One line of mountinfo, see proc(5): the fields after the lone `-` are counted from there.
fn mount(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(3);
    let (root, point) = (before.next()?, before.next()?);
    let mut after = after.split(' ');
    let version = match after.next()? {
        "cgroup" => Version::V1,
        "cgroup2" => Version::V2,
        _ => return None,
    };
    Some(Mount {
        version,
        options: after.nth(1)?.to_owned(),
        root: root.to_owned(),
        point: point.to_owned(),
    })
}

/// The directory of `path` and those above it. A container sees a part of the hierarchy: its own
/// group is then the root of the mount, whatever the path says of the world outside.
fn directories(mount: &Mount, path: &str) -> Vec<String> {
    let inside = match path.strip_prefix(mount.root.trim_end_matches('/')) {
        Some(rest) if !path.starts_with("/..") && (rest.is_empty() || rest.starts_with('/')) => {
            rest
        }
        _ => "",
    };
    let mut inside = inside.trim_end_matches('/');
    let mut directories = Vec::new();
    while !inside.is_empty() {
        directories.push(format!("{}{inside}", mount.point));
        inside = &inside[..inside.rfind('/').unwrap_or(0)];
    }
    directories.push(mount.point.clone());
    directories
}

const UNIFY: &str = "boot with systemd.unified_cgroup_hierarchy=1";

/// Says which layout this machine has, and which group the process is in.
pub(super) fn hierarchy(source: &Source) -> Check {
    Check::of("cgroup", source, |probe| {
        let Some(mounts) = probe.text(MOUNTS).map(|text| mounts(&text)) else {
            return Finding::unknown(
                "The mounts of this process could not be read, and without them no limit can be found.",
            );
        };
        let count = |version| {
            mounts
                .iter()
                .filter(|mount| mount.version == version)
                .count()
        };
        let (v1, v2) = (count(Version::V1), count(Version::V2));
        for controller in ["cpu", "memory"] {
            if let Some(groups) = locate(probe, controller) {
                let version = if groups.version == Version::V1 { 1 } else { 2 };
                let own = groups.directories.first().map_or("", String::as_str);
                probe.note(controller, format!("version {version}, {own}"));
            }
        }
        match (v1, v2) {
            (0, 0) => Finding::unknown(
                "No hierarchy of control groups is mounted here, so limits cannot be read.",
            ),
            (0, _) => Finding::ok("Control groups have version 2 only: the unified layout."),
            (_, 0) => Finding::advice(
                "Control groups have version 1 only, which has no memory.high: a memory limit can \
                 only end a program by SIGKILL.",
            )
            .fix(UNIFY),
            _ => Finding::advice(
                "Control groups have both versions: in the hybrid layout each controller is in one \
                 of them.",
            )
            .fix(UNIFY),
        }
    })
}
