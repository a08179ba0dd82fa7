//! What a Deployment asks for before it begins is checked by the names of the steps that it would have.

use sluice_api::{DeploymentGroupSpec, Reason, StepStatus};

use super::pending::pending;
use super::schedule::Increment;
use crate::asked::{Asked, wrong_approval, wrong_skip_to};
use crate::refusal::Refusal;

/// Refuses what names no step: once it has begun, what was approved stays.
pub fn check_asked(asked: Asked<'_>, increments: &[Increment], settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    let steps: Vec<StepStatus> =
        increments.iter().zip(0..).map(|(increment, index)| pending(increment, index, settings.sizing())).collect();
    let wrong = wrong_skip_to(asked, &steps).or_else(|| wrong_approval(asked, &steps, settings));
    wrong.map_or(Ok(()), |wrong| Err(Refusal::new(Reason::InvalidValue, wrong)))
}
