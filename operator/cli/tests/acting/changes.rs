//! What each verb makes of what it sees.

use serde_json::{Value, json};
use sluice_api::{Application, Deployment, DeploymentGroup, Revision};

use sluice_cli::arguments::Common;
use sluice_cli::changes::{
    Act, Asked, Back, Change, DeploymentView, Otherwise, Promote, approve, archive, deploy, merge, once, pause, pin,
    promote, resume, retry, rollback, skip, stop, suspend_group, unpin,
};
use sluice_cli::hints::Hints;
use sluice_cli::inventory::Inventory;
use sluice_cli::refusal::Refusal;

/// A verb that takes nothing but what it sees.
type Verb = fn(&DeploymentView<'_>) -> Result<Change, Refusal>;

const BEGAN: &str = "2026-11-26T10:00:00Z";

fn merged(mut into: Value, patch: &Value) -> Value {
    merge(&mut into, patch);
    into
}

/// `prod-7`, which releases shop:43 in place of shop:42, with these fields.
fn deployment(fields: &Value) -> Deployment {
    let base = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": "prod-7", "namespace": "shop", "resourceVersion": "10", "creationTimestamp": BEGAN},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:43"}},
    });
    serde_json::from_value(merged(base, fields)).unwrap()
}

/// Fields of one in progress: three increments, of which the second is held and waits for an approval then.
fn shifting(fields: &Value) -> Value {
    let step = |index: i32, name: Value, state: &str, approval: Value| json!({"index": index, "name": name, "weight": 20, "scale": 100, "hold": "5m", "state": state, "approval": approval});
    let status = json!({
        "startedAt": BEGAN, "state": "InProgress", "summary": {"status": "Holding", "revision": "shop:43"},
        "original": {"targetGroup": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/1", "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42"},
        "settings": group(&json!({}))["spec"],
        "steps": [
            step(0, Value::Null, "Completed", Value::Null),
            step(1, json!("half"), "Holding", json!({"timeout": "4h"})),
            step(2, json!("all"), "Pending", Value::Null),
        ],
    });
    merged(json!({"status": status}), fields)
}

fn ended(word: &str) -> Value {
    let state = if word == "Succeeded" { "Succeeded" } else { "Failed" };
    shifting(&json!({"status": {"completedAt": BEGAN, "state": state, "summary": {"status": word}}}))
}

fn gate(name: &str, kind: &str) -> Value {
    json!({"status": {"gates": [{"name": name, "kind": kind, "state": "Waiting", "since": BEGAN}]}})
}

fn group(fields: &Value) -> Value {
    let base = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup",
        "metadata": {"name": "prod", "namespace": "shop", "resourceVersion": "20"},
        "spec": {
            "applicationRef": "store", "aws": {"binding": "b", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "hooks": [{"name": "smoke", "event": "AfterStep", "onFailure": "Pause", "http": {"url": "https://a.example"}}],
            "alarms": {"names": ["shop-5xx"], "onAlarm": "Pause"},
        },
        "status": {"revision": "shop:42", "summary": {"serving": "shop:42", "status": "Running"}},
    });
    merged(base, fields)
}

fn hints() -> Hints {
    Hints::new("shop", &Common::default())
}

