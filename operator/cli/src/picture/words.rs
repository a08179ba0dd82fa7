//! The marks and tones of the words that the API has.

use sluice_api::{
    AlarmState, DeploymentStatus, GateState, Health, HookState, LifecycleEventStatus, ProbeState, StatusWord, StepState,
};

use super::text::{Line, Tone};

/// How something stands, by its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It went well.
    Good,
    /// It went wrong.
    Bad,
    /// It is in progress.
    Active,
    /// It waits for a person, or is held by one.
    Waits,
    /// It turns round.
    Back,
    /// It is to come.
    ToCome,
    /// It is passed over, or nobody knows.
    Passed,
}

impl Mark {
    /// One cell.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Good => "✔",
            Self::Bad => "✖",
            Self::Active => "◌",
            Self::Waits => "॥",
            Self::Back => "↩",
            Self::ToCome => "·",
            Self::Passed => "-",
        }
    }

    /// How it is shown.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Good => Tone::Good,
            Self::Bad | Self::Back => Tone::Bad,
            Self::Active | Self::Waits => Tone::Active,
            Self::ToCome | Self::Passed => Tone::Faint,
        }
    }

    /// The mark, and a word behind it.
    #[must_use]
    pub fn with(self, word: impl AsRef<str>) -> Line {
        Line::of(self.tone(), self.icon()).and(Tone::Plain, " ").and(self.tone(), word)
    }
}

/// The word of a Deployment, as its column has it.
#[must_use]
pub fn word_of(status: Option<&DeploymentStatus>) -> StatusWord {
    status.and_then(|status| status.summary.as_ref()?.status).unwrap_or_default()
}

/// Of the STATUS of an object.
#[must_use]
pub const fn status(word: StatusWord) -> Mark {
    match word {
        StatusWord::Succeeded | StatusWord::Running => Mark::Good,
        StatusWord::Stalled | StatusWord::Failed | StatusWord::RolledBack | StatusWord::Rejected | StatusWord::Held => {
            Mark::Bad
        }
        StatusWord::Installing
        | StatusWord::Shifting
        | StatusWord::Holding
        | StatusWord::Baking
        | StatusWord::Finishing => Mark::Active,
        StatusWord::Waiting | StatusWord::Paused => Mark::Waits,
        StatusWord::RollingBack => Mark::Back,
        StatusWord::Pending | StatusWord::Queued => Mark::ToCome,
        StatusWord::Stopped | StatusWord::Superseded | StatusWord::Replaced | StatusWord::Unknown => Mark::Passed,
    }
}

/// Of runtime health.
#[must_use]
pub const fn health(word: Health) -> Mark {
    match word {
        Health::Healthy => Mark::Good,
        Health::Degraded | Health::Unreachable => Mark::Bad,
        Health::Unknown => Mark::Passed,
    }
}

/// Of an alarm.
#[must_use]
pub const fn alarm(state: AlarmState) -> Mark {
    match state {
        AlarmState::Ok => Mark::Good,
        AlarmState::Alarm | AlarmState::Unreadable => Mark::Bad,
        AlarmState::InsufficientData => Mark::Passed,
    }
}

/// In CloudWatch's words.
#[must_use]
pub const fn alarm_word(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Ok => "OK",
        AlarmState::Alarm => "ALARM",
        AlarmState::InsufficientData => "INSUFFICIENT_DATA",
        AlarmState::Unreadable => "UNREADABLE",
    }
}

/// Of a wait.
#[must_use]
pub const fn gate(state: GateState) -> Mark {
    match state {
        GateState::Waiting => Mark::Waits,
        GateState::Passed | GateState::Approved => Mark::Good,
        GateState::TimedOut => Mark::Bad,
        GateState::Skipped | GateState::Interrupted => Mark::Passed,
    }
}

/// Of a hook.
#[must_use]
pub const fn hook(state: HookState) -> Mark {
    match state {
        HookState::Pending => Mark::ToCome,
        HookState::Running => Mark::Active,
        HookState::Succeeded => Mark::Good,
        HookState::Failed | HookState::TimedOut => Mark::Bad,
        HookState::Skipped => Mark::Passed,
    }
}

/// Of a probe.
#[must_use]
pub const fn probe(state: ProbeState) -> Mark {
    match state {
        ProbeState::Passing => Mark::Good,
        ProbeState::Failing => Mark::Bad,
        ProbeState::Unknown => Mark::Passed,
    }
}

/// Of a lifecycle event.
#[must_use]
pub const fn event(status: LifecycleEventStatus) -> Mark {
    match status {
        LifecycleEventStatus::Pending => Mark::ToCome,
        LifecycleEventStatus::InProgress => Mark::Active,
        LifecycleEventStatus::Succeeded => Mark::Good,
        LifecycleEventStatus::Failed => Mark::Bad,
        LifecycleEventStatus::Skipped => Mark::Passed,
    }
}

/// Of an increment.
#[must_use]
pub const fn step(state: StepState) -> Mark {
    match state {
        StepState::Pending => Mark::ToCome,
        StepState::Shifting | StepState::Holding => Mark::Active,
        StepState::Completed => Mark::Good,
        StepState::Interrupted => Mark::Bad,
    }
}
