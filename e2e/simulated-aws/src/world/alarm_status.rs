//! The state of an alarm, and how it got there.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::time::Moment;

/// An alarm's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All is well.
    Ok,
    /// The threshold was crossed.
    Alarm,
    /// Nobody can tell.
    InsufficientData,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Alarm, Self::InsufficientData];

    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How many entries of a history are kept.
const CAPACITY: usize = 1000;

/// Something that happened to an alarm.
#[derive(Clone, Debug)]
pub struct HistoryItem {
    /// When.
    pub at: Moment,
    /// `ConfigurationUpdate` or `StateUpdate`.
    pub kind: &'static str,
    /// What, in a sentence.
    pub summary: String,
    /// What, for a machine.
    pub data: Value,
}

/// An alarm's state and its history.
#[derive(Clone, Debug)]
pub struct AlarmStatus {
    /// The state.
    pub state: State,
    /// Why.
    pub reason: String,
    /// The reason for a machine, in JSON.
    pub reason_data: Option<String>,
    /// When the state was last set.
    pub updated_at: Moment,
    /// When it last became another.
    pub changed_at: Moment,
    /// When the alarm was last configured.
    pub configured_at: Moment,
    /// What happened, oldest first.
    pub history: VecDeque<HistoryItem>,
}

impl AlarmStatus {
    /// That of an alarm that nobody has looked at.
    #[must_use]
    pub fn unchecked(now: Moment) -> Self {
        Self {
            state: State::InsufficientData,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            reason_data: None,
            updated_at: now,
            changed_at: now,
            configured_at: now,
            history: VecDeque::new(),
        }
    }

    /// Gives the alarm a state.
    pub fn set(&mut self, state: State, reason: String, reason_data: Option<String>, at: Moment) {
        if state == self.state && reason == self.reason && reason_data == self.reason_data {
            return;
        }
        if state != self.state {
            self.changed_at = at;
            let (old, new) = (self.state.word(), state.word());
            let data = json!({
                "version": "1.0",
                "oldState": {"stateValue": old, "stateReason": self.reason},
                "newState": {"stateValue": new, "stateReason": reason},
            });
            self.note(HistoryItem {
                at,
                kind: "StateUpdate",
                summary: format!("Alarm updated from {old} to {new}"),
                data,
            });
        }
        self.state = state;
        self.reason = reason;
        self.reason_data = reason_data;
        self.updated_at = at;
    }

    /// Notes that the alarm was configured, for the first time or anew.
    pub fn configured(&mut self, name: &str, is_new: bool, at: Moment) {
        self.configured_at = at;
        let (word, kind) = if is_new { ("created", "Create") } else { ("updated", "Update") };
        let data = json!({"version": "1.0", "type": kind});
        self.note(HistoryItem { at, kind: "ConfigurationUpdate", summary: format!("Alarm \"{name}\" {word}"), data });
    }

    fn note(&mut self, item: HistoryItem) {
        if self.history.len() == CAPACITY {
            self.history.pop_front();
        }
        self.history.push_back(item);
    }
}
