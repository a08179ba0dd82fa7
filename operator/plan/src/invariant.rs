//! The safety invariants that are checked on every action, by their names in docs/invariants.md.

use std::fmt;

use serde::Serialize;

/// An invariant that an action could break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Invariant {
    /// Weights are integers 0..=999 of which at least one is above 0.
    S1WeightSum,
    /// A weight is raised above 0 only on a group with a live task set and enough healthy targets.
    S2NoEmptyTarget,
    /// Delete only with weight 0 on every route, and every route read.
    S3NoDeleteLive,
    /// Promote only at 100 percent; never delete the primary.
    S4OnePrimary,
    /// At most one task set per Deployment.
    S5OneTaskSet,
    /// The share never falls going forward, never rises rolling back.
    S7Monotone,
    /// Never above the current step's share, and no raise while a route is not read.
    S8StepBound,
    /// No write after the end.
    S9Terminal,
    /// Only routes and target groups of the settings are named.
    S10ScopeOnly,
    /// Only the original and the replacement are touched.
    S11NoForeign,
    /// Destructive writes wait until no weight write can land any more.
    S12Barrier,
    /// No hook starts after its verdict was recorded, and none after the end.
    S17HookOnce,
    /// The test route is at the replacement before any production traffic is, and before any hook that may use it.
    S18TestFirst,
    /// Where sizes follow the traffic, no side is made smaller than what it carries, or given more than it is sized for.
    S19EnoughTasks,
    /// Of those that are released as one none takes over, or takes its original away, before all have promised to end.
    S20AsOne,
}

impl Invariant {
    /// Every invariant that is checked here.
    pub const ALL: &'static [Self] = &[
        Self::S1WeightSum,
        Self::S2NoEmptyTarget,
        Self::S3NoDeleteLive,
        Self::S4OnePrimary,
        Self::S5OneTaskSet,
        Self::S7Monotone,
        Self::S8StepBound,
        Self::S9Terminal,
        Self::S10ScopeOnly,
        Self::S11NoForeign,
        Self::S12Barrier,
        Self::S17HookOnce,
        Self::S18TestFirst,
        Self::S19EnoughTasks,
        Self::S20AsOne,
    ];

    /// Its name in docs/invariants.md.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S1WeightSum => "S1 WeightSum",
            Self::S2NoEmptyTarget => "S2 NoEmptyTarget",
            Self::S3NoDeleteLive => "S3 NoDeleteLive",
            Self::S4OnePrimary => "S4 OnePrimary",
            Self::S5OneTaskSet => "S5 OneTaskSet",
            Self::S7Monotone => "S7 Monotone",
            Self::S8StepBound => "S8 StepBound",
            Self::S9Terminal => "S9 Terminal",
            Self::S10ScopeOnly => "S10 ScopeOnly",
            Self::S11NoForeign => "S11 NoForeign",
            Self::S12Barrier => "S12 Barrier",
            Self::S17HookOnce => "S17 HookOnce",
            Self::S18TestFirst => "S18 TestFirst",
            Self::S19EnoughTasks => "S19 EnoughTasks",
            Self::S20AsOne => "S20 AsOne",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
