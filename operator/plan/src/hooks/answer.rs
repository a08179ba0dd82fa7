//! What a hook answers, whatever runs it.
//!
//! The words are those of ECS's own hooks: `{"hookStatus": "SUCCEEDED" | "FAILED" | "IN_PROGRESS", "callBackDelay": 30,
//! "message": "..."}`. What has none of these is a failure, as it is for ECS ("Lambda hooks for Amazon ECS service deployments")
//! and for CodeDeploy, which waits for a call that does not come: a check of which nobody has heard must not pass. So is what
//! looks like a `hookStatus` and is none (adr 0048).

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use sluice_api::bounded_message;

/// When a hook that is in progress is asked again, where it does not say.
const DEFAULT_DELAY: f64 = 30.0;

/// Bounds of what it may say, in seconds.
const SHORTEST_DELAY: f64 = 1.0;
const LONGEST_DELAY: f64 = 600.0;

/// What a hook answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookAnswer {
    /// The release may go on.
    Succeeded {
        /// In the hook's words, in one line of at most 256 characters.
        message: Option<String>,
    },
    /// It may not.
    Failed {
        /// The same, or what is wrong with the answer.
        message: Option<String>,
    },
    /// It is to be asked again.
    InProgress {
        /// After this time: 1 second to 10 minutes.
        call_back_delay: Duration,
        /// What it is at.
        message: Option<String>,
    },
}

/// What a hook came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether the release may go on.
    pub succeeded: bool,
    /// In the hook's words, or what happened in place of an answer.
    pub message: Option<String>,
}

impl HookAnswer {
    /// A failure in these words.
    #[must_use]
    pub fn failed(message: &str) -> Self {
        Self::Failed { message: Some(bounded_message(message)) }
    }

    /// The verdict; none while it is in progress.
    #[must_use]
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Succeeded { message } => Some(Verdict { succeeded: true, message }),
            Self::Failed { message } => Some(Verdict { succeeded: false, message }),
            Self::InProgress { .. } => None,
        }
    }
}

/// What the body of an answer says.
#[must_use]
pub fn parse_answer(body: &[u8]) -> HookAnswer {
    if body.trim_ascii().is_empty() {
        return without_verdict("nothing");
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(answer)) => of_object(&answer),
        // An answer that was written as JSON twice, as json.dumps in a function does.
        Ok(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Object(answer)) => of_object(&answer),
            _ => without_verdict("a text"),
        },
        Ok(Value::Null) => without_verdict("null"),
        Ok(_) => without_verdict("JSON that is no object"),
        Err(error) => HookAnswer::failed(&format!("bad answer: it is no JSON: {error}")),
    }
}

/// Nobody has heard whether the release may go on.
fn without_verdict(what: &str) -> HookAnswer {
    HookAnswer::failed(&format!(
        "bad answer: it has no hookStatus, but is {what}: answer {{\"hookStatus\": \"SUCCEEDED\"}} where the release may go on"
    ))
}

fn of_object(answer: &Map<String, Value>) -> HookAnswer {
    let message = answer.get("message").and_then(Value::as_str).map(bounded_message);
    let Some(status) = answer.get("hookStatus") else {
        let is_alike = |key: &&String| key.replace(['_', '-'], "").eq_ignore_ascii_case("hookStatus");
        return match answer.keys().find(is_alike) {
            Some(key) => HookAnswer::failed(&format!("bad answer: it has {key:?}: write hookStatus")),
            None => without_verdict("JSON without it"),
        };
    };
    match status.as_str() {
        Some("SUCCEEDED") => HookAnswer::Succeeded { message },
        Some("FAILED") => HookAnswer::Failed { message },
        Some("IN_PROGRESS") => in_progress(answer.get("callBackDelay"), message),
        _ => {
            HookAnswer::failed(&format!("bad answer: hookStatus is {status}: answer SUCCEEDED, FAILED or IN_PROGRESS"))
        }
    }
}

