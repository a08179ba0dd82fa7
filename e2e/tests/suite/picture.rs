//! What serves is told as it is, from the Deployment up to the Application that Git has, by the columns of a real kubectl.

use serde_json::{Value, json};
use sluice_e2e::manifests::application;
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_condition, must};

use crate::printer::cells;
use crate::support::{assert_original_alone, go_on_to, group_with, in_the_middle_of_a_shift};

const LEGACY: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/legacy/1111111111111111";

/// Waits until a condition is True for a reason on the group and on its Application, and returns the message of each.
#[track_caller]
fn told_upward(world: &World, condition: &str, reason: &str) -> [String; 2] {
    [("deploymentgroups", "prod"), ("applications", "shop")].map(|(kind, name)| {
        let message = world.wait_condition(kind, name, condition, reason);
        let ready = find_condition(&world.object(kind, name), "Ready").unwrap()["status"].clone();
        assert_eq!(ready == "True", condition == "Ready", "{kind} {name}");
        message
    })
}

/// How many Warning Events with this reason each kind has.
fn warnings(world: &World, reason: &str) -> Vec<(String, usize)> {
    let events = must(world.kubernetes.events());
    let about = |kind: &str| {
        let counts = |event: &&Value| {
            event["reason"] == reason && event["type"] == "Warning" && event["regarding"]["kind"] == kind
        };
        (kind.to_owned(), events.iter().filter(counts).count())
    };
    ["Deployment", "DeploymentGroup", "Application"].map(about).to_vec()
}

#[test]
fn idle_drift_is_told_upward_until_it_is_mended() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    told_upward(&world, "Ready", "Running");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 0), (GROUP_B, 100)]));
    for message in told_upward(&world, "Stalled", "TrafficLost") {
        assert!(message.contains("shop-b, which has no healthy target") && message.contains("100%"), "{message}");
    }
    let group = world.object("deploymentgroups", "prod");
    assert_eq!(
        (&group["status"]["health"], &group["status"]["summary"]["serving"]),
        (&json!("unreachable"), &json!("nothing"))
    );
    world.wait_looks(3);
    assert_eq!(
        warnings(&world, "TrafficLost").iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [0, 1, 1],
        "told once"
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    told_upward(&world, "Ready", "Running");
    world.assert_quiet();
    world.take_down();
}

#[test]
fn a_service_that_someone_empties_is_told_and_released_again_by_hand() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    told_upward(&world, "Ready", "Running");
    let request = json!({"cluster": CLUSTER, "service": SERVICE, "taskSet": primary(&world), "force": true});
    must(world.aws.ecs("DeleteTaskSet", &request));
    for message in told_upward(&world, "Stalled", "NothingServes") {
        assert!(message.contains("no task set") && message.contains("shop:41"), "{message}");
    }
    world.take_down();
}

fn primary(world: &World) -> Value {
    let state = must(world.aws.state());
    let service = sluice_e2e::world::find_service(&state, &json!({"cluster": CLUSTER, "service": SERVICE})).unwrap();
    service["taskSets"][0]["id"].clone()
}

#[test]
fn a_release_that_cannot_begin_is_told_by_its_group_and_its_application() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    told_upward(&world, "Ready", "Running");
    world.change_revision("shop:99");
    for message in told_upward(&world, "Stalled", "TaskDefinitionNotFound") {
        assert!(message.contains("prod-1 cannot begin") && message.contains("shop:99"), "{message}");
    }
    for object in [world.object("deploymentgroups", "prod"), world.object("applications", "shop")] {
        assert_eq!(find_condition(&object, "Reconciling").unwrap()["status"], "False", "{object:#}");
        assert_eq!(object["status"]["summary"]["status"], "Stalled");
    }
    world.wait_looks(3);
    let told = warnings(&world, "TaskDefinitionNotFound");
    assert!(told.iter().all(|(_, count)| *count == 1), "each is told once: {told:?}");
    assert_eq!(world.writes(), Vec::<String>::new());
    world.change_revision("shop:42");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}

