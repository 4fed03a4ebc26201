//! What the handlers of a signal do, without the signal.

use std::sync::Arc;

use ttyring_platform::Signals;
use ttyring_platform::sim::Step;

use super::super::custody::list;
use super::super::suspend;
use super::stage::{Incident, Stage};

/// Runs the handler of an incident, and what follows it by default, on this actor.
pub(super) fn run(stage: &Arc<Stage>, incident: Incident) {
    if stage.is_over() {
        return;
    }
    if incident == Incident::Continue {
        // The poller hears of it, too.
        stage.sim().now_do(Step::Signal(Signals::CONT));
    }
    match incident {
        Incident::Ending | Incident::Fault => {
            list::end_all();
            stage.end("signal");
        }
        Incident::Stop => suspend::stop_and_return(),
        Incident::Continue => list::resumed(),
        _ => {}
    }
}

/// What `exit(3)` does.
pub(super) fn exit() {
    list::finish_all();
}
