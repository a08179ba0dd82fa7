//! Lambda functions, in a scenario.

use serde::Deserialize;
use serde_json::Value;

use crate::time::Span;

/// A Lambda function.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Function {
    /// The name.
    pub name: String,
    /// The longest it may run; 3 s if not given.
    pub timeout: Option<Span>,
    /// Whether nobody may invoke it, a dry run among them: 403.
    #[serde(default)]
    pub denied: bool,
    /// What it answers, one after the other; the last one repeats. `null` if not given.
    #[serde(default)]
    pub answers: Vec<FunctionAnswer>,
}

/// What a function answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FunctionAnswer {
    /// The payload; `null` if not given.
    #[serde(default)]
    pub payload: Value,
    /// `Unhandled` or `Handled`, if the function fails.
    pub function_error: Option<String>,
    /// How long it runs, in simulated time; no time if not given.
    pub delay: Option<Span>,
    /// Whether the service refuses to run it, with 429.
    #[serde(default)]
    pub throttled: bool,
    /// What is sent in place of the payload, as it is: garbage, say.
    pub raw: Option<String>,
    /// So many bytes are sent in place of the payload.
    pub bytes: Option<u64>,
    /// Whether the connection closes before the answer, though the function ran.
    #[serde(default)]
    pub lost: bool,
    /// How often this is the answer before the next one is; once if not given.
    pub times: Option<u64>,
}
