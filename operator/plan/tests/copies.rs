//! A family with images: when a copy is registered, and what is refused before.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_api::{DeploymentGroupSpec, Reason, Revision};
use sluice_plan::begin::copy::to_register;
use sluice_plan::begin::digests::{TagAnswer, TaggedImage};
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::begin::released::Released;
use sluice_plan::observation::{Answer, CopySearch, Observation, Read, TaskDefinition};
use sluice_plan::status::{digests, mutable};
use sluice_plan::{Candidate, ReadScope, begin};

use crate::support::fixture::{definition, schedule, settings};
use crate::support::reads::look;
use crate::support::world::World;

const UID: &str = "uid-1";
const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// What it is about, the copy that is there, what is changed, and whether one is registered, or why not.
type Case = (&'static str, Option<i32>, Spoil, Result<bool, Reason>);

/// What is changed in a world in which all is well.
type Spoil = fn(&mut DeploymentGroupSpec, &mut Observation);

fn revision(containers: &Value) -> Revision {
    serde_json::from_value(json!({"images": {"family": "shop", "containers": containers}})).unwrap()
}

/// A world in which the family was looked at: its newest revision is 42, and a copy with the images is there, or not.
fn looked_at(released: &Released, copy: Option<i32>) -> (DeploymentGroupSpec, Observation) {
    let settings = settings(1);
    let world = World::new(1, 4).observe(UID);
    let mut observed = look(ReadScope::Begin { uid: UID, released }, &settings, &world).observed;
    let of = |number| TaskDefinition { arn: definition(number), ..world.task_definition.clone().unwrap() };
    let search = CopySearch { base: Some(of(42)), found: copy.map(of) };
    observed.learn(released.definition(), Answer::Copy(search));
    (settings, observed)
}

#[test]
fn a_copy_is_registered_once_all_else_is_well_and_only_where_there_is_none() {
    let web = json!({"web": format!("registry.example.com/shop@{DIGEST}")});
    let released = Released::read(revision(&web), None).unwrap();
    assert!(matches!(released.definition(), Read::Copy(_)));
    let increments = schedule(&json!({"allAtOnce": {}}));
    let table: [Case; 5] = [
        ("there is none", None, |_, _| {}, Ok(true)),
        ("there is one", Some(43), |_, _| {}, Ok(false)),
        ("the newest has these images", Some(42), |_, _| {}, Ok(false)),
        ("the service is gone", None, |_, world| world.service = None, Err(Reason::ServiceNotFound)),
        (
            "the group's port is another",
            None,
            |settings, _| settings.container.port = 1,
            Err(Reason::ContainerNotFound),
        ),
    ];
    for (what, copy, spoil, expected) in table {
        let (mut settings, mut observed) = looked_at(&released, copy);
        spoil(&mut settings, &mut observed);
        let candidate = Candidate {
            uid: UID,
            released: &released,
            settings: &settings,
            increments: &increments,
            observed: &observed,
        };
        let preflight = PreflightInput { settings: &settings, observed: &observed };
        let found = to_register(&released, &preflight, UID)
            .map(|new| new.map(|new| new.base))
            .map_err(|refusal| refusal.reason);
        let wanted = expected.map(|registers| registers.then(|| definition(42)));
        assert_eq!(found, wanted, "{what}");
        let began = begin(&candidate).ok().and_then(|status| status.replacement);
        let began = began.map(|replacement| replacement.task_definition);
        // Never the one that has other images.
        assert_eq!(began, copy.filter(|_| expected.is_ok()).map(definition), "{what}");
    }
}

#[test]
fn a_container_that_the_family_does_not_have_is_refused_with_those_that_it_has() {
    let released = Released::read(revision(&json!({"web": "shop:1", "wbe": "shop:1"})), None).unwrap();
    for copy in [None, Some(43)] {
        let (settings, observed) = looked_at(&released, copy);
        let preflight = PreflightInput { settings: &settings, observed: &observed };
        let refusal = to_register(&released, &preflight, UID).unwrap_err();
        assert_eq!(
            refusal.message,
            "spec.revision.images.containers: family shop has no container wbe: name those that it has, web"
        );
    }
}

#[test]
fn what_was_pinned_before_is_released_again_without_a_look_for_a_copy() {
    let released = Released::read(revision(&json!({"web": "shop:1"})), Some("shop:43")).unwrap();
    assert_eq!(released.definition(), Read::TaskDefinition("shop:43".to_owned()));
    assert_eq!(released.images, None);
}

#[test]
fn a_tag_is_told_and_a_digest_is_not() {
    let told = |containers: Value| mutable(&revision(&containers), &[]).map(|note| note.message);
    assert_eq!(told(json!({"web": format!("shop@{DIGEST}"), "proxy": format!("proxy:1@{DIGEST}")})), None);
    let message = told(json!({"web": format!("shop@{DIGEST}"), "proxy": "proxy:1"})).unwrap();
    assert!(message.starts_with("proxy=proxy:1 has no digest"), "{message}");
    let asked = |containers: &Value| revision(containers).asked().into_owned();
    let by_order: BTreeMap<&str, &str> = [("web", "a"), ("proxy", "b")].into();
    assert_eq!(asked(&json!(by_order)), asked(&json!({"proxy": "b", "web": "a"})));
    assert_ne!(asked(&json!({"web": "a"})), asked(&json!({"web": "b"})));
}

#[test]
fn what_ecr_tells_of_a_tag_is_told_once_and_what_it_does_not_tell_is_a_warning() {
    let image = |container: &str| TaggedImage {
        container: container.to_owned(),
        name: format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/{container}"),
        repository: format!("acme/{container}"),
        tag: "1.2.3".to_owned(),
    };
    let answers = [
        (image("web"), TagAnswer::Digest(DIGEST.to_owned())),
        (image("proxy"), TagAnswer::Untold("there is no such image".to_owned())),
    ];
    let told: Vec<(Reason, bool, String)> =
        digests(&answers).into_iter().map(|note| (note.reason, note.warning, note.message)).collect();
    let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme";
    let expected = [
        (Reason::Installing, false, format!("web={host}/web:1.2.3 is {DIGEST} in this release, as ECR answered")),
        (
            Reason::MutableTag,
            true,
            format!(
                "proxy={host}/proxy:1.2.3 is released by its tag, which may be another image when a task starts: ECR does not tell its digest: there is no such image"
            ),
        ),
    ];
    assert_eq!(told, expected);
    let containers = json!({"web": image("web").name, "proxy": image("proxy").name, "log": "log:1"});
    let message = mutable(&revision(&containers), &answers).unwrap().message;
    assert!(message.starts_with("log=log:1 has no digest"), "those that were asked about are told already: {message}");
}
