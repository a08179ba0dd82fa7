//! What the verbs that act or wait make of what there is: tables, without a cluster.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod awaited;
mod changes;
mod names;
