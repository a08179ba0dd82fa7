//! The HTTP client of hooks against a TLS server on this machine, with a resolver and a dialer that are looked at.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]

mod answers;
mod forbidden_targets;
mod reached;
mod support;
