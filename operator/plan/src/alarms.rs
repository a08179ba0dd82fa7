//! What the alarms of a group say of a release, by the group's policy, and what is remembered of them.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{
    AlarmAtStart, AlarmState, AlarmStatus, Alarms, DeploymentStatus, FailureCategory, InsufficientData, OnAlarm,
    UnreadableAlarm,
};

use crate::input::Release;
use crate::observation::{AlarmAnswer, AlarmReading, AlarmValue};
use crate::progress::position::{Position, position};
use crate::waiting::clock;

/// How long an alarm goes unread before that counts as ALARM: throttling and a lost answer pass within it.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_mins(1);

/// The alarms that a release watches now: from its start to the end of its bake. None where it has none, and where it turns
/// round already or is asked to: nothing waits for CloudWatch then.
pub(crate) fn watched<'a>(release: &Release<'a>) -> Option<&'a Alarms> {
    let progress = release.progress;
    let is_turned = release.controls.deleted || release.controls.stop || progress.failure.is_some();
    let is_over = matches!(position(progress), Position::TerminateOriginal | Position::Rollback | Position::Ended);
    release.settings.alarms.as_ref().filter(|_| !is_turned && !is_over)
}

/// What one alarm says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nothing speaks against the release.
    Well,
    /// It is in ALARM, or counts as it.
    Active,
    /// Nobody knows.
    Unknown,
}

/// What an answer means. One that is missing is never well.
pub(crate) fn meaning(alarms: &Alarms, answer: Option<&AlarmAnswer>) -> Meaning {
    match (answer, alarms.insufficient_data) {
        (Some(AlarmAnswer::Known { value: AlarmValue::Ok, .. }), _)
        | (Some(AlarmAnswer::Known { value: AlarmValue::InsufficientData, .. }), InsufficientData::Ok) => Meaning::Well,
        (Some(AlarmAnswer::Known { value: AlarmValue::Alarm, .. }), _)
        | (Some(AlarmAnswer::Known { value: AlarmValue::InsufficientData, .. }), InsufficientData::Alarm) => {
            Meaning::Active
        }
        (None | Some(AlarmAnswer::Missing | AlarmAnswer::Unread { .. }), _) => Meaning::Unknown,
    }
}

/// How the alarms stand now, in the order of the settings; `known` is how they stood.
pub(crate) fn statuses(
    alarms: &Alarms,
    known: &[AlarmStatus],
    reading: &AlarmReading,
    now: Timestamp,
) -> Vec<AlarmStatus> {
    let status = |name: &String| {
        let (state, since) = match reading.answer(name) {
            Some(AlarmAnswer::Known { value, since, .. }) => (state(*value), *since),
            Some(AlarmAnswer::Missing | AlarmAnswer::Unread { .. }) | None => (AlarmState::Unreadable, None),
        };
        let known = known.iter().find(|one| one.name == *name);
        // Where CloudWatch does not say since when, it is since it was first seen so.
        let seen = known.filter(|one| one.state == state).map_or(now, |one| one.since);
        let left_out = known.is_some_and(|one| one.left_out);
        AlarmStatus { name: name.clone(), state, since: since.unwrap_or(seen), left_out }
    };
    alarms.names.iter().map(status).collect()
}

/// How the alarms stand at the beginning: those that are in ALARM already are left out, where the group says so.
pub(crate) fn at_start(alarms: &Alarms, reading: &AlarmReading, now: Timestamp) -> Vec<AlarmStatus> {
    let mut statuses = statuses(alarms, &[], reading, now);
    for status in &mut statuses {
        let is_active = meaning(alarms, reading.answer(&status.name)) == Meaning::Active;
        status.left_out = is_active && alarms.at_start == AlarmAtStart::Ignore;
    }
    statuses
}

const fn state(value: AlarmValue) -> AlarmState {
    match value {
        AlarmValue::Ok => AlarmState::Ok,
        AlarmValue::Alarm => AlarmState::Alarm,
        AlarmValue::InsufficientData => AlarmState::InsufficientData,
    }
}

/// What speaks against going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlarmSymptom {
    /// The alarm.
    pub name: String,
    /// Until when it is waited whether it can be read after all; none for one that is in ALARM, or counts as it.
    pub until: Option<Timestamp>,
    /// What is wrong, in one line that names the alarm.
    pub what: String,
    /// The kind of failure that it makes of a release.
    pub category: FailureCategory,
    /// What to do.
    pub hint: &'static str,
}