/// What a verb says of `prod-7` with these fields, and what it writes.
fn outcome(fields: &Value, verb: impl Fn(&DeploymentView<'_>) -> Result<Change, Refusal>) -> (Value, String) {
    let (deployment, hints) = (deployment(fields), hints());
    let group: DeploymentGroup = serde_json::from_value(group(&json!({}))).unwrap();
    told(verb(&DeploymentView { deployment: &deployment, group: Some(&group), hints: &hints }))
}

/// What is written, null where nothing is; and what is said.
fn told(change: Result<Change, Refusal>) -> (Value, String) {
    match change {
        Ok(Change { act: Act::Patch { spec, .. }, sentence, .. }) => (spec, sentence),
        Ok(Change { act: Act::Create(object), sentence, .. }) => (object["spec"].clone(), sentence),
        Ok(Change { act: Act::Nothing, sentence, .. }) => (Value::Null, sentence),
        Err(refusal) => (Value::Null, format!("refused: {refusal}")),
    }
}

#[track_caller]
fn expect((written, said): (Value, String), spec: &Value, words: &str) {
    assert_eq!(written, *spec, "{said}");
    assert!(said.contains(words), "{said}\nhas no: {words}");
}

#[test]
fn an_approval_is_of_what_is_named_or_of_the_one_thing_that_is_waited_for() {
    let at_half = shifting(&gate("half", "Approval"));
    let ready = shifting(&gate("Ready", "Ready"));
    let alarm = shifting(&gate("shop-5xx", "Alarm"));
    let given = merged(at_half.clone(), &json!({"spec": {"approvals": ["Ready", "half"]}}));
    let both = merged(
        at_half.clone(),
        &json!({"status": {"gates": [gate("half", "Approval")["status"]["gates"][0], gate("shop-5xx", "Alarm")["status"]["gates"][0]]}}),
    );
    let hook =
        shifting(&json!({"status": {"lifecycleEvents": [{"name": "AllowTraffic", "status": "InProgress", "hooks": [
        {"name": "smoke", "event": "AfterStep", "state": "Failed", "attempt": 1}]}]}}));
    let back = shifting(
        &json!({"status": {"rollback": {"trigger": "DEPLOYMENT_FAILURE", "reason": "3 tasks failed", "startedAt": BEGAN}}}),
    );
    let table: [(&Value, Option<&str>, Value, &str); 14] = [
        (&at_half, None, json!({"approvals": ["half"]}), "prod-7: approved step half"),
        (&ready, None, json!({"approvals": ["Ready"]}), "approved the wait before any traffic moves"),
        (&alarm, None, json!({"approvals": ["shop-5xx"]}), "left out of this release from then on"),
        (&hook, None, json!({"approvals": ["smoke"]}), "approved hook smoke, which failed"),
        (&at_half, Some("1"), json!({"approvals": ["1"]}), "approved 1"),
        (&at_half, Some("Ready"), json!({"approvals": ["Ready"]}), "in advance"),
        (&given, None, Value::Null, "refused: prod-7 waits for no approval now, it is Holding: to pass over"),
        (&given, Some("half"), Value::Null, "half is approved already"),
        (&given, Some("1"), Value::Null, "half is approved already"),
        (
            &both,
            None,
            Value::Null,
            "type one of kubectl sluice approve prod-7 half, kubectl sluice approve prod-7 shop-5xx",
        ),
        (
            &at_half,
            Some("hlaf"),
            Value::Null,
            "called hlaf: did you mean half? Write one of half, all, 0 to 2, or Ready",
        ),
        (&at_half, Some("0"), Value::Null, "prod-7 is past 0 already"),
        (
            &back,
            None,
            Value::Null,
            "refused: prod-7 is rolled back already, so that no approval is waited for: 3 tasks failed",
        ),
        (
            &ended("Succeeded"),
            None,
            Value::Null,
            "shop:42 serves in prod; to go back from it: kubectl sluice rollback prod-7",
        ),
    ];
    for (fields, word, spec, words) in table {
        expect(outcome(fields, |view| approve(view, word)), &spec, words);
    }
}

#[test]
fn a_skip_leads_forward_to_a_place_that_there_is() {
    let holding = shifting(&json!({}));
    let baking = shifting(&json!({"status": {"summary": {"status": "Baking"}, "steps": []}}));
    let ready = shifting(&merged(
        gate("Ready", "Ready"),
        &json!({"status": {"steps": [
        {"index": 0, "weight": 100, "scale": 100, "hold": "0s"}]}}),
    ));
    let skipped = merged(holding.clone(), &json!({"spec": {"skipTo": "Bake"}}));
    let installing = json!({"status": {"startedAt": BEGAN, "summary": {"status": "Installing"}}});
    let table: [(&Value, Option<&str>, Value, &str); 11] = [
        (&holding, None, json!({"skipTo": "all"}), "passes over holds and approvals up to step all"),
        (&holding, Some("End"), json!({"skipTo": "End"}), "each increment is still made and verified"),
        (&holding, Some("2"), json!({"skipTo": "all"}), "up to step all"),
        (&baking, None, json!({"skipTo": "End"}), "the bake among them"),
        (&ready, None, json!({"skipTo": "0"}), "up to step 0"),
        (&skipped, Some("all"), Value::Null, "up to Bake already"),
        (&skipped, Some("End"), json!({"skipTo": "End"}), "all waits"),
        (&holding, Some("half"), Value::Null, "is at step half or past it"),
        (
            &holding,
            Some("bake"),
            Value::Null,
            "has no step bake: did you mean Bake? Write one of half, all, 0 to 2, Bake or End",
        ),
        (&installing, None, Value::Null, "stands in no wait that can be skipped now, it is Installing"),
        (&ended("RolledBack"), None, Value::Null, "to try it again: kubectl sluice retry prod-7"),
    ];
    for (fields, place, spec, words) in table {
        expect(outcome(fields, |view| skip(view, place)), &spec, words);
    }
}

#[test]
fn a_promotion_passes_the_wait_where_it_stands_and_nothing_that_said_no() {
    let waits = |name: &str, kind: &str| shifting(&gate(name, kind));
    let queued = |name: &str, kind: &str| merged(gate(name, kind), &json!({"status": {"message": "waits"}}));
    let full = Promote { full: true, ..Promote::default() };
    let windows = Promote { ignore_windows: true, ..Promote::default() };
    let turn = Promote { ignore_promotion: true, ..Promote::default() };
    let now = Promote::default();
    let paused = shifting(&json!({"spec": {"paused": true}}));
    let table: [(Value, Promote, Value, &str); 12] = [
        (shifting(&json!({})), now, json!({"skipTo": "all"}), "up to step all"),
        (waits("half", "Approval"), now, json!({"approvals": ["half"]}), "approved step half"),
        (waits("half", "Approval"), full, json!({"skipTo": "End"}), "all waits"),
        (waits("shop-5xx", "Alarm"), now, Value::Null, "to go on all the same: kubectl sluice approve prod-7 shop-5xx"),
        (waits("shop-5xx", "Alarm"), full, Value::Null, "is held by shop-5xx"),
        (paused, now, Value::Null, "kubectl sluice resume prod-7"),
        (queued("nights", "Window"), now, Value::Null, "kubectl sluice promote prod-7 --ignore-windows"),
        (
            queued("nights", "Window"),
            windows,
            json!({"overrides": {"windows": "Ignore"}}),
            "begins outside of the windows",
        ),
        (queued("staging", "Promotion"), turn, json!({"overrides": {"promotion": "Ignore"}}), "before its turn"),
        (queued("prod", "Suspend"), now, Value::Null, "kubectl sluice resume prod"),
        (waits("half", "Approval"), windows, Value::Null, "has begun already"),
        (json!({"status": {"message": "behind prod-6"}}), now, Value::Null, "has not begun: behind prod-6"),
    ];
    for (fields, how, spec, words) in table {
        expect(outcome(&fields, |view| promote(view, how)), &spec, words);
    }
}

#[test]
fn what_holds_ends_or_puts_aside_says_what_follows_and_what_is_so_already() {
    let going = shifting(&json!({}));
    let paused = merged(going.clone(), &json!({"spec": {"paused": true}}));
    let stopped = merged(going.clone(), &json!({"spec": {"stop": {}}}));
    let first = merged(going.clone(), &json!({"status": {"original": null}}));
    let gone =
        shifting(&json!({"status": {"intent": {"operation": "DeleteTaskSet", "token": "t", "issuedAt": BEGAN}}}));
    let multi = shifting(
        &json!({"status": {"multi": {"wait": "1h", "siblings": [{"group": "b", "deployment": "b-7", "uid": "u"}]}}}),
    );
    let archived = merged(ended("Succeeded"), &json!({"spec": {"archived": true}}));
    let table: [(&Value, Verb, Value, &str); 16] = [
        (&going, pause, json!({"paused": true}), "traffic stays where it is"),
        (&json!({}), pause, json!({"paused": true}), "it does not begin"),
        (&paused, pause, Value::Null, "paused already; to let it go on: kubectl sluice resume prod-7"),
        (&gone, pause, Value::Null, "refused: prod-7 has all traffic and its original goes already"),
        (&paused, resume, json!({"paused": false}), "goes on"),
        (&going, resume, Value::Null, "is not paused: it is Holding"),
        (&going, stop, json!({"stop": {}}), "its traffic returns to shop:42, and shop:43 is held"),
        (&first, stop, json!({"stop": {}}), "nothing before it to return to"),
        (&json!({}), stop, json!({"stop": {}}), "ends without having begun"),
        (&multi, stop, json!({"stop": {}}), "so do those that are released as one with it: b-7"),
        (&stopped, stop, Value::Null, "was asked to stop already"),
        (
            &gone,
            stop,
            Value::Null,
            "no way back by a stop: once it has ended, go back by kubectl sluice rollback prod-7",
        ),
        (&ended("Succeeded"), |one| archive(one, false), json!({"archived": true}), "archive prod-7 --undo"),
        (&archived, |one| archive(one, false), Value::Null, "is archived already"),
        (&archived, |one| archive(one, true), json!({"archived": false}), "no longer archived"),
        (&going, |one| archive(one, false), Value::Null, "to end it: kubectl sluice stop prod-7"),
    ];
    for (fields, verb, spec, words) in table {
        expect(outcome(fields, verb), &spec, words);
    }
    let group: DeploymentGroup = serde_json::from_value(group(&json!({}))).unwrap();
    expect(told(Ok(suspend_group(&group, &hints()))), &json!({"suspend": true}), "kubectl sluice resume group/prod");
}

/// A namespace with the Application `store` at this revision, its group with these fields, and these Deployments.
fn inventory(revision: &Value, group_fields: &Value, deployments: Vec<Deployment>) -> Inventory {
    let application: Application = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Application",
        "metadata": {"name": "store", "namespace": "shop", "resourceVersion": "1"},
        "spec": {"computePlatform": "ECS", "revision": revision},
    }))
    .unwrap();
    let group = serde_json::from_value(group(group_fields)).unwrap();
    Inventory { namespace: "shop".to_owned(), applications: vec![application], groups: vec![group], deployments }
}

