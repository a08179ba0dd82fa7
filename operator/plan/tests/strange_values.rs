//! Values that nobody means: such as the definitions let through, or as an older definition may have. Each is refused with its
//! field, what was found and what to write, before anything in AWS is touched, or does no harm.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sluice_api::{
    AwsBindingSpec, Concurrency, Deployment, DeploymentGroupSpec, DeploymentRecord, LastRequest, Reason,
    RollbackTrigger, Share, State,
};
use sluice_plan::admission::bindings::authorize_arns;
use sluice_plan::admission::input::check_input;
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};
use sluice_plan::admission::succession::{Terms, newer};
use sluice_plan::begin::overrides::{settings_for, told_of};
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::begin::schedule::{resolve, unknown};
use sluice_plan::group::retry;
use sluice_plan::group::rollback_of::released;
use sluice_plan::observation::{Observation, RouteState, Weight};
use sluice_plan::{Newer, Refusal};

use crate::support::fixture::{definition, midnight, outsider, settings, target_group, test_rule};
use crate::support::{Event, Run, World};

/// A Deployment of the group `prod`, as the API server hands it over; or what it is that cannot be read.
fn deployment(name: &str, spec: &Value) -> Result<Deployment, String> {
    let mut full = json!({"groupRef": "prod"});
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    let object = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "creationTimestamp": midnight()}, "spec": full,
    });
    serde_json::from_value(object).map_err(|error| error.to_string())
}

/// What becomes of a value.
#[derive(Clone, Copy, Debug)]
enum Comes {
    /// No release begins with it, and these words are told.
    Refused(&'static [&'static str]),
    /// It is taken, and moves the traffic by these shares at last.
    Moves(&'static str),
}

use Comes::{Moves, Refused};

const NO_SHARE: &[&str] = &["is not a share", "such as 10, or a string with one decimal such as \"12.5%\""];
const NO_DURATION: &[&str] = &["is not a duration", "such as 90s, 5m or 1h30m"];
const NO_NAME: &[&str] =
    &["spec.overrides.deploymentConfig.name: there is no configuration", "there are", "CodeDeployDefault.ECSAllAtOnce"];
const NO_FORM: &[&str] = &["spec.overrides.deploymentConfig: it has no form", "use canary, linear, allAtOnce or steps"];
const ONE_LINE: &[&str] = &["spec.overrides.deploymentConfig.steps", "write a name in one line"];

/// How a configuration in `overrides` is refused.
fn refused(config: &Value) -> Option<String> {
    let spec = json!({"revision": {"taskDefinition": "shop:42"}, "overrides": {"deploymentConfig": config}});
    let deployment = match deployment("prod-2", &spec) {
        Ok(deployment) => deployment,
        Err(unread) => return Some(unread),
    };
    let mut group: DeploymentGroupSpec = settings(1);
    // Nothing but what is overridden is strange.
    group.load_balancer.target_groups.clear();
    group.load_balancer.production_routes.clear();
    let settings = settings_for(&deployment, &group);
    if let Err(refusal) = check_input(&settings) {
        return Some(told_of(&deployment, refusal).message);
    }
    let reference = settings.deployment_config.as_ref();
    let is_known = resolve(reference, None).is_some();
    (!is_known).then(|| told_of(&deployment, unknown(reference, &["slow".to_owned()])).message)
}

