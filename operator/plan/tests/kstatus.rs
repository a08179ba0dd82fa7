//! What those read who wait for our objects: Flux, Helm 4 and kpt by the rules of kstatus, people by `kubectl wait`. Every
//! status of every simulation is checked by `support/kstatus.rs`; here is the rest.

use kube::CustomResourceExt as _;
use serde_json::{Value, json};
use sluice_api::{
    Application, ApplicationStatus, ConditionType, Deployment, DeploymentGroup, DeploymentStatus, Reason, UNSEEN,
    cause_of,
};
use sluice_plan::status::{outdated, withdrawn};
use sluice_plan::{Refusal, application};

use crate::support::fixture::{midnight, revision};
use crate::support::kstatus::{Kstatus, check, compute, of_object, tells_one_thing};
use crate::tables::{Scene, application_of, scenes};

/// What kstatus is to make of an object by the word of its column STATUS.
fn expected(kind: &str, word: &str) -> &'static [Kstatus] {
    match word {
        "Running" | "Succeeded" | "Replaced" => &[Kstatus::Current],
        "Stalled" | "Held" | "RolledBack" | "Failed" | "Stopped" | "Superseded" | "Rejected" => &[Kstatus::Failed],
        // Nothing is asked of a group; or an Application whose group has not looked yet.
        "Pending" if kind != "Deployment" => &[Kstatus::Current, Kstatus::InProgress],
        _ => &[Kstatus::InProgress],
    }
}

#[test]
fn nothing_passes_for_done_while_a_release_is_in_progress_nor_in_progress_once_it_has_ended() {
    for scene in scenes() {
        let group = scene.group("prod");
        let application = application_of(scene.wish, std::slice::from_ref(&group));
        let is_busy = scene.deployments.iter().any(|one| one.status.as_ref().unwrap().completed_at.is_none());
        let deployments = scene.deployments.iter().map(|one| ("Deployment", serde_json::to_value(one).unwrap()));
        let above = [("Application", application), ("DeploymentGroup", serde_json::to_value(group).unwrap())];
        for (kind, object) in above.into_iter().chain(deployments) {
            let word = object["status"]["summary"]["status"].as_str().unwrap();
            let found = of_object(&object);
            assert!(expected(kind, word).contains(&found), "{}: {kind} {word}: {found:?}", scene.what);
            let conditions: Vec<_> = serde_json::from_value(object["status"]["conditions"].clone()).unwrap();
            tells_one_thing(&conditions, 1);
            if kind != "Deployment" {
                assert!(!is_busy || found != Kstatus::Current, "{}: {kind} is done too soon", scene.what);
                // AWS does not answer: that passes by itself, and is no end.
                let is_unread = word == "Unknown";
                // What is asked for has no Deployment yet, which the next look makes.
                let is_due = word == "Pending" && scene.deployments.is_empty();
                assert!(
                    is_busy || is_unread || is_due || found != Kstatus::InProgress,
                    "{}: {kind} waits for ever",
                    scene.what
                );
            }
        }
    }
}

#[test]
fn one_that_never_began_has_failed() {
    let new = DeploymentStatus::default();
    for status in [withdrawn(&new, "shop:41", Some(1), midnight()), outdated(&new, "shop:43", Some(1), midnight())] {
        check(&status);
        assert_eq!(compute(1, Some(1), &status.conditions), Kstatus::Failed, "{}", status.message);
    }
}

/// Without a status an object passes for done, and whoever applies it and waits is answered before the operator has looked.
#[test]
fn a_new_object_is_in_progress_before_the_operator_has_looked() {
    for definition in [Application::crd(), DeploymentGroup::crd(), Deployment::crd()] {
        let definition = serde_json::to_value(definition).unwrap();
        let schema = &definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"];
        assert_eq!(schema["default"], json!({"observedGeneration": UNSEEN}), "{}", definition["metadata"]["name"]);
        let new = json!({"metadata": {"generation": 1}, "status": schema["default"]});
        assert_eq!(of_object(&new), Kstatus::InProgress);
    }
    assert_eq!(of_object(&json!({"metadata": {"generation": 1}})), Kstatus::Current, "which is what it would be");
}

fn held() -> DeploymentGroup {
    let what = "a release failed and was rolled back: what is asked for is held";
    scenes().iter().find(|scene| scene.what == what).unwrap().group("prod")
}

fn asks_for(number: i32, group: &DeploymentGroup) -> Value {
    application_of(Some(number), std::slice::from_ref(group))
}

/// Flux and Argo CD give up at the first answer that says Failed. Whoever applies the way out of a stall must not be answered
/// with the stall that was there before.
#[test]
fn an_application_does_not_answer_a_new_revision_with_the_stall_of_the_old_one() {
    let held = held();
    let (before, after) = (asks_for(42, &held), asks_for(43, &held));
    assert_eq!((of_object(&before), &before["status"]["summary"]["status"]), (Kstatus::Failed, &json!("Held")));
    assert_eq!((of_object(&after), &after["status"]["summary"]["status"]), (Kstatus::InProgress, &json!("Pending")));
    let message = after["status"]["conditions"][0]["message"].as_str().unwrap();
    assert_eq!(message, "groups in progress: prod");

    // What it says once it has looked counts, whatever it is, even where it could not answer the revision.
    let mut looked = held.clone();
    looked.status.as_mut().unwrap().summary.as_mut().unwrap().desired = "shop:43".to_owned();
    assert_eq!(of_object(&asks_for(43, &looked)), Kstatus::Failed);

    // A group that pins a revision of its own has nothing to look for.
    let mut pinned = held;
    pinned.spec.revision = Some(revision(42));
    assert_eq!(of_object(&asks_for(43, &pinned)), Kstatus::Failed);
}

#[test]
fn a_group_that_is_stalled_for_itself_stalls_its_application_whatever_is_asked_for() {
    let no_binding = Refusal::new(Reason::NoBinding, "spec.aws.binding: there is no AwsBinding team-shop");
    let stalled = Scene::refused(no_binding, 43).group("prod");
    let status = application::status(
        &ApplicationStatus::default(),
        Some(&revision(43)),
        &[stalled],
        None,
        None,
        Some(1),
        midnight(),
    );
    let cause = cause_of(&status.conditions, ConditionType::Stalled).unwrap();
    assert_eq!(cause.0, Reason::NoBinding);
}
