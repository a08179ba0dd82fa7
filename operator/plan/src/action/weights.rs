//! New weights for one route.

use serde::Serialize;

use crate::observation::RouteKind;

/// New weights for the pair on one route. All else of the route stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeightChange {
    /// ARN of the rule or the listener.
    pub route: String,
    /// Which call changes it.
    pub kind: RouteKind,
    /// ARN of a target group and its new weight, 0 to 999, for the two of the pair.
    pub weights: Vec<(String, i32)>,
    /// Whether one of the pair that the route does not name yet is added to it. Never to a route of production, which is
    /// for whoever owns it to write.
    pub adds: bool,
}
