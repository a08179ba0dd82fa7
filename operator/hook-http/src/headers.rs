//! Headers that come from a Secret.

use std::fmt;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use thiserror::Error;

/// How many headers a hook may bring.
const COUNT_LIMIT: usize = 16;

/// How long all of them may be together, names and values, in bytes.
const SIZE_LIMIT: usize = 8192;

/// Headers by which a request is framed, or that say what this client decides: of the connection (RFC 9110, 7.6.1), of
/// its body, of its answer, of who asked.
const NOT_GIVEN: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];

/// Headers that come from a Secret, such as Authorization. They are shown nowhere.
#[derive(Clone, Default)]
pub struct Headers(HeaderMap);

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Headers({})", self.0.len())
    }
}

/// Why a header is not sent. It says its name, and never its value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidHeader {
    /// Too many.
    #[error("{count} headers: write at most {COUNT_LIMIT}")]
    Many {
        /// How many.
        count: usize,
    },
    /// Too long.
    #[error("{size} bytes of headers: write at most {SIZE_LIMIT}")]
    Long {
        /// How long.
        size: usize,
    },
    /// No name of a header.
    #[error("{name:?} is no name of a header: write one such as Authorization or X-Token")]
    Name {
        /// As written.
        name: String,
    },
    /// One that decides how the request is read.
    #[error("{name} is not taken from a Secret: the operator writes it, or leaves it out")]
    NotGiven {
        /// Which.
        name: String,
    },
    /// A value with a line break, a control, or characters beyond ASCII.
    #[error(
        "the value of {name} has characters that no header has: write visible ASCII in one line, without a line break at its end"
    )]
    Value {
        /// Of which.
        name: String,
    },
}

impl Headers {
    /// Takes names and values, such as the keys of a Secret.
    pub fn new<'a>(pairs: impl ExactSizeIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, InvalidHeader> {
        if pairs.len() > COUNT_LIMIT {
            return Err(InvalidHeader::Many { count: pairs.len() });
        }
        let mut size = 0;
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            size += name.len() + value.len();
            let (name, value) = header(name, value)?;
            map.insert(name, value);
        }
        if size > SIZE_LIMIT { Err(InvalidHeader::Long { size }) } else { Ok(Self(map)) }
    }

    pub(crate) fn map(&self) -> HeaderMap {
        self.0.clone()
    }
}

fn header(name: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue), InvalidHeader> {
    let parsed = HeaderName::from_bytes(name.as_bytes());
    let parsed = parsed.map_err(|_| InvalidHeader::Name { name: name.chars().take(64).collect() })?;
    let is_ours =
        |name: &str| NOT_GIVEN.contains(&name) || ["proxy-", "x-forwarded-"].iter().any(|it| name.starts_with(it));
    if is_ours(parsed.as_str()) {
        return Err(InvalidHeader::NotGiven { name: parsed.to_string() });
    }
    let is_plain = value.iter().all(|&one| one == b' ' || one.is_ascii_graphic());
    let mut value = HeaderValue::from_bytes(value)
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(|| InvalidHeader::Value { name: parsed.to_string() })?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_gives_who_asks_and_never_how_the_request_is_read() {
        let table: &[(&str, &[u8], bool)] = &[
            ("Authorization", b"Bearer abc", true),
            ("X-Token", b"abc", true),
            ("x-token", b"", true),
            ("Host", b"evil.example", false),
            ("content-length", b"0", false),
            ("Transfer-Encoding", b"chunked", false),
            ("Connection", b"close", false),
            ("Proxy-Authorization", b"abc", false),
            ("X-Forwarded-For", b"127.0.0.1", false),
            ("Expect", b"100-continue", false),
            ("Accept-Encoding", b"gzip", false),
            ("X Token", b"abc", false),
            ("X-Token:", b"abc", false),
            ("", b"abc", false),
            ("X-T\u{f6}ken", b"abc", false),
            ("X-Token", b"abc\r\nHost: evil.example", false),
            ("X-Token", b"abc\n", false),
            ("X-Token", b"a\0c", false),
            ("X-Token", "a\u{f6}c".as_bytes(), false),
            ("X-Token", &[b'a'; SIZE_LIMIT], false),
        ];
        for &(name, value, taken) in table {
            let headers = Headers::new([(name, value)].into_iter());
            assert_eq!(headers.is_ok(), taken, "{name:?}: {headers:?}");
            if let Err(error) = headers {
                assert!(!error.to_string().contains("evil"), "the value is told: {error}");
            }
        }
        let names: Vec<String> = (0..=COUNT_LIMIT).map(|number| format!("x-{number}")).collect();
        let many = Headers::new(names.iter().map(|name| (name.as_str(), &b"a"[..])));
        assert_eq!(many.err(), Some(InvalidHeader::Many { count: 17 }));
    }

    #[test]
    fn headers_are_not_shown() {
        let headers = Headers::new([("authorization", &b"Bearer abc"[..])].into_iter()).unwrap();
        assert!(!format!("{headers:?} {:?}", headers.map()).contains("abc"));
    }
}
