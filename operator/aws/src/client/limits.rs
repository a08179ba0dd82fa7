//! Every number that comes from AWS or was chosen for it, each with its reason.

use std::time::Duration;

/// Longest life of a write, all its tries together. Short, because whatever is destructive waits for it.
pub(crate) const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);

/// One try. Two fit into an operation with room for a back-off; ECS and ELBv2 answer in well under a second.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(4);

/// To connect. A region's endpoint is milliseconds away; two seconds are one lost SYN and its repetition.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Tries of a write. A second one covers a lost connection; more would only stretch the time in which it may land.
pub(crate) const WRITE_ATTEMPTS: u32 = 2;

/// Tries of a read: nothing depends on when it lands.
pub(crate) const READ_ATTEMPTS: u32 = 3;

/// One run of a function, which may take 15 minutes (Lambda developer guide, "Lambda quotas"), and its way there and back. A
/// connection that is cut without a word in between is given up then, and the function asked again.
pub(crate) const INVOCATION_TIMEOUT: Duration = Duration::from_secs(15 * 60 + 30);

/// Bytes of an answer of a function: 6 MiB (Lambda developer guide, "Lambda quotas").
pub(crate) const INVOCATION_ANSWER: usize = 6 * 1024 * 1024;

/// A batch goes out after this long without another request for it. Reconciles that a timer woke together arrive
/// within a few milliseconds; the wait is small beside the call's own time.
pub(crate) const BATCH_WINDOW: Duration = Duration::from_millis(20);

/// A batch goes out after this long in any case, however steadily requests come.
pub(crate) const BATCH_LIMIT: Duration = Duration::from_millis(100);

/// Services in one call (ECS API reference, DescribeServices).
pub(crate) const SERVICES_PER_CALL: usize = 10;

/// Rules, listeners or target groups in one call. The API reference names no limit for these three; 20 is that of
/// `DescribeLoadBalancers`, and keeps an answer small enough to be told again by halves.
pub(crate) const ARNS_PER_CALL: usize = 20;

/// Alarms in one call, and on one page (CloudWatch API reference, DescribeAlarms).
pub(crate) const ALARMS_PER_CALL: usize = 100;

/// Longest time of a poll of alarms, all its tries together: as long as it takes by default until the next look.
pub(crate) const ALARM_TIMEOUT: Duration = Duration::from_secs(5);

/// Tasks in one call (ECS API reference, `DescribeTasks`), and on one page of `ListTasks`.
pub(crate) const TASKS_PER_CALL: usize = 100;

/// Stopped tasks that are looked at. The breaker's threshold is at most 200, so that more would not change a verdict.
pub(crate) const STOPPED_TASKS: usize = 200;

/// Part of AWS's rate limits that is used: the rest is for people, pipelines and controllers in the same account.
pub(crate) const RATE_SHARE: f64 = 0.7;

/// How long the account of the credentials is kept. Credentials that are rotated stay in their account; a role that is
/// replaced under a running Pod is seen within this time.
pub(crate) const ACCOUNT_LIFETIME: Duration = Duration::from_mins(5);
