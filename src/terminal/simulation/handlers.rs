//! What the handlers of a signal do, without the signal.

use std::sync::Arc;

use super::super::custody::list;
use super::super::suspend;
use super::stage::{Incident, Stage};

/// Runs the handler of an incident, and what follows it by default, on this actor.
pub(super) fn run(stage: &Arc<Stage>, incident: Incident) {
    if stage.is_over() {
        return;
    }
    match incident {
        Incident::Ending | Incident::Fault => {
            list::end_all();
            stage.end("signal");
        }
        Incident::Stop => suspend::stop_and_return(),
        _ => {}
    }
}

/// What `exit(3)` does.
pub(super) fn exit() {
    list::finish_all();
}
