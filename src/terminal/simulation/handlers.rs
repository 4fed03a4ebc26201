//! What the handlers of a signal do, without the signal.

use std::sync::Arc;

use super::super::{registry, suspend};
use super::stage::{Incident, Stage, is_blocked};

/// Runs the handler of an incident, and what follows it by default, on this actor.
pub(super) fn run(stage: &Arc<Stage>, incident: Incident) {
    if stage.is_over() {
        return;
    }
    match incident {
        // The kernel ends a process that blocks the signal of its own fault.
        Incident::Fault if is_blocked() => stage.end("fault"),
        Incident::Ending | Incident::Fault => {
            registry::undo_all();
            stage.end("signal");
        }
        Incident::Stop => suspend::stop_and_return(),
        _ => {}
    }
}

/// What `exit(3)` does.
pub(super) fn exit() {
    registry::end_all();
}
