//! The log of the operator: what happened, once, with what it is about.

use serde_json::json;
use sluice_e2e::poll;
use sluice_e2e::world::{World, must};

use crate::support::{go_on_to, in_the_middle_of_a_shift};

/// The lines of the log that have all of these.
fn lines(world: &World, words: &[&str]) -> Vec<String> {
    let log = world.operator.log();
    log.lines().filter(|line| words.iter().all(|word| line.contains(word))).map(str::to_owned).collect()
}

#[track_caller]
fn assert_told_once(world: &World, words: &[&str]) {
    must(poll::until(&format!("{words:?} in the log"), || Ok((!lines(world, words).is_empty()).then_some(()))));
    assert_eq!(lines(world, words).len(), 1, "{:#?}", lines(world, words));
}

#[test]
fn the_log_tells_what_happened_once_with_what_it_is_about() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    go_on_to(&world, "prod-1", "Succeeded");
    let about = ["kind=\"Deployment\"", "name=\"prod-1\"", "revision=\"shop:42\""];
    for (level, reason, words) in [
        ("INFO", "reason=Installing", "New revision detected"),
        ("INFO", "reason=Shifting", "Advance step 2/5"),
        ("INFO", "reason=Succeeded", "Release of shop:42 succeeded"),
    ] {
        assert_told_once(&world, &[&[level, reason, words], about.as_slice()].concat());
    }
    world.change_revision("shop:99");
    world.wait_condition("applications", "shop", "Stalled", "TaskDefinitionNotFound");
    world.wait_looks(3);
    for kind in ["Deployment", "DeploymentGroup", "Application"] {
        let kind = format!("kind=\"{kind}\"");
        assert_told_once(&world, &["WARN", "reason=TaskDefinitionNotFound", "revision=\"shop:99\"", &kind]);
    }
    let log = world.operator.log();
    assert!(!log.contains('\u{1b}'), "a colour in a file");
    assert!(!log.contains("reconciling object"), "a span that has the fields again");
    world.change_revision("shop:42");
    world.take_down();
}

#[test]
fn an_aws_that_goes_and_comes_back_is_told_once_each() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&json!({"kind": "server-error"})));
    must(poll::until("the outage in the log", || {
        Ok(Some(lines(&world, &["AWS does not answer"])).filter(|all| !all.is_empty()))
    }));
    world.wait_condition("deployments", "prod-1", "Reconciling", "AwsUnavailable");
    must(world.aws.clear_faults());
    go_on_to(&world, "prod-1", "Succeeded");
    assert_told_once(&world, &["WARN", "AWS does not answer", "region=\"eu-west-1\""]);
    assert_told_once(&world, &["INFO", "AWS answers again", "region=\"eu-west-1\""]);
    world.finish();
}
