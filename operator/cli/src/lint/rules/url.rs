//! Whether a text is a URL.
//!
//! Source: Go 1.26, `net/url`, `ParseRequestURI`.

use std::net::Ipv6Addr;

/// Whether Go reads it as the URL of a request.
pub(super) fn is_url(text: &str) -> bool {
    if text.is_empty() || text.chars().any(|one| one.is_ascii_control()) {
        return false;
    }
    let Some((scheme, rest)) = scheme(text) else { return false };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    if !rest.starts_with('/') {
        return !scheme.is_empty() || text == "*";
    }
    let (authority, path) = match rest.strip_prefix("//").filter(|_| !scheme.is_empty()) {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    is_authority(scheme, authority) && are_escapes(path, |_| true)
}

/// The scheme, or nothing, and what follows it; none where it is empty and a colon follows.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|one: char| !one.is_ascii_alphanumeric() && !matches!(one, '+' | '-' | '.'));
    match end {
        Some(0) if text.starts_with(':') => None,
        Some(end) if text[end..].starts_with(':') && text.starts_with(|one: char| one.is_ascii_alphabetic()) => {
            Some((&text[..end], &text[end + 1..]))
        }
        _ => Some(("", text)),
    }
}

fn is_authority(scheme: &str, authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let of_users = |one: char| one.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(one);
    user.chars().all(of_users) && are_escapes(user, |_| true) && is_host(scheme, host)
}

fn is_host(scheme: &str, host: &str) -> bool {
    match host.rfind('[') {
        Some(0) => {
            let Some((address, port)) = host[1..].rsplit_once(']') else { return false };
            let address = address.split_once("%25").map_or(address, |(address, _)| address);
            is_port(port) && address.parse::<Ipv6Addr>().is_ok()
        }
        Some(_) => false,
        None => {
            let is_web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
            let colon = if is_web { host.find(':') } else { host.rfind(':') };
            colon.is_none_or(|colon| is_port(&host[colon..])) && are_of_hosts(host)
        }
    }
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|digits| digits.chars().all(|one| one.is_ascii_digit()))
}

fn are_of_hosts(host: &str) -> bool {
    let of_hosts =
        |one: char| !one.is_ascii() || one.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(one);
    // Only what is not ASCII is escaped in a host.
    host.chars().all(of_hosts) && are_escapes(host, |byte| byte >= 0x80 || byte == b'%')
}

/// Whether each percent sign is followed by two digits, of a byte that may stand there.
fn are_escapes(text: &str, may_stand: impl Fn(u8) -> bool) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.get(..2).filter(|digits| digits.chars().all(|one| one.is_ascii_hexdigit()));
        digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).is_some_and(&may_stand)
    })
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn what_go_takes_for_a_url_is_one() {
        let yes = [
            "https://test.shop.example.com:8443/base",
            "http://10.0.0.1",
            "https://[2001:db8::1]:8443",
            "https://test.example.com/a@b?c=d",
            "/path",
            "mailto:someone",
            "http://shop:/",
            "http://host/%20?x=%zz",
            "http://hé.example/",
            "*",
        ];
        let no = [
            "",
            "shop.example.com",
            "../x",
            "https://a:b:c/",
            "http://host:80a/",
            "http://[::1",
            "http://[10.0.0.1]/",
            "http://ho st/",
            "http://host/%zz",
            "http://h%41st/",
            "http://a\u{7f}/",
            ":x",
            "http://x[::1]/",
        ];
        for text in yes {
            assert!(is_url(text), "{text}");
        }
        for text in no {
            assert!(!is_url(text), "{text}");
        }
    }
}
