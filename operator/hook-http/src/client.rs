//! The way of a hook: look up, judge, connect, secure, ask, read; all of it within one time.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use sluice_api::{ListedUrl, ProbeTarget};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

use crate::connect::{addresses, connect};
use crate::dial::{Dial, TcpDial};
use crate::error::{Error, Stage};
use crate::exchange::{Wants, exchange, get, post};
use crate::headers::Headers;
use crate::resolve::{Resolve, SystemResolver};
use crate::tls::Tls;

/// Sends hooks.
pub struct Client<R = SystemResolver, D = TcpDial> {
    resolver: R,
    dialer: D,
    tls: Tls,
}

/// What is sent.
pub struct Post<'a> {
    /// Where to.
    pub target: &'a ListedUrl,
    /// Headers of a Secret.
    pub headers: &'a Headers,
    /// JSON.
    pub body: Vec<u8>,
    /// How long all of it may take, from the look-up to the last byte.
    pub timeout: Duration,
}

/// What is asked.
pub struct Get<'a> {
    /// Where to, and how: a load balancer is asked for another host than its own, and perhaps without TLS.
    pub target: &'a ProbeTarget,
    /// How long all of it may take, from the look-up to the last byte.
    pub timeout: Duration,
}

/// An answer that is no redirect, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body, or the first 64 KiB of it.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the system's resolver and its certificates, and of these beside them.
    #[must_use]
    pub fn new(additional_roots: Vec<CertificateDer<'static>>) -> Self {
        Self::with(SystemResolver::default(), TcpDial, additional_roots)
    }
}

impl<R: Resolve, D: Dial> Client<R, D> {
    /// A client that looks up and connects by these.
    pub fn with(resolver: R, dialer: D, additional_roots: Vec<CertificateDer<'static>>) -> Self {
        Self { resolver, dialer, tls: Tls::new(additional_roots) }
    }

    /// Sends a hook once, and hands over the body of an answer of success, at most 64 KiB of it. Every call looks the name
    /// up and judges it anew; within a call it is looked up once.
    pub async fn post(&self, hook: Post<'_>) -> Result<Vec<u8>, Error> {
        let request = post(hook.target.url(), hook.headers, hook.body)?;
        let way = Way { target: hook.target, name: Some(hook.target.url().host()) };
        self.send(way, request, Wants::Success, hook.timeout).await.map(|answer| answer.body)
    }

    /// Asks once, as a hook is asked, and hands over the answer whatever its status, but for a redirect.
    pub async fn get(&self, question: Get<'_>) -> Result<Answer, Error> {
        let target = question.target;
        let request = get(target)?;
        let way = Way { target: &target.url, name: target.secure.then_some(target.host.as_str()) };
        self.send(way, request, Wants::Any, question.timeout).await
    }

    async fn send(
        &self,
        way: Way<'_>,
        request: Request<Full<Bytes>>,
        wants: Wants,
        after: Duration,
    ) -> Result<Answer, Error> {
        let at = At::default();
        let sent = timeout(after, self.exchange(way, request, wants, &at)).await;
        let host = way.target.url().host().to_owned();
        sent.unwrap_or_else(|_| Err(Error::TimedOut { host, after, stage: at.stage() }))
    }

    async fn exchange(
        &self,
        way: Way<'_>,
        request: Request<Full<Bytes>>,
        wants: Wants,
        at: &At,
    ) -> Result<Answer, Error> {
        let Way { target, name } = way;
        let host = || target.url().host().to_owned();
        let addresses = addresses(&self.resolver, target).await?;
        at.reach(Stage::Connect);
        let connection = connect(&self.dialer, target, &addresses).await?;
        let read = || at.reach(Stage::Body);
        let (status, body) = if let Some(name) = name {
            at.reach(Stage::Secure);
            let connector = self.tls.connector().ok_or(Error::NoRoots)?;
            let name = ServerName::try_from(name.to_owned()).map_err(|_| Error::Name { host: name.to_owned() })?;
            let secured = connector.connect(name, connection).await;
            let secured = secured.map_err(|source| Error::Tls { host: host(), source })?;
            at.reach(Stage::Answer);
            exchange(secured, target.url(), request, wants, read).await?
        } else {
            at.reach(Stage::Answer);
            exchange(connection, target.url(), request, wants, read).await?
        };
        Ok(Answer { status, body })
    }
}

/// To whom, and by which name its certificate is judged; none where no TLS is spoken.
#[derive(Clone, Copy)]
struct Way<'a> {
    target: &'a ListedUrl,
    name: Option<&'a str>,
}

/// Where a request is.
#[derive(Default)]
struct At(AtomicU8);

const STAGES: [Stage; 5] = [Stage::Resolve, Stage::Connect, Stage::Secure, Stage::Answer, Stage::Body];

impl At {
    fn reach(&self, stage: Stage) {
        let index = STAGES.iter().position(|&one| one == stage).and_then(|index| u8::try_from(index).ok());
        self.0.store(index.unwrap_or_default(), Ordering::Relaxed);
    }

    fn stage(&self) -> Stage {
        STAGES.get(usize::from(self.0.load(Ordering::Relaxed))).copied().unwrap_or(Stage::Resolve)
    }
}
