//! An AWS that answers as a test says, and remembers what it was asked.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
    shared::IntoShared,
};
use aws_smithy_types::body::SdkBody;
use prometheus_client::{encoding::text::encode, registry::Registry};

use crate::{
    client::{Fence, Settings},
    metrics::Metrics,
    regions::{RegionClients, Regions},
};

/// A request as AWS saw it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Such as `CreateTaskSet`.
    pub(crate) operation: String,
    /// The whole body.
    pub(crate) body: String,
    /// Where it went.
    pub(crate) uri: String,
}

impl Seen {
    /// The fields of a form, as ELBv2 and STS speak, decoded and sorted.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        self.body
            .split('&')
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .map(|(key, value)| (decode(key), decode(value)))
            .collect()
    }

    /// The document, as ECS speaks.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().replace('+', " ");
    for part in parts {
        let (code, rest) = part.split_at(2);
        decoded.push(char::from(u8::from_str_radix(code, 16).unwrap()));
        decoded.push_str(&rest.replace('+', " "));
    }
    decoded
}

/// What AWS answers: a status and a body, or an error on the way. The status [`NEVER`] is no answer at all.
pub(crate) type Reply = Result<(u16, String), ConnectorError>;

/// No answer, however long one waits.
pub(crate) const NEVER: u16 = 0;

type Answer = dyn Fn(&Seen) -> Reply + Send + Sync;

/// AWS in a test.
#[derive(Clone)]
pub(crate) struct Aws {
    answer: Arc<Answer>,
    seen: Arc<Mutex<Vec<Seen>>>,
    lease: Arc<Lease>,
    registry: Arc<Mutex<Registry>>,
}

struct Lease(AtomicBool);

impl Fence for Lease {
    fn is_valid(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Aws {
    /// An AWS that answers each request so.
    pub(crate) fn answering(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            seen: Arc::default(),
            lease: Arc::new(Lease(AtomicBool::new(true))),
            registry: Arc::new(Mutex::new(Registry::with_prefix("sluice_aws"))),
        }
    }

    /// An AWS that answers each request with the same.
    pub(crate) fn always(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move |_| Ok((status, body.clone())))
    }

    /// The clients of a region of it.
    pub(crate) fn region(&self) -> RegionClients {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "test");
        self.region_with(SharedCredentialsProvider::new(credentials))
    }

    /// The same with other credentials.
    pub(crate) fn region_with(&self, credentials: SharedCredentialsProvider) -> RegionClients {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials)
            .http_client(self.clone())
            .build();
        let fence: Arc<dyn Fence> = self.lease.clone();
        let metrics = Metrics::register(&mut self.registry.lock().unwrap());
        Regions::from_config(config, Settings::default(), fence, metrics).region("eu-west-1")
    }

    /// Every request so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Names of the operations so far.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.operation).collect()
    }

    /// The lease is lost.
    pub(crate) fn lose_lease(&self) {
        self.lease.0.store(false, Ordering::SeqCst);
    }

    /// What Prometheus would scrape.
    pub(crate) fn metrics(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry.lock().unwrap()).unwrap();
        text
    }
}

impl std::fmt::Debug for Aws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aws")
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
        // ECS names the operation in a header, ELBv2 and STS in the form, Lambda in the path.
        let operation = match request.headers().get("x-amz-target") {
            Some(target) => target.rsplit('.').next().unwrap().to_owned(),
            None if request.uri().contains("/invocations") => "Invoke".to_owned(),
            None => body.split('&').find_map(|field| field.strip_prefix("Action=")).unwrap_or_default().to_owned(),
        };
        let uri = request.uri().to_owned();
        let seen = Seen { operation, body, uri };
        self.seen.lock().unwrap().push(seen.clone());
        match (self.answer)(&seen) {
            Ok((NEVER, _)) => HttpConnectorFuture::new(std::future::pending()),
            reply => {
                HttpConnectorFuture::ready(reply.map(|(status, body)| {
                    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body))
                }))
            }
        }
    }
}

impl HttpClient for Aws {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.clone().into_shared()
    }
}

/// A failure as ECS sends it.
pub(crate) fn ecs_error(code: &str, message: &str) -> String {
    serde_json::json!({ "__type": code, "message": message }).to_string()
}

/// A failure as ELBv2 and STS send it.
pub(crate) fn xml_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>1</RequestId></ErrorResponse>"
    )
}

/// An answer as ELBv2 and STS send it.
pub(crate) fn xml(operation: &str, result: &str) -> String {
    format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>")
}
