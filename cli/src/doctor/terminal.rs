//! The terminal that the doctor was started on: who may use it, and how it was left.

use super::report::{Check, Finding};
use super::source::Source;

/// Asks who else may open the terminal, and whether this process may open it again.
pub(super) fn access(source: &Source) -> Check {
    Check::of("tty-access", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("This process has no terminal.");
        }
        let path = probe.fact("tty.path");
        let (owner, mode) = (probe.fact("tty.owner"), probe.fact("tty.mode"));
        if probe.fact("tty.character").as_deref() == Some("no") {
            return Finding::problem(
                "What stands for the terminal is not a character device, so it cannot be set up as a terminal.",
            )
            .fix("start the program on the terminal itself, not on a file or socket");
        }
        let (Some(owner), Some(mode)) = (
            owner,
            mode.and_then(|mode| u32::from_str_radix(&mode, 8).ok()),
        ) else {
            return Finding::unknown("The owner and the mode of the terminal could not be read.");
        };
        let device = path.clone().unwrap_or_else(|| "$(tty)".to_owned());
        if mode & 0o046 != 0 {
            return Finding::problem(format!(
                "Mode {mode:04o} lets other users open the terminal. Mode 0620 lets one group write messages to it and nothing else."
            ))
            .fix(format!("chmod 620 {device}"));
        }
        if path.is_none() {
            return Finding::advice(
                "The terminal has no name here, because its devpts is not mounted. It cannot be opened again, so this process shares its description with the one that started it.",
            )
            .fix("mount the devpts of the terminal, or allocate one inside (docker: -t, ssh: -t)");
        }
        let user = probe.fact("user");
        if user.as_deref() != Some("0") && user.as_deref() != Some(owner.as_str()) {
            return Finding::advice(format!(
                "The terminal belongs to user {owner}, as after su or sudo. It cannot be opened again, so this process shares its description with the one that started it."
            ))
            .fix("log in on a terminal of its own: machinectl shell, ssh, script(1)");
        }
        Finding::ok(format!(
            "The mode is {mode:04o}: only user {owner} can read the terminal."
        ))
    })
}

/// Asks in which state the terminal was found.
pub(super) fn state(source: &Source) -> Check {
    Check::of("tty-state", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("This process has no terminal.");
        }
        if probe.fact("tty.foreground").as_deref() == Some("no") {
            return Finding::advice("This process is in the background, where a read of the terminal stops it (SIGTTIN).")
                .fix("fg");
        }
        let canonical = probe.fact("tty.canonical");
        let echo = probe.fact("tty.echo");
        match (canonical.as_deref(), echo.as_deref()) {
            (Some("no"), _) => Finding::problem(
                "The terminal is raw already: a program ended without restoring it, and the next one will restore it to that.",
            )
            .fix("stty sane"),
            (Some("yes"), Some("no")) => {
                Finding::problem("The terminal does not echo: what is typed at a prompt is not shown.").fix("stty sane")
            }
            (Some("yes"), Some("yes")) => Finding::ok("The terminal is cooked and echoes, so programs restore it to a sane state."),
            _ => Finding::unknown("The settings of the terminal could not be read."),
        }
    })
}

/// Asks whether somebody left O_NONBLOCK on the shared description.
pub(super) fn blocking(source: &Source) -> Check {
    Check::of("tty-nonblock", source, |probe| {
        if probe.fact("tty.from").is_none() {
            return Finding::not_applicable("This process has no terminal.");
        }
        match probe.fact("tty.nonblock").as_deref() {
            None => Finding::unknown("The flags of the terminal's description could not be read."),
            Some("no") => Finding::ok("Writes to the terminal block until they are taken, as programs expect."),
            Some(_) => Finding::problem(
                "O_NONBLOCK is set on the description that the standard streams share: output is lost when the terminal's buffer is full.",
            )
            .fix("python3 -c 'import os; os.set_blocking(0, True)' < $(tty), or start a new shell"),
        }
    })
}
