//! What users ask for: stop, delete, pause.

use serde_json::json;

use super::{canary, golden, release};
use crate::support::{Event, Run, World};

#[test]
fn stop_mid_shift_returns_the_traffic() {
    golden("controls", "stop-mid-shift", Run::new(World::new(3, 4), &canary()).at(100, Event::Stop));
}

#[test]
fn stop_while_baking_returns_the_traffic() {
    golden("controls", "stop-in-bake", release().at(500, Event::Stop));
}

#[test]
fn stop_after_the_promotion_makes_the_original_primary_again() {
    let mut run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).at(60, Event::Stop);
    run.settings.bake = "0s".parse().unwrap();
    golden("controls", "stop-after-promotion", run);
}

#[test]
fn a_deletion_mid_shift_cleans_up() {
    golden("controls", "delete-mid-shift", release().at(100, Event::Delete));
}

#[test]
fn pause_holds_traffic_and_the_clock() {
    golden("controls", "pause-and-resume", release().at(20, Event::Pause).at(1200, Event::Resume));
}

#[test]
fn stop_goes_before_pause() {
    golden("controls", "stop-while-paused", release().at(100, Event::Pause).at(160, Event::Stop));
}
