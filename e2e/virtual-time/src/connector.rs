//! The SDK's HTTP client, with the simulator at its other end and no socket between.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use simulated_aws::Simulator;
use simulated_aws::wire::{Reply, Request};

use crate::clock::Clock;

/// An HTTP client whose every request the simulator answers at once. Time passes in [`crate::World::run`] alone: to
/// move a world of services on at each request would make each request as dear as the world is large.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub simulator: Arc<Mutex<Simulator>>,
    pub clock: Clock,
}

impl fmt::Debug for InProcess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let now = self.clock.moment();
        let reply = {
            let mut simulator = self.simulator.lock().unwrap_or_else(PoisonError::into_inner);
            simulator.handle(&plain(&request), now).reply
        };
        HttpConnectorFuture::ready(match reply {
            Reply::Answer(answer) => response(answer),
            Reply::Reset => Err(ConnectorError::io("the connection was reset".into())),
        })
    }
}

/// The request as the simulator takes it.
fn plain(request: &HttpRequest) -> Request {
    let uri = request.uri();
    // An absolute address: what follows the third slash is the path.
    let after_host = uri.splitn(4, '/').nth(3).unwrap_or_default();
    let (path, query) = after_host.split_once('?').unwrap_or((after_host, ""));
    Request {
        method: request.method().to_owned(),
        path: format!("/{path}"),
        query: query.to_owned(),
        headers: request.headers().iter().map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        body: request.body().bytes().unwrap_or_default().to_vec(),
    }
}

fn response(answer: simulated_aws::wire::Response) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    response.headers_mut().insert("content-type", answer.content_type);
    response.headers_mut().insert("x-amzn-requestid", answer.request_id);
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
