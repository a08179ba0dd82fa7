//! What a release stands on is taken away in the middle of it: the cause is told, stop and delete end all the same, and
//! nothing that serves is deleted. Those losses are here that the planner's own sweep cannot judge, as they are seen by
//! others than the planner; `operator/plan/tests/sweep.rs` has the rest.

use serde_json::{Value, json};
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, CLUSTER, SERVICE};
use sluice_e2e::world::{World, find_condition, find_service, must};

use crate::support::{count, go_on_to, group_with, in_the_middle_of_a_shift};

/// Where a release stands when something is taken away.
#[derive(Clone, Copy, Debug)]
enum Position {
    Installing,
    Holding,
    Baking,
}

/// What someone asks for after it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    Stop,
    Delete,
}

impl Position {
    /// A world whose release stays here.
    fn world(self) -> World {
        let mut scenario = scenario::shop();
        if let Self::Installing = self {
            scenario["timing"]["pending"] = json!("10h");
        }
        let world = World::of(&scenario);
        must(world.kubernetes.label_namespace(&json!({"team": "shop"})));
        world.apply(&[with(binding(&world.binding), "/namespaceSelector", json!({"matchLabels": {"team": "shop"}}))]);
        match self {
            Self::Installing => {
                world.release("shop:42", &world.group());
                world.wait_aws("a replacement", |state| (task_sets(state).len() == 2).then_some(()));
            }
            Self::Holding => in_the_middle_of_a_shift(&world),
            Self::Baking => {
                let group = with(group_with(&world, json!({"allAtOnce": {}})), "/bake", json!("30m"));
                world.release("shop:42", &group);
                world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
            }
        }
        world
    }
}

fn task_sets(state: &Value) -> Vec<Value> {
    let service = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE}));
    service.and_then(|service| service["taskSets"].as_array().cloned()).unwrap_or_default()
}

/// Waits until the status tells of it.
fn told(world: &World, noun: &str) {
    world.wait_object("deployments", "prod-1", &format!("to tell of the {noun}"), |one| {
        let says = |text: &Value| text.as_str().is_some_and(|text| text.contains(noun));
        says(&one["status"]["message"]) || find_condition(one, "Stalled").is_some_and(|found| says(&found["message"]))
    });
}

/// Has each deadline of the Deployment pass until it has ended, or is gone. Whoever waits for one waits for nothing else.
fn pass_deadlines(world: &World) {
    must(poll::until("prod-1 to end once its deadlines pass", || {
        let Some(one) = world.kubernetes.get("deployments", "prod-1")? else { return Ok(Some(())) };
        let status = &one["status"];
        if status["completedAt"].is_string() {
            return Ok(Some(()));
        }
        if status["deadlineAt"].is_string() && status["rollback"].is_object() {
            world.kubernetes.replace_in_status("deployments", "prod-1", "/deadlineAt", &status["startedAt"])?;
        }
        Ok(None)
    }));
}

fn ask(world: &World, what: Ask) {
    match what {
        Ask::Stop => {
            must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
            world.wait_object("deployments", "prod-1", "to turn round", |one| one["status"]["rollback"].is_object());
            pass_deadlines(world);
            let ended = world.object("deployments", "prod-1");
            assert_eq!(ended["status"]["state"], "Failed", "{}", ended["status"]["message"]);
        }
        Ask::Delete => {
            must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
            world.wait_gone("deployments", "prod-1");
        }
    }
}

/// Takes it away at each position, and asks for what is named there.
fn sweep(noun: &str, loss: fn(&World), rows: [(Position, Ask); 3]) {
    for (position, what) in rows {
        let world = position.world();
        let before = must(world.aws.state());
        loss(&world);
        told(&world, noun);
        ask(&world, what);
        let row = format!("{noun}, {position:?}, {what:?}");
        assert_eq!(count(&world, "DeleteTaskSet"), 0, "{row}: what serves is kept");
        let violations = must(world.aws.violations());
        assert!(violations.is_empty(), "{row}: {violations:#?}");
        if noun == "AwsBinding" || noun == "namespace" {
            let ids = |state: &Value| task_sets(state).iter().map(|set| set["id"].clone()).collect::<Vec<_>>();
            assert_eq!(ids(&must(world.aws.state())), ids(&before), "{row}");
        }
        println!("{row}: told, ended, kept");
    }
}

fn withdraw_binding(world: &World) {
    must(world.kubernetes.delete("awsbindings", &world.binding));
}

fn remove_label(world: &World) {
    must(world.kubernetes.label_namespace(&json!({"team": null})));
}

fn delete_service(world: &World) {
    let service = json!({"cluster": CLUSTER, "service": SERVICE, "force": true});
    must(world.aws.ecs("DeleteService", &service));
}

fn delete_cluster(world: &World) {
    delete_service(world);
    must(poll::until("the cluster to be free of its service", || {
        Ok(world.aws.ecs("DeleteCluster", &json!({"cluster": CLUSTER})).ok())
    }));
}

#[test]
fn a_binding_that_is_withdrawn_holds_neither_stop_nor_delete() {
    let rows = [(Position::Installing, Ask::Stop), (Position::Holding, Ask::Delete), (Position::Baking, Ask::Stop)];
    sweep("AwsBinding", withdraw_binding, rows);
}

#[test]
fn a_label_that_is_taken_off_the_namespace_holds_neither_stop_nor_delete() {
    let rows = [(Position::Installing, Ask::Delete), (Position::Holding, Ask::Stop), (Position::Baking, Ask::Delete)];
    sweep("namespace", remove_label, rows);
}

#[test]
fn a_service_that_is_deleted_holds_neither_stop_nor_delete() {
    let rows = [(Position::Installing, Ask::Stop), (Position::Holding, Ask::Delete), (Position::Baking, Ask::Stop)];
    sweep("service", delete_service, rows);
}

#[test]
fn a_cluster_that_is_deleted_holds_neither_stop_nor_delete() {
    let rows = [(Position::Installing, Ask::Delete), (Position::Holding, Ask::Stop), (Position::Baking, Ask::Delete)];
    sweep("service", delete_cluster, rows);
}

#[test]
fn a_stop_that_was_asked_for_without_a_binding_is_carried_out_once_it_is_back() {
    let world = Position::Holding.world();
    withdraw_binding(&world);
    told(&world, "AwsBinding");
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_object("deployments", "prod-1", "to turn round", |one| one["status"]["rollback"].is_object());
    world.apply(&[binding(&world.binding)]);
    world.wait_end("prod-1", "Stopped");
    world.finish();
}

#[test]
fn a_label_that_comes_back_lets_the_release_go_on() {
    let world = Position::Holding.world();
    remove_label(&world);
    told(&world, "namespace");
    must(world.kubernetes.label_namespace(&json!({"team": "shop"})));
    go_on_to(&world, "prod-1", "Succeeded");
    world.finish();
}
