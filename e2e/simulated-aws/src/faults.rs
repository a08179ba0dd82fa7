//! Faults that a test asks for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::simulator::Service;
use crate::time::Moment;
use crate::wire::{ApiError, Protocol};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The service's throttling error.
    Throttling,
    /// The service's internal error, status 500.
    ServerError,
    /// The caller may not do this.
    AccessDenied,
    /// The caller's session is over.
    ExpiredToken,
    /// The answer comes late, by `milliseconds` of real time.
    Latency,
    /// The connection closes; nothing happened.
    ResetBefore,
    /// The connection closes; it happened.
    ResetAfter,
    /// The connection closes; it happens `milliseconds` of simulated time later.
    LateLanding,
}

impl Kind {
    /// Whether the peer sees its connection close.
    #[must_use]
    pub const fn resets(self) -> bool {
        matches!(self, Self::ResetBefore | Self::ResetAfter | Self::LateLanding)
    }
}

/// A fault and the calls it strikes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// `ecs`, `elbv2` or `sts`; all if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The operation; all if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only writes, or only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<bool>,
    /// How many calls it strikes; until it is removed if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The share of calls it strikes, 0 to 1; each if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// For how many simulated seconds; until it is removed if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// How late, for `latency` and `late-landing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
    /// How many calls it has struck.
    #[serde(default, skip_deserializing)]
    pub struck: u64,
    #[serde(skip)]
    until: Option<Moment>,
}

impl Fault {
    /// Why this fault makes no sense, if so.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        if matches!(self.kind, Kind::Latency | Kind::LateLanding) && self.milliseconds.is_none() {
            return Some("`latency` and `late-landing` need `milliseconds`");
        }
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Some("`probability` is a number from 0 to 1");
        }
        if self.seconds.is_some_and(|seconds| !(0.0..1e9).contains(&seconds)) {
            return Some("`seconds` is a number from 0 on");
        }
        if self.service.as_deref().is_some_and(|service| !["ecs", "elbv2", "sts"].contains(&service)) {
            return Some("`service` is ecs, elbv2 or sts");
        }
        None
    }

    /// The error it answers with, if it answers with one.
    #[must_use]
    pub fn error(&self, protocol: Protocol) -> Option<ApiError> {
        let json = protocol == Protocol::Json;
        let denied = "User is not authorized to perform this operation";
        let expired = "The security token included in the request is expired";
        Some(match self.kind {
            Kind::Throttling => ApiError::throttled(protocol),
            Kind::ServerError if json => {
                ApiError::new("ServerException", "Service Unavailable. Please try again later.").with_status(500)
            }
            Kind::ServerError => ApiError::new("InternalFailure", "An internal error occurred").with_status(500),
            Kind::AccessDenied if json => ApiError::new("AccessDeniedException", denied),
            Kind::AccessDenied => ApiError::new("AccessDenied", denied).with_status(403),
            Kind::ExpiredToken if json => ApiError::new("ExpiredTokenException", expired),
            Kind::ExpiredToken => ApiError::new("ExpiredToken", expired).with_status(403),
            Kind::Latency | Kind::ResetBefore | Kind::ResetAfter | Kind::LateLanding => {
                return None;
            }
        })
    }

    /// How long the answer is held back.
    #[must_use]
    pub fn latency(&self) -> Duration {
        match self.kind {
            Kind::Latency => Duration::from_millis(self.milliseconds.unwrap_or(0)),
            _ => Duration::ZERO,
        }
    }

    /// How much later the write takes effect.
    #[must_use]
    pub fn landing(&self) -> Duration {
        Duration::from_millis(self.milliseconds.unwrap_or(0))
    }

    fn concerns(&self, service: Service, operation: &str, write: bool, now: Moment) -> bool {
        self.service.as_deref().is_none_or(|wanted| wanted == service.name())
            && self.operation.as_deref().is_none_or(|wanted| wanted == operation)
            && self.write.is_none_or(|wanted| wanted == write)
            && self.count.is_none_or(|count| self.struck < count)
            && self.until.is_none_or(|until| now < until)
    }
}

/// The faults in force.
#[derive(Clone, Debug)]
pub struct Faults {
    list: Vec<Fault>,
    chance: Random,
}

impl Faults {
    /// No faults; chance follows the seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { list: Vec::new(), chance: Random::new(seed) }
    }

    /// Puts a fault in force.
    pub fn add(&mut self, mut fault: Fault, now: Moment) {
        fault.until = fault.seconds.map(|seconds| now.plus(Duration::from_secs_f64(seconds)));
        self.list.push(fault);
    }

    /// Ends all faults.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// The faults, spent ones among them.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// The fault that strikes this call, if any: the first that concerns it and has luck.
    pub fn strike(&mut self, service: Service, operation: &str, write: bool, now: Moment) -> Option<Fault> {
        for fault in self.list.iter_mut().filter(|fault| fault.concerns(service, operation, write, now)) {
            if fault.probability.is_none_or(|probability| self.chance.fraction() < probability) {
                fault.struck += 1;
                return Some(fault.clone());
            }
        }
        None
    }
}
