//! The metrics and health endpoints.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::error::Error;

/// Answers a path with a status and a text.
pub type Answer = Arc<dyn Fn(&str) -> (StatusCode, String) + Send + Sync>;

/// Opens the address and answers in the background for as long as the program runs.
pub async fn serve(address: SocketAddr, answer: Answer) -> Result<(), Error> {
    let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
    tokio::spawn(async move {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, say: a pause gives others the time to close theirs.
                    tracing::warn!(%error, "failed to accept a connection");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    continue;
                }
            };
            let answer = answer.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| respond(request, answer.clone()));
                // A client that hangs up early is no concern of ours.
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(())
}

#[allow(clippy::unused_async, reason = "hyper's service is asynchronous")]
async fn respond(request: Request<Incoming>, answer: Answer) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = answer(request.uri().path());
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    Ok(response)
}

/// An answer for a path that is not there.
pub fn not_found(path: &str) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("{path} is not here\n"))
}
