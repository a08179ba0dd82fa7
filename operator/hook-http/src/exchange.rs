//! One request and its answer, over a connection that is closed afterwards.

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use sluice_api::{HookUrl, ProbeTarget};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::bounded::Bounded;
use crate::error::{BODY_LIMIT, Error};
use crate::headers::Headers;

/// How long the head of an answer may be, in bytes, and how many headers it may have.
const HEAD_LIMIT: usize = 32 * 1024;
const HEADER_LIMIT: usize = 100;

/// How much is read of a connection, with all that is around the body, in bytes.
const CONNECTION_LIMIT: usize = 1024 * 1024;

/// Who asks.
const USER: HeaderValue = HeaderValue::from_static(concat!("sluice/", env!("CARGO_PKG_VERSION")));

/// Which answers are answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Those of success, whole.
    Success,
    /// All but redirects, and the beginning of each.
    Any,
}

/// Sends a request and hands over status and body of the answer. `reading` is called when the head of the answer is there.
pub async fn exchange(
    connection: impl AsyncRead + AsyncWrite + Unpin,
    url: &HookUrl,
    request: Request<Full<Bytes>>,
    wants: Wants,
    reading: impl FnOnce(),
) -> Result<(u16, Vec<u8>), Error> {
    let http = |source| Error::Http { host: url.host().to_owned(), source };
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_LIMIT).max_headers(HEADER_LIMIT);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(Bounded::new(connection, CONNECTION_LIMIT))).await.map_err(http)?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(http)?;
        reading();
        read(url, response, wants).await
    };
    tokio::pin!(connection, answered);
    tokio::select! {
        biased;
        answer = &mut answered => answer,
        // The connection has ended, and what came before that is still to be read.
        ended = &mut connection => match ended {
            Ok(()) => answered.await,
            Err(source) => Err(http(source)),
        },
    }
}

/// A request without a body.
pub fn get(target: &ProbeTarget) -> Result<Request<Full<Bytes>>, Error> {
    let mut request = request(target.url.url(), &Headers::default(), Vec::new())?;
    let host = target.authority().parse().map_err(|_| Error::Name { host: target.host.clone() })?;
    request.headers_mut().insert(HOST, host);
    *request.method_mut() = Method::GET;
    request.headers_mut().remove(CONTENT_TYPE);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
    Ok(request)
}

/// A request with JSON.
pub fn post(url: &HookUrl, headers: &Headers, body: Vec<u8>) -> Result<Request<Full<Bytes>>, Error> {
    request(url, headers, body)
}

fn request(url: &HookUrl, headers: &Headers, body: Vec<u8>) -> Result<Request<Full<Bytes>>, Error> {
    let invalid = || Error::Name { host: url.host().to_owned() };
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.target().parse::<Uri>().map_err(|_| invalid())?;
    let all = request.headers_mut();
    *all = headers.map();
    all.insert(HOST, url.authority().parse().map_err(|_| invalid())?);
    all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    all.insert(ACCEPT, HeaderValue::from_static("application/json"));
    all.insert(CONNECTION, HeaderValue::from_static("close"));
    all.insert(USER_AGENT, USER);
    Ok(request)
}

/// Status and body of an answer that is wanted; of others nothing is read.
async fn read(url: &HookUrl, response: Response<Incoming>, wants: Wants) -> Result<(u16, Vec<u8>), Error> {
    let host = || url.host().to_owned();
    let status = response.status();
    if status.is_redirection() {
        return Err(Error::Redirect { host: host(), status: status.as_u16() });
    }
    if wants == Wants::Success && !status.is_success() {
        return Err(Error::Status { host: host(), status: status.as_u16() });
    }
    let encodings = response.headers().get_all(CONTENT_ENCODING);
    if encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Error::Encoded { host: host() });
    }
    let mut body = response.into_body();
    let limit = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX);
    if wants == Wants::Success && body.size_hint().lower() > limit {
        return Err(Error::TooLong { host: host() });
    }
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|source| Error::Http { host: host(), source })?;
        let Ok(data) = frame.into_data() else { continue };
        if read.len() + data.len() > BODY_LIMIT {
            if wants == Wants::Success {
                return Err(Error::TooLong { host: host() });
            }
            read.extend(data.iter().take(BODY_LIMIT - read.len()));
            break;
        }
        read.extend_from_slice(&data);
    }
    Ok((status.as_u16(), read))
}
