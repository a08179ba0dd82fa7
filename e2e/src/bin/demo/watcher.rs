//! Looks at Kubernetes and at the simulated AWS.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sluice_api::Deployment;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::{Error, Result, http};

use crate::snapshot::{Event, Snapshot};

/// What is looked at.
pub struct Watcher {
    kubernetes: Kubernetes,
    aws: SocketAddr,
    began: Timestamp,
}

impl Watcher {
    /// From now on.
    pub fn new(kubernetes: Kubernetes, aws: SocketAddr) -> Self {
        Self { kubernetes, aws, began: now() }
    }

    /// When it began.
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// All that is shown of a Deployment.
    pub fn look(&self, title: &str, deployment: &str) -> Result<Snapshot> {
        let found = self.kubernetes.get("deployments", deployment)?;
        Ok(Snapshot {
            title: title.to_owned(),
            began: self.began,
            deployment: found.map(typed::<Deployment>).transpose()?,
            aws: typed(self.aws("state")?)?,
            traffic: typed(self.aws("traffic")?)?,
            before: BTreeMap::new(),
            events: self.kubernetes.events()?.iter().filter_map(|event| event_about(event, deployment)).collect(),
            now: now(),
        })
    }

    /// `GET /_sim/PATH`.
    pub fn aws(&self, path: &str) -> Result<Value> {
        http::get(self.aws, &format!("/_sim/{path}"))?.good()?.json()
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::of("failed to read an answer"))
}

/// An Event of `events.k8s.io`, if it is about this Deployment.
pub fn event_about(event: &Value, deployment: &str) -> Option<Event> {
    let about = &event["regarding"];
    if about["kind"] != "Deployment" || about["name"] != deployment {
        return None;
    }
    let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let at = text("eventTime").parse().ok()?;
    Some(Event { at, warning: event["type"] == "Warning", reason: text("reason"), message: text("note") })
}

/// The one look at the clock.
#[expect(clippy::disallowed_methods, reason = "nothing here decides by time; it only shows it")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
