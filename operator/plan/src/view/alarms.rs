//! What the alarms say of the release.

use sluice_api::Alarms;

use super::deployment::View;
use crate::alarms::{AlarmSymptom, symptom, symptoms, watched};

impl<'a> View<'a> {
    /// The alarms that are watched now; none where there are none to watch.
    pub(crate) fn watched_alarms(&self) -> Option<&'a Alarms> {
        watched(&self.input.release)
    }

    /// What an alarm says against going on; none when all are well, or none is watched.
    pub(crate) fn alarm_symptom(&self) -> Option<AlarmSymptom> {
        symptom(self.watched_alarms()?, self.progress(), self.observed().alarms.as_ref(), self.now())
    }

    /// All that alarms say against going on, each for itself.
    pub(crate) fn alarm_symptoms(&self) -> Vec<AlarmSymptom> {
        let (observed, now) = (self.observed().alarms.as_ref(), self.now());
        self.watched_alarms().map_or_else(Vec::new, |alarms| symptoms(alarms, self.progress(), observed, now))
    }

    /// Whether the original serves nobody, and the replacement can: then an alarm may well tell of the original, and traffic
    /// is not taken to it.
    pub(crate) fn only_the_replacement_serves(&self) -> bool {
        self.original_is_down() && self.replacement_can_serve()
    }
}
