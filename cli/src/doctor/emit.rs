//! Deployment settings for the machine at hand: a systemd unit, a container's options, kernel
//! settings, limits.
//!
//! They follow the checks: share by weight and not by quota, a soft memory limit before the hard
//! one, no rights that a reader of a terminal does not need. Nothing is installed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::args::Kind;

use super::cgroup::{self, Version};
use super::source::{Probe, Source};

/// What the settings are for: names that were looked at, and can be written where they go.
#[derive(Debug)]
pub(super) struct Target {
    program: String,
    arguments: &'static str,
    tty: String,
}

impl Target {
    /// Without a program it is this one, showing keys; without a terminal the first console.
    ///
    /// # Errors
    ///
    /// When a name cannot be written into settings of this kind, or has no place in them.
    pub(super) fn new(
        kind: Kind,
        program: Option<&Path>,
        tty: Option<&Path>,
    ) -> Result<Self, String> {
        if program.is_some() && matches!(kind, Kind::Sysctl | Kind::Limits) {
            return Err("--program has no place in settings of this kind".to_owned());
        }
        if tty.is_some() && kind != Kind::Systemd {
            return Err("--tty has a place in --emit systemd only".to_owned());
        }
        let own = || std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/bin/ttyring"));
        let path = program.map_or_else(own, Path::to_owned);
        Ok(Target {
            arguments: if program.is_some() { "" } else { " keys" },
            program: program_name(kind, &path)?,
            tty: device_name(tty.unwrap_or(Path::new("/dev/tty1")))?,
        })
    }

    /// The command as a line of a unit: in quotes where it has to be, with `%` doubled.
    fn unit_command(&self) -> String {
        let program = self.program.replace('%', "%%");
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+%".contains(c);
        match program.chars().all(plain) {
            true => format!("{program}{}", self.arguments),
            false => format!("\"{program}\"{}", self.arguments),
        }
    }

    /// The command as words of a shell.
    fn shell_command(&self) -> String {
        let program = &self.program;
        let plain = program
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c));
        match plain {
            true => format!("{program}{}", self.arguments),
            false => format!("'{}'{}", program.replace('\'', "'\\''"), self.arguments),
        }
    }

    /// The login prompt that would read the same terminal, if there is one for such terminals.
    fn getty(&self) -> Option<String> {
        const SERIAL: [&str; 4] = ["ttyS", "ttyUSB", "ttyACM", "ttyAMA"];
        let name = self.tty.strip_prefix("/dev/")?;
        let numbered = |prefix: &str| name.strip_prefix(prefix)?.parse::<u8>().ok();
        if numbered("tty").is_some() {
            return Some(format!("getty@{name}.service"));
        }
        let serial = SERIAL.iter().any(|prefix| numbered(prefix).is_some());
        serial.then(|| format!("serial-getty@{name}.service"))
    }
}

/// Looks at the path of a program.
fn program_name(kind: Kind, path: &Path) -> Result<String, String> {
    let refused = |why: &str| Err(format!("--program {}: {why}", path.display()));
    let Some(name) = path.to_str() else {
        return refused("the name is not UTF-8");
    };
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(format!(
            "--program {name:?}: the name is empty or has control characters"
        ));
    }
    // Quotes and backslashes it refuses itself; `$` begins a variable wherever it stands.
    if kind == Kind::Systemd && name.contains(['\'', '"', '\\', '$']) {
        return refused(
            "systemd does not run a program with a quote, a backslash or `$` in its name",
        );
    }
    if kind == Kind::Systemd && !path.is_absolute() {
        return refused("systemd wants an absolute path");
    }
    Ok(name.to_owned())
}

