//! Stands between an operator and what it calls by HTTP without TLS, and passes on what its [`KillPoint`] lets pass.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::kill_point::{Callee, KillPoint, Passage, Request};

/// A relay to one server, for as long as the process lives.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
}

impl Relay {
    /// Listens.
    pub fn start(server: SocketAddr, to: Callee, point: &KillPoint) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::of("listen as a relay"))?;
        let address = listener.local_addr().map_err(Error::of("listen as a relay"))?;
        let point = point.clone();
        std::thread::spawn(move || {
            for operator in listener.incoming().flatten() {
                let point = point.clone();
                // A connection that breaks is the business of its two ends.
                std::thread::spawn(move || relay(operator, server, to, &point).ok());
            }
        });
        Ok(Self { address })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// One connection: its requests one after the other here, the answers as they come in a thread of their own.
fn relay(operator: TcpStream, server: SocketAddr, to: Callee, point: &KillPoint) -> io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    for stream in [&operator, &server] {
        stream.set_nodelay(true)?;
    }
    let is_told = Arc::new(AtomicBool::new(false));
    let answers = (server.try_clone()?, operator.try_clone()?, point.clone(), Arc::clone(&is_told));
    std::thread::spawn(move || {
        let (server, operator, point, is_told) = answers;
        hand_over(server, operator, &point, &is_told).ok()
    });
    let mut requests = BufReader::new(operator);
    let passed = pass_on(&mut requests, &mut server, (to, point), &is_told);
    server.shutdown(Shutdown::Both)?;
    passed
}

fn pass_on(
    requests: &mut BufReader<TcpStream>,
    server: &mut TcpStream,
    (to, point): (Callee, &KillPoint),
    is_told: &AtomicBool,
) -> io::Result<()> {
    while let Some((head, body)) = read_request(requests)? {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match point.came(Request { to, head: text(&head), body: text(&body) }) {
            Passage::Passed => {}
            Passage::AnswerIsTold => is_told.store(true, Ordering::SeqCst),
            // Nothing is said until the other end goes away.
            Passage::Held => return io::copy(requests, &mut io::sink()).map(|_| ()),
        }
        server.write_all(&[head, body].concat())?;
    }
    Ok(())
}

/// The bytes of a request: its head and its body, whose length the head tells. None at the end.
fn read_request(requests: &mut BufReader<TcpStream>) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if requests.read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
    }
    let text = String::from_utf8_lossy(&head).to_lowercase();
    if text.contains("\r\ntransfer-encoding:") {
        return Err(io::Error::other("a relay takes bodies of a known length"));
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    requests.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

fn hand_over(
    mut server: TcpStream,
    mut operator: TcpStream,
    point: &KillPoint,
    is_told: &AtomicBool,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = server.read(&mut bytes)?;
        if count == 0 {
            return operator.shutdown(Shutdown::Both);
        }
        // Before the operator has it, so that nothing that follows from it passes.
        if is_told.swap(false, Ordering::SeqCst) {
            point.answered();
        }
        operator.write_all(&bytes[..count])?;
    }
}
