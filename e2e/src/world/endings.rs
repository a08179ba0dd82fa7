//! Ending what a test has made long, once it has done in it what it wanted: a hold, a bake, a deadline.
//!
//! The operator's clock is the machine's and cannot be moved, but all that it counts from and towards is in the status:
//! what is shortened there is over at the operator's next look. A reconcile in progress may write the old length once
//! more, so each is shortened until its end is seen.

use serde_json::{Value, json};

use crate::error::Result;
use crate::poll;
use crate::world::must::must;
use crate::world::setup::World;

/// Kind of the objects whose time is ended here.
const KIND: &str = "deployments";

impl World {
    /// Waits until a Deployment holds this share of the traffic: percent, or a string such as `12.5%`.
    #[track_caller]
    pub fn wait_holding(&self, name: &str, weight: impl Into<Value>) {
        let weight = weight.into();
        let what = format!("to hold {weight} percent");
        self.wait_object(KIND, name, &what, |one| held_step(one).is_some_and(|(_, held)| held == weight));
    }

    /// Ends the hold that a Deployment is in, and waits until it is over.
    #[track_caller]
    pub fn end_hold(&self, name: &str) {
        let step = held_step(&self.object(KIND, name)).map(|(index, _)| index);
        must(poll::until(&format!("the hold of {name} to end"), || {
            let held = self.kubernetes.get(KIND, name)?.and_then(|one| held_step(&one));
            match held.filter(|(index, _)| Some(*index) == step) {
                None => Ok(Some(())),
                Some((index, _)) => self.shorten(name, &format!("/steps/{index}/hold")),
            }
        }));
    }

    /// Makes the hold that a Deployment is in none at all, once; there is a value when it is in none.
    pub fn shorten_hold(&self, name: &str) -> Result<Option<()>> {
        match self.kubernetes.get(KIND, name)?.and_then(|one| held_step(&one)) {
            None => Ok(Some(())),
            Some((index, _)) => self.shorten(name, &format!("/steps/{index}/hold")),
        }
    }

    /// Ends the bake that a Deployment is in, and waits until it is over.
    #[track_caller]
    pub fn end_bake(&self, name: &str) {
        must(poll::until(&format!("the bake of {name} to end"), || {
            let baking = self.kubernetes.get(KIND, name)?.is_some_and(|one| one["status"]["state"] == "Baking");
            if baking { self.shorten(name, "/settings/bake") } else { Ok(Some(())) }
        }));
    }

    /// Has the deadline of a Deployment pass, and waits until that is noticed.
    #[track_caller]
    pub fn pass_deadline(&self, name: &str) {
        must(poll::until(&format!("the deadline of {name} to be noticed"), || {
            let Some(one) = self.kubernetes.get(KIND, name)? else { return Ok(Some(())) };
            let status = &one["status"];
            if status["completedAt"].is_string() || status["rollback"].is_object() {
                return Ok(Some(()));
            }
            self.kubernetes.replace_in_status(KIND, name, "/deadlineAt", &status["startedAt"])?;
            Ok(None)
        }));
    }

    /// Makes a length of time in the status of a Deployment none at all. Its end is still to be seen.
    fn shorten(&self, name: &str, pointer: &str) -> Result<Option<()>> {
        self.kubernetes.replace_in_status(KIND, name, pointer, &json!("0s"))?;
        Ok(None)
    }
}

/// Index and share of the increment that a Deployment holds.
fn held_step(deployment: &Value) -> Option<(usize, Value)> {
    let steps = deployment["status"]["steps"].as_array()?;
    let index = steps.iter().position(|step| step["state"] == "Holding")?;
    Some((index, steps[index]["weight"].clone()))
}
