//! Tasks and their life.

use super::tags::Tags;
use crate::time::Moment;

/// The life of a task, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Waiting for a network interface and capacity.
    Provisioning,
    /// Pulling images.
    Pending,
    /// Registering with the service's integrations.
    Activating,
    /// Containers run.
    Running,
    /// The load balancer drains the task's target.
    Deactivating,
    /// Containers were told to stop.
    Stopping,
    /// The network interface is being removed.
    Deprovisioning,
    /// Over.
    Stopped,
}

impl Phase {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }

    /// Whether the task is on its way to RUNNING.
    #[must_use]
    pub const fn is_starting(self) -> bool {
        matches!(self, Self::Provisioning | Self::Pending | Self::Activating)
    }
}

/// Why a task stopped or is about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopCause {
    /// The wire's stop code.
    pub code: &'static str,
    /// The task's stopped reason.
    pub reason: String,
    /// The container's reason, if it has one.
    pub container_reason: Option<String>,
    /// The container's exit code, if it ran.
    pub exit_code: Option<i32>,
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// The identifier, 32 hexadecimal digits.
    pub id: String,
    /// The ARN.
    pub arn: String,
    /// The service's name.
    pub service: String,
    /// The task set, or the deployment of a service with the ECS controller.
    pub task_set: String,
    /// The task definition's ARN.
    pub task_definition: String,
    /// Where in its life it is.
    pub phase: Phase,
    /// When the phase ends by itself, if it does.
    pub phase_ends: Option<Moment>,
    /// Why it stops, once it is to stop.
    pub stop: Option<StopCause>,
    /// When it was created.
    pub created_at: Moment,
    /// When it reached RUNNING.
    pub started_at: Option<Moment>,
    /// When it began to stop.
    pub stopping_at: Option<Moment>,
    /// When it stopped.
    pub stopped_at: Option<Moment>,
    /// Its private address.
    pub address: String,
    /// The target group it registers with, and the port.
    pub target: Option<(String, u16)>,
    /// The identifier of its network interface's attachment.
    pub attachment: String,
    /// FARGATE, EC2 or EXTERNAL.
    pub launch_type: String,
    /// The capacity provider it was placed on, if a strategy placed it.
    pub capacity_provider: Option<String>,
    /// When images began and ended to be pulled.
    pub pulled: (Option<Moment>, Option<Moment>),
    /// Tags.
    pub tags: Tags,
}

impl Task {
    /// Whether the scheduler wants it to run.
    #[must_use]
    pub const fn is_wanted(&self) -> bool {
        self.stop.is_none()
    }

    /// The wire's word for what the scheduler wants.
    #[must_use]
    pub const fn desired_status(&self) -> &'static str {
        if self.is_wanted() { "RUNNING" } else { "STOPPED" }
    }

    /// The wire's last status.
    #[must_use]
    pub const fn last_status(&self) -> &'static str {
        self.phase.word()
    }
}