impl AlarmSymptom {
    /// Whether it counts as ALARM.
    pub(crate) const fn is_active(&self) -> bool {
        self.until.is_none()
    }
}

/// The first alarm that speaks against the release, and which others are in ALARM too.
pub(crate) fn symptom(
    alarms: &Alarms,
    progress: &DeploymentStatus,
    reading: Option<&AlarmReading>,
    now: Timestamp,
) -> Option<AlarmSymptom> {
    let found = symptoms(alarms, progress, reading, now);
    let more: Vec<&str> = found.iter().skip(1).filter(|one| one.is_active()).map(|one| one.name.as_str()).collect();
    let also = if more.is_empty() { String::new() } else { format!("; so is {}", more.join(", ")) };
    let mut first = found.into_iter().next()?;
    first.what.push_str(&also);
    Some(first)
}

/// The alarms that speak against the release: those in ALARM before those that are not known. None of those that are left
/// out, and none that cannot be read where the group ignores that.
pub(crate) fn symptoms(
    alarms: &Alarms,
    progress: &DeploymentStatus,
    reading: Option<&AlarmReading>,
    now: Timestamp,
) -> Vec<AlarmSymptom> {
    let one = |name: &String| {
        let status = progress.alarms.iter().find(|one| one.name == *name);
        if status.is_some_and(|status| status.left_out) {
            return None;
        }
        let answer = reading.and_then(|reading| reading.answer(name));
        let since = status.map_or(now, |status| status.since);
        match meaning(alarms, answer) {
            Meaning::Well => None,
            Meaning::Active => Some(active(name, answer, now)),
            Meaning::Unknown if alarms.unreadable == UnreadableAlarm::Ignore => None,
            Meaning::Unknown => {
                let is_known = status.is_some_and(|status| status.state == AlarmState::Unreadable);
                let since = if is_known { since } else { now };
                Some(unknown(name, answer, (since, now)))
            }
        }
    };
    let mut found: Vec<AlarmSymptom> = alarms.names.iter().filter_map(one).collect();
    found.sort_by_key(|symptom| !symptom.is_active());
    found
}

fn active(name: &str, answer: Option<&AlarmAnswer>, now: Timestamp) -> AlarmSymptom {
    let (state, since, reason) = match answer {
        Some(AlarmAnswer::Known { value, since, reason }) => {
            let state = if *value == AlarmValue::Alarm { "is in ALARM" } else { "has INSUFFICIENT_DATA" };
            (state, *since, reason.as_str())
        }
        _ => ("is in ALARM", None, ""),
    };
    let since = since.map(|since| format!(" since {}", clock(since, now))).unwrap_or_default();
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    AlarmSymptom {
        name: name.to_owned(),
        until: None,
        what: format!("alarm {name} {state}{since}{reason}"),
        category: FailureCategory::HealthCheck,
        hint: "look at the alarm and at what the revision did while it had traffic; once the alarm is OK, create the Deployment again",
    }
}

fn unknown(name: &str, answer: Option<&AlarmAnswer>, (since, now): (Timestamp, Timestamp)) -> AlarmSymptom {
    let until = Some(since + GRACE).filter(|until| *until > now);
    let for_so_long = format!("since {}", clock(since, now));
    let (what, category, hint) = match answer {
        Some(AlarmAnswer::Missing) => (
            format!("alarm {name} does not exist {for_so_long}"),
            FailureCategory::Unknown,
            "make the alarm again, or take its name out of spec.alarms.names",
        ),
        Some(AlarmAnswer::Unread { denied, why }) => (
            format!("alarm {name} could not be read {for_so_long}: {why}"),
            if *denied { FailureCategory::Auth } else { FailureCategory::Infrastructure },
            if *denied {
                "allow the operator's role cloudwatch:DescribeAlarms on every alarm, then create the Deployment again"
            } else {
                "CloudWatch did not answer: create the Deployment again later, or set spec.alarms.unreadable to Ignore"
            },
        ),
        Some(AlarmAnswer::Known { .. }) | None => (
            format!("alarm {name} was not looked at {for_so_long}"),
            FailureCategory::Infrastructure,
            "create the Deployment again later",
        ),
    };
    AlarmSymptom { name: name.to_owned(), until, what, category, hint }
}

/// Whether an alarm that counts as ALARM turns a release round, rather than holding it.
pub(crate) fn turn_round(alarms: &Alarms) -> bool {
    alarms.on_alarm == OnAlarm::Rollback
}
