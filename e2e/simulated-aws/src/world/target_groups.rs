//! Target groups and their targets.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::services::Owner;
use crate::time::Moment;

/// The attribute that says how long targets drain.
pub const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";

/// The attribute that says how long a new target's share grows.
pub const SLOW_START: &str = "slow_start.duration_seconds";

/// A target's health, as the load balancer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Registered, not checked yet.
    Registering,
    /// Checked, no check passed yet.
    Initial,
    /// In service.
    Healthy,
    /// Out of service.
    Unhealthy,
    /// No listener uses the group.
    Unused,
    /// Deregistered; gone at that moment.
    Draining(Moment),
}

/// An address in a target group.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The zone.
    pub zone: String,
    /// The health.
    pub health: Health,
    /// The next health check.
    pub next_check: Moment,
    /// Passed checks in a row.
    pub passed: u32,
    /// Failed checks in a row.
    pub failed: u32,
    /// Whether the process would answer a health check.
    pub answers: bool,
    /// Whose task it is and its task definition, if a service registered it.
    pub behind: Option<(Owner, String)>,
    /// Since when it is in service.
    pub healthy_since: Moment,
    /// Whether its share grew from nothing when it came into service.
    pub slow_start: bool,
}

impl Target {
    /// Whether it was deregistered.
    #[must_use]
    pub const fn is_draining(&self) -> bool {
        matches!(self.health, Health::Draining(_))
    }

    /// Whose task it is, if it is a service's.
    #[must_use]
    pub fn owner(&self) -> Option<&Owner> {
        self.behind.as_ref().map(|(owner, _)| owner)
    }
}

/// What a group did in ten seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slot {
    /// Its number since the epoch.
    pub number: i64,
    /// Requests that reached a target.
    pub served: u64,
    /// Those that the target answered with an error of its own.
    pub errors: u64,
    /// Those that no target could take.
    pub lost: u64,
    /// Milliseconds of all answers together.
    pub milliseconds: f64,
    /// The slowest answer.
    pub slowest: f64,
}

/// How the tasks behind a group answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Errors in a million requests.
    pub errors_per_million: u64,
    /// Milliseconds an answer takes.
    pub latency: f64,
    /// Requests a second that one task can take, if that is limited.
    pub most_per_task: Option<f64>,
}

/// A target group.
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// HTTP or HTTPS.
    pub protocol: String,
    /// The port.
    pub port: u16,
    /// The VPC.
    pub vpc: String,
    /// `ip` or `instance`.
    pub target_type: String,
    /// The path that is checked.
    pub health_check_path: String,
    /// Between two checks.
    pub health_check_interval: Duration,
    /// Seconds until a check counts as failed; shown, and without effect here.
    pub health_check_timeout: u32,
    /// Passed checks in a row that make an unhealthy target healthy.
    pub healthy_threshold: u32,
    /// Failed checks in a row that make a target unhealthy.
    pub unhealthy_threshold: u32,
    /// The status codes that pass.
    pub matcher: String,
    /// How long a deregistered target drains; the attribute shows it.
    pub drain: Duration,
    /// Attributes by key.
    pub attributes: BTreeMap<String, String>,
    /// Targets by address and port.
    pub targets: BTreeMap<(String, u16), Target>,
    /// Requests it got, over all routes.
    pub requests: u64,
    /// Those that its targets answered with an error.
    pub errors: u64,
    /// Millionths of an error that are owed.
    pub errors_owed: u64,
    /// How its tasks answer.
    pub quality: Quality,
    /// The past, ten seconds at a time.
    pub slots: VecDeque<Slot>,
    /// How many targets were healthy and unhealthy from when on.
    pub census: VecDeque<(Moment, u32, u32)>,
    /// When something here can change next by itself.
    pub due: Moment,
}

impl TargetGroup {
    /// The length of a [`Slot`] in milliseconds.
    pub const SLOT: i64 = 10_000;
    /// How many slots are remembered: an hour.
    const SLOTS: usize = 360;
    /// How many changes of health are remembered.
    const CHANGES: usize = 256;

    /// The slot of a moment, to add to.
    pub fn slot(&mut self, at: Moment) -> Option<&mut Slot> {
        let number = at.as_millis().div_euclid(Self::SLOT);
        if self.slots.back().is_none_or(|slot| slot.number < number) {
            if self.slots.len() == Self::SLOTS {
                self.slots.pop_front();
            }
            self.slots.push_back(Slot { number, ..Slot::default() });
        }
        self.slots.back_mut()
    }

    /// Notes how many targets are healthy and unhealthy, if that has changed.
    pub fn note_census(&mut self, at: Moment) {
        let count = |wanted: Health| self.targets.values().filter(|target| target.health == wanted).count();
        let healthy = u32::try_from(count(Health::Healthy)).unwrap_or(u32::MAX);
        let unhealthy = u32::try_from(count(Health::Unhealthy)).unwrap_or(u32::MAX);
        if self.census.back().is_some_and(|(_, h, u)| (*h, *u) == (healthy, unhealthy)) {
            return;
        }
        if self.census.len() == Self::CHANGES {
            self.census.pop_front();
        }
        self.census.push_back((at, healthy, unhealthy));
    }

    /// How long a new target's share grows; zero if it has all of it at once.
    #[must_use]
    pub fn slow_start(&self) -> Duration {
        let seconds = self.attributes.get(SLOW_START).and_then(|value| value.parse().ok());
        Duration::from_secs(seconds.unwrap_or(0))
    }

    /// The share of its load that a target takes at a moment, 0 to 1.
    #[must_use]
    pub fn share_of(&self, target: &Target, now: Moment) -> f64 {
        let whole = self.slow_start();
        if !target.slow_start || whole.is_zero() {
            return 1.0;
        }
        (now.since(target.healthy_since).as_secs_f64() / whole.as_secs_f64()).clamp(0.0, 1.0)
    }

    /// How many targets are in service.
    #[must_use]
    pub fn healthy(&self) -> usize {
        self.targets.values().filter(|target| target.health == Health::Healthy).count()
    }

    /// Changes how long targets drain, and the attribute that shows it in whole seconds.
    pub fn set_drain(&mut self, drain: Duration) {
        self.drain = drain;
        self.attributes.insert(DEREGISTRATION_DELAY.to_owned(), drain.as_secs().to_string());
    }

    /// Starts to check an address.
    pub fn register(
        &mut self,
        address: &str,
        port: u16,
        zone: &str,
        first_check: Moment,
        behind: Option<(Owner, String)>,
    ) {
        let target = Target {
            address: address.to_owned(),
            port,
            zone: zone.to_owned(),
            health: Health::Registering,
            next_check: first_check,
            passed: 0,
            failed: 0,
            answers: true,
            behind,
            healthy_since: first_check,
            slow_start: false,
        };
        self.targets.insert((address.to_owned(), port), target);
        self.due = self.due.min(first_check);
    }

    /// Starts to drain an address, and says when that ends; `None` if it is not registered.
    pub fn deregister(&mut self, address: &str, port: u16, now: Moment) -> Option<Moment> {
        let target = self.targets.get_mut(&(address.to_owned(), port))?;
        if let Health::Draining(until) = target.health {
            return Some(until);
        }
        let until = now.plus(self.drain);
        target.health = Health::Draining(until);
        self.due = self.due.min(now);
        Some(until)
    }
}
