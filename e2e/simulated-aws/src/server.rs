//! The loopback server: sockets and a clock around the core.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use crate::simulator::Simulator;
use crate::time::{ClockChange, Moment};
use crate::wire::message::{Reply, Request};

/// How often the world moves on, in real time.
const TICK: Duration = Duration::from_millis(20);

/// The largest body that is read.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// Simulated time as a function of real time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    real: Instant,
    simulated: Moment,
    speed: f64,
}

impl Clock {
    /// A clock that shows `start` now and runs `speed` times as fast as real time.
    #[must_use]
    pub fn new(start: Moment, speed: f64) -> Self {
        Self { real: Instant::now(), simulated: start, speed }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.simulated.plus(self.real.elapsed().mul_f64(self.speed))
    }

    /// Changes its speed, or makes it jump ahead.
    pub fn change(&mut self, change: ClockChange) {
        self.simulated = self.now().plus(change.advance);
        self.real = Instant::now();
        self.speed = change.speed.unwrap_or(self.speed);
    }
}

struct Shared {
    simulator: Simulator,
    clock: Clock,
}

/// Serves until the future that runs it is dropped. Refuses any address that is not a loopback address.
pub async fn serve(listener: TcpListener, simulator: Simulator, clock: Clock) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the simulator has no authentication and listens on loopback addresses only",
        ));
    }
    let shared = Rc::new(RefCell::new(Shared { simulator, clock }));
    let local = LocalSet::new();
    local.spawn_local(keep_ticking(Rc::clone(&shared)));
    local.run_until(accept(listener, shared)).await
}

async fn keep_ticking(shared: Rc<RefCell<Shared>>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let mut shared = shared.borrow_mut();
        let now = shared.clock.now();
        shared.simulator.tick(now);
    }
}

async fn accept(listener: TcpListener, shared: Rc<RefCell<Shared>>) -> io::Result<()> {
    loop {
        let (stream, _peer): (_, SocketAddr) = listener.accept().await?;
        // Small answers must not wait for more bytes to fill a packet.
        stream.set_nodelay(true)?;
        let shared = Rc::clone(&shared);
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| respond(request, Rc::clone(&shared)));
            // A peer that goes away, or a reset that a fault asked for, ends the connection and nothing else.
            let _ =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn respond(
    request: hyper::Request<Incoming>,
    shared: Rc<RefCell<Shared>>,
) -> io::Result<hyper::Response<Full<Bytes>>> {
    let request = read(request).await?;
    let outcome = {
        let mut shared = shared.borrow_mut();
        let now = shared.clock.now();
        shared.simulator.tick(now);
        let outcome = shared.simulator.handle(&request, now);
        if let Some(change) = outcome.clock {
            shared.clock.change(change);
            let now = shared.clock.now();
            shared.simulator.tick(now);
        }
        outcome
    };
    tokio::time::sleep(outcome.delay).await;
    if let Some(moment) = outcome.not_before {
        // The clock may run at any speed, stand still, or be made to jump meanwhile.
        while shared.borrow().clock.now() < moment {
            tokio::time::sleep(TICK / 4).await;
        }
    }
    match outcome.reply {
        Reply::Reset => Err(io::Error::new(io::ErrorKind::ConnectionReset, "a fault closes this connection")),
        Reply::Answer(response) => response
            .headers
            .into_iter()
            .fold(hyper::Response::builder(), |builder, (name, value)| builder.header(name, value))
            .status(response.status)
            .header("content-type", response.content_type)
            .header("x-amzn-requestid", response.request_id)
            .body(Full::new(Bytes::from(response.body)))
            .map_err(io::Error::other),
    }
}

async fn read(request: hyper::Request<Incoming>) -> io::Result<Request> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(io::Error::other)?.to_bytes();
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    })
}
