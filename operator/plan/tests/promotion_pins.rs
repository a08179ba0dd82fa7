//! A promotion of what is newest: the first group that begins pins it for all, and what is promoted is told from anything else
//! of the same family.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentGroup, Revision};
use sluice_plan::admission::begin_gates::{Moment, ask};
use sluice_plan::group::promotion_pin::of_promotion;
use sluice_plan::promotion::{Member, Promoted, outdated};

use crate::support::fixture::{definition, midnight, settings};

fn images(image: &str) -> Value {
    json!({"images": {"family": "shop", "containers": {"web": image}}})
}

fn family() -> Value {
    json!({"taskDefinition": "shop"})
}

/// The Application `shop` with the stages dev, then eu and us, then prod, which asks for this.
fn promoted(revision: &Value, groups: Vec<Member>) -> Promoted {
    let stages = json!([{"groups": ["dev"]}, {"groups": ["eu", "us"]}, {"groups": ["prod"]}]);
    let application = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Application", "metadata": {"name": "shop", "namespace": "team"},
        "spec": {"computePlatform": "ECS", "revision": revision, "promotion": {"stages": stages}},
    });
    Promoted { application: Arc::new(serde_json::from_value(application).unwrap()), groups }
}

/// A Deployment of a group: its number, none where someone made it by hand; what it was asked for, at which minute it was made,
/// what it was pinned to once it began, and how it ended.
fn made(group: &str, number: Option<i64>, asked: &Value, minute: i64, pinned: Option<i32>, state: &str) -> Deployment {
    let at = midnight() + SignedDuration::from_mins(minute);
    let status = pinned.map(|pinned| {
        json!({
            "state": state, "startedAt": at, "completedAt": (state != "InProgress").then_some(at),
            "summary": {"revision": format!("shop:{pinned}")},
            "replacement": {"taskSet": "ecs-svc/2", "taskDefinition": definition(pinned), "targetGroup": "b"},
        })
    });
    let labels = number.map(|number| json!({"sluice.dev/group": group, "sluice.dev/sequence": number.to_string()}));
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "status": status,
        "metadata": {"name": number.map_or_else(|| format!("{group}-again"), |number| format!("{group}-{number}")), "namespace": "team", "creationTimestamp": at, "labels": labels},
        "spec": {"groupRef": group, "revision": asked},
    }))
    .unwrap()
}

fn member(name: &str, spec: &Value, status: &Value, deployments: Vec<Deployment>) -> Member {
    let mut full = serde_json::to_value(settings(1)).unwrap();
    full.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    let group: DeploymentGroup = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "DeploymentGroup", "status": status, "spec": full,
        "metadata": {"name": name, "namespace": "team"},
    }))
    .unwrap();
    Member { group: Arc::new(group), deployments: deployments.into_iter().map(Arc::new).collect() }
}

/// A group with these Deployments.
fn with(name: &str, deployments: Vec<Deployment>) -> Member {
    member(name, &json!({}), &Value::Null, deployments)
}

/// A group without any.
fn bare(name: &str) -> Member {
    with(name, Vec::new())
}

/// What is so, the groups beside prod, and what prod releases of the family; none where it is what is newest then.
type Case = (&'static str, [Member; 3], Option<&'static str>);

fn cases() -> Vec<Case> {
    let first = |pinned| made("dev", Some(1), &family(), 1, pinned, "Succeeded");
    let adopted = json!({"requested": {"taskDefinition": "shop", "pinned": "shop:42", "sequence": 0, "adopted": true}});
    let elsewhere = json!({"aws": {"binding": "team", "region": "us-east-1"}});
    let of_its_own = json!({"revision": {"taskDefinition": "shop"}});
    let other_words = made("dev", Some(1), &json!({"taskDefinition": "shop:40"}), 1, Some(40), "Succeeded");
    let again = |number, pinned| made("dev", number, &family(), 5, pinned, "Succeeded");
    vec![
        ("nobody began", [with("dev", vec![first(None)]), bare("eu"), bare("us")], None),
        ("the first stage pinned it", [with("dev", vec![first(Some(42))]), bare("eu"), bare("us")], Some("shop:42")),
        (
            "one that waits is pinned to nothing",
            [
                with("dev", vec![first(Some(42))]),
                with("eu", vec![made("eu", Some(1), &family(), 2, None, "")]),
                bare("us"),
            ],
            Some("shop:42"),
        ),
        (
            "a later group began before its turn",
            [
                with("dev", vec![first(None)]),
                bare("eu"),
                with("us", vec![made("us", Some(1), &family(), 2, Some(43), "InProgress")]),
            ],
            Some("shop:43"),
        ),
        (
            "an earlier request of the same words",
            [with("dev", vec![first(Some(42)), again(Some(3), None)]), bare("eu"), bare("us")],
            None,
        ),
        (
            "and its own beginning",
            [with("dev", vec![first(Some(42)), again(Some(3), Some(44))]), bare("eu"), bare("us")],
            Some("shop:44"),
        ),
        (
            "someone released what was newest then by hand",
            [
                with("dev", vec![made("dev", Some(1), &family(), 1, Some(42), "Failed"), again(None, Some(43))]),
                bare("eu"),
                bare("us"),
            ],
            Some("shop:43"),
        ),
        (
            "what it served was adopted",
            [member("dev", &json!({}), &adopted, vec![]), bare("eu"), bare("us")],
            Some("shop:42"),
        ),
        ("another request", [with("dev", vec![other_words]), bare("eu"), bare("us")], None),
        (
            "another region",
            [member("dev", &elsewhere, &Value::Null, vec![first(Some(42))]), bare("eu"), bare("us")],
            None,
        ),
        (
            "a wish of its own",
            [member("dev", &of_its_own, &Value::Null, vec![first(Some(42))]), bare("eu"), bare("us")],
            None,
        ),
    ]
}

