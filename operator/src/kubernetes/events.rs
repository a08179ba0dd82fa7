//! Kubernetes Events, one for each note of a plan. They are written in the background: a rollout never waits for them.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use sluice_api::bounded_message;
use sluice_plan::Note;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::timeout::KUBERNETES_TIMEOUT;
use crate::metrics::{KubernetesWrite, Metrics};

/// How many notes may wait to be written. More than that means that the API server has been away for long, and then a
/// note lost is better than memory that grows.
const WAITING: usize = 10_000;

/// Takes notes to be written as Events.
#[derive(Clone)]
pub struct Events {
    sender: mpsc::Sender<(ObjectReference, Note)>,
}

impl Events {
    /// Events in the name of this program, and the task that writes them. The task ends when the last clone is gone and
    /// all is written.
    pub fn start(client: Client, metrics: Metrics) -> (Self, JoinHandle<()>) {
        let reporter = Reporter { controller: "sluice".to_owned(), instance: std::env::var("HOSTNAME").ok() };
        let recorder = Recorder::new(client, reporter);
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let writer = tokio::spawn(async move {
            while let Some((about, note)) = receiver.recv().await {
                write(&recorder, &metrics, &about, &note).await;
            }
        });
        (Self { sender }, writer)
    }

    /// Takes the notes about an object.
    pub fn publish(&self, about: &ObjectReference, notes: Vec<Note>) {
        for note in notes {
            if self.sender.try_send((about.clone(), note)).is_err() {
                tracing::warn!("an Event is let go: too many wait to be written");
            }
        }
    }
}

/// Writes one. An Event that cannot be written is logged and let go: it decides nothing.
async fn write(recorder: &Recorder, metrics: &Metrics, about: &ObjectReference, note: &Note) {
    let message = bounded_message(&note.message);
    let event = Event {
        type_: if note.warning { EventType::Warning } else { EventType::Normal },
        reason: note.reason.to_string(),
        // Events of one action are folded into a series that keeps the first note only, so the action says what the
        // note does, within the 128 bytes that the API allows.
        action: first_bytes(&message, 128).to_owned(),
        note: Some(message),
        secondary: None,
    };
    metrics.wrote(KubernetesWrite::Event);
    match tokio::time::timeout(KUBERNETES_TIMEOUT, recorder.publish(&event, about)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "failed to publish an Event"),
        Err(_) => tracing::warn!("failed to publish an Event in time"),
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
