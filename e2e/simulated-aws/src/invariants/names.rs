//! The invariants' numbers and names.

/// Weights are sane, at least one above 0.
pub const WEIGHT_SUM: &str = "S1 WeightSum";

/// A weight is raised only where a live task set has healthy targets.
pub const NO_EMPTY_TARGET: &str = "S2 NoEmptyTarget";

/// What has weight is neither deleted nor scaled to 0.
pub const NO_DELETE_LIVE: &str = "S3 NoDeleteLive";

/// One PRIMARY, promoted with the full weight.
pub const ONE_PRIMARY: &str = "S4 OnePrimary";

/// One task set per external id, two live ones per service.
pub const ONE_TASK_SET: &str = "S5 OneTaskSet";

/// A release's share does not go down and up again.
pub const MONOTONE: &str = "S7 Monotone";

/// A rule keeps everything but its weights.
pub const SCOPE_ONLY: &str = "S10 ScopeOnly";

/// Task sets of others stay untouched.
pub const NO_FOREIGN: &str = "S11 NoForeign";

/// No hook runs again once another one of its Deployment does.
pub const HOOK_ONCE: &str = "S17 HookOnce";

/// No task set is made smaller than what its weight needs.
pub const ENOUGH_TASKS: &str = "S19 EnoughTasks";

/// What the checks call it, by what was done.
pub const ENDED: (&str, &str) = (NO_DELETE_LIVE, "ended");

/// The same of a promotion.
pub const PROMOTED: (&str, &str) = (ONE_PRIMARY, "promoted");
