//! What a pipeline is told, in each situation.

use jiff::Timestamp;
use serde_json::{Value, json};

use sluice_cli::arguments::Common;
use sluice_cli::awaited::{Aim, Awaited, Verdict, awaited};
use sluice_cli::changes::merge;
use sluice_cli::hints::Hints;
use sluice_cli::inventory::Inventory;

const NOW: &str = "2026-11-26T10:00:00Z";

fn merged(mut into: Value, patch: &Value) -> Value {
    merge(&mut into, patch);
    into
}

fn of_kind(kind: &str, name: &str, fields: &Value) -> Value {
    let base = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": "2026-11-26T09:00:00Z"},
    });
    merged(base, fields)
}

/// The group `prod`, of which this was answered last.
fn group(requested: &Value, fields: &Value) -> Value {
    let spec = json!({"applicationRef": "store", "aws": {"binding": "b", "region": "eu-west-1"}, "ecs": {"cluster": "c", "service": "s"}});
    let base = json!({"spec": spec, "status": {"requested": requested, "summary": {"serving": "shop:42", "status": "Running"}}});
    of_kind("DeploymentGroup", "prod", &merged(base, fields))
}

fn deployment(name: &str, fields: &Value) -> Value {
    let spec = json!({"groupRef": "prod", "revision": {"taskDefinition": "shop:43"}});
    of_kind("Deployment", name, &merged(json!({"spec": spec}), fields))
}

fn with_word(word: &str, fields: &Value) -> Value {
    let status = json!({"startedAt": NOW, "summary": {"status": word}, "message": "as it is"});
    merged(json!({"status": status}), fields)
}

fn ended(word: &str, fields: &Value) -> Value {
    with_word(word, &merged(json!({"status": {"completedAt": NOW, "state": "Failed"}}), fields))
}

fn condition(type_: &str, reason: &str, since: &str) -> Value {
    json!([{"type": type_, "status": "True", "reason": reason, "message": "say why", "lastTransitionTime": since}])
}

fn inventory(groups: &[Value], deployments: &[Value]) -> Inventory {
    let spec = json!({"spec": {"computePlatform": "ECS", "revision": {"taskDefinition": "shop:43"}}});
    Inventory {
        namespace: "shop".to_owned(),
        applications: vec![serde_json::from_value(of_kind("Application", "store", &spec)).unwrap()],
        groups: groups.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect(),
        deployments: deployments.iter().map(|one| serde_json::from_value(one.clone()).unwrap()).collect(),
    }
}

