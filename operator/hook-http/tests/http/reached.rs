//! What is listed is reached, at the address that was judged and by the name that is listed.

use crate::support::{Dialed, GATE, Names, Script, Server, post};

#[tokio::test]
async fn what_is_listed_is_reached_at_its_judged_address() {
    let table = [
        ("a public address", "https://gate.example.com/", &["93.184.215.14"][..], "93.184.215.14:443"),
        ("the port that is meant anyway", "https://gate.example.com:443/", &["93.184.215.14"], "93.184.215.14:443"),
        ("an address of IPv6", "https://gate.example.com/", &["2606:2800:21f::1"], "[2606:2800:21f::1]:443"),
        ("NAT64 of a public address", "https://gate.example.com/", &["64:ff9b::5db8:d70e"], "[64:ff9b::5db8:d70e]:443"),
        (
            "the neighbours of private blocks",
            "https://gate.example.com/",
            &["172.32.0.1", "11.0.0.1"],
            "172.32.0.1:443",
        ),
        ("a private address that is listed", "https://inner.example.com:8443/", &["10.20.3.4"], "10.20.3.4:8443"),
        ("a unique local one", "https://inner.example.com:8443/", &["fd00:1::7"], "[fd00:1::7]:8443"),
        ("a shared one", "https://inner.example.com:8443/", &["100.64.9.9"], "100.64.9.9:8443"),
        ("a loopback one", "https://inner.example.com:8443/", &["127.0.0.1"], "127.0.0.1:8443"),
        (
            "NAT64 of one that is listed",
            "https://inner.example.com:8443/",
            &["64:ff9b::10.20.0.1"],
            "[64:ff9b::a14:1]:8443",
        ),
        ("public and listed", "https://inner.example.com:8443/", &["93.184.215.14", "10.20.0.1"], "93.184.215.14:8443"),
        ("a private one where all is listed", "https://wide.example.com/", &["192.168.1.1"], "192.168.1.1:443"),
    ];
    for (about, url, found, dialed) in table {
        let host = url.trim_start_matches("https://").split([':', '/']).next().unwrap();
        let server = Server::start(host, Script::answer("200 OK", "{\"hookStatus\":\"SUCCEEDED\"}")).await;
        let (names, dialer) = (Names::of(&[found]), Dialed::to(&server));
        let answer = post(url, &names, &dialer, &server).await;
        assert_eq!(answer.as_deref(), Ok(&b"{\"hookStatus\":\"SUCCEEDED\"}"[..]), "{about}");
        assert_eq!(dialer.dialed(), [dialed], "{about}");
    }
}

#[tokio::test]
async fn the_request_is_one_post_of_json_by_name_and_asks_for_nothing_else() {
    let server = Server::start("inner.example.com", Script::answer("200 OK", "")).await;
    let (names, dialer) = (Names::of(&[&["10.20.0.1"]]), Dialed::to(&server));
    let url = "https://inner.example.com:8443/check?suite=quick";
    assert_eq!(post(url, &names, &dialer, &server).await.as_deref(), Ok(&b""[..]));
    let requests = server.requests();
    let [request] = &requests[..] else { panic!("{requests:?}") };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /check?suite=quick HTTP/1.1");
    lines.sort_unstable();
    let user = concat!("user-agent: sluice/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        lines,
        [
            "accept: application/json",
            "authorization: Bearer abc",
            "connection: close",
            "content-length: 17",
            "content-type: application/json",
            "host: inner.example.com:8443",
            user,
        ]
    );
    assert_eq!(body, r#"{"event":"Ready"}"#);
}

#[tokio::test]
async fn a_dead_address_is_passed_over_for_the_next_that_was_judged() {
    let server = Server::start(GATE, Script::answer("200 OK", "")).await;
    let names = Names::of(&[&["93.184.215.14", "93.184.215.15"]]);
    let dialer = Dialed::to(&server).but_not("93.184.215.14");
    assert!(post("https://gate.example.com/", &names, &dialer, &server).await.is_ok());
    assert_eq!(dialer.dialed(), ["93.184.215.14:443", "93.184.215.15:443"]);
    assert_eq!(server.requests().len(), 1);
}