fn task_definition(name: &str) -> Asked {
    Asked::Revision(Box::new(Revision::of(name)))
}

fn images(family: Option<&str>) -> Asked {
    let containers = vec![("web".to_owned(), "shop:2".to_owned())];
    Asked::Images { family: family.map(str::to_owned), containers, source: None }
}

#[test]
fn a_revision_that_is_asked_for_replaces_what_was_and_says_what_follows() {
    let named = json!({"taskDefinition": "shop:42", "source": {"commitSha": "1234567"}});
    let imaged = json!({"images": {"family": "shop", "containers": {"web": "shop:1", "log": "log:1"}}});
    let in_progress =
        |concurrency: &str| json!({"spec": {"concurrency": concurrency}, "status": {"current": "prod-6"}});
    let none = json!({});
    let table: [(&Value, Value, Asked, Value, &str); 10] = [
        (
            &named,
            none.clone(),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43", "source": null}),
            "store: shop:42 -> shop:43; prod releases it",
        ),
        (
            &json!({"taskDefinition": "shop:42"}),
            none.clone(),
            task_definition("shop:42"),
            Value::Null,
            "asks for shop:42 already",
        ),
        (
            &Value::Null,
            none.clone(),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43"}),
            "store: nothing -> shop:43",
        ),
        (
            &named,
            none.clone(),
            images(None),
            json!({"taskDefinition": null, "source": null, "images": {"family": "shop", "containers": {"web": "shop:2"}}}),
            "shop with web=shop:2",
        ),
        (
            &imaged,
            none.clone(),
            images(None),
            json!({"images": {"containers": {"web": "shop:2", "log": null}}}),
            "-> shop with web=shop:2",
        ),
        (&Value::Null, none.clone(), images(None), Value::Null, "refused: --image: it is not known of which family"),
        (
            &named,
            in_progress("Queue"),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43", "source": null}),
            "it waits until prod-6 has ended",
        ),
        (
            &named,
            in_progress("Supersede"),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43", "source": null}),
            "it turns prod-6 round",
        ),
        (
            &named,
            json!({"spec": {"suspend": true}}),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43", "source": null}),
            "nothing begins before kubectl sluice resume group/prod",
        ),
        (
            &named,
            json!({"spec": {"revision": {"taskDefinition": "shop:40"}}}),
            task_definition("shop:43"),
            json!({"taskDefinition": "shop:43", "source": null}),
            "prod is pinned to shop:40 and does not follow; no group releases it",
        ),
    ];
    for (revision, group, asked, patch, words) in table {
        let there = inventory(revision, &group, Vec::new());
        let spec = if patch.is_null() { Value::Null } else { json!({"revision": patch}) };
        expect(told(deploy(&there.applications[0], &asked, &there, &hints())), &spec, words);
    }
}