#[test]
fn a_strange_configuration_of_one_deployment_is_refused_in_its_field_or_moves_all_traffic_in_order() {
    let step = |weight: Value| json!({"steps": [{"weight": weight}, {"weight": 100}]});
    let named = |name: &str| json!({"steps": [{"name": name, "weight": 50}, {"weight": 100}]});
    let held = |hold: &str| json!({"canary": {"percentage": 10, "interval": hold}});
    let table: Vec<(Value, Comes)> = vec![
        (json!({"name": "codedeploydefault.ecsallatonce"}), Refused(NO_NAME)),
        (json!({"name": "CodeDeployDefault.ECSAllAtOnces"}), Refused(NO_NAME)),
        (json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minutess"}), Refused(NO_NAME)),
        (json!({"name": "CodeDeployDefault.ECSLinear10PercentEvery01Minutes"}), Refused(NO_NAME)),
        (json!({"name": "CodeDeployDefault.LambdaAllAtOnce"}), Refused(NO_NAME)),
        (json!({"name": "CodeDeployDefault.ECS\u{0410}llAtOnce"}), Refused(NO_NAME)),
        (json!({"name": "slow "}), Refused(NO_NAME)),
        (json!({"name": ""}), Refused(NO_NAME)),
        (json!({}), Refused(NO_FORM)),
        (json!({"mirror": {"percentage": 10}}), Refused(NO_FORM)),
        (json!({"canary": {"percentage": 10, "interval": "5m", "holds": "5m"}}), Refused(&["unknown field `holds`"])),
        (step(json!("0.05%")), Refused(NO_SHARE)),
        (step(json!("\u{ff11}\u{ff10}%")), Refused(NO_SHARE)),
        (step(json!("10 %")), Refused(NO_SHARE)),
        (step(json!("1e1%")), Refused(NO_SHARE)),
        (step(json!(u64::MAX)), Refused(NO_SHARE)),
        (step(json!(-1)), Refused(NO_SHARE)),
        (step(json!("")), Refused(NO_SHARE)),
        (held(""), Refused(NO_DURATION)),
        (held("-5m"), Refused(NO_DURATION)),
        (held("5"), Refused(NO_DURATION)),
        (held("\u{221e}"), Refused(NO_DURATION)),
        (held("9999999999h"), Refused(NO_DURATION)),
        (held("99999999999999999999h"), Refused(NO_DURATION)),
        (named("half\u{202e}"), Refused(ONE_LINE)),
        (named("half\nall is well"), Refused(ONE_LINE)),
        // Odd, and clear.
        (json!({"name": "CodeDeployDefault.ECSCanary10Percent5Minute"}), Moves("10 100")),
        (held("0s"), Moves("10 100")),
        (json!({"canary": {"percentage": "99.9%", "interval": "0s"}}), Moves("99.9 100")),
        (json!({"linear": {"percentage": "33.3%", "interval": "0s"}}), Moves("33.3 66.6 99.9 100")),
        (json!({"linear": {"percentage": 100, "interval": "0s"}}), Moves("100")),
        (step(json!("0.1%")), Moves("0.1 100")),
        (step(json!("10.0%")), Moves("10 100")),
        (named("half "), Moves("50 100")),
        (named("R\u{435}ady"), Moves("50 100")),
        (named("0x1"), Moves("50 100")),
        (named("$(reboot)'; exit"), Moves("50 100")),
        (json!({"steps": [{"weight": 1, "scale": 1}, {"weight": 2, "scale": 2}, {"weight": 100}]}), Moves("1 2 100")),
    ];
    for (config, comes) in &table {
        let refusal = refused(config);
        match comes {
            Refused(words) => {
                let told = refusal.unwrap_or_else(|| panic!("it is taken: {config}"));
                assert!(words.iter().all(|word| told.contains(word)), "{config}: {told}");
                assert!(told.chars().count() <= 400, "{config}: {told}");
            }
            Moves(shares) => {
                assert_eq!(refusal, None, "{config}");
                let run = Run::new(World::new(1, 4), config).run();
                assert_eq!(run.progress.state, State::Succeeded, "{config}: {}", run.log.text());
                let weights: Vec<String> = run.progress.steps.iter().map(|step| step.weight.to_string()).collect();
                assert_eq!(weights.join(" "), *shares, "{config}");
                // What is told to be pasted into a shell has nothing in it that a shell would obey.
                let commands = run.progress.gates.iter().map(|gate| &gate.name);
                assert!(commands.clone().all(|name| !name.contains(['$', '\'', ' '])), "{:?}", run.progress.gates);
            }
        }
    }
}

#[test]
fn what_is_held_for_as_long_as_can_be_written_ends_when_someone_ends_it() {
    let longest = json!({"canary": {"percentage": "0.1%", "interval": "99999h99999m999999s"}});
    assert_eq!(refused(&longest), None);
    let run = |event| {
        let mut run = Run::new(World::new(1, 4), &longest).at(600, event);
        run.settings.bake = "99999h99999m999999s".parse().unwrap();
        run.settings.progress_deadline = "99999h99999m999999s".parse().unwrap();
        run.at(900, Event::Stop).run()
    };
    for (event, share) in [(Event::Stop, Share::from_tenths(1)), (Event::SkipTo("Bake"), Share::ALL)] {
        let run = run(event);
        assert_eq!(run.progress.state, State::Stopped, "{event:?}: {}", run.log.text());
        let highest = run.progress.steps.iter().filter(|step| step.verified_at.is_some()).map(|step| step.weight).max();
        assert_eq!(highest, Some(share), "{event:?}");
        assert_eq!(run.progress.rollback.as_ref().map(|it| it.trigger), Some(RollbackTrigger::StopOnRequest));
    }
}

#[test]
fn a_word_that_is_none_of_an_override_is_no_override() {
    for (overrides, words) in [
        (json!({"hooks": "none"}), "expected `None` or `Group`"),
        (json!({"hooks": ""}), "expected `None` or `Group`"),
        (json!({"alarms": "Off"}), "expected `None` or `Group`"),
        (json!({"alarms": false}), "expected"),
        (json!({"windows": "ignore"}), "expected `Ignore`"),
        (json!({"promotion": "Skip"}), "expected `Ignore`"),
    ] {
        let spec = json!({"revision": {"taskDefinition": "shop:42"}, "overrides": overrides});
        let told = deployment("prod-2", &spec).expect_err("it is taken");
        assert!(told.contains(words), "{overrides}: {told}");
    }
}

/// A Deployment that replaced `shop:41`, failed, and may be tried again.
fn failed(name: &str, retry_of: Option<&str>) -> Deployment {
    let mut failed =
        deployment(name, &json!({"revision": {"taskDefinition": "shop:42"}, "retryOf": retry_of})).unwrap();
    let (label, number) = ("sluice.dev/sequence".to_owned(), name.trim_start_matches("prod-").to_owned());
    failed.metadata.labels = Some([("sluice.dev/group".to_owned(), "prod".to_owned()), (label, number)].into());
    let original = json!({"taskSet": "ecs-svc/41", "taskDefinition": definition(41), "targetGroup": "a"});
    failed.status = serde_json::from_value(json!({
        "state": "Failed", "startedAt": midnight(), "completedAt": midnight() + SignedDuration::from_mins(1),
        "original": original,
        "failure": {
            "stage": "rollout", "category": "unknown_failure", "code": "INFRASTRUCTURE_NETWORK_FAILURE",
            "retryable": true, "message": "no capacity", "hint": "",
        },
    }))
    .unwrap();
    failed
}

#[test]
fn a_strange_name_of_another_deployment_is_refused_in_its_field_and_goes_back_to_nothing() {
    let record = |name: &str, replaced: &str| -> DeploymentRecord {
        let record = json!({"deployment": name, "revision": "shop:42", "state": "Succeeded", "replaced": replaced, "completedAt": midnight()});
        serde_json::from_value(record).unwrap()
    };
    let history = [record("prod-1", "shop:41"), record("prod-1", "shop:7")];
    let names = [
        "",
        "prod",
        "prod-",
        "prod-01",
        "prod-1 ",
        "Prod-1",
        "prod-\u{ff11}",
        "prod\u{2010}1",
        "other/prod-1",
        "../prod-1",
        "prod-99999999999999999999",
        "*",
        "null",
    ];
    for name in names {
        let back = deployment("back", &json!({"rollbackOf": name})).unwrap();
        let refusal = released(&back, None, &history).unwrap_err();
        assert_eq!(refusal.reason, Reason::InvalidValue, "{name:?}");
        let told =
            format!("spec.rollbackOf: there is no Deployment {name}, and group prod remembers none: name one of");
        assert!(refusal.message.starts_with(&told), "{name:?}: {}", refusal.message);
    }
    // What is remembered twice is what was remembered last.
    let back = deployment("back", &json!({"rollbackOf": "prod-1"})).unwrap();
    assert_eq!(released(&back, None, &history).unwrap().task_definition, "shop:41");
    let itself = deployment("back", &json!({"rollbackOf": "back"})).unwrap();
    let refusal = released(&itself, Some(&itself), &history).unwrap_err();
    assert!(refusal.message.starts_with("spec.rollbackOf: back has not begun"), "{}", refusal.message);
    // One that went back is gone back from as any other, and to a revision by its number, whatever account an ARN has.
    let mut another = failed("prod-2", None);
    let elsewhere = "arn:aws:ecs:us-east-1:999999999999:task-definition/shop:40";
    another.status.as_mut().unwrap().original.as_mut().unwrap().task_definition = elsewhere.to_owned();
    let back = deployment("back", &json!({"rollbackOf": "prod-2"})).unwrap();
    assert_eq!(released(&back, Some(&another), &history).unwrap().task_definition, "shop:40");
}

#[test]
fn a_strange_retry_of_is_refused_or_is_tried_no_more_often_than_the_limit_says() {
    let mut group: DeploymentGroupSpec = settings(1);
    group.retry = Some(serde_json::from_value(json!({"limit": 2, "backoff": "1m"})).unwrap());
    let of = |one: &Deployment, named: &Deployment| retry::check(one, Some(named)).map_err(|refusal| refusal.message);
    let mut elsewhere = failed("prod-1", None);
    elsewhere.spec.group_ref = "other".to_owned();
    let mut of_another = failed("prod-1", None);
    of_another.spec.revision = Some(sluice_api::Revision::of("shop:7"));
    let own = failed("prod-2", Some("prod-2"));
    for (one, named, words) in [
        (&own, &own, "is itself, and no earlier try"),
        (&failed("prod-2", Some("prod-1")), &elsewhere, "is of group other"),
        (&failed("prod-2", Some("prod-1")), &of_another, "released shop:7"),
    ] {
        let told = of(one, named).unwrap_err();
        assert!(told.starts_with("spec.retryOf: ") && told.contains(words), "{told}");
        assert!(told.contains("name a Deployment of group prod that released shop:42, or leave it out"), "{told}");
    }
    // Names that no earlier try of this group has: what the operator did not make, it does not make again.
    let names = [
        "by-hand",
        "prod-2",
        "prod-3",
        "prod-99",
        "prod-0",
        "prod--1",
        "prod-01",
        "prod-+1",
        "prod-\u{ff11}",
        "prod-9999999999999999999",
        "other-1",
        "prod",
    ];
    let next = |retry_of| {
        let requested =
            LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 2, adopted: false };
        retry::next(&group, Some("shop:42"), Some(&requested), &[failed("prod-2", retry_of)])
    };
    for name in names {
        assert_eq!(next(Some(name)), None, "{name}");
    }
    assert_eq!(next(Some("prod-1")).map(|retry| retry.number), Some(2));
    assert_eq!(next(None).map(|retry| retry.number), Some(1));
}

