//! What decides how fast a sleeping reader wakes: idle states, frequency, timer slack.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

const CPU: &str = "/sys/devices/system/cpu";

/// Asks how late a timeout may come.
pub(super) fn timer_slack(source: &Source) -> Check {
    Check::of("timer-slack", source, |probe| {
        match probe.number("/proc/self/timerslack_ns") {
        None => Finding::unknown("the slack could not be read"),
        Some(nanos) if nanos > 50_000 => Finding::advice(format!(
            "timeouts come up to {} us late (the ESC timer, frame ticks); keys themselves do not",
            nanos / 1000
        ))
        .fix("prctl(PR_SET_TIMERSLACK, 1) in the thread that waits; TimerSlackNSec=50us in the unit"),
        Some(nanos) => Finding::ok(format!(
            "timeouts come up to {} us late, keys not at all; PR_SET_TIMERSLACK lowers it",
            nanos / 1000
        )),
    }
    })
}

/// Asks whether somebody holds the processors awake.
pub(super) fn wake_latency(source: &Source) -> Check {
    Check::of("cpu-dma-latency", source, |probe| {
        const GAIN: &str = "held at 0 a processor wakes at once; measure with ttyring-lab bench latency --with awake-read";
        let driver = probe.optional(&format!("{CPU}/cpuidle/current_driver"));
        match probe.number("/dev/cpu_dma_latency") {
            None => Finding::unknown(format!("readable by root only: {GAIN}")),
            Some(0) => Finding::ok("held at 0 us: no processor leaves the polling state"),
            Some(micros) if micros < 2_000_000_000 => {
                Finding::ok(format!("somebody holds it at {micros} us: {GAIN}"))
            }
            Some(_) if driver.as_deref() == Some("none") => Finding::not_applicable(
                "no idle driver asks for it: held at 0 it changes nothing, a processor halts all the same",
            ),
            Some(_) => Finding::advice(format!("nobody holds it (2000 s is no limit): {GAIN}"))
                .fix("write a 32-bit 0 to /dev/cpu_dma_latency and keep it open while it matters"),
        }
    })
}

/// Asks how deep the processors sleep.
pub(super) fn idle_states(source: &Source) -> Check {
    Check::of("idle-states", source, |probe| {
        let driver = probe.value(&format!("{CPU}/cpuidle/current_driver"));
        match driver.as_deref() {
            None => return Finding::unknown("the idle driver could not be read"),
            Some("none") => {
                return Finding::not_applicable(
                    "no idle driver, 0 states: a virtual processor that halts wakes when its host wakes it",
                );
            }
            Some(_) => {}
        }
        match deepest(probe) {
            None => Finding::unknown("the idle states could not be read"),
            Some((name, micros)) if micros > 20 => Finding::advice(format!(
                "the deepest state in use ({name}) takes {micros} us to leave, added to the first key after a pause"
            ))
            .fix("cpupower idle-set -D 10, or hold /dev/cpu_dma_latency while it matters"),
            Some((name, micros)) => {
                Finding::ok(format!("the deepest state in use ({name}) takes {micros} us to leave"))
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
            None => Finding::unknown("no frequency driver: in a guest the host decides, 0 settings here"),
            Some("performance") if fast => Finding::ok("full frequency at once: 0 steps to climb after a pause"),
            Some(governor) => Finding::advice(format!(
                "{governor}{}: a processor climbs to full frequency over several 1-10 ms ticks, a key is over in 0.04 ms",
                preference.map(|name| format!(" with preference {name}")).unwrap_or_default()
            ))
            .fix("cpupower frequency-set -g performance (and energy_performance_preference=performance)"),
        }
    })
}
