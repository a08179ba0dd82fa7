//! The control interface under `/_sim/`, for tests, demos and benches: the table [`REQUESTS`].

mod changes;
mod records;
mod request;
mod state;

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::time::Moment;
use crate::wire::message::{Outcome, Request, Response};
use Run::{Does, Shows};
use request::{Answer, Ask, Refusal};

/// Where the control interface is.
pub const PREFIX: &str = "/_sim/";

/// A control request.
pub struct Entry {
    /// The method.
    pub method: &'static str,
    /// The path after [`PREFIX`]; a word in capitals stands for a name.
    pub path: &'static str,
    /// What it takes or answers.
    pub what: &'static str,
    run: Run,
}

/// What answers it.
enum Run {
    /// What is always answered.
    Shows(fn(&mut Engine, &Ask<'_>) -> Value),
    /// What can be refused.
    Does(fn(&mut Engine, &Ask<'_>) -> Result<Answer, Refusal>),
}

const fn entry(method: &'static str, path: &'static str, run: Run, what: &'static str) -> Entry {
    Entry { method, path, what, run }
}

/// Every control request. The table in docs/simulated-aws.md is made from it.
pub const REQUESTS: &[Entry] = &[
    entry("GET", "health", Shows(state::health), r#"`{"status": "ok", "now": ...}`"#),
    entry(
        "GET",
        "state",
        Shows(state::state),
        "services with task sets, target groups and routes as they are; `mostTasks` of a service is the most that ran or were starting at a time, and `fewestTasks` the fewest that ran since it was complete",
    ),
    entry(
        "GET",
        "traffic",
        Shows(state::traffic),
        "requests, losses and the first lost ones with the weights at that moment; per route who holds cookies for what",
    ),
    entry(
        "GET",
        "journal",
        Does(records::journal),
        "every call with caller, parameters (secrets blanked), status, error and what a fault did to it; the last 100,000, or as many as the scenario's `journal` says. `?writes=true` gives the writes, `?since=SEQUENCE` what came after a call",
    ),
    entry("GET", "calls", Shows(records::calls), "counts by service and operation"),
    entry(
        "GET",
        "invariants",
        Shows(records::invariants),
        "violations, each with the call that did it and its access key, also where it was seen only later",
    ),
    entry(
        "GET",
        "unmodelled",
        Shows(records::unmodelled),
        "operations and parameters that somebody asked for and that are not modelled",
    ),
    entry(
        "GET",
        "sinks",
        Shows(records::deliveries),
        "what was published to SNS, put to EventBridge, and sent to Lambda functions; the last 10,000",
    ),
    entry("GET", "alarms", Shows(state::alarms), "alarms with state and reason"),
    entry(
        "POST",
        "alarms/NAME",
        Does(changes::alarm),
        r#"`{"state": "ALARM", "reason": "drill"}`; holds until the metric is looked at next, for ever if the alarm has none"#,
    ),
    entry("GET", "faults", Shows(records::faults), "the faults, and how many calls each has struck"),
    entry("POST", "faults", Does(changes::add_faults), "one fault or a list, see below"),
    entry("DELETE", "faults", Shows(changes::clear_faults), "ends every fault"),
    entry("GET", "clock", Shows(changes::time), r#"`{"now": ...}`"#),
    entry("POST", "clock", Does(changes::clock), r#"`{"speed": 20, "advanceSeconds": 60}`"#),
    entry("POST", "traffic", Does(changes::traffic), r#"`{"route": "shop/443/10", "requestsPerSecond": 50}`"#),
    entry("POST", "sessions/expire", Shows(changes::expire_sessions), "every session of STS ends now"),
    entry(
        "POST",
        "taskDefinitions/FAMILY:REVISION/behaviour",
        Does(changes::behaviour),
        "how a release behaves from now on, running tasks among it; the fields of Script below",
    ),
    entry(
        "POST",
        "scenario",
        Does(changes::merge),
        "adds to the world; what exists stays. Answers what was added and what was kept",
    ),
    entry("POST", "reset", Does(changes::reset), "the first scenario from its beginning"),
];

/// Answers a control request.
pub fn handle(engine: &mut Engine, request: &Request, now: Moment) -> Outcome {
    let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let found = REQUESTS
        .iter()
        .filter(|entry| entry.method == request.method)
        .find_map(|entry| Some((entry, matched(entry.path, path)?)));
    let result = match found {
        Some((entry, name)) => {
            let ask = Ask { request, name, now };
            match entry.run {
                Shows(shows) => Ok(shows(engine, &ask).into()),
                Does(does) => does(engine, &ask),
            }
        }
        None => Err(Refusal::new(404, format!("There is no {} {PREFIX}{path}; {}.", request.method, listed()))),
    };
    match result {
        Ok(Answer { body, clock }) => Outcome { clock, ..Outcome::answer(response(200, body.to_string())) },
        Err(Refusal { status, message }) => Outcome::answer(response(status, json!({"error": message}).to_string())),
    }
}

/// What stands in a path for the pattern's word in capitals; nothing if there is no such word; `None` if the path does
/// not fit. A name at the end may have slashes.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let mut segments = pattern.match_indices('/').map(|(slash, _)| slash + 1);
    let Some(begins) = segments.find(|at| pattern[*at..].starts_with(|c: char| c.is_ascii_uppercase())) else {
        return (pattern == path).then_some("");
    };
    let (before, word) = pattern.split_at(begins);
    let after = word.find('/').map_or("", |ends| &word[ends..]);
    let name = path.strip_prefix(before)?.strip_suffix(after)?;
    (!name.is_empty() && (after.is_empty() || !name.contains('/'))).then_some(name)
}

/// The requests by their methods, in a sentence.
fn listed() -> String {
    let methods = ["GET", "POST", "DELETE"].map(|method| {
        let paths: Vec<&str> = REQUESTS.iter().filter(|entry| entry.method == method).map(|entry| entry.path).collect();
        format!("{method} {}", paths.join(", "))
    });
    methods.join("; ")
}

fn response(status: u16, body: String) -> Response {
    Response {
        status,
        content_type: "application/json",
        request_id: String::new(),
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::matched;

    #[test]
    fn a_word_in_capitals_stands_for_a_name() {
        let table = [
            ("clock", "clock", Some("")),
            ("clock", "clocks", None),
            ("alarms/NAME", "alarms/a/b", Some("a/b")),
            ("alarms/NAME", "alarms/", None),
            ("alarms/NAME", "alarms", None),
            ("taskDefinitions/FAMILY:REVISION/behaviour", "taskDefinitions/shop:41/behaviour", Some("shop:41")),
            ("taskDefinitions/FAMILY:REVISION/behaviour", "taskDefinitions/shop:41", None),
        ];
        for (pattern, path, expected) in table {
            assert_eq!(matched(pattern, path), expected, "{pattern} {path}");
        }
    }
}