/// Deployments of one service as nobody makes them: of one second, with numbers at the ends of what there is, with checks of other
/// generations, with flags that contradict each other, and of groups whose names look alike.
fn odd_entries() -> Vec<Entry> {
    let plain = |name: &str, second: i64| Entry {
        uid: name.to_owned(),
        namespace: "shop".to_owned(),
        group: "prod".to_owned(),
        name: name.to_owned(),
        revision: "shop:42".to_owned(),
        created_at: midnight() + SignedDuration::from_secs(second),
        sequence: None,
        started: false,
        ended: false,
        held: false,
        ready: Some([3, 7]),
        fixed: false,
        baking: false,
        superseded_in_a_row: 0,
    };
    vec![
        plain("a", 5),
        plain("A", 5),
        Entry { sequence: Some(9_999_999_999), ..plain("prod-9999999999", 5) },
        Entry { sequence: Some(1), ..plain("prod-1", 5) },
        Entry { ready: Some([-1, i64::MAX]), ..plain("b", 6) },
        Entry { ready: None, held: true, ..plain("c", 9) },
        Entry { group: "Prod".to_owned(), ..plain("d", 9) },
        Entry { namespace: "shop/prod".to_owned(), ..plain("e", 9) },
        Entry { ended: true, baking: true, ..plain("f", 9) },
        Entry { revision: String::new(), ..plain("g", -86_400) },
    ]
}