#[test]
fn a_group_is_pinned_and_let_go_and_one_deployment_is_made_otherwise() {
    let there = inventory(&json!({"taskDefinition": "shop:42"}), &json!({}), Vec::new());
    let (group, hints) = (&there.groups[0], hints());
    let pinned = told(pin(group, &task_definition("shop:43"), &there, &hints));
    expect(
        pinned,
        &json!({"revision": {"taskDefinition": "shop:43"}}),
        "whatever store says, until kubectl sluice deploy group/prod --unpin",
    );
    expect(told(Ok(unpin(group, &there))), &Value::Null, "follows store already");
    let otherwise = Otherwise {
        strategy: Some("CodeDeployDefault.ECSAllAtOnce".to_owned()),
        no_hooks: true,
        ignore_windows: true,
        ..Otherwise::default()
    };
    let spec = json!({
        "groupRef": "prod", "revision": {"taskDefinition": "shop:43"},
        "overrides": {"deploymentConfig": {"name": "CodeDeployDefault.ECSAllAtOnce"}, "hooks": "None", "windows": "Ignore"},
    });
    let made = told(once(group, &task_definition("shop:43"), &otherwise, &there, &hints));
    expect(made, &spec, "prod releases shop:43 once; shop:42 stays what is asked for");
}

#[test]
fn a_further_try_names_the_first_and_is_made_once() {
    let failed = deployment(&ended("RolledBack"));
    let again =
        deployment(&merged(json!({"metadata": {"name": "prod-retry-x"}, "spec": {"retryOf": "prod-7"}}), &json!({})));
    let mut back = deployment(&merged(ended("Failed"), &json!({"spec": {"rollbackOf": "prod-6"}})));
    back.spec.revision = None;
    let revision = json!({"taskDefinition": "shop:43"});
    let table = [
        (
            &failed,
            vec![],
            json!({"groupRef": "prod", "revision": revision, "retryOf": "prod-7"}),
            "shop:43 is tried again in prod",
        ),
        (&failed, vec![again], Value::Null, "tried again already, by prod-retry-x"),
        (&back, vec![], json!({"groupRef": "prod", "rollbackOf": "prod-6"}), "is tried again"),
        (
            &deployment(&ended("Succeeded")),
            vec![],
            Value::Null,
            "kubectl sluice deploy prod --once --task-definition shop:43",
        ),
        (&deployment(&shifting(&json!({}))), vec![], Value::Null, "has not ended, it is Holding"),
    ];
    for (deployment, others, spec, words) in table {
        let there = inventory(&revision, &json!({}), others);
        let hints = hints();
        let view = DeploymentView { deployment, group: there.groups.first(), hints: &hints };
        expect(told(retry(&view, &there)), &spec, words);
    }
}

