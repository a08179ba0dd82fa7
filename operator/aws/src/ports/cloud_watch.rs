//! What the operator may ask of Amazon CloudWatch.

use std::{collections::BTreeMap, time::Duration};

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::error::AwsError;

/// Amazon CloudWatch.
pub trait CloudWatch: Send + Sync {
    /// How these alarms stand, metric and composite ones. An answer that was asked for no longer ago than this may be given
    /// again; with zero it never is. It never fails as a whole: what is not known of an alarm stands with that alarm.
    fn describe_alarms<'a>(&'a self, names: &'a [String], at_most: Duration) -> BoxFuture<'a, AlarmPoll>;
}

/// What is known of some alarms.
#[derive(Clone, Debug)]
pub struct AlarmPoll {
    /// When CloudWatch was asked, of the answer that is the oldest among them.
    pub asked_at: Instant,
    /// By name: none where there is no such alarm.
    pub answers: BTreeMap<String, Result<Option<AlarmReport>, AwsError>>,
}

/// What CloudWatch says of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmReport {
    /// Its state.
    pub value: AlarmValue,
    /// Since when it has that state.
    pub since: Option<Timestamp>,
    /// Why, in CloudWatch's words: at most 256 characters.
    pub reason: String,
}

/// State of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmValue {
    /// Within its threshold.
    Ok,
    /// Beyond its threshold.
    Alarm,
    /// Too little data to tell.
    InsufficientData,
}
