use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use sluice_api::{Deployment, FINALIZER};

use super::*;
use crate::kubernetes::changes::Changes;
use crate::metrics::Metrics;

/// Media type and body of each request.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Copies of Deployments before an API server that gives these answers, one after the other.
fn copies(answers: Vec<(u16, Value)>) -> (Arc<Copies<Deployment>>, Asked) {
    let asked = Asked::default();
    let answers = Arc::new(Mutex::new(answers.into_iter()));
    let log = Arc::clone(&asked);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (log, answer) = (Arc::clone(&log), answers.lock().unwrap().next().unwrap());
        async move {
            let kind = request.headers()["content-type"].to_str().unwrap().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            log.lock().unwrap().push((kind, serde_json::from_slice(&body).unwrap()));
            let (status, body) = answer;
            Ok::<_, Infallible>(
                Response::builder().status(status).body(Full::new(Bytes::from(body.to_string()))).unwrap(),
            )
        }
    });
    let metrics = Metrics::register(&mut prometheus_client::registry::Registry::default());
    (Copies::new(Client::new(service, "default"), metrics, Changes::new().0), asked)
}

fn deployment() -> Deployment {
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
        "metadata": {"name": "prod-1", "namespace": "shop", "uid": "7", "resourceVersion": "3", "finalizers": [FINALIZER]},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
    }))
    .unwrap()
}

fn object(version: &str, finalizers: &[&str]) -> Value {
    json!({"metadata": {"resourceVersion": version, "finalizers": finalizers}})
}

fn invalid() -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "reason": "Invalid", "code": 422})
}

#[tokio::test]
async fn a_finalizer_is_taken_away_by_one_request() {
    let (copies, asked) = copies(vec![(200, object("4", &[]))]);
    copies.remove_finalizer(&deployment()).await.unwrap();
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].0, "application/json-patch+json");
    let tested: Vec<_> = asked[0].1.as_array().unwrap().iter().map(|step| (&step["op"], &step["value"])).collect();
    assert_eq!(tested[..2], [(&json!("test"), &json!("7")), (&json!("test"), &json!(FINALIZER))]);
}

#[tokio::test]
async fn the_finalizer_of_another_controller_is_never_lost() {
    let other = "example.com/other";
    let answers = vec![(422, invalid()), (200, object("4", &[other, FINALIZER])), (200, object("5", &[other]))];
    let (copies, asked) = copies(answers);
    copies.remove_finalizer(&deployment()).await.unwrap();
    let asked = asked.lock().unwrap();
    let kinds: Vec<_> = asked.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["application/json-patch+json", "application/apply-patch+yaml", "application/merge-patch+json"]);
    assert_eq!(asked[2].1, json!({"metadata": {"resourceVersion": "4", "finalizers": [other]}}));
}
