//! Lambda functions, as far as their answers go.

use std::time::Duration;

use serde_json::Value;

/// What a function answers once.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedAnswer {
    /// The payload.
    pub payload: Value,
    /// `Unhandled` or `Handled`, if the function fails.
    pub function_error: Option<String>,
    /// How long it runs, in simulated time.
    pub delay: Duration,
    /// Whether the service refuses to run it for now.
    pub throttled: bool,
    /// What is sent in place of the payload, whether or not it is JSON.
    pub raw: Option<String>,
    /// So many bytes are sent in place of the payload.
    pub bytes: Option<u64>,
    /// Whether the connection closes before the answer, though the function ran.
    pub lost: bool,
    /// How often this answer is given before the next one; for ever if it is the last.
    pub times: u64,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The longest it may run.
    pub timeout: Duration,
    /// Whether nobody may invoke it.
    pub denied: bool,
    /// The answers, in order; the last one repeats.
    pub answers: Vec<ScriptedAnswer>,
    /// How often it was invoked.
    pub invocations: u64,
}

impl Function {
    /// The answer to the next invocation.
    pub fn next_answer(&mut self) -> ScriptedAnswer {
        let mut before = 0;
        let number = self.invocations;
        self.invocations += 1;
        let found = self.answers.iter().find(|answer| {
            before += answer.times;
            number < before
        });
        found.or_else(|| self.answers.last()).cloned().unwrap_or(ScriptedAnswer {
            payload: Value::Null,
            function_error: None,
            delay: Duration::ZERO,
            throttled: false,
            raw: None,
            bytes: None,
            lost: false,
            times: 1,
        })
    }
}
