//! What several tests look at.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::poll;
use sluice_e2e::scenario::{CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_service, must, share};

/// A linear configuration of four increments, one per second at most.
pub fn linear() -> Value {
    json!({"linear": {"percentage": 25, "interval": "1s"}})
}

/// The world's group with this configuration.
pub fn group_with(world: &World, config: Value) -> Value {
    with(world.group(), "/deploymentConfig", config)
}

/// Increments of 20 percent, the second of which is held until somebody ends its hold. Those after it are held for
/// this long.
pub fn held_in_the_middle(after: &str) -> Value {
    json!({"steps": [
        {"weight": 20},
        {"weight": 40, "hold": "30m"},
        {"weight": 60, "hold": after},
        {"weight": 80, "hold": after},
        {"weight": 100},
    ]})
}

/// A world in the middle of a shift, where it stays until [`World::end_hold`]: `prod-1` releases 42 in steps of 20
/// percent, of which one is done and the second is held.
pub fn in_the_middle_of_a_shift(world: &World) {
    world.release("shop:42", &group_with(world, held_in_the_middle("1s")));
    world.wait_holding("prod-1", 40);
}

/// Waits until a Deployment that is made now is newer than this one: objects tell the second in which they were made, and of
/// two of the same one nobody knows which is newer.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "the API server has the clock of the machine")]
pub fn wait_next_second(world: &World, name: &str) {
    let made = world.object("deployments", name)["metadata"]["creationTimestamp"].as_str().map(str::parse);
    let made: Timestamp = made.unwrap().unwrap();
    must(poll::until("the next second", || Ok((Timestamp::now().as_second() > made.as_second()).then_some(()))));
}

/// The end in this state of a Deployment whose hold is ended first.
#[track_caller]
pub fn go_on_to(world: &World, name: &str, state: &str) -> Value {
    world.end_hold(name);
    world.wait_end(name, state)
}

/// The weights written for a target group, in their order, as a share in percent: `(route, share)`.
pub fn weights_written(world: &World, target_group: &str) -> Vec<(String, u64)> {
    let writes = must(world.aws.writes());
    writes.iter().filter(|entry| entry["status"] == 200).filter_map(|entry| weight_of(entry, target_group)).collect()
}

fn weight_of(entry: &Value, target_group: &str) -> Option<(String, u64)> {
    let request = &entry["request"];
    let route = request["RuleArn"].as_str().or_else(|| request["ListenerArn"].as_str())?;
    let weights = weights_of(entry)?;
    let all: u64 = weights.iter().map(|(_, weight)| weight).sum();
    let (_, own) = weights.iter().find(|(group, _)| *group == target_group)?;
    Some((route.to_owned(), own * 100 / all.max(1)))
}

/// The target groups and the weights that a call sets; none where it sets none.
fn weights_of(entry: &Value) -> Option<Vec<(&str, u64)>> {
    let request = &entry["request"];
    let actions = request["Actions"].as_array().or_else(|| request["DefaultActions"].as_array())?;
    let groups = actions.iter().find_map(|action| action["ForwardConfig"]["TargetGroups"].as_array())?;
    let weight = |one: &Value| one["Weight"].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    groups.iter().map(|one| Some((one["TargetGroupArn"].as_str()?, weight(one)))).collect()
}

/// The weights of the pair as they were written, in their order: those of `GROUP_A` and `GROUP_B`.
pub fn pairs_written(world: &World) -> Vec<(u64, u64)> {
    let writes = must(world.aws.writes());
    let of = |weights: &[(&str, u64)], group: &str| weights.iter().find(|(one, _)| *one == group).map(|(_, own)| *own);
    let taken = writes.iter().filter(|entry| entry["status"] == 200).filter_map(weights_of);
    taken.filter_map(|weights| Some((of(&weights, GROUP_A)?, of(&weights, GROUP_B)?))).collect()
}

/// Only the shares of [`weights_written`].
pub fn shares_written(world: &World, target_group: &str) -> Vec<u64> {
    weights_written(world, target_group).into_iter().map(|(_, share)| share).collect()
}

/// How often an operation is among the writes.
pub fn count(world: &World, operation: &str) -> usize {
    world.writes().iter().filter(|one| *one == operation).count()
}

/// The original serves everything, alone, whether or not a group still says so.
pub fn assert_original_alone(world: &World) {
    let ecs = json!({"cluster": CLUSTER, "service": SERVICE});
    world.wait_aws("the original alone in its service", |state| {
        let sets = find_service(state, &ecs)?["taskSets"].as_array()?;
        let alone = sets.len() == 1 && sets[0]["status"] == "PRIMARY" && sets[0]["preexisting"] == true;
        (alone && share(state, RULE, GROUP_A) == Some(100)).then_some(())
    });
}