fn stand(inventory: &Inventory, name: &str, revision: Option<&str>) -> Vec<Awaited> {
    let aim = Aim::of(inventory, name, revision).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    awaited(inventory, &aim, &Hints::new("shop", &Common::default()), now)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_release_that_was_just_asked_for_is_not_taken_for_an_older_one_of_the_same_revision() {
    let earlier = "2026-11-26T08:00:00Z";
    let long_ago = json!({"metadata": {"creationTimestamp": earlier}, "status": {"completedAt": earlier}});
    let old = deployment("prod-3", &ended("RolledBack", &long_ago));
    let answered = |number: i64, revision: &str| json!({"taskDefinition": revision, "sequence": number});
    let adopted = json!({"taskDefinition": "shop:43", "sequence": 3, "adopted": true});
    let ready = json!({"status": {"conditions": condition("Ready", "Running", NOW)}});
    let stalled = |reason: &str, since: &str| json!({"status": {"conditions": condition("Stalled", reason, since)}});
    let remembered = json!({"status": {"history": [
        {"deployment": "prod-7", "revision": "shop:43", "state": "Succeeded", "completedAt": NOW}]}});
    let none = json!({});
    let failed = deployment(
        "prod-7",
        &ended(
            "RolledBack",
            &json!({"status": {"failure": {
        "stage": "rollout", "category": "infrastructure_failure", "code": "INFRASTRUCTURE_NETWORK_FAILURE", "retryable": true,
        "message": "no capacity", "hint": "wait"}}}),
        ),
    );
    let retrying = json!({"spec": {"retry": {"limit": 2, "backoff": "1m"}}});
    let second = deployment("prod-8", &with_word("Installing", &json!({"spec": {"retryOf": "prod-7"}})));
    let by_hand = deployment(
        "prod-retry-x",
        &ended(
            "Succeeded",
            &json!({"spec": {"retryOf": "prod-7"}, "status": {"completedAt": "2026-11-26T10:00:01Z", "state": "Succeeded"}}),
        ),
    );
    let in_progress = deployment("prod-7", &with_word("Shifting", &none));
    let succeeded = deployment("prod-7", &ended("Succeeded", &json!({"status": {"state": "Succeeded"}})));
    let table: Vec<(&str, Value, Vec<&Value>, Verdict, &str)> = vec![
        (
            "before the operator looked",
            group(&answered(5, "shop:42"), &none),
            vec![&old],
            Verdict::Underway,
            "has not answered yet",
        ),
        (
            "made and not seen yet",
            group(&answered(7, "shop:43"), &none),
            vec![&old],
            Verdict::Underway,
            "prod-7 is to release",
        ),
        (
            "in progress",
            group(&answered(7, "shop:43"), &none),
            vec![&old, &in_progress],
            Verdict::Underway,
            "prod-7 shop:43 Shifting: as it is",
        ),
        (
            "ended well",
            group(&answered(7, "shop:43"), &none),
            vec![&old, &succeeded],
            Verdict::Succeeded,
            "prod-7 shop:43 Succeeded",
        ),
        (
            "asked again while held",
            group(&answered(3, "shop:43"), &none),
            vec![&old],
            Verdict::RolledBack,
            "prod-3 shop:43 RolledBack",
        ),
        ("serves already", group(&adopted, &ready), vec![&old], Verdict::Succeeded, "nothing was released"),
        ("comes to serve", group(&adopted, &none), vec![&old], Verdict::Underway, "is to serve again"),
        (
            "no binding",
            group(&answered(5, "shop:42"), &stalled("NoBinding", earlier)),
            vec![],
            Verdict::NeedsPerson,
            "NoBinding: say why",
        ),
        (
            "no binding yet",
            group(&answered(5, "shop:42"), &stalled("NoBinding", NOW)),
            vec![],
            Verdict::Underway,
            "has not answered",
        ),
        (
            "held by an earlier one",
            group(&answered(5, "shop:42"), &stalled("Held", earlier)),
            vec![],
            Verdict::Underway,
            "has not answered",
        ),
        ("deleted since", group(&answered(7, "shop:43"), &remembered), vec![], Verdict::Succeeded, "was deleted since"),
        (
            "failed, not told yet",
            group(&answered(7, "shop:43"), &retrying),
            vec![&failed],
            Verdict::Underway,
            "may be tried again",
        ),
        ("failed, no retry", group(&answered(7, "shop:43"), &none), vec![&failed], Verdict::RolledBack, "prod-7"),
        (
            "tried again",
            group(&answered(7, "shop:43"), &retrying),
            vec![&failed, &second],
            Verdict::Underway,
            "prod-8 shop:43 Installing",
        ),
        (
            "tried again by hand",
            group(&answered(7, "shop:43"), &none),
            vec![&failed, &by_hand],
            Verdict::Succeeded,
            "prod-retry-x",
        ),
    ];
    for (what, group, deployments, verdict, words) in table {
        let deployments: Vec<Value> = deployments.into_iter().cloned().collect();
        let there = inventory(&[group], &deployments);
        for name in ["store", "group/prod"] {
            let awaited = stand(&there, name, None).remove(0);
            assert_eq!(awaited.verdict, verdict, "{what}: {awaited:#?}");
            assert!(awaited.line.contains(words), "{what}: {}", awaited.line);
        }
    }
    let there = inventory(&[group(&answered(5, "shop:42"), &none)], &[old]);
    let later = stand(&there, "store", Some("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:44")).remove(0);
    assert_eq!(
        (later.verdict, later.line.as_str()),
        (Verdict::Underway, "prod: waits for shop:44; shop:43 is asked for")
    );
}

#[test]
fn each_end_and_each_wait_for_a_person_has_its_exit_code_and_says_what_to_type() {
    let turned = json!({"status": {"rollback": {"trigger": "DEPLOYMENT_STOP_ON_REQUEST", "reason": "it was stopped", "startedAt": NOW}}});
    let failure = json!({"status": {"failure": {
        "stage": "verify", "category": "health_check_failure", "code": "DEPLOYMENT_VERIFICATION_FAILED", "retryable": false,
        "message": "3 tasks failed", "hint": "look at the logs"}}});
    let none = json!({});
    let gate = |name: &str, kind: &str| json!({"status": {"gates": [{"name": name, "kind": kind, "state": "Waiting", "since": NOW}]}});
    let stalled =
        json!({"status": {"conditions": condition("Stalled", "TaskDefinitionNotFound", "2026-11-26T09:59:00Z")}});
    let table: Vec<(Value, u8, &str)> = vec![
        (ended("Succeeded", &json!({"status": {"state": "Succeeded"}})), 0, "prod-7 succeeded: shop:42 serves in prod"),
        (ended("Replaced", &json!({"status": {"state": "Succeeded"}})), 0, "succeeded"),
        (ended("Failed", &failure), 1, "what to do: look at the logs"),
        (ended("RolledBack", &merged(failure.clone(), &turned)), 2, "prod-7 ended as RolledBack: 3 tasks failed"),
        (ended("Stopped", &turned), 2, "ended as Stopped: it was stopped"),
        (ended("Stopped", &none), 1, "to try it again: kubectl sluice retry prod-7"),
        (ended("Superseded", &none), 1, "ended as Superseded: as it is"),
        (ended("Superseded", &turned), 2, "ended as Superseded"),
        (ended("Rejected", &none), 1, "ended as Rejected"),
        (with_word("Shifting", &none), 3, ""),
        (with_word("Holding", &gate("0", "Hold")), 3, ""),
        (with_word("Queued", &gate("nights", "Window")), 3, ""),
        (with_word("Waiting", &gate("half", "Approval")), 4, "to approve half: kubectl sluice approve prod-7 half"),
        (
            with_word(
                "Waiting",
                &merged(
                    gate("half", "Approval"),
                    &json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}),
                ),
            ),
            3,
            "",
        ),
        (with_word("Queued", &gate("prod", "Suspend")), 4, "prod is suspended: kubectl sluice resume prod"),
        (with_word("Paused", &json!({"spec": {"paused": true}})), 4, "it is paused: kubectl sluice resume prod-7"),
        (with_word("Stalled", &stalled), 4, "kubectl sluice explain TaskDefinitionNotFound"),
    ];
    for (fields, code, words) in table {
        let there = inventory(&[group(&Value::Null, &none)], &[deployment("prod-7", &fields)]);
        let awaited = stand(&there, "prod-7", None).remove(0);
        assert_eq!(awaited.verdict.exit_code(), code, "{awaited:#?}");
        assert!(awaited.end.join("\n").contains(words), "{words}: {:#?}", awaited.end);
    }
}

