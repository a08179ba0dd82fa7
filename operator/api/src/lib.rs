//! Custom resources of Sluice: Application, DeploymentGroup, Deployment, DeploymentConfig and
//! AwsBinding, with the newtypes and the vocabulary that users see.
//!
//! This crate knows no client, no async runtime and no clock. It is what `kubectl explain` shows.

mod application;
mod arn;
mod aws_binding;
mod condition;
mod deployment;
mod deployment_config;
mod deployment_group;
mod deployment_status;
mod duration;
mod revision;
mod vocabulary;

pub use application::{Application, ApplicationGroup, ApplicationSpec, ApplicationStatus, ComputePlatform};
pub use arn::{Arn, InvalidArn, matches_pattern};
pub use aws_binding::{AwsBinding, AwsBindingSpec, BindingIdentity};
pub use condition::{ConditionType, Reason, set_condition, sorted_conditions, status_of};
pub use deployment::{Deployment, DeploymentSpec, Stop};
pub use deployment_config::{AllAtOnce, Canary, DeploymentConfig, DeploymentConfigSpec, Linear, Step, TrafficShift};
pub use deployment_group::{
    AssignPublicIp, AwsLocation, CapacityProviderStrategyItem, ConfigReference, Container, DeploymentGroup,
    DeploymentGroupSpec, DeploymentGroupStatus, DeploymentRecord, EcsService, LastRequest, LaunchType, LoadBalancer,
    NetworkConfiguration, ProductionRoute, RouteWeights, ServiceRegistry, TaskSetTemplate,
};
pub use deployment_status::{
    DeploymentStatus, Failure, Intent, IntentOperation, LifecycleEvent, Rollback, RollbackTrigger, StepState,
    StepStatus, Summary, TaskSetStatus, Traffic,
};
pub use duration::{Duration, InvalidDuration};
pub use revision::Revision;
pub use vocabulary::{
    FailureCategory, FailureCode, FailureStage, Health, LifecycleEventName, LifecycleEventStatus, Phase, State,
};

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

/// Longest message in a status or an Event, in characters.
pub const MESSAGE_LIMIT: usize = 256;

/// Cuts a message to [`MESSAGE_LIMIT`] characters, and says so with an ellipsis.
#[must_use]
pub fn bounded_message(message: &str) -> String {
    if message.chars().count() <= MESSAGE_LIMIT {
        return message.to_owned();
    }
    let mut cut: String = message.chars().take(MESSAGE_LIMIT - 1).collect();
    cut.push('…');
    cut
}
