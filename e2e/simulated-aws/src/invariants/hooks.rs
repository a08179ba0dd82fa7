//! S17: hooks of a Deployment run one after the other, so that one whose successor was invoked has its verdict, and is not
//! invoked any more. Whether a verdict was recorded before that, nobody sees from here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::HOOK_ONCE;

/// The hooks that were invoked, by the UID of their Deployment.
#[derive(Clone, Debug, Default)]
pub struct Hooks(BTreeMap<String, Executions>);

/// Those of one Deployment.
#[derive(Clone, Debug, Default)]
struct Executions {
    last: String,
    ended: BTreeSet<String>,
}

impl Hooks {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Notes an invocation by its execution id, which begins with the UID of the Deployment, and tells what is wrong with it.
    /// Payloads without such an id are no hook's.
    pub fn check(&mut self, payload: &Value) -> Option<(&'static str, String)> {
        let id = payload["executionId"].as_str()?;
        let (uid, _) = id.split_once('/')?;
        let known = self.0.entry(uid.to_owned()).or_default();
        if known.last != id {
            let before = std::mem::replace(&mut known.last, id.to_owned());
            known.ended.insert(before);
        }
        let message = || format!("hook {id} was invoked after the next one of its Deployment was");
        known.ended.contains(id).then(|| (HOOK_ONCE, message()))
    }
}
