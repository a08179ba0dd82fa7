//! The query protocol of Elastic Load Balancing and STS: a flat form in, XML out.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::message::{Request, Response};
use super::xml;

/// The version, and with it the service, that the form names for Elastic Load Balancing.
pub const ELBV2_VERSION: &str = "2015-12-01";

/// The version that the form names for STS.
pub const STS_VERSION: &str = "2011-06-15";

/// The version that the form names for SNS.
pub const SNS_VERSION: &str = "2010-03-31";

/// The version that the form names for CloudWatch, which is not spoken here.
pub const CLOUDWATCH_VERSION: &str = "2010-08-01";

const CONTENT_TYPE: &str = "text/xml";

/// A form's action, version and parameters.
#[derive(Clone, Debug)]
pub struct Form {
    /// The operation.
    pub action: String,
    /// The service's version.
    pub version: String,
    /// The parameters as a tree; every leaf is a string.
    pub parameters: Value,
}

/// Reads the form in the body, or in the query string of a GET.
#[must_use]
pub fn parse(request: &Request) -> Form {
    let bytes = if request.body.is_empty() { request.query.as_bytes() } else { &request.body };
    let mut form = Form { action: String::new(), version: String::new(), parameters: json!({}) };
    for (key, value) in form_urlencoded::parse(bytes) {
        match key.as_ref() {
            "Action" => form.action = value.into_owned(),
            "Version" => form.version = value.into_owned(),
            path => insert(&mut form.parameters, path, &value),
        }
    }
    collapse(&mut form.parameters);
    form
}

/// Puts a value at a dotted path, one object per segment.
fn insert(tree: &mut Value, path: &str, value: &str) {
    let mut node = tree;
    let mut segments = path.split('.').peekable();
    while let Some(segment) = segments.next() {
        if !node.is_object() {
            *node = Value::Object(Map::new());
        }
        let Value::Object(object) = node else { return };
        if segments.peek().is_none() {
            object.insert(segment.to_owned(), Value::String(value.to_owned()));
            return;
        }
        node = object.entry(segment.to_owned()).or_insert_with(|| json!({}));
    }
}

/// The members that are lists. Smithy's query protocol writes an empty list as `Name=`, which a string could be as well.
const LISTS: [&str; 23] = [
    "Actions",
    "AdditionalClaims",
    "Attributes",
    "Certificates",
    "Conditions",
    "DefaultActions",
    "ListenerArns",
    "LoadBalancerArns",
    "Names",
    "PolicyArns",
    "ProvidedContexts",
    "ResourceArns",
    "RuleArns",
    "SecurityGroups",
    "SubnetMappings",
    "Subnets",
    "TagKeys",
    "Tags",
    "TargetGroupArns",
    "TargetGroups",
    "Targets",
    "TransitiveTagKeys",
    "Values",
];

/// Turns every `{member: {1: a, 2: b}}` into `[a, b]`, and every `{entry: {1: {key, value}}}` into an object.
fn collapse(node: &mut Value) {
    let Value::Object(object) = node else { return };
    for (key, child) in object.iter_mut() {
        if *child == "" && LISTS.contains(&key.as_str()) {
            *child = Value::Array(Vec::new());
        }
        collapse(child);
    }
    if object.len() != 1 {
        return;
    }
    if let Some(Value::Object(members)) = object.get_mut("member") {
        *node = Value::Array(in_order(std::mem::take(members)));
    } else if let Some(Value::Object(entries)) = object.get_mut("entry") {
        let pairs = in_order(std::mem::take(entries)).into_iter().filter_map(|entry| {
            // SNS spells these with a capital letter, and one of them otherwise.
            let key = entry.get("key").or_else(|| entry.get("Name"))?.as_str()?.to_owned();
            Some((key, entry.get("value").or_else(|| entry.get("Value"))?.clone()))
        });
        *node = Value::Object(pairs.collect());
    } else if object.get("member").is_some_and(|member| member == "") {
        // An SDK sends `List.member=` for a list that is empty.
        *node = Value::Array(Vec::new());
    }
}

/// The values of numbered members, in the order of their numbers and not of their spelling.
fn in_order(members: Map<String, Value>) -> Vec<Value> {
    let mut numbered: Vec<(u32, Value)> =
        members.into_iter().map(|(key, value)| (key.parse().unwrap_or(u32::MAX), value)).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, value)| value).collect()
}

/// Parameters as a type; a parameter that the type does not know is refused, never ignored.
pub fn decode<T: DeserializeOwned>(parameters: &Value) -> Result<T, ApiError> {
    T::deserialize(parameters).map_err(|error| ApiError::undecodable("ValidationError", &error))
}

fn namespace(version: &str) -> &'static str {
    match version {
        STS_VERSION => "https://sts.amazonaws.com/doc/2011-06-15/",
        SNS_VERSION => "http://sns.amazonaws.com/doc/2010-03-31/",
        _ => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    }
}

/// A result.
#[must_use]
pub fn success(form: &Form, result: &Value, request_id: String) -> Response {
    let action = &form.action;
    let body = format!(
        "<{action}Response xmlns=\"{}\"><{action}Result>{}</{action}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>",
        namespace(&form.version),
        xml::write(result),
    );
    Response { status: 200, content_type: CONTENT_TYPE, request_id, headers: Vec::new(), body: body.into_bytes() }
}

/// An error.
#[must_use]
pub fn failure(form: &Form, error: &ApiError, request_id: String) -> Response {
    let fault = if error.status >= 500 { "Receiver" } else { "Sender" };
    let body = format!(
        "<ErrorResponse xmlns=\"{}\"><Error>{}</Error><RequestId>{request_id}</RequestId></ErrorResponse>",
        namespace(&form.version),
        xml::write(&json!({"Type": fault, "Code": error.code, "Message": error.message})),
    );
    Response {
        status: error.status,
        content_type: CONTENT_TYPE,
        request_id,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}