// S6 OneActive
#[test]
fn of_odd_deployments_of_one_group_one_begins_at_most_and_none_beside_another_or_by_another_group() {
    let terms = |concurrency| Terms { concurrency, group_generation: 3, binding_generation: 7 };
    let all = [Concurrency::Queue, Concurrency::EndBake, Concurrency::Supersede, Concurrency::Reject];
    let of_the_group = |one: &Entry| one.group == "prod" && one.namespace == "shop";
    let (odd, mut begun) = (odd_entries(), Vec::new());
    for active in std::iter::once(None).chain((0..odd.len()).map(Some)) {
        for superseded in [i32::MIN, 0, 4, 5, i32::MAX] {
            let mut entries = odd.clone();
            if let Some(index) = active {
                let one = &mut entries[index];
                (one.started, one.ended, one.superseded_in_a_row) = (true, false, superseded);
            }
            for concurrency in all {
                let mut seen = Vec::new();
                // In whatever order they are listed. One that is held tries again by itself, and lets the others pass.
                for _ in 0..entries.len() {
                    entries.rotate_left(1);
                    let begins = |one: &&Entry| {
                        of_the_group(one)
                            && !one.held
                            && decide(&entries, &one.uid, concurrency) == QueueDecision::Start
                    };
                    let mut starts: Vec<&str> = entries.iter().filter(begins).map(|one| one.name.as_str()).collect();
                    starts.sort_unstable();
                    let asks = active.and_then(|index| {
                        let (newer, by) = newer(&entries, &odd[index].uid, terms(concurrency))?;
                        assert!(of_the_group(by) && !by.held && by.ready == Some([3, 7]), "{by:?}");
                        let is_too_many = newer == Newer::Supersedes && superseded >= 5;
                        assert!(!is_too_many, "{superseded}");
                        Some((newer, by.name.clone()))
                    });
                    seen.push((starts.iter().map(ToString::to_string).collect::<Vec<_>>(), asks));
                }
                seen.dedup();
                let [(starts, _)] = &seen[..] else { panic!("it hangs on the order of a list: {seen:?}") };
                assert!(starts.len() <= usize::from(active.is_none()), "{active:?}, {concurrency:?}: {starts:?}");
                begun.extend(starts.clone());
            }
        }
    }
    begun.dedup();
    assert_eq!(begun, ["b"], "the newest that nothing holds");
}