#[test]
fn several_groups_end_with_the_first_failure_and_well_once_all_have() {
    use Verdict::{Failed, NeedsPerson, RolledBack, Succeeded, Underway};
    let table: [(&[Verdict], Verdict); 7] = [
        (&[Succeeded, Succeeded], Succeeded),
        (&[Succeeded, Underway], Underway),
        (&[Underway, RolledBack], RolledBack),
        (&[RolledBack, Failed], Failed),
        (&[NeedsPerson, Underway], NeedsPerson),
        (&[NeedsPerson, RolledBack], RolledBack),
        (&[], Underway),
    ];
    for (verdicts, expected) in table {
        assert_eq!(Verdict::of_all(verdicts.iter().copied()), expected, "{verdicts:?}");
    }
}

#[test]
fn groups_that_do_not_follow_their_application_are_not_waited_for() {
    let named = |name: &str, fields: Value| merged(group(&Value::Null, &fields), &json!({"metadata": {"name": name}}));
    let mut there = inventory(
        &[
            named("a", json!({})),
            named("b", json!({"spec": {"revision": {"taskDefinition": "shop:1"}}})),
            named("c", json!({})),
        ],
        &[],
    );
    let keys = |there: &Inventory| stand(there, "store", None).into_iter().map(|one| one.key).collect::<Vec<_>>();
    assert_eq!(keys(&there), ["a", "c"]);
    there.applications[0].spec.promotion = Some(serde_json::from_value(json!({"groups": ["c"]})).unwrap());
    assert_eq!(keys(&there), ["c"]);
    let unknown = Aim::of(&there, "stroe", None).unwrap_err().to_string();
    assert!(unknown.contains("did you mean store?"), "{unknown}");
}
