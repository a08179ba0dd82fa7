//! What every test ends with.

use serde_json::{Value, json};

use crate::poll;
use crate::world::look::{find_service, share};
use crate::world::must::must;
use crate::world::setup::World;

/// How many times a settled world is looked at by the operator while nothing may be written.
const LOOKS: u64 = 3;

impl World {
    /// What every test ends with: all Deployments ended, no request lost, no invariant broken, one PRIMARY per
    /// service with all the traffic and no other task set, and nothing written any more.
    #[track_caller]
    pub fn assert_settled(&self) {
        self.assert_settled_but_for_losses();
        let traffic = must(self.aws.traffic());
        assert_eq!(traffic["lost"], 0, "requests were lost: {traffic:#}");
    }

    /// The same, where requests were lost that nobody could have saved.
    #[track_caller]
    pub fn assert_settled_but_for_losses(&self) {
        self.assert_ended();
        self.assert_one_primary();
        self.assert_quiet();
        self.assert_kept();
    }

    /// There was traffic, no invariant was broken, and no call was made that the simulator does not know.
    #[track_caller]
    fn assert_kept(&self) {
        let traffic = must(self.aws.traffic());
        assert!(traffic["total"].as_u64() > Some(0), "there was no traffic at all: {traffic:#}");
        let violations = must(self.aws.violations());
        assert!(violations.is_empty(), "invariants were broken: {violations:#?}");
        let unmodelled = must(self.aws.get("unmodelled"));
        assert_eq!(unmodelled, json!({}), "the operator calls what the simulator does not know");
    }

    /// Every Deployment has ended, and its finalizer is gone.
    #[track_caller]
    pub fn assert_ended(&self) {
        let is_over = |one: &Value| {
            one["status"]["completedAt"].is_string()
                && one["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty)
        };
        let ended = poll::until("every Deployment to end and to lose its finalizer", || {
            Ok(self.kubernetes.list("deployments")?.iter().all(is_over).then_some(()))
        });
        if let Err(error) = ended {
            let left: Vec<Value> =
                must(self.kubernetes.list("deployments")).into_iter().filter(|one| !is_over(one)).collect();
            panic!("{error}: {left:#?}");
        }
    }

    /// One PRIMARY per claimed service and no other task set, and all weight on its target group.
    #[track_caller]
    pub fn assert_one_primary(&self) {
        for group in must(self.kubernetes.list("deploymentgroups")) {
            let spec = &group["spec"];
            let what = format!("one task set, the PRIMARY, in service {}", spec["ecs"]);
            let primary = self.wait_aws(&what, |state| {
                let service = find_service(state, &spec["ecs"])?;
                let sets = service["taskSets"].as_array()?;
                (sets.len() == 1 && sets[0]["status"] == "PRIMARY").then(|| sets[0].clone())
            });
            let target_group = primary["targetGroupArn"].as_str().unwrap_or_default();
            let state = must(self.aws.state());
            for route in spec["loadBalancer"]["productionRoutes"].as_array().into_iter().flatten() {
                let arn = route["listenerRule"].as_str().or_else(|| route["listener"].as_str()).unwrap_or_default();
                assert_eq!(share(&state, arn, target_group), Some(100), "of {target_group} on {arn}");
            }
        }
    }

    /// Over several looks of the operator at AWS, nothing is written: not to AWS, not to Kubernetes. Kubernetes may
    /// need a moment to have the last word on what happened.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let writes = self.writes();
        let mut versions = must(self.kubernetes.resource_versions());
        for round in 1..=3 {
            self.wait_looks(LOOKS);
            assert_eq!(self.writes(), writes, "something was written to AWS after the end");
            let now = must(self.kubernetes.resource_versions());
            if now == versions {
                return;
            }
            assert!(round < 3, "Kubernetes objects are written again and again: {versions:?}, then {now:?}");
            versions = now;
        }
    }

    /// Asserts that all is settled, then takes the world down: its objects must go, without a write to AWS.
    #[track_caller]
    pub fn finish(self) {
        self.assert_settled();
        self.take_down();
    }

    /// Deletes the objects, which must go without a write to AWS.
    #[track_caller]
    pub fn take_down(self) {
        let writes = self.writes();
        for kind in ["deploymentgroups", "deployments", "applications"] {
            for object in must(self.kubernetes.list(kind)) {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                must(self.kubernetes.delete(kind, name));
                self.wait_gone(kind, name);
            }
        }
        must(self.kubernetes.delete("awsbindings", &self.binding));
        must(self.kubernetes.delete_namespace());
        assert_eq!(self.writes(), writes, "a clean-up after the end wrote to AWS");
    }
}
