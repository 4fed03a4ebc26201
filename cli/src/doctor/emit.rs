//! Deployment settings for the machine at hand: a systemd unit, a container's options, kernel
//! settings, limits.
//!
//! They follow the checks: share by weight and not by quota, a soft memory limit before the hard
//! one, no rights that a reader of a terminal does not need. Nothing is installed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::cgroup::{self, Version};
use super::source::{Probe, Source};

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// A service that owns a terminal.
    Systemd,
    /// Options of docker run (podman takes the same).
    Docker,
    /// A file for /etc/sysctl.d.
    Sysctl,
    /// A file for /etc/security/limits.d.
    Limits,
}

/// What the settings are for.
#[derive(Debug)]
pub(super) struct Target {
    program: PathBuf,
    arguments: &'static str,
    tty: PathBuf,
}

impl Target {
    /// Without a program it is this one, showing keys; without a terminal the first console.
    pub(super) fn new(program: Option<&Path>, tty: Option<&Path>) -> Self {
        let own = || std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/bin/ttyring"));
        Target {
            arguments: if program.is_some() { "" } else { " keys" },
            program: program.map_or_else(own, Path::to_owned),
            tty: tty.unwrap_or(Path::new("/dev/tty1")).to_owned(),
        }
    }

    fn command(&self) -> String {
        format!("{}{}", self.program.display(), self.arguments)
    }

    /// The login prompt that would read the same terminal, if it is a console.
    fn getty(&self) -> Option<String> {
        let name = self.tty.file_name()?.to_str()?;
        let console = name.strip_prefix("tty")?.parse::<u8>().is_ok();
        console.then(|| format!("getty@{name}.service"))
    }
}

/// Prints settings of one kind.
///
/// # Errors
///
/// When the system has no such settings.
pub(super) fn emit(kind: Kind, source: &Source, target: &Target) -> Result<String, String> {
    if source.is_darwin() && kind != Kind::Docker {
        return Err(
            "macOS has no systemd, sysctl.d or limits.d; only --emit docker is for it".into(),
        );
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
        target.command(),
        target.tty.display()
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
        command = target.command(),
        tty = target.tty.display(),
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
         # dev.tty.legacy_tiocsti=0, and ttyring::sandbox::harden inside the program.\n\
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
        tty = target.tty.display(),
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
        command = target.command(),
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
