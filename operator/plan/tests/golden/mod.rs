//! Golden simulations: one log per strategy and per mishap, which read as the specification. Each begins with its setting,
//! and stands in `tests/snapshots/<theme>/`.

mod alarms;
mod controls;
mod failures;
mod interference;
mod strategies;
mod test_traffic;
mod waits;

use serde_json::{Value, json};

use crate::support::{Behaviour, Run, World, assert_golden};

fn canary() -> Value {
    json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutes"})
}

fn golden(theme: &str, name: &str, run: Run) -> Run {
    let setting = run.setting();
    let run = run.run();
    assert_golden(theme, name, &format!("{setting}\n\n{}", run.log.text()));
    run
}

/// A canary in the usual world: one route, four tasks.
fn release() -> Run {
    Run::new(World::new(1, 4), &canary())
}

fn release_of(behaviour: Behaviour) -> Run {
    let world = World { behaviour, ..World::new(1, 4) };
    Run::new(world, &canary())
}
