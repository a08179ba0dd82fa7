//! Objects of ours: applied, and waited for until they are as wanted.

use serde_json::Value;

use crate::world::look::find_condition;
use crate::world::must::must;
use crate::world::setup::World;
use crate::{manifests, poll};

impl World {
    /// The manifest of the group `prod`, bound to this world's binding.
    pub fn group(&self) -> Value {
        manifests::group(&self.binding)
    }

    /// Applies objects of ours.
    #[track_caller]
    pub fn apply(&self, objects: &[Value]) {
        for object in objects {
            must(self.kubernetes.apply(object));
        }
    }

    /// Applies the Application at a revision, and the group. Where both are there, the group comes first, since a release of the
    /// new revision may begin as soon as the Application asks for it.
    #[track_caller]
    pub fn release(&self, revision: &str, group: &Value) {
        let mut objects = [manifests::application(revision), group.clone()];
        let name = objects[0]["metadata"]["name"].as_str().unwrap_or_default();
        if must(self.kubernetes.get("applications", name)).is_some() {
            objects.reverse();
        }
        self.apply(&objects);
    }

    /// The Application's revision changes.
    #[track_caller]
    pub fn change_revision(&self, revision: &str) {
        self.apply(&[manifests::application(revision)]);
    }

    /// An object, which is to exist.
    #[track_caller]
    pub fn object(&self, kind: &str, name: &str) -> Value {
        must(self.kubernetes.get(kind, name)).unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    /// Waits until an object is as wanted, and returns it.
    #[track_caller]
    pub fn wait_object(&self, kind: &str, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let what = format!("{kind} {name} {what}");
        must(poll::until(&what, || Ok(self.kubernetes.get(kind, name)?.filter(&wanted))))
    }

    /// Waits until an object is gone.
    #[track_caller]
    pub fn wait_gone(&self, kind: &str, name: &str) {
        let what = format!("{kind} {name} to be gone");
        must(poll::until(&what, || Ok(self.kubernetes.get(kind, name)?.is_none().then_some(()))));
    }

    /// Waits for a Deployment to end in this state, and returns it. Another end fails at once.
    #[track_caller]
    pub fn wait_end(&self, name: &str, state: &str) -> Value {
        let ended = self.wait_object("deployments", name, "to end", |one| one["status"]["completedAt"].is_string());
        let status = &ended["status"];
        assert_eq!(status["state"], state, "deployment {name} ended otherwise: {}", status["message"]);
        ended
    }

    /// Waits until a Deployment's replacement carries a share of the traffic between these, in percent.
    #[track_caller]
    pub fn wait_weight(&self, name: &str, between: std::ops::RangeInclusive<i64>) -> Value {
        let what = format!("to carry {between:?} percent");
        self.wait_object("deployments", name, &what, |one| {
            one["status"]["traffic"]["observed"].as_i64().is_some_and(|share| between.contains(&share))
        })
    }

    /// Waits until a condition of an object is True for a reason, and returns the condition's message.
    #[track_caller]
    pub fn wait_condition(&self, kind: &str, name: &str, condition: &str, reason: &str) -> String {
        let is_so = |one: &Value| {
            let found = find_condition(one, condition);
            found.is_some_and(|found| found["status"] == "True" && found["reason"] == reason)
        };
        let object = self.wait_object(kind, name, &format!("to be {condition} because of {reason}"), is_so);
        find_condition(&object, condition).and_then(|found| found["message"].as_str()).unwrap_or_default().to_owned()
    }
}
