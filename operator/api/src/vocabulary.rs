//! The vocabulary that users see in status, Events, metrics and the terminal. Closed enums, so that a
//! word can be a metric label.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Gives each variant its written form, for `Display`, without a second list of words.
macro_rules! string_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every word, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as users see it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use string_enum;

string_enum! {
    /// Where a Deployment, or a group, stands for its user.
    #[derive(Default)]
    Phase {
        /// Created, never deployed.
        #[default]
        Pending => "pending",
        /// Pipeline in progress.
        Deploying => "deploying",
        /// The last deploy succeeded.
        Running => "running",
        /// The last deploy failed.
        Failed => "failed",
        /// Running, but the runtime health is degraded.
        Degraded => "degraded",
        /// Running, but nothing healthy answers.
        Unreachable => "unreachable",
        /// Held by the user: traffic stays where it is.
        Paused => "paused",
    }
}

string_enum! {
    /// CodeDeploy's word for the same moment.
    #[derive(Default)]
    State {
        /// Accepted, and not yet looked at.
        #[default]
        Created => "Created",
        /// Another deployment of the same service comes first.
        Queued => "Queued",
        /// Installing, shifting or rolling back.
        InProgress => "InProgress",
        /// The replacement is ready, and a person is waited for before any traffic moves.
        Ready => "Ready",
        /// All traffic moved, the original task set still kept.
        Baking => "Baking",
        /// Ended well.
        Succeeded => "Succeeded",
        /// Ended by a failure.
        Failed => "Failed",
        /// Ended because someone asked for it.
        Stopped => "Stopped",
    }
}

impl State {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

string_enum! {
    /// Where an object stands, in one word: the STATUS of `kubectl get`. Users act on it; tools read phase, state and
    /// conditions.
    #[derive(Default)]
    StatusWord {
        /// Nothing was released, or asked for, yet.
        #[default]
        Pending => "Pending",
        /// Another Deployment comes first.
        Queued => "Queued",
        /// The replacement is made and gets healthy.
        Installing => "Installing",
        /// An increment of traffic is being made.
        Shifting => "Shifting",
        /// An increment is held for its time.
        Holding => "Holding",
        /// It waits for a person's approval.
        Waiting => "Waiting",
        /// A user holds it.
        Paused => "Paused",
        /// All traffic moved, the original kept.
        Baking => "Baking",
        /// The replacement becomes primary, the original goes.
        Finishing => "Finishing",
        /// Traffic returns to the original.
        RollingBack => "RollingBack",
        /// It cannot go on, or does not serve as it should, until someone mends something.
        Stalled => "Stalled",
        /// It failed, and what it had of the traffic is back at the original.
        RolledBack => "RolledBack",
        /// It failed, and the way back did too, or there was none.
        Failed => "Failed",
        /// It ended because someone asked for it.
        Stopped => "Stopped",
        /// A newer one took its place: before it began, or by turning it round.
        Superseded => "Superseded",
        /// Another one was in progress, and the group takes no newer one meanwhile.
        Rejected => "Rejected",
        /// It ended well.
        Succeeded => "Succeeded",
        /// It ended well, and a later release took its place.
        Replaced => "Replaced",
        /// What is asked for failed, and is not tried again by itself: something else serves.
        Held => "Held",
        /// What is asked for serves.
        Running => "Running",
        /// AWS does not answer, so that no one knows.
        Unknown => "Unknown",
    }
}

string_enum! {
    /// Runtime health, from the targets of the load balancer and the counts of ECS.
    #[derive(Default)]
    Health {
        /// Every target that should serve is healthy.
        Healthy => "healthy",
        /// Some targets are unhealthy, or too few run.
        Degraded => "degraded",
        /// No healthy target, or no running task.
        Unreachable => "unreachable",
        /// Nothing observed yet.
        #[default]
        Unknown => "unknown",
    }
}

string_enum! {
    /// The part of the pipeline in which a deployment failed.
    FailureStage {
        /// Clone of the repository.
        Clone => "clone",
        /// Detection of what to build.
        Detect => "detect",
        /// The deployer's own identity was refused.
        Auth => "auth",
        /// Build of the image.
        Build => "build",
        /// Publication of the image.
        Publish => "publish",
        /// Provision of what the release needs.
        Setup => "setup",
        /// The calls that deploy.
        Deploy => "deploy",
        /// Start of the new tasks.
        Rollout => "rollout",
        /// Judgement of what runs.
        Verify => "verify",
        /// Return to the original.
        Rollback => "rollback",
        /// Not known.
        Unknown => "unknown",
    }
}

string_enum! {
    /// The kind of a failure.
    FailureCategory {
        /// Credentials or permission refused.
        Auth => "auth_failure",
        /// No image made.
        Build => "build_failure",
        /// The container could not be created or started, or it exited.
        Startup => "startup_failure",
        /// Something ran and was judged unhealthy.
        HealthCheck => "health_check_failure",
        /// The return to the original failed.
        Rollback => "rollback_failure",
        /// The same request may pass later, unchanged.
        Infrastructure => "infrastructure_failure",
        /// The rest.
        Unknown => "unknown_failure",
    }
}

string_enum! {
    /// Code of a failure. It decides whether the failure is retryable.
    FailureCode {
        /// Cloud or registry refused the credentials.
        AuthenticationFailed => "AUTHENTICATION_FAILED",
        /// No image was made or published.
        CodebuildDockerImageBuildFailed => "CODEBUILD_DOCKER_IMAGE_BUILD_FAILED",
        /// The release ran, or tried to, and did not pass.
        DeploymentVerificationFailed => "DEPLOYMENT_VERIFICATION_FAILED",
        /// Verification failed, and so did the automatic rollback.
        AutomaticRollbackFailed => "AUTOMATIC_ROLLBACK_FAILED",
        /// No earlier release to return to.
        AutomaticRollbackNoCandidate => "AUTOMATIC_ROLLBACK_NO_CANDIDATE",
        /// A rollback that the user asked for failed.
        ManualRollbackFailed => "MANUAL_ROLLBACK_FAILED",
        /// Transient: network, throttling, capacity.
        InfrastructureNetworkFailure => "INFRASTRUCTURE_NETWORK_FAILURE",
        /// Unclassified; the message tells.
        DeploymentFailedGeneric => "DEPLOYMENT_FAILED_GENERIC",
    }
}

impl FailureCode {
    /// Whether the same deployment may pass when it is tried again.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::InfrastructureNetworkFailure)
    }
}

