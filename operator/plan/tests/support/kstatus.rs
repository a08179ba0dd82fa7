//! How others read our statuses: the rules of kstatus, by which Flux, Helm 4 and kpt tell whether an object is done
//! (sigs.k8s.io/cli-utils, pkg/kstatus/README.md), and those of `kubectl wait --for=condition`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use serde_json::Value;
use sluice_api::{DeploymentStatus, State};

/// What kstatus makes of an object that is not being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kstatus {
    InProgress,
    Failed,
    Current,
}

/// The rules, in their order: another generation, Reconciling and Stalled, Ready. Whatever is not there is no reason to wait.
pub fn compute(generation: i64, observed: Option<i64>, conditions: &[Condition]) -> Kstatus {
    if observed.is_some_and(|observed| observed != generation) {
        return Kstatus::InProgress;
    }
    for condition in conditions.iter().filter(|condition| condition.status == "True") {
        match condition.type_.as_str() {
            "Reconciling" => return Kstatus::InProgress,
            "Stalled" => return Kstatus::Failed,
            _ => {}
        }
    }
    match conditions.iter().find(|condition| condition.type_ == "Ready") {
        Some(ready) if ready.status != "True" => Kstatus::InProgress,
        _ => Kstatus::Current,
    }
}

/// The same of an object as the API server hands it over.
pub fn of_object(object: &Value) -> Kstatus {
    let status = &object["status"];
    let conditions: Vec<Condition> = serde_json::from_value(status["conditions"].clone()).unwrap_or_default();
    let generation = object["metadata"]["generation"].as_i64().unwrap_or(1);
    compute(generation, status["observedGeneration"].as_i64(), &conditions)
}

/// What must hold of every status of a Deployment, and of each of its conditions: done when and only when it has ended, well
/// or not; and never both of what kstatus tells apart.
pub fn check(status: &DeploymentStatus) {
    let generation = status.observed_generation.unwrap();
    let found = compute(generation, status.observed_generation, &status.conditions);
    let is_ended = status.completed_at.is_some();
    let expected: &[Kstatus] = match status.state {
        State::Succeeded if is_ended => &[Kstatus::Current],
        _ if is_ended => &[Kstatus::Failed],
        // Stalled, or on its way.
        _ => &[Kstatus::InProgress, Kstatus::Failed],
    };
    assert!(expected.contains(&found), "{found:?} at {}, ended: {is_ended}: {:#?}", status.state, status.conditions);
    assert_eq!(compute(generation + 1, status.observed_generation, &status.conditions), Kstatus::InProgress);
    tells_one_thing(&status.conditions, generation);
}

/// Exactly one of Ready, Reconciling and Stalled is true, all three are there, and all are of this generation, which is what
/// `kubectl wait` compares.
pub fn tells_one_thing(conditions: &[Condition], generation: i64) {
    let of_kstatus = |one: &&Condition| matches!(one.type_.as_str(), "Ready" | "Reconciling" | "Stalled");
    let all: Vec<&Condition> = conditions.iter().filter(of_kstatus).collect();
    let stands = all.iter().filter(|one| one.status == "True").count();
    assert_eq!((all.len(), stands), (3, 1), "exactly one of Ready, Reconciling and Stalled is true: {all:#?}");
    for condition in conditions {
        assert_eq!(condition.observed_generation, Some(generation), "{condition:?}");
        assert!(!condition.reason.is_empty() && condition.message.len() <= 32768, "{condition:?}");
    }
}
