//! An alarm of the group is in ALARM, or was not read for too long.

use sluice_api::{Failure, RollbackTrigger};

use super::detector::Detector;
use crate::alarms::turn_round;
use crate::failure::failure;
use crate::view::View;

pub(super) const DETECTOR: Detector = Detector { name: "alarm", trigger: RollbackTrigger::StopOnAlarm, detect };

/// Before any traffic moved too: what the replacement does beside the original may be what the alarm tells of. It holds, and
/// does not turn round, where the group says so, and where only the replacement serves.
fn detect(view: &View<'_>) -> Option<Failure> {
    view.watched_alarms().filter(|alarms| turn_round(alarms))?;
    let symptom = view.alarm_symptom().filter(|symptom| symptom.is_active() && !view.only_the_replacement_serves())?;
    Some(Failure { hint: symptom.hint.to_owned(), ..failure(symptom.category, &symptom.what) })
}
