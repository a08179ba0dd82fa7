//! HTTP to loopback, by hand: one connection per request, no TLS, no dependency.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::poll::time_limit;

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Response {
    /// The body as JSON, whatever the status.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).map_err(Error::of(format!("read {} as JSON", self.body)))
    }

    /// The same response, if its status is a good one.
    pub fn good(self) -> Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(Error::new(format!("status {}: {}", self.status, self.body)))
    }
}

/// Sends a GET.
pub fn get(address: SocketAddr, path: &str) -> Result<Response> {
    request(address, "GET", path, &[], "")
}

/// Sends a request. HTTP/1.0, so that the answer ends with the connection and comes in one piece.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Response> {
    let what = format!("{method} http://{address}{path}");
    let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        // Writing to a String does not fail.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let exchange = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&address, time_limit())?;
        stream.set_read_timeout(Some(time_limit()))?;
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = exchange().map_err(Error::of(what.as_str()))?;
    parse(&String::from_utf8_lossy(&answer)).ok_or_else(|| Error::new(format!("{what}: the answer is no HTTP")))
}

fn parse(answer: &str) -> Option<Response> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Response { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let response = parse("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}").map(|it| (it.status, it.body));
        assert_eq!(response, Some((404, "{}".to_owned())));
        assert!(parse("").is_none());
    }
}
