//! From the SDK's words to those of the port.

use aws_sdk_cloudwatch::{
    Client,
    types::{AlarmType, CompositeAlarm, MetricAlarm, StateValue},
};
use aws_smithy_types::DateTime;
use futures::{FutureExt, future::BoxFuture};

use super::{cache::Reports, poll::DescribeAlarms};
use crate::{
    client::{call, limits, timestamp},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::{AlarmReport, AlarmValue},
};

/// Characters of CloudWatch's reason that are kept.
const REASON_LENGTH: usize = 256;

/// DescribeAlarms, up to a hundred at once.
pub(super) struct AlarmReader {
    pub(super) client: Client,
    pub(super) metrics: Metrics,
}

impl AlarmReader {
    async fn ask(&self, names: Vec<String>) -> Result<Reports, AwsError> {
        self.metrics.batch(Operation::DescribeAlarms, names.len());
        let (mut reports, mut token) = (Reports::new(), None);
        loop {
            // Without types metric alarms alone are answered. A page is as long as the list of names, so that there is one.
            let request = self
                .client
                .describe_alarms()
                .set_alarm_names(Some(names.clone()))
                .alarm_types(AlarmType::MetricAlarm)
                .alarm_types(AlarmType::CompositeAlarm)
                .max_records(i32::try_from(limits::ALARMS_PER_CALL).unwrap_or(i32::MAX))
                .set_next_token(token);
            let page = call(&self.metrics, Operation::DescribeAlarms, request.send()).await?;
            reports.extend(page.metric_alarms.unwrap_or_default().into_iter().filter_map(metric_alarm));
            reports.extend(page.composite_alarms.unwrap_or_default().into_iter().filter_map(composite_alarm));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(reports);
            }
        }
    }
}

impl DescribeAlarms for AlarmReader {
    fn describe(&self, names: Vec<String>) -> BoxFuture<'_, Result<Reports, AwsError>> {
        self.ask(names).boxed()
    }
}

fn metric_alarm(from: MetricAlarm) -> Option<(String, Result<AlarmReport, AwsError>)> {
    let since = from.state_transitioned_timestamp.or(from.state_updated_timestamp);
    Some((from.alarm_name?, report(from.state_value.as_ref(), since, from.state_reason)))
}

fn composite_alarm(from: CompositeAlarm) -> Option<(String, Result<AlarmReport, AwsError>)> {
    let since = from.state_transitioned_timestamp.or(from.state_updated_timestamp);
    Some((from.alarm_name?, report(from.state_value.as_ref(), since, from.state_reason)))
}

/// A state that is new to us, or none, is no answer: it must not pass for OK.
fn report(
    value: Option<&StateValue>,
    since: Option<DateTime>,
    reason: Option<String>,
) -> Result<AlarmReport, AwsError> {
    let value = match value {
        Some(StateValue::Ok) => AlarmValue::Ok,
        Some(StateValue::Alarm) => AlarmValue::Alarm,
        Some(StateValue::InsufficientData) => AlarmValue::InsufficientData,
        other => {
            let word = other.map_or("none", StateValue::as_str);
            let message = format!("the answer has an alarm with the state {word}");
            return Err(AwsError::new(Operation::DescribeAlarms, ErrorClass::Unknown, message));
        }
    };
    let reason = reason.unwrap_or_default().chars().take(REASON_LENGTH).collect();
    Ok(AlarmReport { value, since: since.and_then(timestamp), reason })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_state_that_is_not_known_is_no_answer_and_a_reason_is_bounded() {
        let since = Some(DateTime::from_millis(1_795_262_400_123));
        let alarm = |state: &str| {
            let alarm = MetricAlarm::builder().alarm_name("shop-5xx").state_value(StateValue::from(state));
            let alarm = alarm.state_reason("ü".repeat(1023)).set_state_transitioned_timestamp(since).build();
            metric_alarm(alarm).unwrap()
        };
        for (state, value) in [
            ("OK", Some(AlarmValue::Ok)),
            ("ALARM", Some(AlarmValue::Alarm)),
            ("INSUFFICIENT_DATA", Some(AlarmValue::InsufficientData)),
            ("SNOOZED", None),
        ] {
            let (name, report) = alarm(state);
            assert_eq!(name, "shop-5xx");
            assert_eq!(report.as_ref().ok().map(|report| report.value), value, "{state}");
            let class = report.as_ref().err().map(|error| error.class);
            assert_eq!(class, value.is_none().then_some(ErrorClass::Unknown), "{state}");
            if let Ok(report) = report {
                assert_eq!(report.reason.chars().count(), 256);
                assert_eq!(report.since.map(Timestamp::as_millisecond), Some(1_795_262_400_123));
            }
        }
        let nameless = CompositeAlarm::builder().state_value(StateValue::Ok).build();
        assert_eq!(composite_alarm(nameless), None);
    }
}