#[test]
fn to_go_back_names_the_deployment_that_replaced_what_is_wanted() {
    let record = |name: &str, revision: &str, replaced: Value, state: &str| json!({"deployment": name, "revision": revision, "replaced": replaced, "state": state, "completedAt": BEGAN});
    let history = json!({"status": {"revision": "shop:42", "history": [
        record("prod-6", "shop:42", json!("shop:41"), "Succeeded"),
        record("prod-5", "shop:40", json!("shop:41"), "Failed"),
        record("prod-4", "shop:41", json!("shop:39"), "Succeeded"),
        record("prod-1", "shop:39", Value::Null, "Succeeded"),
    ]}});
    let fallen = merged(history.clone(), &json!({"status": {"revision": "shop:41"}}));
    let going = || vec![deployment(&shifting(&json!({})))];
    let from = |name: &str| Back::From(Some(name.to_owned()));
    let to = |name: &str| Back::To(name.to_owned());
    let back = |of: &str| json!({"groupRef": "prod", "rollbackOf": of});
    let waits = deployment(&json!({}));
    let asks =
        deployment(&json!({"metadata": {"name": "prod-back-x"}, "spec": {"revision": null, "rollbackOf": "prod-6"}}));
    let table = [
        (
            &history,
            vec![],
            Back::From(None),
            back("prod-6"),
            "goes back from prod-6 to shop:41, as a release by its own strategy",
        ),
        (
            &history,
            going(),
            Back::From(None),
            back("prod-7"),
            "prod-7 is rolled back: its traffic returns to shop:42, and nothing is released",
        ),
        (&history, vec![], from("prod-4"), back("prod-4"), "to shop:39"),
        (&history, vec![], from("prod-1"), Value::Null, "prod-1 replaced nothing"),
        (&history, vec![], from("prd-6"), Value::Null, "knows no Deployment prd-6: did you mean prod-6?"),
        (
            &history,
            vec![waits],
            from("prod-7"),
            Value::Null,
            "has not begun, and replaced nothing yet: to end it: kubectl sluice stop prod-7",
        ),
        (&history, vec![asks], Back::From(None), Value::Null, "prod-back-x goes back from prod-6 already"),
        (&fallen, vec![], Back::From(None), Value::Null, "shop:41 serves in prod already"),
        (&history, vec![], to("prod-4"), back("prod-6"), "to shop:41"),
        (&history, vec![], to("shop:39"), back("prod-4"), "to shop:39"),
        (&history, going(), to("shop:42"), back("prod-7"), "its traffic returns to shop:42"),
        (
            &history,
            vec![],
            to("shop:12"),
            json!({"groupRef": "prod", "revision": {"taskDefinition": "shop:12"}}),
            "releases shop:12 once",
        ),
        (&history, vec![], to("prod-9"), Value::Null, "knows no Deployment prod-9"),
        (&history, vec![], Back::LastGood, back("prod-6"), "to shop:41"),
        (&history, going(), Back::LastGood, back("prod-7"), "its traffic returns to shop:42"),
        (&json!({}), vec![], Back::LastGood, Value::Null, "remembers no other revision that was released well"),
        (&json!({}), vec![], Back::From(None), Value::Null, "remembers no release that replaced something"),
    ];
    for (group, deployments, how, spec, words) in table {
        let there = inventory(&json!({"taskDefinition": "shop:42"}), group, deployments);
        expect(told(rollback(&there.groups[0], &how, &there, &hints())), &spec, words);
    }
}