/// Looks at the name of a terminal; `tty1` is taken for `/dev/tty1`.
fn device_name(path: &Path) -> Result<String, String> {
    let name = path.to_str().unwrap_or_default();
    let name = match name.contains('/') {
        true => name.to_owned(),
        false => format!("/dev/{name}"),
    };
    let device = name.strip_prefix("/dev/").unwrap_or_default();
    let letters = |part: &str| {
        part.chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c))
    };
    let parts = device.split('/');
    if parts
        .clone()
        .any(|part| part.is_empty() || part.starts_with('.') || !letters(part))
    {
        return Err(format!(
            "--tty {:?}: not the name of a terminal, such as /dev/tty1",
            path
        ));
    }
    Ok(name)
}

/// Prints settings of one kind.
///
/// # Errors
///
/// When the system has no such settings.
pub(super) fn emit(kind: Kind, source: &Source, target: &Target) -> Result<String, String> {
    if source.is_darwin() && kind != Kind::Docker {
        return Err("macOS has no systemd, sysctl.d or limits.d; use --emit docker".into());
    }
    Ok(match kind {
        Kind::Systemd => systemd(source, target),
        Kind::Docker => docker(source, target),
        Kind::Sysctl => sysctl(source),
        Kind::Limits => limits(),
    })
}

/// The most memory, in MiB, that a reader of a terminal is given: 512, or half of what there is.
fn memory(source: &Source) -> u64 {
    let mut probe = Probe::new(source);
    let total = probe
        .field("/proc/meminfo", "MemTotal")
        .and_then(|value| value.split(' ').next()?.parse::<u64>().ok());
    total.map_or(512, |kibibytes| (kibibytes / 1024 / 2).clamp(32, 512))
}

fn systemd(source: &Source, target: &Target) -> String {
    let most = memory(source);
    let version = cgroup::locate(&mut Probe::new(source), "memory").map(|groups| groups.version);
    let mut unit = format!(
        "[Unit]\nDescription={} on {}\n",
        target.program.replace('%', "%%"),
        target.tty
    );
    if let Some(getty) = target.getty() {
        let _ = writeln!(unit, "Conflicts={getty}\nAfter={getty}");
    }
    let _ = write!(
        unit,
        "\n[Service]\n\
         ExecStart={command}\n\
         # The terminal is standard input; /dev/tty inside the unit is the same one.\n\
         StandardInput=tty\n\
         StandardOutput=tty\n\
         StandardError=journal\n\
         TTYPath={tty}\n\
         TTYReset=yes\n\
         TTYVHangup=yes\n\
         DynamicUser=yes\n\
         \n\
         # A share, not a quota: CPUQuota= stops the program for the rest of each period.\n\
         CPUWeight=200\n\
         # Reclaim comes before the kill.{high_note}\n\
         MemoryHigh={high}M\n\
         MemoryMax={most}M\n\
         # One process is killed, not the unit: a supervisor puts the terminal back.\n\
         OOMPolicy=continue\n\
         TasksMax=64\n\
         TimerSlackNSec=50us\n\
         # What was typed is not written to a disk.\n\
         LimitCORE=0\n",
        command = target.unit_command(),
        tty = target.tty,
        high = most * 9 / 10,
        high_note = if version == Some(Version::V1) {
            " (This machine has the memory controller in version 1, which ignores MemoryHigh=.)"
        } else {
            ""
        },
    );
    unit.push_str(&hardening(target));
    unit.push_str("\n[Install]\nWantedBy=multi-user.target\n");
    unit
}

