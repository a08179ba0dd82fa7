//! Faults that a test asks for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::service::Service;
use crate::time::Moment;
use crate::wire::credentials::expired;
use crate::wire::decoded::Decoded;
use crate::wire::error::ApiError;
use crate::wire::message::Protocol;

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
    /// The answer to a read is `milliseconds` of simulated time old.
    StaleReads,
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
    /// `ecs`, `elbv2`, `sts`, `cloudwatch`, `lambda`, `sns`, `events` or `ecr`; all if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The operation; all if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The access key of the caller; all if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// Only writes, or only reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<bool>,
    /// How many calls it strikes; until it is removed if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The share of calls it strikes, 0 to 1; each if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How many simulated seconds from now on it begins; at once if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_seconds: Option<f64>,
    /// For how many simulated seconds from then on; until it is removed if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// How late, for `latency` and `late-landing`; how old, for `stale-reads`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
    /// How many calls it has struck.
    #[serde(default, skip_deserializing)]
    pub struck: u64,
    #[serde(skip)]
    from: Option<Moment>,
    #[serde(skip)]
    until: Option<Moment>,
}

impl Fault {
    /// Why this fault makes no sense, if so.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        if matches!(self.kind, Kind::Latency | Kind::LateLanding | Kind::StaleReads) && self.milliseconds.is_none() {
            return Some("`latency` and `late-landing` need `milliseconds`");
        }
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Some("`probability` is a number from 0 to 1");
        }
        if [self.seconds, self.after_seconds].iter().flatten().any(|seconds| !(0.0..1e9).contains(seconds)) {
            return Some("`seconds` and `afterSeconds` are numbers from 0 on");
        }
        let known = |name: &str| Service::ALL.iter().any(|service| service.name() == name);
        if self.service.as_deref().is_some_and(|service| !known(service)) {
            return Some("`service` is ecs, elbv2, sts, cloudwatch, lambda, sns, events or ecr");
        }
        None
    }

    /// The error it answers with, if it answers with one.
    #[must_use]
    pub fn error(&self, service: Service, protocol: Protocol) -> Option<ApiError> {
        let denied = "User is not authorized to perform this operation";
        Some(match self.kind {
            Kind::Throttling => ApiError::throttled(service),
            Kind::ServerError => server_error(service),
            Kind::AccessDenied => match service {
                Service::Elbv2 | Service::Sts => ApiError::new("AccessDenied", denied).with_status(403),
                Service::Sns => ApiError::new("AuthorizationError", denied).with_status(403),
                Service::Lambda => ApiError::new("AccessDeniedException", denied).with_status(403),
                Service::Ecs | Service::Cloudwatch | Service::Events | Service::Ecr => {
                    ApiError::new("AccessDeniedException", denied)
                }
            },
            Kind::ExpiredToken => expired(protocol),
            Kind::Latency | Kind::ResetBefore | Kind::ResetAfter | Kind::LateLanding | Kind::StaleReads => {
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

    fn concerns(&self, call: &Decoded, access_key: &str, now: Moment) -> bool {
        self.service.as_deref().is_none_or(|wanted| wanted == call.service.name())
            && self.operation.as_deref().is_none_or(|wanted| wanted == call.form.action)
            && self.access_key.as_deref().is_none_or(|wanted| wanted == access_key)
            && self.write.is_none_or(|wanted| wanted == call.is_write())
            && !(self.kind == Kind::StaleReads && call.is_write())
            && self.count.is_none_or(|count| self.struck < count)
            && self.from.is_none_or(|from| now >= from)
            && self.until.is_none_or(|until| now < until)
    }
}

/// The internal error of a service, as its model names it.
fn server_error(service: Service) -> ApiError {
    let (code, message) = match service {
        Service::Ecs => ("ServerException", "Service Unavailable. Please try again later."),
        Service::Ecr => ("ServerException", "Internal server error"),
        Service::Lambda => ("ServiceException", "Lambda service error"),
        Service::Sns => ("InternalError", "Internal error"),
        Service::Events => ("InternalException", "Internal error"),
        Service::Elbv2 | Service::Sts | Service::Cloudwatch => ("InternalFailure", "An internal error occurred"),
    };
    ApiError::new(code, message).with_status(500)
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

    /// Puts a fault in force. One that is spent is forgotten, so that the list stays short.
    pub fn add(&mut self, mut fault: Fault, now: Moment) {
        let length = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let from = now.plus(fault.after_seconds.map(length).unwrap_or_default());
        fault.from = Some(from);
        fault.until = fault.seconds.map(|seconds| from.plus(length(seconds)));
        if self.list.len() >= 1000 {
            self.list.retain(|fault| fault.until.is_none_or(|until| now < until));
        }
        self.list.push(fault);
    }

    /// How far back a read may have to look.
    #[must_use]
    pub fn lag(&self) -> Option<Duration> {
        self.list.iter().filter(|fault| fault.kind == Kind::StaleReads).map(Fault::landing).max()
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
    pub fn strike(&mut self, call: &Decoded, access_key: &str, now: Moment) -> Option<Fault> {
        for fault in self.list.iter_mut().filter(|fault| fault.concerns(call, access_key, now)) {
            if fault.probability.is_none_or(|probability| self.chance.fraction() < probability) {
                fault.struck += 1;
                return Some(fault.clone());
            }
        }
        None
    }
}
