//! An API server that answers by script, for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use hyper::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

/// A code of HTTP, and the body that comes with it.
pub type Scripted = (u16, Value);

/// A client whose requests have these answers, one after the other, and what was asked: methods and paths.
pub fn client(answers: &[Scripted]) -> (Client, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, answers) = (Arc::clone(&asked), Arc::new(Mutex::new(VecDeque::from(answers.to_vec()))));
    let service = tower::service_fn(move |request: Request<Body>| {
        seen.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
        let (status, body) = answers.lock().unwrap().pop_front().unwrap();
        let response = Response::builder().status(status).header("content-type", "application/json");
        std::future::ready(Ok::<_, std::io::Error>(response.body(Body::from(body.to_string().into_bytes())).unwrap()))
    });
    (Client::new(service, "default"), asked)
}

/// A refusal with this code and reason.
pub fn refused(code: u16, reason: &str) -> Scripted {
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": "because"});
    (code, status)
}
