//! What CloudWatch says of the alarms of a group.

use jiff::Timestamp;
use serde::Serialize;

/// What is known of the alarms of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlarmReading {
    /// When CloudWatch was asked. Many share a poll, so that it may have been before this look, by less than a poll interval.
    pub asked_at: Timestamp,
    /// In the order of the settings.
    pub alarms: Vec<Alarm>,
}

/// An alarm, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// What CloudWatch says of it.
    pub answer: AlarmAnswer,
}

/// What CloudWatch says of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum AlarmAnswer {
    /// It has a state.
    Known {
        /// Which one.
        value: AlarmValue,
        /// Since when, if CloudWatch says so.
        since: Option<Timestamp>,
        /// Why, in CloudWatch's words.
        reason: String,
    },
    /// There is no such alarm.
    Missing,
    /// No answer came.
    Unread {
        /// Whether it may not be read: AWS refuses the credentials or the permission, which does not pass by itself.
        denied: bool,
        /// What AWS said.
        why: String,
    },
}

/// State of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AlarmValue {
    /// Within its threshold.
    Ok,
    /// Beyond its threshold.
    Alarm,
    /// Too little data to tell.
    InsufficientData,
}

impl AlarmReading {
    /// What is known of the alarm of this name; none when nothing is.
    pub(crate) fn answer(&self, name: &str) -> Option<&AlarmAnswer> {
        self.alarms.iter().find(|alarm| alarm.name == name).map(|alarm| &alarm.answer)
    }
}
