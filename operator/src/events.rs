//! Kubernetes Events, one for each note of a plan.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use sluice_api::bounded_message;
use sluice_plan::Note;

use crate::context::KUBERNETES_TIMEOUT;
use crate::metrics::{KubernetesWrite, Metrics};

/// Publishes Events.
#[derive(Clone)]
pub struct Events {
    recorder: Recorder,
    metrics: Metrics,
}

impl Events {
    /// Events in the name of this program.
    pub fn new(client: Client, metrics: Metrics) -> Self {
        let reporter = Reporter { controller: "sluice".to_owned(), instance: std::env::var("HOSTNAME").ok() };
        Self { recorder: Recorder::new(client, reporter), metrics }
    }

    /// Publishes the notes. An Event that cannot be written is logged and let go: it decides nothing.
    pub async fn publish(&self, about: &ObjectReference, notes: &[Note]) {
        for note in notes {
            let event = Event {
                type_: if note.warning { EventType::Warning } else { EventType::Normal },
                reason: note.reason.to_string(),
                note: Some(bounded_message(&note.message)),
                action: note.reason.to_string(),
                secondary: None,
            };
            self.metrics.wrote(KubernetesWrite::Event);
            match tokio::time::timeout(KUBERNETES_TIMEOUT, self.recorder.publish(&event, about)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "failed to publish an Event"),
                Err(_) => tracing::warn!("failed to publish an Event in time"),
            }
        }
    }
}
