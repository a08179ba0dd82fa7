//! What a Job says of the hook.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use sluice_api::{blanked, bounded_message};

use super::manifest::EXECUTION;

/// How a Job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It is of another execution, or of nobody that is known.
    Foreign,
    /// It has not ended.
    Running,
    /// Its Pod ended well.
    Complete,
    /// It did not, and why: a word and a sentence of Kubernetes.
    Failed(String),
}

/// How the Job stands that was found by the name of this execution.
pub fn job_state(job: &Job, execution_id: &str, owner: &str) -> JobState {
    let is_owned = job.owner_references().iter().any(|reference| reference.uid == owner);
    if !is_owned || job.annotations().get(EXECUTION).is_none_or(|id| id != execution_id) {
        return JobState::Foreign;
    }
    let conditions = job.status.iter().flat_map(|status| status.conditions.iter().flatten());
    for condition in conditions.filter(|condition| condition.status == "True") {
        match condition.type_.as_str() {
            "Complete" => return JobState::Complete,
            "Failed" => {
                let told = [&condition.reason, &condition.message].into_iter().flatten().map(String::as_str);
                return JobState::Failed(told.collect::<Vec<_>>().join(": "));
            }
            // SuccessCriteriaMet, FailureTarget and Suspended come before the end, or say nothing of it.
            _ => {}
        }
    }
    JobState::Running
}

/// The termination message of a container that ended, of one that failed first; at most 4 KiB, as the kubelet keeps it, in
/// one line and cut to what a status takes.
pub fn termination_message(pods: &[Pod]) -> Option<String> {
    let statuses = pods.iter().filter_map(|pod| pod.status.as_ref());
    let containers = statuses.flat_map(|status| {
        status.init_container_statuses.iter().flatten().chain(status.container_statuses.iter().flatten())
    });
    let mut ended: Vec<_> = containers.filter_map(|container| container.state.as_ref()?.terminated.as_ref()).collect();
    ended.sort_by_key(|one| one.exit_code == 0);
    let message =
        ended.into_iter().filter_map(|one| one.message.as_deref()).find(|message| !message.trim().is_empty())?;
    let cut: String = message.trim().chars().take(4096).collect();
    Some(bounded_message(&blanked(&cut)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn job(conditions: &Value) -> Job {
        serde_json::from_value(json!({
            "metadata": {
                "name": "a",
                "annotations": {EXECUTION: "uid/smoke/AfterInstall/1"},
                "ownerReferences": [{"apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "name": "prod-1", "uid": "uid"}],
            },
            "status": {"conditions": conditions},
        }))
        .unwrap()
    }

    #[test]
    fn a_job_is_judged_by_its_last_condition_and_by_whose_it_is() {
        let condition =
            |kind: &str, status: &str| json!({"type": kind, "status": status, "reason": "R", "message": "because"});
        let table = [
            (json!([]), JobState::Running),
            (json!([condition("SuccessCriteriaMet", "True")]), JobState::Running),
            (json!([condition("FailureTarget", "True")]), JobState::Running),
            (json!([condition("Suspended", "True")]), JobState::Running),
            (json!([condition("Complete", "False")]), JobState::Running),
            (json!([condition("SuccessCriteriaMet", "True"), condition("Complete", "True")]), JobState::Complete),
            (
                json!([condition("FailureTarget", "True"), condition("Failed", "True")]),
                JobState::Failed("R: because".to_owned()),
            ),
        ];
        for (conditions, expected) in table {
            let job = job(&conditions);
            assert_eq!(job_state(&job, "uid/smoke/AfterInstall/1", "uid"), expected, "{conditions}");
            assert_eq!(job_state(&job, "uid/smoke/AfterInstall/2", "uid"), JobState::Foreign);
            assert_eq!(job_state(&job, "uid/smoke/AfterInstall/1", "another"), JobState::Foreign);
        }
        let of_nobody = Job::default();
        assert_eq!(job_state(&of_nobody, "", ""), JobState::Foreign);
    }

    #[test]
    fn the_message_of_a_failure_is_told_before_others_and_in_one_line() {
        let container = |code: i32, message: &str| json!({"name": "a", "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": code, "message": message}}});
        let pods = |containers: &[Value]| -> Vec<Pod> {
            vec![serde_json::from_value(json!({"status": {"containerStatuses": containers}})).unwrap()]
        };
        let table = [
            (pods(&[]), None),
            (pods(&[container(0, " \n")]), None),
            (pods(&[container(0, "12 of 12\n")]), Some("12 of 12".to_owned())),
            (
                pods(&[container(0, "fine"), container(1, "3 of\n12 \u{1b}[31mfailed")]),
                Some("3 of 12  [31mfailed".to_owned()),
            ),
        ];
        for (pods, expected) in table {
            assert_eq!(termination_message(&pods), expected);
        }
        let long = termination_message(&pods(&[container(1, &"x".repeat(9000))])).unwrap();
        assert_eq!(long.chars().count(), 256);
    }
}
