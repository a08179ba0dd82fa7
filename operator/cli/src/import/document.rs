//! What a text is, by what is in it: an answer of the AWS CLI, in JSON or YAML, or an AppSpec.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::aws::{balancing, deploy, ecs};
use super::problem::Problem;
use super::source::Source;

/// Something that is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// Of `aws deploy get-application` or `batch-get-applications`.
    Application(deploy::Application),
    /// Of `aws deploy get-deployment-group` or `batch-get-deployment-groups`.
    Group(Box<deploy::Group>),
    /// Of `aws deploy get-deployment-config`.
    Config(deploy::Config),
    /// CodeDeploy's AppSpec, as it stands.
    AppSpec(String),
    /// Of `aws ecs describe-services`.
    Service(Box<ecs::Service>),
    /// Of `aws elbv2 describe-target-groups`.
    TargetGroup(balancing::TargetGroup),
    /// Of `aws elbv2 describe-listeners`.
    Listener(balancing::Listener),
    /// Of `aws elbv2 describe-rules`.
    Rule(balancing::Rule),
}

/// What becomes of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// It is read: what it is, in a few words, and what is in it.
    Read(&'static str, Vec<Document>),
    /// It is something else, and why.
    PassedOver(String),
}

/// What an answer has under its key: how it is called, and one or several of what.
type Shape = (&'static str, &'static str, fn(&Value, &Place<'_>) -> Result<Vec<Document>, Problem>);

const SHAPES: &[Shape] = &[
    ("application", "get-application", |value, at| one(value, at, Document::Application)),
    ("applicationsInfo", "batch-get-applications", |value, at| each(value, at, Document::Application)),
    ("deploymentGroupInfo", "get-deployment-group", |value, at| {
        one(value, at, |group| Document::Group(Box::new(group)))
    }),
    ("deploymentGroupsInfo", "batch-get-deployment-groups", |value, at| {
        each(value, at, |group| Document::Group(Box::new(group)))
    }),
    ("deploymentConfigInfo", "get-deployment-config", |value, at| one(value, at, Document::Config)),
    ("services", "describe-services", |value, at| {
        Ok(each(value, at, service)?.into_iter().zip(value.as_array().into_iter().flatten()).map(with_raw).collect())
    }),
    ("service", "an answer of aws ecs with one service", |value, at| {
        Ok(one(value, at, service)?.into_iter().map(|document| with_raw((document, value))).collect())
    }),
    ("TargetGroups", "describe-target-groups", |value, at| each(value, at, Document::TargetGroup)),
    ("Listeners", "describe-listeners", |value, at| each(value, at, Document::Listener)),
    ("Rules", "describe-rules", |value, at| each(value, at, Document::Rule)),
];

fn service(service: ecs::Service) -> Document {
    Document::Service(Box::new(service))
}

fn with_raw((document, value): (Document, &Value)) -> Document {
    match document {
        Document::Service(service) => Document::Service(Box::new(ecs::Service { raw: value.clone(), ..*service })),
        other => other,
    }
}

/// Where a value is.
struct Place<'a> {
    file: &'a str,
    field: String,
}

/// Reads a text. What looks like an answer and is a broken one is a problem; what is something else altogether is passed over.
pub fn read(source: &Source) -> Result<Reading, Problem> {
    let text = source.text.trim_start_matches('\u{feff}').trim();
    let problem = |message: String| Err(Problem::in_file(&source.name, message));
    if text.is_empty() {
        return problem("is empty: the command printed nothing; run it again".to_owned());
    }
    if let Some(at) = text.find("An error occurred (").filter(|_| !text.starts_with(['{', '['])) {
        let line = text[at..].lines().next().unwrap_or_default();
        return problem(format!("is an error of aws, and no answer: {line:?}: mend that, and run the command again"));
    }
    if text.starts_with('{') {
        return json(source, text);
    }
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with("-----") || first.starts_with('|') || first.starts_with("+--") {
        return problem("is a table: print it with --output json".to_owned());
    }
    let word = first.split('\t').next().unwrap_or_default();
    if first.contains('\t') && !word.is_empty() && word.chars().all(|one| one.is_ascii_uppercase() || one == '-') {
        return problem(format!(
            "begins with {word:?} and a tab, as --output text has it: print it with --output json"
        ));
    }
    yaml(source, text)
}

/// One answer, or several one after the other.
fn json(source: &Source, text: &str) -> Result<Reading, Problem> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    let values = values.map_err(|error| {
        let what = if error.is_eof() { "ends in the midst of an answer" } else { "is not JSON" };
        Problem::in_file(&source.name, format!("{what}: {error}: print it again, whole"))
    })?;
    of_values(source, text, &values)
}

