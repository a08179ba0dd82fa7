//! The services of AWS that are simulated.

/// A service of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Elastic Container Service.
    Ecs,
    /// Elastic Load Balancing v2.
    Elbv2,
    /// Security Token Service.
    Sts,
    /// CloudWatch.
    Cloudwatch,
    /// Lambda.
    Lambda,
    /// Simple Notification Service.
    Sns,
    /// EventBridge.
    Events,
    /// Elastic Container Registry.
    Ecr,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Ecs, Self::Elbv2, Self::Sts, Self::Cloudwatch, Self::Lambda, Self::Sns, Self::Events, Self::Ecr];

    /// The name in journals, faults and counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Elbv2 => "elbv2",
            Self::Sts => "sts",
            Self::Cloudwatch => "cloudwatch",
            Self::Lambda => "lambda",
            Self::Sns => "sns",
            Self::Events => "events",
            Self::Ecr => "ecr",
        }
    }
}
