//! What the keys of `watch` do: the same changes as the verbs.

use crate::changes::{Act, Change, DeploymentView, Promote, approve, pause, promote, resume, skip, stop};
use crate::refusal::Refusal;

/// A key that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Goes on past the wait where it stands.
    Promote,
    /// Passes over the hold where it stands.
    Skip,
    /// Approves what is waited for.
    Approve,
    /// Holds it, or lets it go on.
    Pause,
    /// Ends it, and returns its traffic.
    Stop,
}

impl Key {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Promote, Self::Skip, Self::Approve, Self::Pause, Self::Stop];

    /// The key of a letter.
    #[must_use]
    pub fn of(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.letter() == letter)
    }

    /// What is typed.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Promote => 'p',
            Self::Skip => 's',
            Self::Approve => 'a',
            Self::Pause => 'z',
            Self::Stop => 'x',
        }
    }

    /// What it does, in a word.
    #[must_use]
    pub const fn word(self, is_paused: bool) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Skip => "skip",
            Self::Approve => "approve",
            Self::Pause if is_paused => "resume",
            Self::Pause => "pause",
            Self::Stop => "stop",
        }
    }

    /// What it changes of a Deployment as it stands.
    pub fn change(self, view: &DeploymentView<'_>) -> Result<Change, Refusal> {
        match self {
            Self::Promote => promote(view, Promote::default()),
            Self::Skip => skip(view, None),
            Self::Approve => approve(view, None),
            Self::Pause if view.deployment.spec.paused => resume(view),
            Self::Pause => pause(view),
            Self::Stop => stop(view),
        }
    }
}

/// The keys that change something now.
#[must_use]
pub fn offered(view: &DeploymentView<'_>) -> Vec<(char, &'static str)> {
    let does = |key: &Key| key.change(view).is_ok_and(|change| !matches!(change.act, Act::Nothing));
    let shown = |key: Key| (key.letter(), key.word(view.deployment.spec.paused));
    Key::ALL.into_iter().filter(does).map(shown).collect()
}
