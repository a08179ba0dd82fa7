//! Not acting is a result too: what a Deployment waits for, and until when.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use sluice_api::Reason;

use crate::safety::Violation;
use crate::unread_route::UnreadRoute;

/// What a Deployment waits for. Its `Display` is the message that users read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Waiting {
    /// The replacement is not there yet.
    ReplacementAppears {
        /// Rolled back after; none once all traffic has moved.
        deadline: Option<Timestamp>,
    },
    /// The replacement is not steady and healthy.
    ReplacementReady {
        /// Tasks that run.
        running: i32,
        /// Healthy targets.
        healthy: i32,
        /// Tasks that should run, and targets that should be healthy.
        wanted: i32,
        /// What a target or a task says against it.
        trouble: Option<String>,
        /// Rolled back after; none once all traffic has moved.
        deadline: Option<Timestamp>,
    },
    /// Weights were written and are not read back yet, or a route cannot take them.
    TrafficFollows {
        /// What the step asks for, in percent.
        desired: i32,
        /// Rolled back after; none once all traffic has moved.
        deadline: Option<Timestamp>,
    },
    /// A named route is not read with both target groups in it, so that no one knows what it carries.
    RouteRead {
        /// Which, and what is wrong with it.
        unread: UnreadRoute,
        /// When the Deployment goes on all the same.
        until: Option<Timestamp>,
        /// Rolled back or given up after.
        deadline: Option<Timestamp>,
    },
    /// The weight is held for its time.
    Hold {
        /// Share of the replacement, in percent.
        weight: i32,
        /// End of the hold.
        until: Timestamp,
        /// The weight that comes next; none at the last step.
        next: Option<i32>,
    },
    /// The original is kept for its time.
    Bake {
        /// End of the bake.
        until: Timestamp,
    },
    /// A write of a weight may still land, so nothing is deleted yet.
    Barrier {
        /// When the longest-lived write is over.
        until: Timestamp,
    },
    /// Clients may still stick to the target group that lost its traffic, so its task set is not deleted yet.
    StickyClients {
        /// When the stickiness of the last of them is over.
        until: Timestamp,
    },
    /// A user holds the deployment.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Share of the replacement, in percent.
        weight: i32,
    },
    /// The original has no healthy target, and the replacement has: traffic stays.
    OriginalHealthy,
    /// AWS does not answer with the service any more.
    ServiceReturns {
        /// Failed after.
        deadline: Timestamp,
    },
    /// The next step would break an invariant.
    Safe(Violation),
}

impl Waiting {
    /// One word for conditions.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::ReplacementAppears { .. } | Self::ReplacementReady { .. } => Reason::Installing,
            Self::TrafficFollows { .. } => Reason::Shifting,
            Self::RouteRead { unread, .. } => unread.reason,
            Self::Hold { .. } => Reason::Holding,
            Self::Bake { .. } => Reason::Baking,
            Self::Barrier { .. } | Self::StickyClients { .. } => Reason::Terminating,
            Self::Paused { .. } => Reason::Paused,
            Self::OriginalHealthy => Reason::RollingBack,
            Self::ServiceReturns { .. } => Reason::ServiceNotFound,
            Self::Safe(_) => Reason::InvariantViolated,
        }
    }

    /// When it is over by itself, if it is.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::RouteRead { until, .. } => *until,
            Self::Hold { until, .. }
            | Self::Bake { until }
            | Self::Barrier { until }
            | Self::StickyClients { until } => Some(*until),
            Self::ReplacementAppears { .. }
            | Self::ReplacementReady { .. }
            | Self::TrafficFollows { .. }
            | Self::Paused { .. }
            | Self::OriginalHealthy
            | Self::ServiceReturns { .. }
            | Self::Safe(_) => None,
        }
    }

    /// When it has lasted too long, if there is such a moment.
    #[must_use]
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::ReplacementAppears { deadline }
            | Self::ReplacementReady { deadline, .. }
            | Self::TrafficFollows { deadline, .. }
            | Self::RouteRead { deadline, .. } => *deadline,
            Self::ServiceReturns { deadline } => Some(*deadline),
            Self::Hold { .. }
            | Self::Bake { .. }
            | Self::Barrier { .. }
            | Self::StickyClients { .. }
            | Self::Paused { .. }
            | Self::OriginalHealthy
            | Self::Safe(_) => None,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReplacementAppears { deadline } => {
                write!(formatter, "waiting for ECS to show the replacement task set{}", until(*deadline))
            }
            Self::ReplacementReady { running, healthy, wanted, trouble, deadline } => {
                write!(
                    formatter,
                    "waiting for the replacement: {running}/{wanted} tasks running, {healthy}/{wanted} targets healthy{}",
                    until(*deadline)
                )?;
                trouble.iter().try_for_each(|trouble| write!(formatter, "; {trouble}"))
            }
            Self::TrafficFollows { desired, deadline } => {
                write!(formatter, "waiting for every route to answer with weight {desired}{}", until(*deadline))
            }
            // What to do comes before what is held: the end of a long message may be cut.
            Self::RouteRead { unread: UnreadRoute { what, remedy, .. }, deadline, .. } => write!(
                formatter,
                "{what}: {remedy}; nothing is raised, promoted or deleted while no one knows what it carries{}",
                until(*deadline)
            ),
            Self::Hold { weight, until, next: Some(next) } => {
                write!(formatter, "holding weight {weight}; next weight {next} at {}", clock(*until))
            }
            Self::Hold { weight, until, next: None } => {
                write!(formatter, "holding weight {weight} until {}", clock(*until))
            }
            Self::Bake { until } => write!(formatter, "baking; the original is kept until {}", clock(*until)),
            Self::Barrier { until } => {
                write!(formatter, "waiting until {}, when no earlier write can land any more", clock(*until))
            }
            Self::StickyClients { until } => {
                write!(formatter, "waiting until {}, when no client sticks to the old target group any more", clock(*until))
            }
            Self::Paused { since, weight } => write!(
                formatter,
                "paused since {} at weight {weight}; set spec.paused to false to go on",
                clock(*since)
            ),
            Self::OriginalHealthy => formatter.write_str(
                "the original has no healthy target, and the replacement has: traffic stays until the original recovers",
            ),
            Self::ServiceReturns { deadline } => {
                write!(formatter, "the service is gone from ECS; given up at {}", clock(*deadline))
            }
            Self::Safe(violation) => write!(formatter, "the next step would break {violation}"),
        }
    }
}

fn until(deadline: Option<Timestamp>) -> String {
    deadline.map(|deadline| format!(", until {}", clock(deadline))).unwrap_or_default()
}

/// A moment as users read it: to the second, in UTC.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%SZ").to_string()
}
