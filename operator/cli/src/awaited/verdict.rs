//! What a pipeline is told.

use sluice_api::Deployment;

/// How a release stands, as an exit code tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on, or is not there yet.
    Underway,
    /// It ended well.
    Succeeded,
    /// It ended otherwise, and nothing was returned.
    Failed,
    /// It ended otherwise, and its traffic is back.
    RolledBack,
    /// It goes on once a person does something.
    NeedsPerson,
}

/// How a release stands in one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Awaited {
    /// What it stands for, and by which lines are told apart: the name of a group or a Deployment.
    pub key: String,
    /// Where it is, in one line, which changes where something happened.
    pub line: String,
    /// What that comes to.
    pub verdict: Verdict,
    /// What is to be said at the end: why, and what to do.
    pub end: Vec<String>,
    /// The Deployment, where there is one.
    pub deployment: Option<Deployment>,
}

impl Verdict {
    /// What all of them come to: the first failure counts, then what waits for a person; and all is well once all are.
    #[must_use]
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let verdicts: Vec<Self> = verdicts.into_iter().collect();
        let has = |wanted: Self| verdicts.contains(&wanted);
        let first = [Self::Failed, Self::RolledBack, Self::NeedsPerson].into_iter().find(|one| has(*one));
        let is_well = !verdicts.is_empty() && !has(Self::Underway);
        first.unwrap_or(if is_well { Self::Succeeded } else { Self::Underway })
    }

    /// The exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Succeeded => 0,
            Self::Failed => 1,
            Self::RolledBack => 2,
            Self::Underway => 3,
            Self::NeedsPerson => 4,
        }
    }
}

impl Awaited {
    /// Of something that goes on, or is not there yet.
    pub(super) fn underway(key: &str, line: String) -> Self {
        Self { key: key.to_owned(), line, verdict: Verdict::Underway, end: Vec::new(), deployment: None }
    }

    /// Of a Deployment that was deleted.
    pub(super) fn gone(name: &str) -> Self {
        Self { verdict: Verdict::Failed, ..Self::underway(name, format!("{name} was deleted")) }
    }
}
