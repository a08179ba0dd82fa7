//! The alarms of a group, from the port's words to those of the observed world.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AlarmReport, AwsError, ErrorClass, RegionClients};
use sluice_plan::observation::{Alarm, AlarmAnswer, AlarmReading, AlarmValue};
use tokio::time::Instant;

/// How old an answer may be that many share: less than a poll interval, so that a release that looks alone asks at each look.
pub fn shared(poll: Duration) -> Duration {
    poll.mul_f64(0.8)
}

/// What CloudWatch says of the alarms of these settings, asked for no longer ago than this. `began` is the moment of the look,
/// by both clocks. It never fails: a look must go on without CloudWatch, and what it then does is the planner's.
pub async fn read(
    aws: &RegionClients,
    settings: &DeploymentGroupSpec,
    at_most: Duration,
    (at, began): (Timestamp, Instant),
) -> AlarmReading {
    let names = settings.alarms.as_ref().map_or_else(Vec::new, |alarms| alarms.names.clone());
    let mut poll = aws.cloud_watch.describe_alarms(&names, at_most).await;
    let asked_at = if poll.asked_at < began {
        at - SignedDuration::try_from(began.duration_since(poll.asked_at)).unwrap_or(SignedDuration::MAX)
    } else {
        at + SignedDuration::try_from(poll.asked_at.duration_since(began)).unwrap_or_default()
    };
    let alarms = names.into_iter().filter_map(|name| {
        let answer = answer(poll.answers.remove(&name)?);
        Some(Alarm { name, answer })
    });
    AlarmReading { asked_at, alarms: alarms.collect() }
}

fn answer(answer: Result<Option<AlarmReport>, AwsError>) -> AlarmAnswer {
    match answer {
        Ok(None) => AlarmAnswer::Missing,
        Ok(Some(AlarmReport { value, since, reason })) => {
            AlarmAnswer::Known { value: self::value(value), since, reason }
        }
        Err(error) => AlarmAnswer::Unread {
            denied: matches!(error.class, ErrorClass::AccessDenied | ErrorClass::Credentials),
            why: error.to_string(),
        },
    }
}

const fn value(value: sluice_aws::AlarmValue) -> AlarmValue {
    match value {
        sluice_aws::AlarmValue::Ok => AlarmValue::Ok,
        sluice_aws::AlarmValue::Alarm => AlarmValue::Alarm,
        sluice_aws::AlarmValue::InsufficientData => AlarmValue::InsufficientData,
    }
}