const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// Refusals of a group with this test route, before AWS is asked for anything.
fn admitted(route: &Value) -> Result<(), Refusal> {
    let mut group = serde_json::to_value(settings(1)).unwrap();
    group["loadBalancer"] = json!({
        "targetGroups": [
            format!("{ELB}:targetgroup/shop-a/73e2d6bc24d8a067"), format!("{ELB}:targetgroup/shop-b/9f1c2e7b55aa0013"),
        ],
        "productionRoutes": [{"listener": format!("{ELB}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2")}],
        "testRoute": route,
    });
    let group: DeploymentGroupSpec = serde_json::from_value(group).unwrap();
    let binding: AwsBindingSpec = serde_json::from_value(json!({
        "identity": "operator", "namespaceSelector": {}, "regions": ["eu-west-1"],
        "allowedArns": ["arn:aws:ecs:*:service/prod/*", format!("{ELB}:*/shop*")],
    }))
    .unwrap();
    check_input(&group)?;
    authorize_arns(&binding, &group, "123456789012")
}

#[test]
fn a_strange_test_route_is_refused_before_aws_is_asked_for_it() {
    let listener = |text: &str| json!({"listener": text});
    let good = format!("{ELB}:listener/app/shop/50dc6c495c0c9188/aaaaaaaaaaaaaaaa");
    let with = |from: &str, to: &str| listener(&good.replace(from, to));
    let not_one = "is not what it should be";
    let not_admitted = "allowedArns";
    let table = [
        (with("123456789012", "999999999999"), not_admitted),
        (with("123456789012", "12345678901"), not_one),
        (with("123456789012", "\u{0661}23456789012"), not_one),
        (with("123456789012", ""), not_one),
        (with("eu-west-1", "us-east-1"), "is of region us-east-1, and spec.aws.region is eu-west-1"),
        (with("arn:aws:", "arn:aws-cn:"), not_admitted),
        (with("arn:aws:", "arn:awſ:"), not_one),
        (with("elasticloadbalancing", "ecs"), not_one),
        (with("app/shop", "app/*"), not_one),
        (with("app/shop", "app/sh\u{43e}p"), not_one),
        (with("app/shop", "app/victim"), not_admitted),
        (with("app/shop", "gwy/other"), not_admitted),
        (with("aaaaaaaaaaaaaaaa", "AAAAAAAAAAAAAAAA"), not_one),
        (with("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa,x"), not_one),
        (with("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa\n"), not_one),
        (listener(""), not_one),
        (json!({}), "write either listenerRule or listener"),
        (json!({"listener": good, "listenerRule": good}), "write either listenerRule or listener"),
        (json!({"listenerRule": good}), "write the ARN of a listener rule"),
        (listener(&format!("{ELB}:targetgroup/shop-a/73e2d6bc24d8a067")), "write the ARN of a listener"),
        (json!({"listener": good, "url": "https://test\u{202e}.example.com"}), "testRoute.url"),
        (json!({"listener": good, "url": "https://test.example.com/\r\nHost: other"}), "testRoute.url"),
    ];
    assert_eq!(admitted(&listener(&good)), Ok(()));
    for (route, words) in table {
        let refusal = admitted(&route).expect_err(&route.to_string());
        assert!(refusal.message.starts_with("spec.loadBalancer.testRoute"), "{route}: {}", refusal.message);
        assert!(refusal.message.contains(words), "{route}: {}", refusal.message);
    }
}

