//! kill -9 at 25 moments of a release and at 25 of a rollback, spread over all of it by a fixed seed.
//!
//! A moment is the n-th call to AWS, n being a share of what an undisturbed run in the same world makes. Each world
//! does five of them, one kill per run, back to back: the pair's roles swap from one release to the next.

use serde_json::{Value, json};
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B};
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, group_with, held_in_the_middle, shares_written};

/// Decides the moments.
const SEED: u64 = 20_260_401;

/// Worlds of each kind.
const WORLDS: u64 = 5;

/// Moments in each world.
const MOMENTS: u64 = 5;

/// How often a kill may come after the end of its run, which is then made again with an earlier one: how many calls a
/// run takes depends on how often it looks while it waits.
const TRIES: usize = 20;

/// The shares of a run at which a world's operators are killed, in thousandths: one in each of its own stripes, so
/// that those of all worlds cover the whole run.
fn moments(kind: u64, number: u64) -> Vec<u64> {
    let stripes = WORLDS * MOMENTS;
    let width = 1000 / stripes;
    let stripe = |moment: u64| moment * WORLDS + number;
    (0..MOMENTS).map(|moment| stripe(moment) * width + random(kind * stripes + stripe(moment)) % width).collect()
}

/// A number that looks random, from the seed (SplitMix64).
fn random(number: u64) -> u64 {
    let mixed = SEED.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn calls(world: &World) -> u64 {
    must(world.aws.count_all())
}

fn ended(world: &World, name: &str) -> bool {
    must(world.kubernetes.get("deployments", name)).is_some_and(|one| one["status"]["completedAt"].is_string())
}

/// Kills the operator as soon as AWS was called so often, and starts another at once. Tells whether the Deployment
/// was still under way.
fn kill_after(world: &mut World, calls: u64, name: &str) -> bool {
    must(poll::closely(&format!("call {calls} of {name}"), || {
        world.keep_running()?;
        Ok((world.aws.count_all()? >= calls).then_some(()))
    }));
    world.kill_operator();
    let met = !ended(world, name);
    must(world.operator.restart());
    met
}

/// Four increments, the first of which is held.
fn increments() -> Value {
    json!({"steps": [{"weight": 25, "hold": "1s"}, {"weight": 50}, {"weight": 75}, {"weight": 100}]})
}

fn revision(number: usize) -> &'static str {
    if number % 2 == 1 { "shop:42" } else { "shop:46" }
}

/// The writes since then.
fn writes_since(world: &World, before: usize) -> Vec<Value> {
    must(world.aws.writes()).split_off(before)
}

