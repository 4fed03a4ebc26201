//! The terminal that the doctor was started on: who may use it, and how it was left.

use super::report::{Check, Finding};
use super::source::Source;

/// Asks who else may open the terminal, and whether this process may open it again.
pub(super) fn access(source: &Source) -> Check {
    Check::of("tty-access", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("this process has no terminal: 0 devices to look at");
        }
        let path = probe.fact("tty.path");
        let (owner, mode) = (probe.fact("tty.owner"), probe.fact("tty.mode"));
        if probe.fact("tty.character").as_deref() == Some("no") {
            return Finding::problem(
                "what stands for the terminal is not a character device: ioctls on it go elsewhere",
            )
            .fix("start the program on the terminal itself, not on a file or socket");
        }
        let (Some(owner), Some(mode)) = (
            owner,
            mode.and_then(|mode| u32::from_str_radix(&mode, 8).ok()),
        ) else {
            return Finding::unknown("owner and mode of the terminal could not be read");
        };
        let device = path.clone().unwrap_or_else(|| "$(tty)".to_owned());
        if mode & 0o046 != 0 {
            return Finding::problem(format!(
                "mode {mode:04o} lets others read keys or inject: 620 gives 1 group the right to write messages, no more"
            ))
            .fix(format!("chmod 620 {device}"));
        }
        if path.is_none() {
            return Finding::advice(
                "the terminal has no name here (its pts is not mounted): 1 description is shared with \
                 whoever started this, so reads wait for readiness",
            )
            .fix("mount the devpts of the terminal, or allocate one inside (docker: -t, ssh: -t)");
        }
        let user = probe.fact("user");
        if user.as_deref() != Some("0") && user.as_deref() != Some(owner.as_str()) {
            return Finding::advice(format!(
                "the terminal belongs to user {owner} (su or sudo): it cannot be opened again, 1 description is shared"
            ))
            .fix("log in on a terminal of its own: machinectl shell, ssh, script(1)");
        }
        Finding::ok(format!("mode {mode:04o}: only user {owner} reads it"))
    })
}

/// Asks in which state the terminal was found.
pub(super) fn state(source: &Source) -> Check {
    Check::of("tty-state", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("this process has no terminal: 0 settings to look at");
        }
        if probe.fact("tty.foreground").as_deref() == Some("no") {
            return Finding::advice("in the background 1 read stops the program by SIGTTIN")
                .fix("fg");
        }
        let canonical = probe.fact("tty.canonical");
        let echo = probe.fact("tty.echo");
        match (canonical.as_deref(), echo.as_deref()) {
            (Some("no"), _) => Finding::problem(
                "raw on entry: a program that ended without restoring left it so, and ours would restore to that (18 ways \
                 to die, the usual libraries restore after 1 to 3)",
            )
            .fix("stty sane"),
            (Some("yes"), Some("no")) => {
                Finding::problem("no echo on entry: 0 of the keys typed at a prompt are shown").fix("stty sane")
            }
            (Some("yes"), Some("yes")) => Finding::ok("cooked, with echo: what programs restore to is sane (0 flags off)"),
            _ => Finding::unknown("the settings of the terminal could not be read"),
        }
    })
}

/// Asks whether somebody left O_NONBLOCK on the shared description.
pub(super) fn blocking(source: &Source) -> Check {
    Check::of("tty-nonblock", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("this process has no terminal: 0 flags to look at");
        }
        match probe.fact("tty.nonblock").as_deref() {
            None => Finding::unknown("the flags of the terminal's description could not be read"),
            Some("no") => Finding::ok("reads and writes of the shared description block, as 1 and 2 expect"),
            Some(_) => Finding::problem(
                "O_NONBLOCK is set on the description that 0, 1 and 2 share: output is lost when the \
                 terminal's buffer is full",
            )
            .fix("python3 -c 'import os; os.set_blocking(0, True)' < $(tty), or start a new shell"),
        }
    })
}