// S16 Tenant
#[test]
fn a_function_of_another_account_region_or_partition_is_refused_whatever_the_list_of_functions_says() {
    let binding: AwsBindingSpec = serde_json::from_value(json!({
        "identity": "operator", "namespaceSelector": {}, "regions": ["eu-west-1"], "allowedArns": ["*"],
        "allowedFunctions": ["*"],
    }))
    .unwrap();
    let good = "arn:aws:lambda:eu-west-1:123456789012:function:smoke";
    let admitted = |function: &str| {
        let mut group = serde_json::to_value(settings(1)).unwrap();
        group["hooks"] = json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": function}}]);
        authorize_arns(&binding, &serde_json::from_value(group).unwrap(), "123456789012")
    };
    assert_eq!((admitted(good), admitted("smoke")), (Ok(()), Ok(())));
    for (from, to) in [("123456789012", "999999999999"), ("eu-west-1", "us-east-1"), ("arn:aws:", "arn:aws-cn:")] {
        let refusal = admitted(&good.replace(from, to)).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotAdmitted, "{to}");
        let words = "this group is about account 123456789012 and region eu-west-1 (aws): name a function of these";
        assert!(refusal.message.starts_with("spec.hooks: the function of smoke is of account "), "{}", refusal.message);
        assert!(refusal.message.ends_with(words), "{}", refusal.message);
    }
}

