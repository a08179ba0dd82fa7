//! Runs hooks that are asked by HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};
use sluice_api::{ListedUrl, bounded_message};
use sluice_hook_http::{Error, Headers, Post};
use sluice_plan::hooks::{HookAnswer, HookCall, parse_answer};

use super::runner::{HookError, HookRunner};
use crate::error::ReconcileError;
use crate::kubernetes::requests::{code, read};

/// Asks hosts: [`sluice_hook_http::Client`], or what stands in for it where there is no network.
pub trait Hosts: Send + Sync {
    /// Sends a hook once, and hands over the body of an answer of success.
    fn post<'a>(&'a self, post: Post<'a>) -> BoxFuture<'a, Result<Vec<u8>, Error>>;
}

impl Hosts for sluice_hook_http::Client {
    fn post<'a>(&'a self, post: Post<'a>) -> BoxFuture<'a, Result<Vec<u8>, Error>> {
        Self::post(self, post).boxed()
    }
}

/// Asks one host.
pub struct HttpRunner {
    /// Asks.
    pub http: Arc<dyn Hosts>,
    /// Of Kubernetes, for the Secret.
    pub kubernetes: Client,
    /// Where to, as the binding lists it.
    pub url: ListedUrl,
    /// The Secret that has the headers.
    pub headers_from: Option<String>,
}

impl HookRunner for HttpRunner {
    fn ask<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>> {
        async move {
            let lasting = |message: String| HookError { message: bounded_message(&message), passes: false };
            let body = serde_json::to_vec(&call.payload)
                .map_err(|error| lasting(format!("failed to write the payload: {error}")))?;
            let headers = self.headers(&call.payload.namespace).await?;
            // Whoever waits for the hook gives it up by the same time.
            let timeout = Duration::try_from(call.time_left).unwrap_or_default();
            let post = Post { target: &self.url, headers: &headers, body, timeout };
            match self.http.post(post).await {
                Ok(body) => Ok(parse_answer(&body)),
                Err(error) => Err(HookError { message: bounded_message(&error.in_full()), passes: passes(&error) }),
            }
        }
        .boxed()
    }
}

impl HttpRunner {
    /// The headers of the Secret, read anew each time.
    async fn headers(&self, namespace: &str) -> Result<Headers, HookError> {
        let Some(name) = &self.headers_from else { return Ok(Headers::default()) };
        let found = read_headers(&self.kubernetes, (namespace, name)).await;
        found.map_err(|error| HookError {
            message: bounded_message(&format!("headersFrom: {}", error.message)),
            ..error
        })
    }
}

/// The headers that a Secret has.
pub(super) async fn read_headers(client: &Client, (namespace, name): (&str, &str)) -> Result<Headers, HookError> {
    let lasting = |message: String| HookError { message: bounded_message(&message), passes: false };
    let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let secret = read("the Secret of a hook", secrets.get(name)).await.map_err(|error| unread(name, &error))?;
    let data: BTreeMap<_, _> = secret.data.unwrap_or_default();
    if data.is_empty() {
        return Err(lasting(format!("Secret {name} has no keys: write one for each header, such as Authorization")));
    }
    let pairs: Vec<_> = data.iter().map(|(name, value)| (name.as_str(), value.0.as_slice())).collect();
    Headers::new(pairs.into_iter()).map_err(|error| lasting(format!("Secret {name}: {error}")))
}

fn unread(secret: &str, error: &ReconcileError) -> HookError {
    let (message, passes) = match code(error) {
        Some(403) => {
            (format!("the operator may not read Secret {secret}: let it, by hooks.secretNames of its chart"), false)
        }
        Some(404) => (format!("there is no Secret {secret}: make it, or name another"), false),
        _ => (error.to_string(), true),
    };
    HookError { message: bounded_message(&message), passes }
}

/// Whether the same question may be answered soon.
fn passes(error: &Error) -> bool {
    match error {
        Error::Resolve { .. } | Error::NoAddress { .. } | Error::Connect { .. } | Error::Http { .. } => true,
        Error::Status { status, .. } => matches!(status, 429 | 502 | 503 | 504),
        Error::ManyAddresses { .. }
        | Error::Forbidden { .. }
        | Error::Tls { .. }
        | Error::NoRoots
        | Error::Name { .. }
        | Error::Redirect { .. }
        | Error::Encoded { .. }
        | Error::TooLong { .. }
        | Error::TimedOut { .. } => false,
    }
}
