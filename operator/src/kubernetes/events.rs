//! Kubernetes Events, one for each note of a plan. They are written in the background: a rollout never waits for them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{ObjectMeta, PostParams};
use kube::{Api, Client};
use sluice_api::bounded_message;
use sluice_plan::Note;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::requests::is_already_there;
use super::timeout::KUBERNETES_TIMEOUT;
use crate::clock::now;
use crate::metrics::{KubernetesWrite, Metrics};

/// How many notes may wait to be written for each writer. More than that means that the API server has been away for long,
/// and then a note lost is better than memory that grows.
const WAITING: usize = 10_000;

/// How many write at a time: few, so that they take little from the statuses when many tell something. Those about one
/// object are written by one of them, in their order.
const WRITERS: usize = 2;

/// How often an Event is tried that the API server does not take.
const TRIES: u32 = 6;

/// How long after the first try; twice as long after each other.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Takes notes to be written as Events.
#[derive(Clone)]
pub struct Events {
    writers: Vec<mpsc::Sender<Told>>,
}

/// A note, about whom, and when it was taken.
struct Told {
    about: ObjectReference,
    note: Note,
    at: Timestamp,
}

/// One that writes them.
#[derive(Clone)]
struct Writer {
    client: Client,
    metrics: Metrics,
    instance: String,
}

impl Events {
    /// Events in the name of this program, and the task that writes them. The task ends when the last clone is gone and
    /// all is written.
    pub fn start(client: Client, metrics: Metrics) -> (Self, JoinHandle<()>) {
        let instance = std::env::var("HOSTNAME").unwrap_or_else(|_| CONTROLLER.to_owned());
        let writer = Writer { client, metrics, instance };
        let (senders, tasks): (Vec<_>, Vec<_>) = (0..WRITERS).map(|_| writer.clone().start()).unzip();
        let all = tokio::spawn(async move {
            futures::future::join_all(tasks).await;
        });
        (Self { writers: senders }, all)
    }

    /// Takes the notes about an object, of this revision, and logs them: an Event is gone after an hour.
    pub fn publish(&self, about: &ObjectReference, revision: &str, notes: Vec<Note>) {
        for note in notes {
            log(about, revision, &note);
            let told = Told { about: about.clone(), note, at: now() };
            let writer = usize::try_from(hash(&about.uid) % self.writers.len().max(1) as u64).unwrap_or_default();
            if self.writers.get(writer).is_none_or(|writer| writer.try_send(told).is_err()) {
                tracing::warn!("an Event is let go: too many wait to be written");
            }
        }
    }
}

fn log(about: &ObjectReference, revision: &str, note: &Note) {
    let ObjectReference { kind, namespace, name, .. } = about;
    let (reason, message) = (note.reason, &note.message);
    if note.warning {
        tracing::warn!(kind, namespace, name, revision, %reason, "{message}");
    } else {
        tracing::info!(kind, namespace, name, revision, %reason, "{message}");
    }
}

/// Who tells.
const CONTROLLER: &str = "sluice";

impl Writer {
    fn start(self) -> (mpsc::Sender<Told>, JoinHandle<()>) {
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let task = tokio::spawn(async move {
            while let Some(told) = receiver.recv().await {
                self.write(&told).await;
            }
        });
        (sender, task)
    }

    /// Writes one. The name follows from what it says, so that a try whose answer was lost makes no second one. An Event that
    /// cannot be written is logged and let go: it decides nothing.
    async fn write(&self, told: &Told) {
        let namespace = told.about.namespace.as_deref().unwrap_or("default");
        let api: Api<Event> = Api::namespaced(self.client.clone(), namespace);
        let event = event(told, &self.instance);
        let mut pause = FIRST_PAUSE;
        self.metrics.wrote(KubernetesWrite::Event);
        for left in (0..TRIES).rev() {
            match tokio::time::timeout(KUBERNETES_TIMEOUT, api.create(&PostParams::default(), &event)).await {
                Ok(Ok(_)) => return,
                Ok(Err(error)) if is_already_there(&error) => return,
                Ok(Err(error)) if left == 0 || is_final(&error) => {
                    tracing::warn!(%error, "failed to publish an Event");
                    return;
                }
                Err(_) if left == 0 => tracing::warn!("failed to publish an Event in time"),
                Ok(Err(_)) | Err(_) => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }
}

/// Whether the API server says the same whenever it is asked: the namespace goes, or the Event is not to its liking.
fn is_final(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if (400..500).contains(&status.code) && status.code != 429)
}

fn event(told: &Told, instance: &str) -> Event {
    let message = bounded_message(&told.note.message);
    let object = told.about.name.as_deref().unwrap_or(CONTROLLER);
    let number = hash(&(&told.about.uid, told.note.reason.to_string(), &message, told.at));
    Event {
        metadata: ObjectMeta {
            namespace: Some(told.about.namespace.clone().unwrap_or_else(|| "default".to_owned())),
            name: Some(format!("{}.{number:016x}", first_bytes(object, 230).trim_end_matches(['.', '-']))),
            ..ObjectMeta::default()
        },
        // What was done, in the 128 bytes that the API allows.
        action: Some(first_bytes(&message, 128).to_owned()),
        reason: Some(told.note.reason.to_string()),
        event_time: Some(MicroTime(told.at)),
        regarding: Some(told.about.clone()),
        note: Some(message),
        reporting_controller: Some(CONTROLLER.to_owned()),
        reporting_instance: Some(instance.to_owned()),
        type_: Some(if told.note.warning { "Warning" } else { "Normal" }.to_owned()),
        ..Event::default()
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
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
    use sluice_api::Reason;

    use super::*;

    #[test]
    fn an_action_is_cut_between_two_characters() {
        for (text, limit, expected) in [("abc", 5, "abc"), ("abc", 2, "ab"), ("a…b", 2, "a"), ("…", 1, "")] {
            assert_eq!(first_bytes(text, limit), expected);
        }
    }

    #[test]
    fn a_second_try_of_an_event_has_its_name_and_another_event_has_another() {
        let told = |message: &str, second| Told {
            about: ObjectReference { name: Some("prod-1".to_owned()), ..ObjectReference::default() },
            note: Note { reason: Reason::Shifting, warning: false, message: message.to_owned() },
            at: Timestamp::from_second(second).unwrap(),
        };
        let name = |told: &Told| event(told, "pod").metadata.name.unwrap();
        let first = told("weight 5", 1);
        assert_eq!(name(&first), name(&first));
        assert!(name(&first).starts_with("prod-1."));
        assert_ne!(name(&first), name(&told("weight 20", 1)));
        assert_ne!(name(&first), name(&told("weight 5", 2)));
    }
}
