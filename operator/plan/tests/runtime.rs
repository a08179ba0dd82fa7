//! How what serves fares after a release: at its group, and at the Deployment that serves.

use serde_json::json;
use sluice_api::{
    ConditionType, Deployment, DeploymentGroupStatus, Health, LastRequest, Phase, ProbeState, ProbeStatus, Reason,
    State, status_of,
};
use sluice_plan::ReadScope;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::{notes, runtime, status};

use crate::support::fixture::{midnight, settings};
use crate::support::reads::look;
use crate::support::{Run, World};

fn released() -> (World, Deployment) {
    let run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).until(|run| run.progress.completed_at.is_some());
    let deployment = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {
            "name": "prod-1", "uid": "prod-1", "creationTimestamp": midnight(),
            "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": "1"},
        },
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}}, "status": run.progress,
    });
    (run.world, serde_json::from_value(deployment).unwrap())
}

#[test]
fn the_phase_of_the_group_and_of_what_serves_follows_the_health_and_comes_back() {
    let (world, mut deployment) = released();
    let mut settings = settings(1);
    settings.health = serde_json::from_value(json!({"http": {"url": "https://shop.example.com/healthz"}})).unwrap();
    let observed = look(ReadScope::Group, &settings, &world.observe("none")).observed;
    let requested = LastRequest { task_definition: "shop:42".to_owned(), pinned: None, sequence: 1, adopted: false };
    let probe = |state| ProbeStatus {
        state,
        message: "shop.example.com answered with status 503".to_owned(),
        since: Some(midnight()),
        through: None,
    };
    let mut known = DeploymentGroupStatus::default();
    let mut told = Vec::new();
    for (state, health, phase) in [
        (ProbeState::Unknown, Health::Unknown, Phase::Running),
        (ProbeState::Passing, Health::Healthy, Phase::Running),
        (ProbeState::Failing, Health::Unreachable, Phase::Unreachable),
        (ProbeState::Failing, Health::Unreachable, Phase::Unreachable),
        (ProbeState::Passing, Health::Healthy, Phase::Running),
    ] {
        let deployments = [deployment.clone()];
        let facts = Facts {
            suspended_by: None,
            settings: &settings,
            named_config: None,
            generation: Some(1),
            deployments: &deployments,
            desired: Some("shop:42"),
            made: None,
            requested: Some(requested.clone()),
            observed: Some(&observed),
            refusal: None,
            call_error: None,
            now: world.now,
        };
        let before = DeploymentGroupStatus { probe: Some(probe(state)), ..known.clone() };
        let next = status(&before, &facts);
        assert_eq!((next.health, next.phase), (health, phase), "{state}");
        let is_ready = status_of(&next.conditions, ConditionType::Ready);
        assert_eq!(is_ready, Some(state != ProbeState::Failing), "{state}");
        told.extend(notes(&known, &next).into_iter().chain(runtime::note(&settings, &known, &next)));
        if let Some((_, status)) = runtime::of_what_serves(&settings, &next, &deployments) {
            assert_eq!((status.phase, status.health, status.state), (phase, health, State::Succeeded), "{state}");
            assert_eq!(status.conditions, deployment.status.as_ref().unwrap().conditions, "it succeeded all the same");
            deployment.status = Some(status);
        }
        let again = [deployment.clone()];
        assert!(runtime::of_what_serves(&settings, &next, &again).is_none(), "{state}: told once");
        known = next;
    }
    let reasons: Vec<Reason> = told.iter().map(|note| note.reason).collect();
    assert_eq!(reasons, [Reason::Unreachable, Reason::Recovered], "{told:?}");
    assert!(told[0].warning && told[0].message.contains("status 503"), "{told:?}");
    assert_eq!(deployment.status.as_ref().unwrap().phase, Phase::Running);
    // A group that does not ask for it writes nothing to its Deployment.
    settings.health = None;
    known.health = Health::Unreachable;
    assert!(runtime::of_what_serves(&settings, &known, &[deployment]).is_none());
}
