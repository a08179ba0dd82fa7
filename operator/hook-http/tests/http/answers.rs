//! Hosts that answer badly, or never: each is a failure with its reason, within the time and a bounded memory.

use std::time::{Duration, Instant};

use sluice_api::{HookUrl, ListedUrl, ProbeTarget};
use sluice_hook_http::{Answer, BODY_LIMIT, Client, Get};

use crate::support::{Dialed, GATE, Names, Script, Server, hosts, send};

/// Sends a hook to a server of this script, and hands over the answer, or the reason in full.
async fn ask(name: &str, script: Script, timeout: Duration) -> Result<Vec<u8>, String> {
    let server = Server::start(name, script).await;
    let client = Client::with(Names::of(&[&["93.184.215.14"]]), Dialed::to(&server), vec![server.root.clone()]);
    let target = ListedUrl::among(&hosts(), &HookUrl::parse("https://gate.example.com/").unwrap()).unwrap();
    send(&client, &target, timeout).await.map_err(|error| error.in_full())
}

const LONG: Duration = Duration::from_mins(1);

fn bytes(head: &str, body: &[u8]) -> Script {
    Script::Answer([head.as_bytes(), body].concat())
}

fn endless(first: &str, again: &str) -> Script {
    Script::Endless(first.as_bytes().to_vec(), again.repeat(1 + 4096 / again.len()).into_bytes())
}

