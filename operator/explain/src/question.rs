//! What is asked: a message, where it was read, in which phase, and who began the way back.

use std::str::FromStr;

use sluice_api::FailureStage;

/// A message to be explained. Everything but the message may be missing; what is known makes the answer surer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question<'a> {
    /// The words, of any length.
    pub message: &'a str,
    /// Where they were read.
    pub place: Option<Place>,
    /// The step of the pipeline in which they were met.
    pub phase: Option<FailureStage>,
    /// Who began the way back, while the phase is `rollback`.
    pub trigger: Option<Trigger>,
}

/// Where a message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `stoppedReason` of a task.
    TaskStoppedReason,
    /// `reason` of a container, or its last words.
    ContainerReason,
    /// An event of an ECS service.
    ServiceEvent,
    /// Reason or description of a target's health.
    TargetHealth,
    /// The answer to a call of an API, or what came in place of one.
    ApiError,
    /// A lifecycle hook.
    Hook,
    /// An alarm.
    Alarm,
    /// The build of an image.
    Build,
    /// The clone of a repository.
    Clone,
    /// Elsewhere.
    Other,
}

impl Place {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("task_stopped_reason", Self::TaskStoppedReason),
        ("container_reason", Self::ContainerReason),
        ("service_event", Self::ServiceEvent),
        ("target_health", Self::TargetHealth),
        ("api_error", Self::ApiError),
        ("hook", Self::Hook),
        ("alarm", Self::Alarm),
        ("build", Self::Build),
        ("clone", Self::Clone),
        ("other", Self::Other),
    ];

    /// Where a message of this phase is read when nobody says where; none where that could be anywhere.
    pub(crate) fn usual_of(phase: FailureStage) -> Option<Self> {
        match phase {
            FailureStage::Clone => Some(Self::Clone),
            FailureStage::Build | FailureStage::Publish => Some(Self::Build),
            FailureStage::Verify => Some(Self::Other),
            _ => None,
        }
    }

    /// The phase that a message of this place belongs to when nobody says which.
    pub(crate) fn usual_phase(self) -> FailureStage {
        match self {
            Self::TaskStoppedReason | Self::ContainerReason | Self::ServiceEvent => FailureStage::Rollout,
            Self::TargetHealth | Self::Hook | Self::Alarm => FailureStage::Verify,
            Self::ApiError => FailureStage::Deploy,
            Self::Build => FailureStage::Build,
            Self::Clone => FailureStage::Clone,
            Self::Other => FailureStage::Unknown,
        }
    }
}

/// Who began the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A failure did.
    Automatic,
    /// A person did.
    Manual,
}

/// A word that is none of those that are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {word:?} is not known: write one of {known}")]
pub struct UnknownWord {
    field: &'static str,
    /// Cut: whoever wrote it need not read all of it again.
    word: String,
    known: String,
}

impl UnknownWord {
    fn new<'a>(field: &'static str, word: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self { field, word: word.chars().take(40).collect(), known: known.collect::<Vec<_>>().join(", ") }
    }
}

fn of_word<T: Copy>(field: &'static str, word: &str, words: &[(&'static str, T)]) -> Result<T, UnknownWord> {
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(_, value)| *value).ok_or_else(|| UnknownWord::new(field, word, words.iter().map(|(known, _)| *known)))
}

impl FromStr for Place {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        of_word("where", word, Self::WORDS)
    }
}

impl FromStr for Trigger {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        of_word("trigger", word, &[("automatic", Self::Automatic), ("manual", Self::Manual)])
    }
}

/// The phase that a word names: the stages of a failure are the steps of the pipeline.
pub fn phase_of_word(word: &str) -> Result<FailureStage, UnknownWord> {
    let found = FailureStage::ALL.iter().find(|stage| stage.as_str() == word);
    found.copied().ok_or_else(|| UnknownWord::new("phase", word, FailureStage::ALL.iter().map(|stage| stage.as_str())))
}
