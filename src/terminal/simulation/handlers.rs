//! What the handlers of a signal do, without the signal.

use super::super::custody::list;
use super::super::suspend;
use super::schedule::Incident;

/// Runs the handler of an incident on this actor.
pub(super) fn run(incident: Incident) {
    match incident {
        Incident::Ending | Incident::Fault => list::end_all(),
        Incident::Stop => suspend::stop_and_return(),
        Incident::Continue => list::resumed(),
        _ => {}
    }
}

/// What `exit(3)` does.
pub(super) fn exit() {
    list::finish_all();
}
