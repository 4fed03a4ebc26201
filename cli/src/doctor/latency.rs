//! What decides how fast a sleeping reader wakes: idle states, frequency, timer slack.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

const CPU: &str = "/sys/devices/system/cpu";

/// An idle state that takes more microseconds to leave than this is worth avoiding.
const SLOW: u64 = 20;

/// Asks how late a timeout may come.
pub(super) fn timer_slack(source: &Source) -> Check {
    Check::of("timer-slack", source, |probe| {
        match probe.number("/proc/self/timerslack_ns") {
        None => Finding::unknown("The timer slack could not be read."),
        Some(nanos) if nanos > 50_000 => Finding::advice(format!(
            "Timeouts come up to {} us late, that of a lone ESC among them. Keys are not delayed.",
            nanos / 1000
        ))
        .fix("prctl(PR_SET_TIMERSLACK, 1) in the thread that waits; TimerSlackNSec=50us in the unit"),
        Some(nanos) => Finding::ok(format!(
            "Timeouts come up to {} us late, which is the default. Keys are not delayed.",
            nanos / 1000
        )),
    }
    })
}

/// Asks whether somebody holds the processors awake.
pub(super) fn wake_latency(source: &Source) -> Check {
    Check::of("cpu-dma-latency", source, |probe| {
        const GAIN: &str =
            "While it is held at 0, no processor enters an idle state that takes time to leave.";
        let driver = probe.optional(&format!("{CPU}/cpuidle/current_driver"));
        let deepest = deepest(probe);
        match probe.number("/dev/cpu_dma_latency") {
            None => Finding::unknown(format!("Only root can read it. {GAIN}")),
            Some(0) => Finding::ok(
                "It is held at 0 us, so no processor enters an idle state that takes time to leave.",
            ),
            Some(micros) if micros < 2_000_000_000 => {
                Finding::ok(format!("Some program holds it at {micros} us. {GAIN}"))
            }
            Some(_) if driver.as_deref() == Some("none") => {
                Finding::not_applicable("There is no idle driver that would look at it.")
            }
            // The same bound as that of the check `idle-states`: there is little to gain.
            Some(_) if deepest.as_ref().is_some_and(|(_, micros)| *micros <= SLOW) => {
                Finding::ok(format!(
                    "No program holds it, and no idle state in use takes more than {SLOW} us to leave."
                ))
            }
            Some(_) => Finding::advice(format!("No program holds it. {GAIN}"))
                .fix("write a 32-bit 0 to /dev/cpu_dma_latency and keep it open while it matters"),
        }
    })
}

/// Asks how deep the processors sleep.
pub(super) fn idle_states(source: &Source) -> Check {
    Check::of("idle-states", source, |probe| {
        let driver = probe.value(&format!("{CPU}/cpuidle/current_driver"));
        match driver.as_deref() {
            None => return Finding::unknown("The idle driver could not be read."),
            Some("none") => {
                return Finding::not_applicable(
                    "There is no idle driver: a virtual processor that halts wakes when its host wakes it.",
                );
            }
            Some(_) => {}
        }
        match deepest(probe) {
            None => Finding::unknown("The idle states could not be read."),
            Some((name, micros)) if micros > SLOW => Finding::advice(format!(
                "The deepest state in use ({name}) takes {micros} us to leave, which delays the first key after a pause."
            ))
            .fix("cpupower idle-set -D 10, or hold /dev/cpu_dma_latency while it matters"),
            Some((name, micros)) => {
                Finding::ok(format!("The deepest state in use ({name}) takes {micros} us to leave."))
            }
        }
    })
}

/// The enabled state of the first processor that takes longest to leave.
fn deepest(probe: &mut Probe<'_>) -> Option<(String, u64)> {
    let mut deepest = None::<(String, u64)>;
    for state in (0..16).map(|index| format!("{CPU}/cpu0/cpuidle/state{index}")) {
        let Some(micros) = probe.optional(&format!("{state}/latency")) else {
            break;
        };
        let disabled = probe.optional(&format!("{state}/disable")).as_deref() == Some("1");
        let micros = micros.parse().unwrap_or(0);
        let name = probe.optional(&format!("{state}/name")).unwrap_or_default();
        if !disabled && deepest.as_ref().is_none_or(|(_, most)| micros > *most) {
            deepest = Some((name, micros));
        }
    }
    deepest
}

/// Asks what sets the frequency.
pub(super) fn frequency(source: &Source) -> Check {
    Check::of("frequency", source, |probe| {
        let governor = probe.value(&format!("{CPU}/cpu0/cpufreq/scaling_governor"));
        let preference =
            probe.optional(&format!("{CPU}/cpu0/cpufreq/energy_performance_preference"));
        for driver in ["intel_pstate", "amd_pstate"] {
            probe.optional(&format!("{CPU}/{driver}/status"));
        }
        let fast = preference
            .as_deref()
            .is_none_or(|preference| preference == "performance");
        match governor.as_deref() {
            None if probe.exists(&format!("{CPU}/online")) => Finding::not_applicable(
                "There is no frequency driver; in a virtual machine the host decides.",
            ),
            None => Finding::unknown("The frequency driver could not be read."),
            Some("performance") if fast => Finding::ok("The processors run at full frequency at once after a pause."),
            Some(governor) => Finding::advice(format!(
                "The governor is {governor}{}: a processor takes several ticks of 1 to 10 ms to reach full frequency, and a key takes 0.05 ms.",
                preference.map(|name| format!(" with the preference {name}")).unwrap_or_default()
            ))
            .fix("cpupower frequency-set -g performance (and energy_performance_preference=performance)"),
        }
    })
}
