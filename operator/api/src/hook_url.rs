//! Where an HTTP hook is sent: an https URL in one plain spelling, so that no two readers of it can disagree.

use std::fmt;

use thiserror::Error;

/// Longest URL, in characters.
pub const URL_LIMIT: usize = 2048;

/// The port of https.
pub const HTTPS_PORT: u16 = 443;

/// An https URL of a host that is named, such as `https://gate.example.com/check?suite=quick`.
///
/// Parsers of URLs differ in what they take for the host of `https://a@b`, `https://a\@b`, `https://0x7f.1` or
/// `https://a%2eb`, and what one admits another connects to. So the other spellings are refused, not normalized: lower case
/// letters, digits, hyphens and dots, a last label that begins with a letter (which no notation of an address does), no
/// user, no escape in the host, no dot at its end, no fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookUrl {
    host: String,
    port: u16,
    target: String,
}

/// Why a text is no [`HookUrl`]. It says what to write, and quotes nothing of the URL, whose query may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidHookUrl {
    /// Too long.
    #[error("write at most {URL_LIMIT} characters")]
    Long,
    /// Spaces, controls, what is not ASCII, and what some parsers take for something else.
    #[error(
        "write letters, digits and the usual signs of a URL: others in their escaped form, a name of another alphabet as xn--..."
    )]
    Character,
    /// Another scheme, or none.
    #[error("write https://, such as https://gate.example.com/check")]
    Scheme,
    /// `user:password@`.
    #[error("write no user and no password before the host: name a Secret in headersFrom")]
    User,
    /// A number, or an address in brackets.
    #[error("write the name of a host and not its address, such as gate.example.com")]
    Address,
    /// No name as the DNS has them.
    #[error("write a host in lower case letters, digits, hyphens and dots, such as gate.example.com")]
    Host,
    /// No port.
    #[error("write a port from 1 to 65535, such as https://gate.example.com:8443/check")]
    Port,
    /// `#...`, which is never sent.
    #[error("write no fragment (#...): it is not sent")]
    Fragment,
}

impl HookUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, InvalidHookUrl> {
        if text.len() > URL_LIMIT {
            return Err(InvalidHookUrl::Long);
        }
        if text.contains('#') {
            return Err(InvalidHookUrl::Fragment);
        }
        if !text.chars().all(is_of_a_url) {
            return Err(InvalidHookUrl::Character);
        }
        let rest = text.strip_prefix("https://").ok_or(InvalidHookUrl::Scheme)?;
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(InvalidHookUrl::User);
        }
        if authority.contains(['[', ']']) {
            return Err(InvalidHookUrl::Address);
        }
        let (host, port) = match authority.split_once(':') {
            None => (authority, HTTPS_PORT),
            Some((host, port)) => (host, parse_port(port)?),
        };
        check_host(host)?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { host: host.to_owned(), port, target })
    }

    /// Name of the host, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port; 443 where the URL has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, as they are sent.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Host, and port where it is not 443: what the header Host says, and what messages name. Path and query may be secret.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.port == HTTPS_PORT { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}{}", self.authority(), self.target)
    }
}

/// RFC 3986's characters, but those of which browsers make something else.
fn is_of_a_url(one: char) -> bool {
    one.is_ascii_alphanumeric() || "-._~:/?[]@!$&'()*+,;=%".contains(one)
}

fn parse_port(text: &str) -> Result<u16, InvalidHookUrl> {
    let is_plain = !text.is_empty() && !text.starts_with('0') && text.bytes().all(|one| one.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).ok_or(InvalidHookUrl::Port)
}

fn check_host(host: &str) -> Result<(), InvalidHookUrl> {
    let last = host.rsplit('.').find(|label| !label.is_empty()).unwrap_or_default();
    if last.starts_with(|one: char| one.is_ascii_digit()) {
        return Err(InvalidHookUrl::Address);
    }
    if is_host_name(host) { Ok(()) } else { Err(InvalidHookUrl::Host) }
}

/// Whether a text is the name of a host in its one spelling: labels of the DNS in lower case, the last of which begins with
/// a letter.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-')
    };
    text.len() <= 253
        && text.split('.').all(is_label)
        && text.rsplit('.').next().is_some_and(|last| last.starts_with(|one: char| one.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_in_its_one_spelling_is_read_into_its_parts() {
        let table = [
            ("https://gate.example.com", ("gate.example.com", 443, "/")),
            ("https://gate.example.com/", ("gate.example.com", 443, "/")),
            ("https://gate.example.com:443/check", ("gate.example.com", 443, "/check")),
            ("https://gate.example.com:8443?suite=quick", ("gate.example.com", 8443, "/?suite=quick")),
            ("https://gate/a/../b?to=https://x@y", ("gate", 443, "/a/../b?to=https://x@y")),
            ("https://xn--bcher-kva.example/%C3%BC", ("xn--bcher-kva.example", 443, "/%C3%BC")),
            ("https://1.2.3.4.example.com/", ("1.2.3.4.example.com", 443, "/")),
        ];
        for (text, parts) in table {
            let url = HookUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((url.host(), url.port(), url.target()), parts, "{text}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused_with_what_to_write() {
        use InvalidHookUrl::{Address, Character, Fragment, Host, Long, Port, Scheme, User};
        let long = format!("https://gate.example.com/{}", "a".repeat(URL_LIMIT));
        let table = [
            ("", Scheme),
            ("http://gate.example.com", Scheme),
            ("HTTPS://gate.example.com", Scheme),
            ("https:gate.example.com", Scheme),
            ("https:///gate.example.com", Host),
            ("https://", Host),
            ("https://user:secret@gate.example.com", User),
            ("https://gate.example.com@evil.example", User),
            ("https://gate.example.com\\@evil.example", Character),
            ("https://gate.example.com\t/", Character),
            ("https://gate.example.com/\r\nHost: evil", Character),
            ("https://gäte.example.com", Character),
            ("https://gate。example。com", Character),
            ("https://gate.example.com/#fragment", Fragment),
            ("https://Gate.example.com", Host),
            ("https://gate.example.com.", Host),
            ("https://gate..example.com", Host),
            ("https://-gate.example.com", Host),
            ("https://gate_1.example.com", Host),
            ("https://*.example.com", Host),
            ("https://gate%2eexample.com", Host),
            ("https://127.0.0.1", Address),
            ("https://2130706433", Address),
            ("https://0x7f.1", Address),
            ("https://gate.example.0x7f", Address),
            ("https://[::1]/", Address),
            ("https://[fe80::1%25eth0]/", Address),
            ("https://gate.example.com:", Port),
            ("https://gate.example.com:0", Port),
            ("https://gate.example.com:0443", Port),
            ("https://gate.example.com:65536", Port),
            ("https://gate.example.com:443:443", Port),
            (&long, Long),
        ];
        for (text, error) in table {
            assert_eq!(HookUrl::parse(text), Err(error), "{text}");
        }
    }
}
