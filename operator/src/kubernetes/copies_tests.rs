use futures::FutureExt;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use kube::client::Body;
use serde_json::json;
use sluice_api::Deployment;

use super::*;
use crate::kubernetes::changes::{Change, Diff};
use crate::kubernetes::kept::of_group;

/// A copy without an API server behind it, and what is told of its changes.
struct Trial {
    copies: Arc<Copies<Deployment>>,
    heard: futures::channel::mpsc::UnboundedReceiver<Change>,
}

impl Trial {
    fn new() -> Self {
        let service = tower::service_fn(|_: Request<Body>| async {
            Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::new())))
        });
        let client = Client::new(service, "default");
        let (changes, heard) = Changes::new();
        let metrics = Metrics::register(&mut prometheus_client::registry::Registry::default());
        Self { copies: Copies::new(client, metrics, changes), heard }
    }

    fn versions(&self) -> Vec<String> {
        let mut known: Vec<_> = self.copies.store().state().iter().map(|it| it.resource_version().unwrap()).collect();
        known.sort();
        known
    }

    /// What was told since the last time: versions before and after.
    fn told(&mut self) -> Vec<(Option<String>, Option<String>)> {
        let mut told = Vec::new();
        while let Some(Some(Change::Deployment(Diff { old, new }))) = self.heard.next().now_or_never() {
            told.push((old.and_then(|it| it.resource_version()), new.and_then(|it| it.resource_version())));
        }
        told
    }
}

fn deployment(name: &str, version: u64) -> Deployment {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "resourceVersion": version.to_string()},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
    }))
    .unwrap()
}

/// What was told, with versions as numbers and 0 where there was no object.
fn numbers(told: Vec<(Option<String>, Option<String>)>) -> Vec<(u64, u64)> {
    let number = |version: Option<String>| version.map_or(0, |version| version.parse().unwrap());
    told.into_iter().map(|(old, new)| (number(old), number(new))).collect()
}

#[tokio::test]
async fn a_copy_is_never_older_than_our_own_last_write() {
    let mut trial = Trial::new();
    let copies = Arc::clone(&trial.copies);
    for event in [Event::Init, Event::InitApply(deployment("a", 1)), Event::InitDone] {
        copies.take(event);
    }
    copies.learn(deployment("a", 5));
    assert_eq!(numbers(trial.told()), [(0, 1), (1, 5)]);
    // The watch is behind.
    copies.take(Event::Apply(deployment("a", 3)));
    assert_eq!((trial.versions(), trial.told()), (vec!["5".to_owned()], vec![]));
    // It shows our write, and then another's; an answer that comes late changes nothing any more.
    copies.take(Event::Apply(deployment("a", 5)));
    copies.take(Event::Apply(deployment("a", 8)));
    copies.learn(deployment("a", 7));
    assert_eq!(trial.versions(), ["8"]);
}

#[tokio::test]
async fn what_is_gone_does_not_come_back_by_an_answer_that_is_late() {
    let mut trial = Trial::new();
    let copies = Arc::clone(&trial.copies);
    copies.take(Event::Apply(deployment("a", 1)));
    copies.take(Event::Delete(deployment("a", 9)));
    copies.learn(deployment("a", 4));
    assert_eq!(trial.versions(), Vec::<String>::new());
    assert_eq!(copies.by_key(&of_group("shop", "prod")).len(), 0);
    assert_eq!(numbers(trial.told()), [(0, 1), (1, 0)]);
}

#[tokio::test]
async fn a_list_takes_the_place_of_the_copy_but_for_our_own_writes_since() {
    let mut trial = Trial::new();
    let copies = Arc::clone(&trial.copies);
    for (name, version) in [("kept", 1), ("gone", 2)] {
        copies.take(Event::Apply(deployment(name, version)));
    }
    // Written before the list was asked for, and deleted by the time that it was made.
    copies.learn(deployment("gone", 5));
    trial.told();
    copies.take(Event::Init);
    copies.take(Event::InitApply(deployment("kept", 1)));
    copies.learn(deployment("kept", 8));
    copies.learn(deployment("made", 9));
    copies.take(Event::InitDone);
    assert_eq!(trial.versions(), ["8", "9"]);
    assert_eq!(copies.by_key(&of_group("shop", "prod")).len(), 2);
    assert_eq!(numbers(trial.told()), [(1, 8), (0, 9), (5, 0)]);
}

#[tokio::test]
async fn an_object_is_found_by_its_group_and_let_go_when_the_api_server_does_not_know_it() {
    let trial = Trial::new();
    trial.copies.learn(deployment("b", 2));
    trial.copies.learn(deployment("a", 3));
    let names = || trial.copies.by_key(&of_group("shop", "prod")).iter().map(|it| it.name_any()).collect::<Vec<_>>();
    assert_eq!(names(), ["a", "b"]);
    let mut made_anew = deployment("a", 4);
    made_anew.metadata.uid = Some("another".to_owned());
    trial.copies.forget(&made_anew);
    assert_eq!(names(), ["a", "b"]);
    trial.copies.forget(&deployment("a", 1));
    assert_eq!(names(), ["b"]);
}
