//! Alarms over a metric.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value};

use super::alarm_status::{AlarmStatus, State};
use super::tags::Tags;
use crate::time::Moment;

/// How a value is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Comparison {
    const ALL: [Self; 4] = [Self::GreaterOrEqual, Self::Greater, Self::Less, Self::LessOrEqual];

    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GreaterOrEqual => "GreaterThanOrEqualToThreshold",
            Self::Greater => "GreaterThanThreshold",
            Self::Less => "LessThanThreshold",
            Self::LessOrEqual => "LessThanOrEqualToThreshold",
        }
    }

    /// What it says in a sentence.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::GreaterOrEqual => "greater than or equal to",
            Self::Greater => "greater than",
            Self::Less => "less than",
            Self::LessOrEqual => "less than or equal to",
        }
    }

    /// The comparison of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.word() == word)
    }

    /// Whether a value crosses the threshold.
    #[must_use]
    pub fn crosses(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterOrEqual => value >= threshold,
            Self::Greater => value > threshold,
            Self::Less => value < threshold,
            Self::LessOrEqual => value <= threshold,
        }
    }
}

/// What a period without data counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing; with no data at all the state is INSUFFICIENT_DATA.
    Missing,
    /// The state stays.
    Ignore,
    /// The threshold was crossed.
    Breaching,
    /// It was not.
    NotBreaching,
}

impl Missing {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ignore => "ignore",
            Self::Breaching => "breaching",
            Self::NotBreaching => "notBreaching",
        }
    }

    /// The treatment of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Missing, Self::Ignore, Self::Breaching, Self::NotBreaching].into_iter().find(|one| one.word() == word)
    }
}

/// Which series of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// The namespace, `AWS/ApplicationELB` for example.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// Dimensions.
    pub dimensions: BTreeMap<String, String>,
}

/// An alarm.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// What it watches.
    pub metric: Metric,
    /// `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`.
    pub statistic: String,
    /// The length of a period.
    pub period: Duration,
    /// How many periods are looked at.
    pub periods: usize,
    /// How many of them must cross the threshold.
    pub datapoints: usize,
    /// The threshold.
    pub threshold: f64,
    /// How it is compared.
    pub comparison: Comparison,
    /// What a period without data counts as.
    pub missing: Missing,
    /// What is kept and shown, and changes nothing here: description, actions, unit.
    pub settings: Map<String, Value>,
    /// Tags.
    pub tags: Tags,
    /// The state, and how it got there.
    pub status: AlarmStatus,
    /// When the metric is looked at next; never if the alarm only follows its script.
    pub next: Moment,
    /// States that a scenario has it take at these moments.
    pub script: VecDeque<(Moment, State, String)>,
}

impl Alarm {
    /// An alarm that nobody has looked at, over no metric.
    #[must_use]
    pub fn unchecked(name: &str, arn: String, now: Moment) -> Self {
        Self {
            name: name.to_owned(),
            arn,
            metric: Metric::default(),
            statistic: "Sum".to_owned(),
            period: Duration::from_mins(1),
            periods: 1,
            datapoints: 1,
            threshold: 0.0,
            comparison: Comparison::Greater,
            missing: Missing::Missing,
            settings: Map::new(),
            tags: Tags::new(),
            status: AlarmStatus::unchecked(now),
            next: Moment::NEVER,
            script: VecDeque::new(),
        }
    }

    /// How often a metric is looked at.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.period.min(Duration::from_mins(1))
    }

    /// When its state can change next by itself.
    #[must_use]
    pub fn due(&self) -> Moment {
        self.script.front().map_or(self.next, |(at, ..)| self.next.min(*at))
    }
}
