//! A table of targets that no hook may reach, and none of which is dialed.

use crate::support::{Dialed, GATE, Names, Script, Server, post};

/// Spellings of URLs: what they are about, and what is written. The resolver would answer with a loopback address for
/// each, and the binding lists gate.example.com.
const SPELLINGS: &[(&str, &str)] = &[
    ("dotted decimal", "https://127.0.0.1/"),
    ("another loopback", "https://127.1.2.3/"),
    ("decimal", "https://2130706433/"),
    ("decimal of metadata", "https://2852039166/"),
    ("octal", "https://017700000001/"),
    ("dotted octal", "https://0177.0.0.1/"),
    ("hexadecimal", "https://0x7f000001/"),
    ("dotted hexadecimal", "https://0x7f.0x0.0x0.0x1/"),
    ("upper case hexadecimal", "https://0X7F.1/"),
    ("mixed notations", "https://0x7f.0.1/"),
    ("short form of two parts", "https://127.1/"),
    ("short form of three parts", "https://127.0.1/"),
    ("short form of one part", "https://0/"),
    ("overflowing decimal", "https://4294967297/"),
    ("overflowing part", "https://383.0.0.1/"),
    ("leading zeros", "https://127.000.000.001/"),
    ("metadata", "https://169.254.169.254/latest/meta-data/"),
    ("metadata in octal", "https://0251.0376.0251.0376/"),
    ("metadata in hexadecimal", "https://0xa9fea9fe/"),
    ("metadata in mixed notations", "https://169.0xfe.43518/"),
    ("task credentials", "https://169.254.170.2/v2/credentials/"),
    ("private", "https://10.0.0.1/"),
    ("public address", "https://93.184.215.14/"),
    ("trailing dot behind an address", "https://127.0.0.1./"),
    ("IPv6 loopback", "https://[::1]/"),
    ("IPv6 loopback in full", "https://[0:0:0:0:0:0:0:1]/"),
    ("IPv6 unspecified", "https://[::]/"),
    ("IPv4-mapped", "https://[::ffff:127.0.0.1]/"),
    ("IPv4-mapped in hexadecimal", "https://[::ffff:7f00:1]/"),
    ("IPv4-compatible", "https://[::127.0.0.1]/"),
    ("NAT64", "https://[64:ff9b::169.254.169.254]/"),
    ("6to4", "https://[2002:7f00:1::]/"),
    ("metadata of IPv6", "https://[fd00:ec2::254]/"),
    ("zone", "https://[fe80::1%25eth0]/"),
    ("zone without an escape", "https://[fe80::1%eth0]/"),
    ("IPv6 without brackets", "https://::1/"),
    ("percent-encoded digits", "https://%31%32%37.0.0.1/"),
    ("percent-encoded dots", "https://127%2e0%2e0%2e1/"),
    ("percent-encoded name", "https://gate%2eexample.com/"),
    ("percent-encoded at", "https://gate.example.com%40127.0.0.1/"),
    ("percent-encoded slash", "https://gate.example.com%2f@127.0.0.1/"),
    ("percent-encoded null", "https://127.0.0.1%00.example.com/"),
    ("digits in circles", "https://①②⑦.⓪.⓪.①/"),
    ("full-width digits", "https://１２７.０.０.１/"),
    ("Arabic digits", "https://١٢٧.٠.٠.١/"),
    ("ideographic full stops", "https://127。0。0。1/"),
    ("half-width full stops", "https://127｡0｡0｡1/"),
    ("full-width name", "https://ｇａｔｅ.example.com/"),
    ("look-alike letter", "https://g\u{0430}te.example.com/"),
    ("zero-width space", "https://gate.exam\u{200b}ple.com/"),
    ("soft hyphen", "https://gate.exam\u{ad}ple.com/"),
    ("ligature", "https://gate.example.co\u{fb01}/"),
    ("user that looks like the host", "https://gate.example.com@127.0.0.1/"),
    ("user and password", "https://gate.example.com:443@127.0.0.1/"),
    ("empty user", "https://@gate.example.com/"),
    ("two users", "https://a@gate.example.com@127.0.0.1/"),
    ("backslash before the user", "https://127.0.0.1\\@gate.example.com/"),
    ("backslash for a slash", "https://gate.example.com\\.evil.example/"),
    ("backslashes for slashes", "https:\\\\gate.example.com/"),
    ("fragment before the user", "https://127.0.0.1#@gate.example.com/"),
    ("question mark before the user", "https://127.0.0.1?@gate.example.com/"),
    ("semicolon", "https://gate.example.com;127.0.0.1/"),
    ("comma", "https://gate.example.com,127.0.0.1/"),
    ("space", "https://gate.example.com 127.0.0.1/"),
    ("tab in the name", "https://gate.exa\tmple.com/"),
    ("line break in the name", "https://gate.example.com\r\n.evil.example/"),
    ("line break in the path", "https://gate.example.com/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    ("null", "https://gate.example.com\0/"),
    ("space before the scheme", " https://gate.example.com/"),
    ("no TLS", "http://gate.example.com/"),
    ("upper case scheme", "HTTPS://gate.example.com/"),
    ("no slashes", "https:gate.example.com/"),
    ("one slash", "https:/gate.example.com/"),
    ("three slashes", "https:///gate.example.com/"),
    ("no scheme", "//gate.example.com/"),
    ("file", "file:///etc/passwd"),
    ("gopher", "gopher://127.0.0.1:6379/_FLUSHALL"),
    ("URL in a URL", "url:https://gate.example.com/"),
    ("dot at the end", "https://gate.example.com./"),
    ("dot at the beginning", "https://.gate.example.com/"),
    ("two dots", "https://gate..example.com/"),
    ("upper case", "https://GATE.example.com/"),
    ("underscore", "https://gate_.example.com/"),
    ("wildcard", "https://*.example.com/"),
    ("below the host", "https://a.gate.example.com/"),
    ("above the host", "https://example.com/"),
    ("behind the host", "https://gate.example.com.evil.example/"),
    ("before the host", "https://evilgate.example.com/"),
    ("localhost", "https://localhost/"),
    ("below localhost", "https://gate.localhost/"),
    ("metadata by name", "https://metadata.google.internal/"),
    ("metadata by a short name", "https://metadata/"),
    ("Kubernetes by name", "https://kubernetes.default.svc/"),
    ("address in a name", "https://127.0.0.1.nip.io/"),
    ("other port", "https://gate.example.com:8443/"),
    ("port of HTTP", "https://gate.example.com:80/"),
    ("port of the kubelet", "https://gate.example.com:10250/"),
    ("port zero", "https://gate.example.com:0/"),
    ("port that wraps to 443", "https://gate.example.com:65979/"),
    ("port with zeros before it", "https://gate.example.com:00443/"),
    ("signed port", "https://gate.example.com:+443/"),
    ("two ports", "https://gate.example.com:443:22/"),
    ("empty port", "https://gate.example.com:/"),
    ("the other host without its port", "https://inner.example.com/"),
];

/// Addresses that a listed name stands for. Some hosts are listed with blocks of private addresses.
const ADDRESSES: &[(&str, &str, &[&str])] = &[
    ("loopback", GATE, &["127.0.0.1"]),
    ("another loopback", GATE, &["127.255.255.254"]),
    ("unspecified", GATE, &["0.0.0.0"]),
    ("this network", GATE, &["0.1.2.3"]),
    ("private 10", GATE, &["10.0.0.1"]),
    ("private 172.16", GATE, &["172.16.0.1"]),
    ("the end of private 172.16", GATE, &["172.31.255.255"]),
    ("private 192.168", GATE, &["192.168.1.1"]),
    ("shared", GATE, &["100.64.0.1"]),
    ("the end of shared", GATE, &["100.127.255.255"]),
    ("link-local", GATE, &["169.254.1.1"]),
    ("metadata", GATE, &["169.254.169.254"]),
    ("task credentials", GATE, &["169.254.170.2"]),
    ("Pod Identity", GATE, &["169.254.170.23"]),
    ("metadata of Alibaba Cloud", GATE, &["100.100.100.200"]),
    ("metadata of Oracle Cloud", GATE, &["192.0.0.192"]),
    ("Azure's host agent", GATE, &["168.63.129.16"]),
    ("documentation 1", GATE, &["192.0.2.1"]),
    ("documentation 2", GATE, &["198.51.100.1"]),
    ("documentation 3", GATE, &["203.0.113.1"]),
    ("benchmarks", GATE, &["198.18.0.1"]),
    ("the end of benchmarks", GATE, &["198.19.255.255"]),
    ("relay of 6to4", GATE, &["192.88.99.1"]),
    ("multicast", GATE, &["224.0.0.1"]),
    ("the end of multicast", GATE, &["239.255.255.255"]),
    ("reserved", GATE, &["240.0.0.1"]),
    ("broadcast", GATE, &["255.255.255.255"]),
    ("IPv6 loopback", GATE, &["::1"]),
    ("IPv6 unspecified", GATE, &["::"]),
    ("IPv4-mapped loopback", GATE, &["::ffff:127.0.0.1"]),
    ("IPv4-mapped metadata", GATE, &["::ffff:a9fe:a9fe"]),
    ("IPv4-mapped public", GATE, &["::ffff:93.184.215.14"]),
    ("IPv4-compatible loopback", GATE, &["::127.0.0.1"]),
    ("IPv4-translated", GATE, &["::ffff:0:127.0.0.1"]),
    ("NAT64 of loopback", GATE, &["64:ff9b::127.0.0.1"]),
    ("NAT64 of metadata", GATE, &["64:ff9b::a9fe:a9fe"]),
    ("NAT64 of private", GATE, &["64:ff9b::10.0.0.1"]),
    ("NAT64 of local use", GATE, &["64:ff9b:1::93.184.215.14"]),
    ("6to4 of loopback", GATE, &["2002:7f00:1::1"]),
    ("6to4 of metadata", GATE, &["2002:a9fe:a9fe::"]),
    ("Teredo", GATE, &["2001:0:4136:e378:8000:63bf:80ff:fffe"]),
    ("ORCHID", GATE, &["2001:20::1"]),
    ("benchmarks of IPv6", GATE, &["2001:2::1"]),
    ("documentation of IPv6", GATE, &["2001:db8::1"]),
    ("the newer documentation of IPv6", GATE, &["3fff::1"]),
    ("unique local", GATE, &["fc00::1"]),
    ("unique local, assigned", GATE, &["fdff::1"]),
    ("metadata of IPv6", GATE, &["fd00:ec2::254"]),
    ("Pod Identity of IPv6", GATE, &["fd00:ec2::23"]),
    ("metadata of Google Cloud", GATE, &["fd20:ce::254"]),
    ("link-local of IPv6", GATE, &["fe80::1"]),
    ("link-local with a zone", GATE, &["fe80::1%2"]),
    ("public with a zone", GATE, &["2606:2800:21f:cb07:6820:80da:af6b:8b2c%2"]),
    ("site-local", GATE, &["fec0::1"]),
    ("multicast of IPv6", GATE, &["ff02::1"]),
    ("discard", GATE, &["100::1"]),
    ("segment routing", GATE, &["5f00::1"]),
    ("unassigned", GATE, &["4000::1"]),
    ("public, then loopback", GATE, &["93.184.215.14", "127.0.0.1"]),
    ("loopback, then public", GATE, &["127.0.0.1", "93.184.215.14"]),
    ("public, then metadata", GATE, &["93.184.215.14", "169.254.169.254"]),
    ("public of IPv4, then loopback of IPv6", GATE, &["93.184.215.14", "::1"]),
    ("the last of many", GATE, &["1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "10.0.0.1"]),
    ("private beside the listed block", "inner.example.com:8443", &["10.21.0.1"]),
    ("listed, then not listed", "inner.example.com:8443", &["10.20.0.1", "10.21.0.1"]),
    ("loopback beside the listed one", "inner.example.com:8443", &["127.0.0.2"]),
    ("mapped into the listed block", "inner.example.com:8443", &["::ffff:10.20.0.1"]),
    ("metadata where all is listed", "wide.example.com", &["169.254.169.254"]),
    ("metadata of IPv6 where all is listed", "wide.example.com", &["fd00:ec2::254"]),
    ("metadata of Alibaba Cloud where all is listed", "wide.example.com", &["100.100.100.200"]),
    ("link-local where all is listed", "wide.example.com", &["fe80::1"]),
    ("multicast where all is listed", "wide.example.com", &["224.0.0.1"]),
    ("unspecified where all is listed", "wide.example.com", &["0.0.0.0"]),
    ("broadcast where all is listed", "wide.example.com", &["255.255.255.255"]),
    ("no address", GATE, &[]),
];

/// Where a redirect leads.
const REDIRECTS: &[(&str, &str)] = &[
    ("301 Moved Permanently", "http://169.254.169.254/latest/meta-data/"),
    ("302 Found", "https://127.0.0.1/"),
    ("303 See Other", "https://localhost/"),
    ("307 Temporary Redirect", "https://gate.example.com/other"),
    ("308 Permanent Redirect", "//127.0.0.1/"),
    ("300 Multiple Choices", "/other"),
    ("304 Not Modified", "file:///etc/passwd"),
];

#[tokio::test]
async fn no_forbidden_target_is_dialed() {
    let server = Server::start(GATE, Script::answer("200 OK", "{}")).await;
    let spelled = SPELLINGS.iter().map(|(about, url)| (*about, (*url).to_owned(), &["127.0.0.1"][..]));
    let resolved = ADDRESSES.iter().map(|(about, host, found)| (*about, format!("https://{host}/"), *found));
    let rows: Vec<_> = spelled.chain(resolved).collect();
    assert!(rows.len() >= 150, "{} rows", rows.len());
    for (about, url, found) in rows {
        let (names, dialer) = (Names::of(&[found]), Dialed::to(&server));
        let answer = post(&url, &names, &dialer, &server).await;
        assert!(answer.is_err(), "{about}: {url} was answered");
        assert_eq!(dialer.dialed(), [""; 0], "{about}: {url} was dialed");
    }
    assert_eq!(server.accepted(), 0, "a connection was made");
}

#[tokio::test]
async fn a_url_in_another_spelling_is_not_even_looked_up() {
    let server = Server::start(GATE, Script::answer("200 OK", "{}")).await;
    for (about, url) in SPELLINGS {
        let names = Names::of(&[&["93.184.215.14"]]);
        assert!(post(url, &names, &Dialed::to(&server), &server).await.is_err(), "{about}: {url}");
        assert_eq!(names.asked(), [""; 0], "{about}: {url}");
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_leads_nowhere() {
    for (status, location) in REDIRECTS {
        let answer = format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let server = Server::start(GATE, Script::Answer(answer.into_bytes())).await;
        let (names, dialer) = (Names::of(&[&["93.184.215.14"]]), Dialed::to(&server));
        let told = post("https://gate.example.com/", &names, &dialer, &server).await.unwrap_err();
        assert!(told.contains("redirect") && told.contains(&status[..3]), "{status}: {told}");
        assert!(!told.contains(location), "{told}");
        assert_eq!((dialer.dialed().len(), names.asked().len(), server.accepted()), (1, 1, 1), "{status}");
    }
}

/// The name stands for a public address when it is looked up, and for the loopback one a moment later.
#[tokio::test]
async fn a_name_that_is_bound_anew_is_judged_anew_and_within_a_hook_it_is_looked_up_once() {
    let server = Server::start(GATE, Script::answer("200 OK", "{}")).await;
    let (names, dialer) = (Names::of(&[&["93.184.215.14"], &["127.0.0.1"]]), Dialed::to(&server));
    assert!(post("https://gate.example.com/", &names, &dialer, &server).await.is_ok());
    assert_eq!(names.asked(), ["gate.example.com"]);
    assert_eq!(dialer.dialed(), ["93.184.215.14:443"], "what was judged is what is dialed");
    let told = post("https://gate.example.com/", &names, &dialer, &server).await.unwrap_err();
    assert!(told.contains("gate.example.com stands for 127.0.0.1, a loopback address"), "{told}");
    assert_eq!(dialer.dialed().len(), 1);
}