/// The part of the unit that takes rights away.
fn hardening(target: &Target) -> String {
    format!(
        "\n\
         NoNewPrivileges=yes\n\
         CapabilityBoundingSet=\n\
         # Only pseudo devices, /dev/tty among them, and the one terminal.\n\
         PrivateDevices=yes\n\
         DeviceAllow={tty} rw\n\
         # Refused calls fail with EPERM instead of killing a program that holds a raw terminal.\n\
         # systemd cannot look at the arguments of ioctl: against TIOCSTI there is\n\
         # dev.tty.legacy_tiocsti=0, and ttyring::platform::harden inside the program.\n\
         SystemCallArchitectures=native\n\
         SystemCallFilter=@system-service\n\
         SystemCallFilter=~@privileged @resources @obsolete open_by_handle_at\n\
         SystemCallErrorNumber=EPERM\n\
         RestrictAddressFamilies=none\n\
         PrivateNetwork=yes\n\
         ProtectSystem=strict\n\
         ProtectHome=read-only\n\
         PrivateTmp=yes\n\
         ProtectKernelTunables=yes\n\
         ProtectKernelModules=yes\n\
         ProtectKernelLogs=yes\n\
         ProtectControlGroups=yes\n\
         ProtectClock=yes\n\
         RestrictNamespaces=yes\n\
         RestrictSUIDSGID=yes\n\
         LockPersonality=yes\n\
         MemoryDenyWriteExecute=yes\n\
         UMask=0077\n",
        tty = target.tty,
    )
}

fn docker(source: &Source, target: &Target) -> String {
    let most = memory(source);
    format!(
        "# A terminal of its own (-it): what runs inside cannot type into the one outside. Devices of the host\n\
         # are not passed in; a read-only /dev/tty would not stop TIOCSTI, and dev.tty.legacy_tiocsti is the\n\
         # host's setting. --init forwards signals and survives the program. No --cpus: a share, not a quota.\n\
         docker run --rm -it --init \\\n  \
         --cpu-shares 2048 \\\n  \
         --memory {most}m --memory-reservation {soft}m --memory-swap {most}m \\\n  \
         --pids-limit 64 \\\n  \
         --ulimit core=0 \\\n  \
         --cap-drop ALL \\\n  \
         --security-opt no-new-privileges \\\n  \
         --network none \\\n  \
         --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m \\\n  \
         \"$IMAGE\" {command}\n",
        soft = most * 9 / 10,
        command = target.shell_command(),
    )
}

/// Kernel settings with the value wanted and the reason.
const SETTINGS: &[(&str, &str, &str)] = &[
    (
        "dev.tty.legacy_tiocsti",
        "0",
        "Only CAP_SYS_ADMIN may put bytes into a terminal's input.",
    ),
    (
        "dev.tty.ldisc_autoload",
        "0",
        "No line discipline is loaded on the word of an ordinary user.",
    ),
    (
        "fs.suid_dumpable",
        "0",
        "Programs that read passwords with raised rights leave no core.",
    ),
    (
        "kernel.yama.ptrace_scope",
        "1",
        "Only a parent may trace, and so type into, a program.",
    ),
    (
        "kernel.sched_rt_runtime_us",
        "950000",
        "Real-time readers leave 5 % to the worker that delivers their keys.",
    ),
];

fn sysctl(source: &Source) -> String {
    let mut probe = Probe::new(source);
    let mut text = String::from("# /etc/sysctl.d/60-ttyring.conf; apply with: sysctl --system\n");
    for (name, wanted, reason) in SETTINGS {
        let now = probe.value(&format!("/proc/sys/{}", name.replace('.', "/")));
        let _ = match now {
            Some(now) => writeln!(text, "\n# {reason} Now: {now}.\n{name} = {wanted}"),
            None => writeln!(
                text,
                "\n# {reason} This kernel does not have it.\n# {name} = {wanted}"
            ),
        };
    }
    text
}

fn limits() -> String {
    String::from(
        "# /etc/security/limits.d/60-ttyring.conf; takes effect at the next login.\n\
         # groupadd ttyring && usermod -aG ttyring USER\n\
         # SCHED_FIFO for the reading thread, well below the kernel's own threads.\n\
         @ttyring  -  rtprio   50\n\
         # mlockall: no page fault between a key and its handler.\n\
         @ttyring  -  memlock  262144\n\
         # What was typed is not written to a disk.\n\
         @ttyring  -  core     0\n",
    )
}
