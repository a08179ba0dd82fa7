//! Every call, in a bounded ring, and counts that are never dropped.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use crate::time::Moment;

/// How many calls are kept if a scenario does not say.
const CAPACITY: usize = 100_000;

/// A call, as it is written down.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// `ecs`, `elbv2`, `sts`, `cloudwatch`, `lambda`, `sns` or `events`.
    pub service: &'static str,
    /// The operation.
    pub operation: String,
    /// Whether it can change anything.
    pub write: bool,
    /// The account of the caller.
    pub account: String,
    /// The region it was signed for.
    pub region: String,
    /// The access key it was signed with.
    pub access_key: String,
    /// The parameters, without secrets.
    pub request: Value,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error's code, if it failed.
    pub error: Option<String>,
    /// What an injected fault did to it: `fault`, `reset-before`, `reset-after`, `lands-later`, `late`; `refused` for bad credentials, `throttled` by a rate limit, `stale` from the past, `scripted` by the scenario.
    pub note: &'static str,
}

/// A call and its place.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Counts up from 1.
    pub sequence: u64,
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub call: Call,
}

/// The journal.
#[derive(Clone, Debug)]
pub struct Journal {
    capacity: usize,
    entries: VecDeque<Entry>,
    recorded: u64,
    dropped: u64,
    counts: BTreeMap<(&'static str, String, bool), Count>,
}

/// How often an operation was called.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Count {
    /// How often in all.
    pub calls: u64,
    /// How often in vain.
    pub errors: u64,
}

impl Journal {
    /// An empty one that keeps so many calls.
    #[must_use]
    pub fn new(capacity: Option<usize>) -> Self {
        Self {
            capacity: capacity.unwrap_or(CAPACITY),
            entries: VecDeque::new(),
            recorded: 0,
            dropped: 0,
            counts: BTreeMap::new(),
        }
    }

    /// The sequence number of the next call.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.recorded + 1
    }

    /// Writes a call down.
    pub fn record(&mut self, mut call: Call, at: Moment) {
        redact(&mut call.request);
        self.recorded += 1;
        let count = self.counts.entry((call.service, call.operation.clone(), call.write)).or_default();
        count.calls += 1;
        count.errors += u64::from(call.error.is_some());
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(Entry { sequence: self.recorded, at, call });
    }

    /// The calls that are kept, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// How many calls are not kept any more.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Counts by service, operation and whether it is a write.
    pub fn counts(&self) -> impl Iterator<Item = (&str, &str, bool, Count)> {
        self.counts.iter().map(|((service, operation, write), count)| (*service, operation.as_str(), *write, *count))
    }
}

/// Parameters that are nobody's business.
const SECRETS: [&str; 2] = ["ClientSecret", "WebIdentityToken"];

/// Blanks secrets, wherever they are.
fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                if SECRETS.contains(&key.as_str()) {
                    *field = Value::from("***");
                } else {
                    redact(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}
