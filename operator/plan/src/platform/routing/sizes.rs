//! No load balancer: nothing divides traffic but the number of tasks on each side, as service discovery and queues do.

use sluice_api::Share;

use crate::action::{Action, WeightChange};
use crate::input::Release;
use crate::observation::Observation;
use crate::platform::seam::Routing;
use crate::platform::side::{Split, UnreadRoute};

pub(crate) struct Sizes;

impl Routing for Sizes {
    fn splits<'a>(&self, _: &Release<'a>, _: &'a Observation) -> Vec<Split<'a>> {
        Vec::new()
    }

    fn test_split<'a>(&self, _: &Release<'a>, _: &'a Observation) -> Option<Split<'a>> {
        None
    }

    fn unnamed(&self, _: &Release<'_>, _: &Observation, _: &str) -> Option<UnreadRoute> {
        None
    }

    /// Never asked, because there is no place; and S1 refuses a change without a weight.
    fn set_share(&self, _: &Release<'_>, split: &Split<'_>, _: Share) -> Action {
        Action::SetWeights(WeightChange {
            route: split.id.to_owned(),
            kind: split.kind,
            weights: Vec::new(),
            adds: false,
        })
    }
}