fn yaml(source: &Source, text: &str) -> Result<Reading, Problem> {
    let is_ours = |line: &str| {
        let known = SHAPES.iter().map(|(key, ..)| *key).chain(["Resources"]);
        line.split_once(':').is_some_and(|(key, _)| known.into_iter().any(|known| key.trim_matches('"') == known))
    };
    match serde_saphyr::from_str::<Value>(text) {
        Ok(value) => of_values(source, text, &[value]),
        // An AppSpec has a reader of its own, which says where it is wrong.
        Err(_) if text.lines().any(|line| line.starts_with("Resources:")) => {
            Ok(Reading::Read("AppSpec", vec![Document::AppSpec(text.to_owned())]))
        }
        Err(error) if text.lines().any(is_ours) => {
            let error = error.to_string();
            let error = error.lines().next().unwrap_or_default();
            Err(Problem::in_file(
                &source.name,
                format!("is not YAML: {error}: print it again, whole, or with --output json"),
            ))
        }
        Err(_) => Ok(Reading::PassedOver("neither JSON nor YAML".to_owned())),
    }
}

fn of_values(source: &Source, text: &str, values: &[Value]) -> Result<Reading, Problem> {
    let mut documents = Vec::new();
    let mut words = None;
    for (index, value) in values.iter().enumerate() {
        let field = if values.len() > 1 { format!("answer {}", index + 1) } else { String::new() };
        if let Some((word, read)) = known(value, &Place { file: &source.name, field })? {
            documents.extend(read);
            words = words.or(Some(word));
        } else if value.get("Resources").is_some() && value.get("version").is_some() {
            documents.push(Document::AppSpec(text.to_owned()));
            words = words.or(Some("AppSpec"));
        } else if value.get("version").is_some() && (value.get("os").is_some() || value.get("files").is_some()) {
            let message = "is an AppSpec for EC2 or on-premises, which copies files to instances: nothing of that is released here; take it out";
            return Err(Problem::of(&source.name, "os", message));
        } else if values.len() > 1 {
            let message = "is nothing that is read here: take it out of the file";
            return Err(Problem::of(&source.name, &format!("answer {}", index + 1), message));
        }
    }
    Ok(words.map_or_else(|| Reading::PassedOver(other(values)), |word| Reading::Read(word, documents)))
}

/// What an answer is and has, where it is one that is read.
fn known(value: &Value, place: &Place<'_>) -> Result<Option<(&'static str, Vec<Document>)>, Problem> {
    let failure = value.get("failures").and_then(|failures| failures.get(0));
    if let Some(failure) = failure.filter(|_| value.get("services").is_some()) {
        let [arn, reason] = ["arn", "reason"].map(|key| failure[key].as_str().unwrap_or_default());
        let message =
            format!("{reason} {arn}: correct the name and the cluster, and run aws ecs describe-services again");
        return Err(Problem::of(place.file, "failures[0]", message));
    }
    for (key, words, read) in SHAPES {
        if let Some(inner) = value.get(key).filter(|inner| inner.is_object() || inner.is_array()) {
            let field = [place.field.as_str(), *key].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            let place = Place { file: place.file, field: field.join(": ") };
            return Ok(Some((words, read(inner, &place)?)));
        }
    }
    Ok(None)
}

/// What something else is, as far as it can be told.
fn other(values: &[Value]) -> String {
    let value = values.first().unwrap_or(&Value::Null);
    if value.get("apiVersion").is_some() && value.get("kind").is_some() {
        return "a manifest of Kubernetes".to_owned();
    }
    match value {
        Value::Array(_) => "a list: print the whole answer, without --query".to_owned(),
        Value::Object(fields) => {
            let keys: Vec<&str> = fields.keys().take(3).map(String::as_str).collect();
            format!("an object with {}: no answer that is read here", keys.join(", "))
        }
        _ => "no answer of aws, and no AppSpec".to_owned(),
    }
}

fn one<T: DeserializeOwned>(
    value: &Value,
    place: &Place<'_>,
    make: impl Fn(T) -> Document,
) -> Result<Vec<Document>, Problem> {
    let read = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { place.field.clone() } else { format!("{}.{path}", place.field) };
        Problem::of(place.file, &field, format!("{}: print the answer of aws anew, unchanged", error.inner()))
    })?;
    Ok(vec![make(read)])
}

fn each<T: DeserializeOwned>(
    value: &Value,
    place: &Place<'_>,
    make: impl Fn(T) -> Document,
) -> Result<Vec<Document>, Problem> {
    let mut documents = Vec::new();
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        let place = Place { file: place.file, field: format!("{}[{index}]", place.field) };
        documents.extend(one(item, &place, &make)?);
    }
    Ok(documents)
}