#[tokio::test]
async fn a_body_is_read_to_its_limit_and_no_further() {
    let head = "HTTP/1.1 200 OK\r\n\r\n";
    let full = vec![b'a'; BODY_LIMIT];
    assert_eq!(ask(GATE, bytes(head, &full), LONG).await, Ok(full.clone()));
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let too_long = [
        ("one byte more", bytes(head, &[&full[..], b"a"].concat())),
        ("64 MiB that are told", bytes("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n", b"")),
        ("a body without end", endless(head, "a")),
        ("chunks without end", endless(chunked, "1\r\na\r\n")),
        ("one chunk without end", endless(&format!("{chunked}fffffff\r\n"), "a")),
    ];
    for (about, script) in too_long {
        let told = ask(GATE, script, LONG).await.unwrap_err();
        assert_eq!(told, "gate.example.com answered with more than 65536 bytes", "{about}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_a_failure_that_names_the_host() {
    let table = [
        ("garbage", bytes("\u{0}\u{1}garbage\r\n\r\n", b""), "failed to read an answer of HTTP from gate.example.com"),
        ("nothing", bytes("", b""), "failed to read an answer of HTTP from gate.example.com"),
        ("half a head", bytes("HTTP/1.1 200 OK\r\nContent-", b""), "failed to read an answer of HTTP"),
        (
            "half a body",
            bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"half"),
            "failed to read an answer of HTTP",
        ),
        (
            "no length",
            bytes("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", b""),
            "failed to read an answer of HTTP",
        ),
        ("a head without end", endless("HTTP/1.1 200 OK\r\n", "a"), "failed to read an answer of HTTP"),
        ("headers without end", endless("HTTP/1.1 200 OK\r\n", "a: b\r\n"), "failed to read an answer of HTTP"),
        ("interim answers without end", endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"), "the answer does not end"),
        ("HTTP/2", bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""), "failed to read an answer of HTTP"),
        (
            "another protocol",
            bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n", b""),
            "101",
        ),
        (
            "a failure",
            Script::answer("500 Internal Server Error", "secret"),
            "gate.example.com answered with status 500",
        ),
        ("not found", Script::answer("404 Not Found", "secret"), "gate.example.com answered with status 404"),
        ("a login", Script::answer("401 Unauthorized\r\nWWW-Authenticate: Basic", ""), "answered with status 401"),
        (
            "a bomb",
            bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"\x1f\x8b"),
            "answered with an encoded body",
        ),
        ("no TLS", Script::Plain, "failed to agree upon TLS with gate.example.com"),
    ];
    for (about, script, told) in table {
        let answer = ask(GATE, script, LONG).await;
        let answer = answer.expect_err(about);
        assert!(answer.contains(told), "{about}: {answer}");
        assert!(!answer.contains("secret"), "{about}: {answer}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_or_of_an_unknown_signer_is_a_failure() {
    let other = ask("other.example.com", Script::answer("200 OK", "{}"), LONG).await.unwrap_err();
    assert!(
        other.contains("failed to agree upon TLS with gate.example.com") && other.contains("certificate"),
        "{other}"
    );
    let server = Server::start(GATE, Script::answer("200 OK", "{}")).await;
    let stranger = Server::start(GATE, Script::Silence).await;
    let client = Client::with(Names::of(&[&["93.184.215.14"]]), Dialed::to(&server), vec![stranger.root.clone()]);
    let target = ListedUrl::among(&hosts(), &HookUrl::parse("https://gate.example.com/").unwrap()).unwrap();
    let unknown = send(&client, &target, LONG).await.unwrap_err().in_full();
    assert!(unknown.contains("failed to agree upon TLS"), "{unknown}");
    assert_eq!(server.requests(), [""; 0], "nothing is sent to who cannot be told");
}

#[tokio::test]
async fn whoever_is_slow_is_given_up_when_the_time_is_up_and_not_a_byte_later() {
    let drip = |text: &str| Script::Drip(text.as_bytes().to_vec(), Duration::from_millis(40));
    let table = [
        ("no TLS", Script::NoTls, "while TLS was agreed upon"),
        ("silence", Script::Silence, "while the answer was waited for"),
        (
            "a slow head",
            drip(&format!("HTTP/1.1 200 OK\r\n{}", "a: b\r\n".repeat(50))),
            "while the answer was waited for",
        ),
        ("interim answers", drip(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(50)), "while the answer was waited for"),
        (
            "a slow body",
            Script::Drip(b"HTTP/1.1 200 OK\r\n\r\nslow".repeat(99), Duration::from_millis(20)),
            "while the answer was read",
        ),
    ];
    for (about, script, stage) in table {
        let began = Instant::now();
        let told = ask(GATE, script, Duration::from_secs(1)).await.unwrap_err();
        assert!(
            told.starts_with("gate.example.com had not answered after 1s") && told.ends_with(stage),
            "{about}: {told}"
        );
        assert!(began.elapsed() >= Duration::from_secs(1), "{about}");
    }
}

fn listed(url: &str) -> ListedUrl {
    ListedUrl::among(&hosts(), &HookUrl::parse(url).unwrap()).unwrap()
}

/// Asks a server of this script by GET.
async fn get(script: Script) -> Result<Answer, String> {
    let server = Server::start(GATE, script).await;
    let client = Client::with(Names::of(&[&["93.184.215.14"]]), Dialed::to(&server), vec![server.root.clone()]);
    let target = ProbeTarget::of(listed("https://gate.example.com/healthz?a=b"));
    let answer = client.get(Get { target: &target, timeout: LONG }).await.map_err(|error| error.in_full());
    let asked = server.requests();
    assert!(asked[0].starts_with("GET /healthz?a=b HTTP/1.1") && !asked[0].contains("content-type"), "{asked:?}");
    answer
}

#[tokio::test]
async fn a_question_has_any_answer_but_a_redirect_and_no_more_than_its_beginning() {
    let status = |answer: Result<Answer, String>| answer.map(|answer| (answer.status, answer.body.len()));
    assert_eq!(status(get(Script::answer("200 OK", "well")).await), Ok((200, 4)));
    assert_eq!(status(get(Script::answer("503 Service Unavailable", "")).await), Ok((503, 0)));
    assert_eq!(status(get(endless("HTTP/1.1 200 OK\r\n\r\n", "a")).await), Ok((200, BODY_LIMIT)));
    let long = "HTTP/1.1 500 Sorry\r\nContent-Length: 67108864\r\n\r\n";
    assert_eq!(status(get(endless(long, "a")).await), Ok((500, BODY_LIMIT)));
    let redirect = get(Script::answer("302 Found\r\nLocation: http://169.254.169.254/", "")).await;
    assert!(redirect.unwrap_err().contains("redirect (302), and none is followed"));
}

#[tokio::test]
async fn a_load_balancer_is_asked_for_another_host_at_an_address_of_its_own_that_was_judged() {
    let ask = async |script: Script, host: &str, secure: bool, address: &str| {
        let server = Server::start(GATE, script).await;
        let (names, dialed) = (Names::of(&[&[address]]), Dialed::to(&server));
        let client = Client::with(names.clone(), dialed.clone(), vec![server.root.clone()]);
        let target =
            ProbeTarget { url: listed("https://inner.example.com:8443/healthz"), host: host.to_owned(), secure };
        let answer = client.get(Get { target: &target, timeout: LONG }).await.map(|answer| answer.status);
        assert_eq!(names.asked(), ["inner.example.com"], "what is looked up is the load balancer");
        (answer.map_err(|error| error.in_full()), server.requests(), dialed.dialed())
    };
    for (secure, script) in [(true, Script::answer("200 OK", "")), (false, Script::PlainAnswer)] {
        let (answer, asked, dialed) = ask(script, GATE, secure, "10.20.0.7").await;
        assert_eq!((answer, dialed), (Ok(200), vec!["10.20.0.7:8443".to_owned()]));
        let head = asked[0].to_lowercase();
        assert!(head.starts_with("get /healthz http/1.1") && head.contains("host: gate.example.com:8443"), "{head}");
    }
    let (other, asked, _) = ask(Script::answer("200 OK", ""), "other.example.com", true, "10.20.0.7").await;
    assert!(other.unwrap_err().contains("inner.example.com") && asked.is_empty(), "the certificate is of another host");
    for address in ["169.254.169.254", "10.21.0.7"] {
        let (answer, _, dialed) = ask(Script::PlainAnswer, GATE, false, address).await;
        assert!(answer.is_err() && dialed.is_empty(), "{address}");
    }
}
