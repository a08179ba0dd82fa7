//! Rules of the probe of a group.

use serde_json::{Value, json};

use super::rules::Row;

/// A probe with one field of it.
fn probe(field: &str, value: Value) -> Value {
    let mut http =
        json!({"url": "https://shop.example.com/healthz", "expect": {"status": [200, 401], "contains": "ok"}});
    http[field] = value;
    json!({"http": http})
}

/// A probe by path, and nothing else.
fn path(path: &str) -> Value {
    json!({"http": {"path": path}})
}

fn plain() -> Value {
    probe("window", json!(3))
}

pub const RUNTIME_HEALTH: &[Row] = &[
    ("write an https URL with a host in lower case", plain, || probe("url", json!("http://shop.example.com/"))),
    ("write an https URL with a host in lower case", || json!({}), || probe("url", json!("/healthz"))),
    (
        "health.http: write one of url, such as https://shop.example.com/healthz, and path",
        || path("/healthz?full=1"),
        || probe("path", json!("/healthz")),
    ),
    ("write one of url", plain, || json!({"http": {"interval": "30s"}})),
    ("health.http.path: write a path that begins with a slash", || path("/"), || path("healthz")),
    ("health.http.path: write a path", || path("/a-b_c.d~e/%41?x=[1]&y=@"), || path("/healthz#top")),
    ("health.http.path: write a path", || path("/it's"), || path("/two words")),
    (
        "health.http.interval must be at least 10s and at most 1h",
        || probe("interval", json!("10s")),
        || probe("interval", json!("9s")),
    ),
    ("health.http.interval must be", || probe("interval", json!("1h")), || probe("interval", json!("61m"))),
    (
        "health.http.timeout must be at least 1s and at most 10s",
        || probe("timeout", json!("1s")),
        || probe("timeout", json!("0s")),
    ),
    ("health.http.timeout must be", || probe("timeout", json!("10s")), || probe("timeout", json!("11s"))),
    ("should be greater than or equal to 3", plain, || probe("window", json!(2))),
    ("should be less than or equal to 20", || probe("window", json!(20)), || probe("window", json!(21))),
    (
        "health.http.expect.status: a redirect (300 to 399) is never followed",
        || probe("expect", json!({"status": [404]})),
        || probe("expect", json!({"status": [200, 302]})),
    ),
];
