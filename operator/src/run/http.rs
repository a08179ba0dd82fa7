//! The metrics and health endpoints: an HTTP server in which no client has anything to himself for long.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::error::Error;

/// How many connections an endpoint has at most. The next one ends the oldest: a probe takes a moment, and whoever holds
/// many keeps it from none.
const CONNECTIONS: usize = 128;

/// How long a client may take for the header of its request.
const HEADER: Duration = Duration::from_secs(5);

/// How long a connection may last, whatever happens on it. There is one request on each.
const LONGEST: Duration = Duration::from_secs(15);

/// Most bytes of a header.
const HEADER_BYTES: usize = 16 * 1024;

/// Answers a path with a status and a text.
pub type Answer = Arc<dyn Fn(&str) -> (StatusCode, String) + Send + Sync>;

/// Opens the address and answers in the background for as long as the program runs.
pub async fn serve(address: SocketAddr, answer: Answer) -> Result<(), Error> {
    let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
    tokio::spawn(accept(listener, answer));
    Ok(())
}

async fn accept(listener: TcpListener, answer: Answer) {
    let mut open: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file handles, say: a pause gives others the time to close theirs.
                tracing::warn!(%error, "failed to accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        open.retain(|connection| !connection.is_finished());
        if open.len() >= CONNECTIONS
            && let Some(oldest) = open.pop_front()
        {
            oldest.abort();
        }
        open.push_back(tokio::spawn(converse(stream, answer.clone())).abort_handle());
    }
}

/// One request and its answer.
async fn converse(stream: TcpStream, answer: Answer) {
    let service = service_fn(|request| respond(request, answer.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .max_buf_size(HEADER_BYTES)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // A client that hangs up early, or is too slow, is no concern of ours.
    let _ = tokio::time::timeout(LONGEST, connection).await;
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Instant, timeout};

    use super::*;

    async fn server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(accept(listener, Arc::new(|path: &str| (StatusCode::OK, format!("you asked for {path}\n")))));
        address
    }

    async fn probe(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn a_probe_is_answered_while_many_never_end_their_header_and_those_are_closed() {
        let address = server().await;
        let mut slow = Vec::new();
        for _ in 0..2 * CONNECTIONS {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: a").await.unwrap();
            slow.push(stream);
        }
        let asked = Instant::now();
        let text = timeout(Duration::from_secs(2), probe(address)).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("you asked for /healthz\n"), "{text}");
        for mut stream in slow {
            let mut rest = Vec::new();
            // Closed, in whichever way.
            let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.unwrap();
        }
        assert!(asked.elapsed() < Duration::from_secs(20));
    }
}
