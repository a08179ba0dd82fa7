//! The increments of a release behind a Network Load Balancer.

use sluice_api::{DeploymentGroupSpec, Duration, Reason};

use super::schedule::Increment;
use crate::input::Limits;
use crate::refusal::Refusal;

/// No increment but the last may be held for less than its weights may take to work: what is measured in its hold would be that
/// of the increment before it. None: all is well.
#[must_use]
pub fn check_holds(settings: &DeploymentGroupSpec, increments: &[Increment], limits: Limits) -> Option<Refusal> {
    let (_, held) = increments.split_last().filter(|_| settings.load_balancer.is_network())?;
    let within = Duration::from_signed(limits.network_weights());
    let Increment { weight, hold, .. } = held.iter().find(|increment| increment.hold < within)?;
    let message = format!(
        "spec.deploymentConfig: weight {weight} is held for {hold}, and changed weights of a Network Load Balancer may take {within} to work: hold every increment for {within} or more, such as with CodeDeployDefault.ECSCanary10Percent15Minutes, or release with CodeDeployDefault.ECSAllAtOnce"
    );
    Some(Refusal::new(Reason::InvalidValue, message))
}
