//! The loopback server, driven by a plain HTTP client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};
use simulated_aws::scenario::Scenario;
use simulated_aws::server::{Clock, serve};
use simulated_aws::{Moment, Simulator};

/// A server in a thread that ends with the test process.
fn start(speed: f64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let now = Moment::from_millis(1_790_000_000_000);
        let scenario = Scenario::parse(include_str!("../scenarios/shop.yaml")).unwrap();
        let simulator = Simulator::new(scenario, now).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            serve(listener, simulator, Clock::new(now, speed)).await.unwrap();
        });
    });
    address
}

/// Sends a request and reads until the server closes; nothing at all if it closes without an answer.
fn exchange(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut text = String::new();
    if stream.read_to_string(&mut text).is_err() || text.is_empty() {
        return None;
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
}

fn ecs(address: SocketAddr, operation: &str, body: &Value) -> Option<(u16, Value)> {
    let headers = format!(
        "x-amz-target: AmazonEC2ContainerServiceV20141113.{operation}\r\ncontent-type: application/x-amz-json-1.1\r\nauthorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0\r\n"
    );
    exchange(address, "POST", "/", &headers, &body.to_string())
}

fn sim(address: SocketAddr, method: &str, path: &str, body: &str) -> Value {
    exchange(address, method, &format!("/_sim/{path}"), "", body).unwrap().1
}

#[test]
fn it_answers_both_the_services_and_the_control_interface_on_one_port() {
    let address = start(1.0);
    assert_eq!(sim(address, "GET", "health", "")["status"], "ok");
    let (status, body) = ecs(address, "DescribeServices", &json!({"cluster": "prod", "services": ["shop"]})).unwrap();
    assert_eq!((status, &body["services"][0]["runningCount"]), (200, &json!(4)));
    let (status, body) = exchange(address, "GET", "/_sim/nothing", "", "").unwrap();
    assert_eq!(status, 404, "{body}");
}

#[test]
fn a_reset_really_closes_the_connection_without_an_answer() {
    let address = start(1.0);
    sim(address, "POST", "faults", r#"{"kind": "reset-after", "operation": "UpdateService", "count": 1}"#);
    let update = json!({"cluster": "prod", "service": "shop", "desiredCount": 5});
    assert_eq!(ecs(address, "UpdateService", &update), None);
    assert_eq!(
        sim(address, "GET", "state", "")["services"]
            .as_array()
            .unwrap()
            .iter()
            .find(|service| service["service"] == "shop")
            .unwrap()["desiredCount"],
        5
    );
}

#[test]
fn the_clock_can_jump_and_change_its_speed() {
    let address = start(1.0);
    let total = |address| sim(address, "GET", "traffic", "")["total"].as_u64().unwrap();
    let before = total(address);
    sim(address, "POST", "clock", r#"{"advanceSeconds": 60}"#);
    let jumped = total(address) - before;
    assert!((12_000..13_000).contains(&jumped), "{jumped}");
    sim(address, "POST", "clock", r#"{"speed": 0}"#);
    let still = total(address);
    thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(total(address), still);
    let (status, _) = exchange(address, "POST", "/_sim/clock", "", r#"{"speed": -1}"#).unwrap();
    assert_eq!(status, 400);
}