#[test]
fn a_third_target_group_in_a_hold_is_named_and_nothing_is_promoted() {
    let mut scenario = scenario::shop();
    let groups = scenario["loadBalancers"][0]["targetGroups"].as_array_mut().unwrap();
    groups.push(json!({"name": "legacy", "id": "1111111111111111"}));
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, json!({"canary": {"percentage": 20, "interval": "30m"}})));
    world.wait_holding("prod-1", 20);
    must(world.aws.set_forward(RULE, &[(GROUP_A, 40), (GROUP_B, 10), (LEGACY, 50)]));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "ForeignTraffic");
    assert!(message.contains("50 % to legacy"), "{message}");
    let in_sync = find_condition(&world.object("deployments", "prod-1"), "TrafficInSync").unwrap().clone();
    assert_eq!((&in_sync["status"], &in_sync["reason"]), (&json!("False"), &json!("ForeignTraffic")));
    for message in told_upward(&world, "Stalled", "ForeignTraffic") {
        assert!(message.contains("legacy"), "{message}");
    }
    let writes = world.writes();
    world.wait_looks(3);
    assert_eq!(world.writes(), writes, "nothing goes on while someone else has a share");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 80), (GROUP_B, 20), (LEGACY, 0)]));
    world.wait_condition("deployments", "prod-1", "Reconciling", "Holding");
    go_on_to(&world, "prod-1", "Succeeded");
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn a_release_whose_binding_is_gone_says_where_it_is_held_and_what_becomes_of_a_stop() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let binding = world.object("awsbindings", &world.binding);
    must(world.kubernetes.delete("awsbindings", &world.binding));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "NoBinding");
    assert!(message.contains("held at 40 % of shop:42: neither goes on nor can be rolled back"), "{message}");
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_object("deployments", "prod-1", "to tell of the stop", |one| {
        one["status"]["message"].as_str().is_some_and(|text| text.contains("stop was asked for at"))
    });
    for message in told_upward(&world, "Stalled", "NoBinding") {
        assert!(message.contains("held at 40 %"), "{message}");
    }
    let group = world.object("deploymentgroups", "prod");
    assert_eq!(group["status"]["health"], "unknown", "no one looks");
    assert!(group["status"]["weights"].is_null(), "{group:#}");
    let fresh = json!({
        "apiVersion": binding["apiVersion"], "kind": "AwsBinding",
        "metadata": {"name": world.binding, "labels": binding["metadata"]["labels"]}, "spec": binding["spec"],
    });
    world.apply(&[fresh]);
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}

/// The rows of `kubectl get KIND`, without the name: by the header's positions, since a cell may be empty.
fn rows(world: &World, kind: &str) -> Vec<Vec<String>> {
    let told = must(must(world.kubernetes.kubectl(&["get", &format!("{kind}.sluice.dev")], "")).good());
    let mut lines = told.lines();
    let header = lines.next().unwrap_or_default();
    let mut starts: Vec<usize> = Vec::new();
    for (at, letter) in header.char_indices() {
        if letter != ' ' && (at == 0 || header[..at].ends_with("  ")) {
            starts.push(at);
        }
    }
    let cell = |line: &str, index: usize| {
        let to = starts.get(index + 1).copied().unwrap_or(line.len()).min(line.len());
        line.get(starts[index].min(line.len())..to).unwrap_or_default().trim().to_owned()
    };
    std::iter::once(header)
        .chain(lines)
        .map(|line| (1..starts.len()).map(|index| cell(line, index)).collect())
        .collect()
}

/// What kubectl prints is what the golden tables of the planner's tests are made with.
#[track_caller]
fn assert_printed_alike(world: &World, kind: &str, header: &str) -> Vec<Vec<String>> {
    let definition = must(world.kubernetes.kubectl(&["get", "crd", &format!("{kind}.sluice.dev"), "-o", "json"], ""));
    let definition: Value = serde_json::from_str(&must(definition.good())).unwrap();
    let printed = rows(world, kind);
    assert_eq!(printed[0].join(" "), header);
    let without_age = |row: &[String]| row[..row.len() - 1].to_vec();
    let expected: Vec<Vec<String>> = must(world.kubernetes.list(kind))
        .iter()
        .map(|object| without_age(&cells(&definition, object, jiff::Timestamp::UNIX_EPOCH)))
        .collect();
    let seen: Vec<Vec<String>> = printed[1..].iter().map(|row| without_age(row)).collect();
    assert_eq!(seen, expected, "{kind}");
    seen
}

#[test]
fn kubectl_prints_the_tables_as_they_are_documented() {
    let world = World::new();
    let canary = json!({"canary": {"percentage": 20, "interval": "1s"}});
    world.release("shop:42", &group_with(&world, canary));
    world.wait_end("prod-1", "Succeeded");
    told_upward(&world, "Ready", "Running");
    world.change_revision("shop:43");
    world.wait_end("prod-2", "Failed");
    for message in told_upward(&world, "Stalled", "Held") {
        assert!(message.contains("shop:43 failed and is held; shop:42 serves"), "{message}");
    }
    let group =
        assert_printed_alike(&world, "deploymentgroups", "DESIRED SERVING STATUS STEP WEIGHT STRATEGY HEALTH AGE");
    assert_eq!(group[0][..3], ["shop:43", "shop:42", "Held"]);
    let application = assert_printed_alike(&world, "applications", "DESIRED SERVING STATUS AGE");
    assert_eq!(application[0], ["shop:43", "shop:42", "Held"]);
    let releases = assert_printed_alike(&world, "deployments", "REVISION GROUP STATUS STEP WEIGHT HEALTH AGE");
    assert_eq!((releases[0][2].as_str(), releases[1][2].as_str()), ("Succeeded", "RolledBack"));
    world.finish();
}