/// What is changed of the settings and of the world, the reason of the refusal and its words; none where it is taken.
type Seen = (&'static str, fn(&mut DeploymentGroupSpec, &mut Observation), Option<(Reason, &'static str)>);

fn forwards(observed: &mut Observation, weights: &[(String, i32)]) {
    let weights = weights.iter().cloned().map(|(target_group, weight)| Weight { target_group, weight }).collect();
    observed.test_route.as_mut().unwrap().state = RouteState::Forward(weights);
}

fn names(settings: &mut DeploymentGroupSpec, arn: String) {
    settings.load_balancer.test_route.as_mut().unwrap().listener_rule = Some(arn);
}

#[test]
fn a_test_route_that_cannot_be_switched_is_refused_and_one_that_stands_oddly_is_taken() {
    let table: &[Seen] = &[
        ("is not there", |_, seen| seen.test_route = None, Some((Reason::RouteNotFound, "does not exist: create it"))),
        (
            "redirects",
            |_, seen| seen.test_route.as_mut().unwrap().state = RouteState::NoForward,
            Some((Reason::NoForwardAction, "has no forward action: give it one")),
        ),
        (
            "is a default rule",
            |_, seen| seen.test_route.as_mut().unwrap().state = RouteState::DefaultRule,
            Some((Reason::DefaultRule, "name its listener instead")),
        ),
        (
            "is a production route",
            |settings, _| {
                let production = settings.load_balancer.production_routes[0].arn().to_owned();
                names(settings, production);
            },
            Some((Reason::InvalidValue, "is one of productionRoutes")),
        ),
        (
            "is of a load balancer of the same name in another account",
            |settings, _| names(settings, test_rule().replace("123456789012", "999999999999")),
            Some((Reason::TargetGroupElsewhere, "belongs to another load balancer")),
        ),
        (
            "is of one of another partition",
            |settings, _| names(settings, test_rule().replace("arn:aws:", "arn:aws-cn:")),
            Some((Reason::TargetGroupElsewhere, "belongs to another load balancer")),
        ),
        (
            "is of one of another kind",
            |settings, _| names(settings, test_rule().replace("/app/", "/net/")),
            Some((Reason::TargetGroupElsewhere, "belongs to another load balancer")),
        ),
        (
            "sends to a third party",
            |_, seen| forwards(seen, &[(target_group(0), 999), (outsider(), 1)]),
            Some((Reason::ForeignTraffic, "legacy, which is not of the pair: look whose that is")),
        ),
        ("has a third party without weight", |_, seen| forwards(seen, &[(target_group(0), 1), (outsider(), 0)]), None),
        ("sends to the idle one", |_, seen| forwards(seen, &[(target_group(1), 999)]), None),
        ("sends to both", |_, seen| forwards(seen, &[(target_group(0), 1), (target_group(1), 998)]), None),
        ("sends nothing", |_, seen| forwards(seen, &[(target_group(0), 0), (target_group(1), 0)]), None),
    ];
    let run = Run::new(with_test_route(), &json!({"allAtOnce": {}}));
    for (what, change, expected) in table {
        let (mut settings, mut observed) = (run.settings.clone(), run.world.observe("none"));
        change(&mut settings, &mut observed);
        let refusal = check_group(&PreflightInput { settings: &settings, observed: &observed });
        let told = refusal.as_ref().map_or("", |refusal| refusal.message.as_str());
        assert_eq!(refusal.as_ref().map(|it| it.reason), expected.map(|(reason, _)| reason), "{what}: {told}");
        if let Some((_, words)) = expected {
            assert!(told.starts_with("spec.loadBalancer.testRoute: ") && told.contains(words), "{what}: {told}");
        }
    }
}

fn with_test_route() -> World {
    let mut world = World::new(1, 4);
    world.test = vec![(target_group(0), 100), (target_group(1), 0)];
    world
}
