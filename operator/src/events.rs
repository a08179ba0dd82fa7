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
            let message = bounded_message(&note.message);
            let event = Event {
                type_: if note.warning { EventType::Warning } else { EventType::Normal },
                reason: note.reason.to_string(),
                // Events of one action are folded into a series that keeps the first note only, so the action says
                // what the note does, within the 128 bytes that the API allows.
                action: first_bytes(&message, 128).to_owned(),
                note: Some(message),
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

/// At most so many bytes of a text, cut between two characters.
fn first_bytes(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_cut_between_two_characters() {
        for (text, limit, expected) in [("abc", 5, "abc"), ("abc", 2, "ab"), ("a…b", 2, "a"), ("…", 1, "")] {
            assert_eq!(first_bytes(text, limit), expected);
        }
    }
}
