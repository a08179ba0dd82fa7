//! The grid on which time moves.

use std::time::Duration;

use crate::time::Moment;

/// The distance between two points of the grid.
pub const STEP: Duration = Duration::from_millis(20);

/// The last point of the grid that is not after `now`, for a grid that begins at `origin`.
#[must_use]
pub fn grid_point(origin: Moment, now: Moment) -> Moment {
    let steps = now.since(origin).as_millis() / STEP.as_millis();
    origin.plus(STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX)))
}
