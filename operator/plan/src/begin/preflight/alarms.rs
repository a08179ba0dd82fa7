//! The alarms are there, may be read, and are not in ALARM already: a release that an alarm would turn round at once does not
//! begin.

use sluice_api::{AlarmAtStart, Reason, UnreadableAlarm};

use super::input::PreflightInput;
use crate::alarms::{Meaning, meaning};
use crate::observation::AlarmAnswer;
use crate::refusal::Refusal;
use crate::waiting::clock;

const FIELD: &str = "spec.alarms.names";

pub(super) fn alarms_are_well(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let alarms = preflight.settings.alarms.as_ref()?;
    let Some(reading) = &preflight.observed.alarms else {
        return Some(Refusal::new(
            Reason::AlarmUnreadable,
            format!("{FIELD}: the alarms were not looked at: look again"),
        ));
    };
    alarms.names.iter().find_map(|name| {
        let answer = reading.answer(name);
        match (meaning(alarms, answer), answer) {
            (Meaning::Well, _) => None,
            (Meaning::Active, _) if alarms.at_start == AlarmAtStart::Ignore => None,
            (Meaning::Active, answer) => Some(active(name, answer, preflight)),
            (Meaning::Unknown, Some(AlarmAnswer::Missing)) => Some(Refusal::new(
                Reason::AlarmNotFound,
                format!(
                    "{FIELD}: {name} does not exist in {}: create the alarm, or correct the name",
                    preflight.settings.aws.region
                ),
            )),
            (Meaning::Unknown, Some(AlarmAnswer::Unread { denied: true, why })) => Some(Refusal::new(
                Reason::AccessDenied,
                format!(
                    "{FIELD}: {name} may not be read: allow the operator's role cloudwatch:DescribeAlarms on *; {why}"
                ),
            )),
            // What passes by itself is what the group may ignore.
            (Meaning::Unknown, _) if alarms.unreadable == UnreadableAlarm::Ignore => None,
            (Meaning::Unknown, answer) => {
                let why = match answer {
                    Some(AlarmAnswer::Unread { why, .. }) => format!("; {why}"),
                    _ => String::new(),
                };
                Some(Refusal::new(
                    Reason::AlarmUnreadable,
                    format!(
                        "{FIELD}: {name} could not be read: it is tried again, and the release begins once it is{why}"
                    ),
                ))
            }
        }
    })
}

fn active(name: &str, answer: Option<&AlarmAnswer>, preflight: &PreflightInput<'_>) -> Refusal {
    let (since, reason) = match answer {
        Some(AlarmAnswer::Known { since, reason, .. }) => (*since, reason.as_str()),
        _ => (None, ""),
    };
    let since = since.map(|since| format!(" since {}", clock(since, preflight.observed.at))).unwrap_or_default();
    Refusal::new(
        Reason::AlarmActive,
        format!(
            "{FIELD}: {name} is in ALARM{since}: the release begins once it is OK; to release all the same, set spec.alarms.atStart to Ignore, which leaves it out; CloudWatch says: {reason}"
        ),
    )
}