string_enum! {
    /// Lifecycle events of a deployment, in their order.
    LifecycleEventName {
        /// Hooks run before anything is made.
        BeforeInstall => "BeforeInstall",
        /// The replacement task set is made, and gets steady and healthy.
        Install => "Install",
        /// Hooks run once the replacement is ready.
        AfterInstall => "AfterInstall",
        /// The test route is switched to the replacement.
        AllowTestTraffic => "AllowTestTraffic",
        /// Hooks run on test traffic.
        AfterAllowTestTraffic => "AfterAllowTestTraffic",
        /// A person, or time, lets production traffic move.
        Ready => "Ready",
        /// Hooks run before production traffic moves.
        BeforeAllowTraffic => "BeforeAllowTraffic",
        /// Production traffic moves, increment by increment.
        AllowTraffic => "AllowTraffic",
        /// Hooks run once all production traffic has moved.
        AfterAllowTraffic => "AfterAllowTraffic",
        /// The original is kept, in case that it is needed.
        Bake => "Bake",
        /// The replacement becomes primary, and the original goes.
        TerminateOriginal => "TerminateOriginal",
    }
}

string_enum! {
    /// How a lifecycle event stands.
    #[derive(Default)]
    LifecycleEventStatus {
        /// Not begun.
        #[default]
        Pending => "Pending",
        /// Begun.
        InProgress => "InProgress",
        /// Ended well.
        Succeeded => "Succeeded",
        /// Ended by a failure or a stop.
        Failed => "Failed",
        /// Not needed.
        Skipped => "Skipped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_written_and_read_alike() {
        for phase in Phase::ALL {
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
        }
        for code in FailureCode::ALL {
            assert_eq!(serde_json::from_value::<FailureCode>(code.as_str().into()).unwrap(), *code);
        }
    }
}
