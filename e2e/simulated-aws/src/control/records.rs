//! What was written down: calls, violations, deliveries, faults, and what is not modelled.

use serde_json::{Value, json};

use super::request::{Answer, Ask, Refusal};
use crate::engine::Engine;

/// The calls that are kept, filtered.
pub fn journal(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let mut writes = false;
    let mut since = 0;
    for (key, value) in ask.request.parameters() {
        match (key.as_str(), value.as_str()) {
            ("writes", "true") => writes = true,
            ("writes", "false") => writes = false,
            ("since", number) => {
                since = number
                    .parse::<u64>()
                    .map_err(|_| Refusal::new(400, "`since` is the sequence number after which to begin."))?;
            }
            (other, _) => {
                return Err(Refusal::new(
                    400,
                    format!("`{other}` is not known here; use writes=true and since=SEQUENCE."),
                ));
            }
        }
    }
    let entries = engine.journal.entries().filter(|entry| entry.sequence > since && (!writes || entry.call.write));
    Ok(json!(entries.collect::<Vec<_>>()).into())
}

/// Counts by service and operation.
pub fn calls(engine: &mut Engine, _: &Ask<'_>) -> Value {
    let counts: Vec<Value> = engine
        .journal
        .counts()
        .map(|(service, operation, write, count)| {
            json!({"service": service, "operation": operation, "write": write, "calls": count.calls, "errors": count.errors})
        })
        .collect();
    let sum = |wanted: fn(bool) -> bool| {
        let counts = engine.journal.counts();
        counts.filter(|(_, _, write, _)| wanted(*write)).map(|(_, _, _, count)| count.calls).sum::<u64>()
    };
    json!({
        "total": sum(|_| true),
        "writes": sum(|write| write),
        "reads": sum(|write| !write),
        "journalDropped": engine.journal.dropped(),
        "operations": counts,
    })
}

/// The violations.
pub fn invariants(engine: &mut Engine, _: &Ask<'_>) -> Value {
    json!({
        "total": engine.invariants.total(),
        "violations": engine.invariants.violations(),
    })
}

/// What somebody asked for and is not modelled.
pub fn unmodelled(engine: &mut Engine, _: &Ask<'_>) -> Value {
    json!(engine.unmodelled)
}

/// What was published, put and invoked.
pub fn deliveries(engine: &mut Engine, _: &Ask<'_>) -> Value {
    engine.deliveries.show()
}

/// The faults in force, and the spent ones.
pub fn faults(engine: &mut Engine, _: &Ask<'_>) -> Value {
    json!(engine.faults.list())
}
