//! Lambda: functions whose answers a scenario scripts.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::deliveries::Delivery;
use crate::services::call::{Call, Operation};
use crate::wire::error::ApiError;
use crate::wire::rest::{BYTES, RAW};
use crate::world::functions::{Function, ScriptedAnswer};

/// The operations that are modelled.
pub const OPERATIONS: &[Operation] = &[("Invoke", run)];

/// The answer to any other operation.
#[must_use]
pub fn unknown(operation: &str) -> ApiError {
    ApiError::new("UnknownOperationException", format!("{operation} is not known.")).with_status(404)
}

/// The largest payload of a synchronous invocation.
const PAYLOAD: usize = 6 * 1024 * 1024;

/// The member of a result that says how long the function runs. It is not part of the service's answer.
pub const DELAY: &str = "$delayMilliseconds";

/// The member of a result by which the connection closes in place of an answer.
pub const LOST: &str = "$lost";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Invoke {
    function_name: String,
    invocation_type: Option<String>,
    log_type: Option<String>,
    #[serde(rename = "ClientContext")]
    _client_context: Option<String>,
    qualifier: Option<String>,
    #[serde(default)]
    payload: Value,
}

fn run(call: &mut Call<'_>, parameters: &Value) -> Result<Value, ApiError> {
    let input: Invoke = Invoke::deserialize(parameters)
        .map_err(|error| ApiError::undecodable("InvalidParameterValueException", &error))?;
    invoke(call, &input)
}

/// The name in `name`, `name:qualifier`, `account:function:name` or an ARN.
fn name_of(reference: &str) -> &str {
    let name = reference.split("function:").nth(1).unwrap_or(reference);
    name.split(':').next().unwrap_or(name)
}

fn invoke(call: &mut Call<'_>, input: &Invoke) -> Result<Value, ApiError> {
    let Call { region, deliveries, now, .. } = call;
    let kind = input.invocation_type.as_deref().unwrap_or("RequestResponse");
    if !["RequestResponse", "Event", "DryRun"].contains(&kind) {
        return Err(ApiError::new("InvalidParameterValueException", format!("'{kind}' is no invocation type")));
    }
    if input.payload.to_string().len() > PAYLOAD {
        return Err(ApiError::new(
            "RequestTooLargeException",
            format!("{PAYLOAD} byte payload is the limit for the {kind} invocation type"),
        )
        .with_status(413));
    }
    let name = name_of(&input.function_name);
    let arn = format!("arn:aws:lambda:{}:{}:function:{name}", region.name, region.account);
    let foreign = input.function_name.starts_with("arn:") && !input.function_name.starts_with(&arn);
    let function = region.functions.get_mut(name).filter(|_| !foreign).ok_or_else(|| {
        ApiError::new("ResourceNotFoundException", format!("Function not found: {arn}")).with_status(404)
    })?;
    if function.denied {
        let message = format!("User is not authorized to perform: lambda:InvokeFunction on resource: {arn}");
        return Err(ApiError::new("AccessDeniedException", message).with_status(403));
    }
    if kind == "DryRun" {
        return Ok(json!({"StatusCode": 204}));
    }
    let answer = function.next_answer();
    if answer.throttled {
        return Err(ApiError::new("TooManyRequestsException", "Rate Exceeded.").with_status(429));
    }
    deliveries.deliver(Delivery {
        at: *now,
        kind: "lambda",
        account: region.account.clone(),
        region: region.name.clone(),
        target: arn,
        content: json!({"invocationType": kind, "payload": input.payload}),
    });
    if kind == "Event" {
        return Ok(json!({"StatusCode": 202}));
    }
    Ok(answered(function, &answer, input))
}

/// The version behind a qualifier: an alias stands for the first one.
fn version(qualifier: Option<&str>) -> &str {
    match qualifier {
        None | Some("$LATEST") => "$LATEST",
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => number,
        Some(_) => "1",
    }
}

fn answered(function: &Function, answer: &ScriptedAnswer, input: &Invoke) -> Value {
    let timed_out = answer.delay > function.timeout;
    let (payload, error) = if timed_out {
        let seconds = function.timeout.as_secs_f64();
        (json!({"errorMessage": format!("Task timed out after {seconds:.2} seconds")}), Some("Unhandled"))
    } else {
        (answer.payload.clone(), answer.function_error.as_deref())
    };
    let delay = u64::try_from(answer.delay.min(function.timeout).as_millis()).unwrap_or(u64::MAX);
    let mut shown = json!({
        "StatusCode": 200,
        "ExecutedVersion": version(input.qualifier.as_deref()),
        "Payload": payload,
        DELAY: delay,
    });
    if let Some(error) = error {
        shown["FunctionError"] = json!(error);
    } else if let Some(raw) = &answer.raw {
        shown[RAW] = json!(raw);
    } else if let Some(bytes) = answer.bytes {
        shown[BYTES] = json!(bytes);
    }
    if answer.lost {
        shown[LOST] = json!(true);
    }
    if input.log_type.as_deref() == Some("Tail") {
        // "START\nEND\n" in base64: there is no log to show.
        shown["LogResult"] = json!("U1RBUlQKRU5ECg==");
    }
    shown
}
