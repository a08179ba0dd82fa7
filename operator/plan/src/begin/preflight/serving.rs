//! One task set serves, and which one is known: it is what a release replaces.

use sluice_api::Reason;

use super::input::PreflightInput;
use crate::refusal::Refusal;
use crate::serving::{Serving, by_target_group, serving};

pub(super) fn one_task_set_serves(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let (settings, observed) = (preflight.settings, preflight.observed);
    if settings.is_by_size() {
        let message = || {
            format!(
                "spec.loadBalancer: without one every task works, and task sets {} do: nothing is taken from either; a release begins once one task set has all the tasks",
                by_target_group(settings, observed)
            )
        };
        let is_divided = serving(settings, observed) == Serving::Divided;
        return is_divided.then(|| Refusal::new(Reason::TrafficDivided, message()));
    }
    let (reason, what) = match serving(settings, observed) {
        // Nobody knows which of them is to go, so nothing is asked of either.
        Serving::Divided => (
            Reason::TrafficDivided,
            "nothing is taken from either; a release begins once one task set has all the traffic",
        ),
        Serving::WithoutWeight => {
            (Reason::NoWeight, "no one knows which is to serve; a release begins once one task set has all the traffic")
        }
        Serving::Unknown | Serving::Nobody | Serving::Alone(_) => return None,
    };
    let shares = by_target_group(settings, observed);
    Some(Refusal::new(reason, format!("spec.loadBalancer.productionRoutes: {shares} of the traffic: {what}")))
}