#[test]
fn the_first_group_that_begins_pins_what_is_newest_for_the_others() {
    let own = || made("prod", Some(1), &family(), 3, None, "");
    for (what, [dev, eu, us], expected) in cases() {
        let promoted = promoted(&family(), vec![dev, eu, us, bare("prod")]);
        assert!(promoted.takes_turns(), "{what}");
        assert_eq!(of_promotion(&promoted, &own()).as_deref(), expected, "{what}");
    }
    let dev = || with("dev", vec![made("dev", Some(1), &images("a:1"), 1, Some(42), "Succeeded")]);
    let all = |revision: &Value| promoted(revision, vec![dev(), bare("eu"), bare("us"), bare("prod")]);
    let of = |revision: &Value, asked: &Value| of_promotion(&all(revision), &made("prod", Some(1), asked, 3, None, ""));
    assert_eq!(of(&images("a:1"), &images("a:1")).as_deref(), Some("shop:42"), "a copy is made once");
    assert_eq!(of(&images("a:2"), &images("a:2")), None, "other images are another revision");
    assert_eq!(of(&images("a:2"), &images("a:1")), None, "what is promoted no more follows nothing");
    let named = json!({"taskDefinition": "shop:42"});
    assert_eq!(of(&named, &named), None);
    assert!(!all(&named).takes_turns());
}

#[test]
fn the_nearest_group_before_says_what_a_later_one_releases() {
    let pinned = |name: &str, pinned| with(name, vec![made(name, Some(1), &family(), 1, Some(pinned), "Succeeded")]);
    let groups = || vec![pinned("dev", 42), pinned("eu", 43), bare("us"), bare("prod")];
    for (group, expected) in [("us", "shop:43"), ("prod", "shop:43"), ("eu", "shop:42")] {
        let own = made(group, Some(2), &family(), 9, None, "");
        assert_eq!(of_promotion(&promoted(&family(), groups()), &own).as_deref(), Some(expected), "{group}");
    }
}

#[test]
fn revisions_of_one_family_with_other_images_are_others() {
    let groups = || vec![bare("dev"), bare("eu"), bare("us"), bare("prod")];
    let spec = |text: &str| json!({"appSpec": text});
    for (revision, asked, is_outdated) in [
        (images("a:1"), images("a:1"), false),
        (images("a:2"), images("a:1"), true),
        (images("a:1"), family(), true),
        (spec("version: 0.0"), spec("version: 0.0"), false),
        (spec("version: 0.0"), spec("version: 0.0 "), true),
    ] {
        let own = made("prod", Some(1), &asked, 3, None, "");
        assert_eq!(outdated(&promoted(&revision, groups()), &own).is_some(), is_outdated, "{revision} {asked}");
    }
}

#[test]
fn the_command_that_goes_on_releases_what_is_promoted_in_whichever_form() {
    let source = json!({"repository": "acme/shop", "scan": "passed"});
    let with_scan = json!({"taskDefinition": "shop:42", "source": source});
    let text = "version: 0.0\nResources: [\"it's\"]\n";
    let table = [
        (family(), r#""revision":{"taskDefinition":"shop"}}}' | kubectl create -n team -f -"#.to_owned()),
        (with_scan, r#""revision":{"source":{"scan":"passed"},"taskDefinition":"shop:42"}"#.to_owned()),
        (images("a:1"), r#""revision":{"images":{"containers":{"web":"a:1"},"family":"shop"}}"#.to_owned()),
        (
            json!({"appSpec": text}),
            concat!(
                r#"kubectl get sapp shop -n team -o go-template='{"apiVersion":"sluice.dev/v1alpha1","kind":"Deployment","#,
                r#""metadata":{"generateName":"dev-again-"},"spec":{"groupRef":"dev","revision":{"appSpec":{{printf "%q" "#,
                r#".spec.revision.appSpec}}}}}' | kubectl create -n team -f -"#
            )
            .to_owned(),
        ),
    ];
    for (revision, expected) in table {
        let asked: Revision = serde_json::from_value(revision.clone()).unwrap();
        let requested = json!({"taskDefinition": asked.as_written(), "pinned": "shop:42", "sequence": 1});
        let failed = vec![made("dev", Some(1), &revision, 1, Some(42), "Failed")];
        let dev = member("dev", &json!({}), &json!({"requested": requested, "heldRevision": "shop:42"}), failed);
        let promoted = promoted(&revision, vec![dev, bare("eu"), bare("us"), bare("prod")]);
        let own = made("prod", Some(1), &revision, 3, None, "");
        let (settings, promoted) = (&settings(1), Some(&promoted));
        let moment = Moment { deployment: &own, settings, application_is_suspended: false, promoted, now: midnight() };
        let wait = ask(&moment).unwrap().unwrap();
        assert!(wait.what.contains("group dev, where shop:42 failed"), "{}", wait.what);
        assert!(wait.how.contains(&expected), "{}", wait.how);
    }
}