/// What must hold after each run, whenever the operator was killed.
fn assert_whole(world: &World, name: &str, writes: &[Value]) {
    let tokens: Vec<&Value> = writes
        .iter()
        .filter(|entry| entry["operation"] == "CreateTaskSet")
        .map(|entry| &entry["request"]["clientToken"])
        .collect();
    assert!(!tokens.is_empty() && tokens.iter().all(|token| *token == tokens[0]), "{name}: {tokens:?}");
    assert_eq!(must(world.aws.traffic())["lost"], 0, "{name} lost requests");
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{name} broke invariants: {violations:#?}");
}

/// One release, with a kill after so many calls, if at all. Answers the number of calls, and whether the kill met it.
fn release(world: &mut World, number: usize, kill: Option<u64>) -> (u64, bool) {
    let name = format!("prod-{number}");
    let before = must(world.aws.writes()).len();
    let group = if number % 2 == 1 { GROUP_B } else { GROUP_A };
    let shares_before = shares_written(world, group).len();
    let start = calls(world);
    let configured = group_with(world, increments());
    world.release(revision(number), &configured);
    let met = kill.is_some_and(|after| kill_after(world, start + after, &name));
    world.wait_end_kept_running(&name, "Succeeded");
    let made = calls(world) - start;
    assert_whole(world, &name, &writes_since(world, before));
    let mut shares = shares_written(world, group).split_off(shares_before);
    // The release before this one took the group's weight away.
    shares.retain(|share| *share > 0);
    shares.dedup();
    assert_eq!(shares, [25, 50, 75, 100], "{name}");
    (made, met)
}

/// The middle of a release, from which it is rolled back, with a kill after so many calls, if at all.
fn roll_back(world: &mut World, number: usize, kill: Option<u64>) -> (u64, bool) {
    let name = format!("prod-{number}");
    let before = must(world.aws.writes()).len();
    let configured = group_with(world, held_in_the_middle("1s"));
    world.release(revision(number), &configured);
    world.wait_kept_running(&format!("{name} to hold 40 percent"), |world| {
        let deployment = world.kubernetes.get("deployments", &name)?;
        Ok(deployment.filter(|one| one["status"]["steps"][1]["state"] == "Holding"))
    });
    let start = calls(world);
    // What asks for it is a stop, or what ran before.
    if number % 2 == 1 {
        must(world.kubernetes.patch("deployments", &name, &json!({"spec": {"stop": {}}})));
    } else {
        world.change_revision("shop:41");
    }
    let met = kill.is_some_and(|after| kill_after(world, start + after, &name));
    world.wait_end_kept_running(&name, "Stopped");
    let made = calls(world) - start;
    assert_original_alone(world);
    assert_whole(world, &name, &writes_since(world, before));
    (made, met)
}

/// One world: a run that nobody disturbs tells how many calls it takes, then one run for each moment.
fn sweep(kind: u64, number: u64, run: impl Fn(&mut World, usize, Option<u64>) -> (u64, bool)) {
    // Short, because each successor asks for it five times as often. An operator that loses it is started again.
    let mut world = World::with_lease(&scenario::shop(), "15s");
    let mut runs = 1..;
    let mut next = |kill| run(&mut world, runs.next().unwrap(), kill);
    let (length, _) = next(None);
    for moment in moments(kind, number) {
        let mut kill = (length * moment / 1000).max(1);
        let met = (0..TRIES).any(|_| {
            let (made, met) = next(Some(kill));
            println!("killed at call {kill} of {made}, {length} undisturbed: {met}");
            kill = (kill * 9 / 10).max(1);
            met
        });
        assert!(met, "every kill came too late to test anything, that at call {kill} of {length} too");
    }
    world.finish();
}

#[test]
fn a_release_survives_a_kill_at_the_first_five_of_25_moments() {
    sweep(0, 0, release);
}

#[test]
fn a_release_survives_a_kill_at_the_second_five_of_25_moments() {
    sweep(0, 1, release);
}

#[test]
fn a_release_survives_a_kill_at_the_third_five_of_25_moments() {
    sweep(0, 2, release);
}

#[test]
fn a_release_survives_a_kill_at_the_fourth_five_of_25_moments() {
    sweep(0, 3, release);
}

#[test]
fn a_release_survives_a_kill_at_the_last_five_of_25_moments() {
    sweep(0, 4, release);
}

#[test]
fn a_rollback_survives_a_kill_at_the_first_five_of_25_moments() {
    sweep(1, 0, roll_back);
}

#[test]
fn a_rollback_survives_a_kill_at_the_second_five_of_25_moments() {
    sweep(1, 1, roll_back);
}

#[test]
fn a_rollback_survives_a_kill_at_the_third_five_of_25_moments() {
    sweep(1, 2, roll_back);
}

#[test]
fn a_rollback_survives_a_kill_at_the_fourth_five_of_25_moments() {
    sweep(1, 3, roll_back);
}

#[test]
fn a_rollback_survives_a_kill_at_the_last_five_of_25_moments() {
    sweep(1, 4, roll_back);
}

#[test]
fn the_moments_are_25_different_ones_in_every_part_of_a_run() {
    let mut all: Vec<u64> = (0..WORLDS).flat_map(|number| moments(0, number)).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 25);
    assert!(all[0] < 40 && all[24] >= 960, "{all:?}");
}