fn in_progress(delay: Option<&Value>, message: Option<String>) -> HookAnswer {
    let seconds = match delay {
        None | Some(Value::Null) => Some(DEFAULT_DELAY),
        Some(delay) => delay.as_f64(),
    };
    match seconds {
        Some(seconds) => {
            let call_back_delay = Duration::from_secs_f64(seconds.clamp(SHORTEST_DELAY, LONGEST_DELAY));
            HookAnswer::InProgress { call_back_delay, message }
        }
        None => HookAnswer::failed("bad answer: callBackDelay is no number: write seconds, such as 30"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn succeeded(message: Option<&str>) -> HookAnswer {
        HookAnswer::Succeeded { message: message.map(str::to_owned) }
    }

    fn failed(message: Option<&str>) -> HookAnswer {
        HookAnswer::Failed { message: message.map(str::to_owned) }
    }

    fn again(seconds: f64, message: Option<&str>) -> HookAnswer {
        let call_back_delay = Duration::from_secs_f64(seconds);
        HookAnswer::InProgress { call_back_delay, message: message.map(str::to_owned) }
    }

    #[test]
    fn each_answer_is_one_of_three() {
        let table = [
            (r#"{"hookStatus": "SUCCEEDED"}"#, succeeded(None)),
            (r#"{"hookStatus": "SUCCEEDED", "message": "12 of 12"}"#, succeeded(Some("12 of 12"))),
            (r#"{"hookStatus": "FAILED", "message": "3 of\n12"}"#, failed(Some("3 of 12"))),
            (r#"{"hookStatus": "FAILED", "message": 7}"#, failed(None)),
            (r#"{"hookStatus": "IN_PROGRESS"}"#, again(30.0, None)),
            (r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": 5, "message": "at it"}"#, again(5.0, Some("at it"))),
            (r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": 0.2}"#, again(1.0, None)),
            (r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": -1}"#, again(1.0, None)),
            (r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": 1e300}"#, again(600.0, None)),
            (r#"{"hookStatus": "IN_PROGRESS", "callBackDelay": null}"#, again(30.0, None)),
            // JSON in JSON.
            (r#""{\"hookStatus\": \"FAILED\", \"message\": \"no\"}""#, failed(Some("no"))),
        ];
        for (body, expected) in table {
            assert_eq!(parse_answer(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_bad_answer_is_a_failure_that_says_what_is_wrong_with_it() {
        let table: [(&[u8], &str); 17] = [
            (b"\x00\xff\xfe garbage", "no JSON"),
            (br#"{"hookStatus": "SUCCEEDED""#, "no JSON"),
            (br#"{"hookStatus": "OK"}"#, "hookStatus is \"OK\""),
            (br#"{"hookStatus": null}"#, "hookStatus is null"),
            (br#"{"hookStatus": "succeeded"}"#, "answer SUCCEEDED, FAILED or IN_PROGRESS"),
            (br#"{"HookStatus": "FAILED"}"#, "write hookStatus"),
            (br#"{"hook_status": "FAILED"}"#, "write hookStatus"),
            (br#"{"hookStatus": "IN_PROGRESS", "callBackDelay": "soon"}"#, "callBackDelay is no number"),
            // What says nothing of it has not let the release go on, however well it ran.
            (b"", "no hookStatus, but is nothing: answer {\"hookStatus\": \"SUCCEEDED\"}"),
            (b" \n", "is nothing"),
            (b"null", "is null"),
            (b"\"Done\"", "is a text"),
            (b"\"{}\"", "without it"),
            (b"[1, 2]", "no object"),
            (b"true", "no object"),
            (br#"{"statusCode": 200, "body": "{\"hookStatus\": \"SUCCEEDED\"}"}"#, "without it"),
            (br#"{"message": "all is well", "status": "Succeeded"}"#, "without it"),
        ];
        for (body, expected) in table {
            let HookAnswer::Failed { message: Some(message) } = parse_answer(body) else {
                panic!("{body:?}");
            };
            assert!(message.starts_with("bad answer: ") && message.contains(expected), "{message}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(parse_answer(deep.as_bytes()), HookAnswer::Failed { .. }));
    }
}
