//! What is known of a message before a rule is asked.

use sluice_api::FailureStage;

use crate::codes::classes_in;
use crate::question::{Place, Question, Trigger};
use crate::signals::{Signal, Signals, said_in};
use crate::text::{bounded, normal};

/// What is known of a message before a rule is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// What its codes and words say.
    pub signals: Signals,
    /// Where it was read.
    pub place: Option<Place>,
    /// The step in which it was met, or that its place belongs to.
    pub phase: FailureStage,
    /// Who began the way back.
    pub trigger: Option<Trigger>,
}

impl Facts {
    /// Reads a question.
    pub(crate) fn of(question: &Question<'_>) -> Self {
        let text = bounded(question.message);
        let of_codes = classes_in(&text).map(Signal::of_class).fold(said_in(&normal(&text)), Signals::with);
        let usual = question.place.map_or(FailureStage::Unknown, Place::usual_phase);
        Self {
            signals: of_codes,
            place: question.place.or_else(|| question.phase.and_then(Place::usual_of)),
            phase: question.phase.unwrap_or(usual),
            trigger: question.trigger,
        }
    }

    /// Whether it was met on the way back.
    pub(crate) fn is_way_back(&self) -> bool {
        self.phase == FailureStage::Rollback || self.trigger.is_some()
    }
}
