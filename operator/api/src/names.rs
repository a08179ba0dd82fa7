//! Names that Sluice has in the cluster: of its API, its finalizer and its labels.

/// API group of every kind.
pub const GROUP: &str = "sluice.dev";

/// API version of every kind.
pub const VERSION: &str = "v1alpha1";

/// Finalizer that keeps a Deployment until its traffic is back and its task set is gone.
pub const FINALIZER: &str = "sluice.dev/cleanup";

/// Label on a Deployment that the operator made: the name of its DeploymentGroup.
pub const GROUP_LABEL: &str = "sluice.dev/group";

/// Label on a Deployment that the operator made: its number among the group's Deployments, from 1.
pub const SEQUENCE_LABEL: &str = "sluice.dev/sequence";
