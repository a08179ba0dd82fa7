//! The commands of a report, done to the simulated AWS.

use serde_json::{Map, Value, json};
use sluice_e2e::world::{World, must};

/// The commands of AWS in a report that prepare the move, without those that take them back and those that end it.
pub fn preparations(report: &str) -> Vec<Vec<String>> {
    let mut is_back = false;
    let mut found = Vec::new();
    for line in report.lines() {
        if line.starts_with("   Back") || line.contains(". **") || line.starts_with('#') {
            is_back = line.starts_with("   Back");
        }
        let command = line.strip_prefix("       aws ").filter(|_| !is_back).map(words);
        found.extend(command.filter(|words| words[1].starts_with("modify-") || words[1] == "create-service"));
    }
    found
}

/// The words of a command, as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_escaped) = (Vec::new(), String::new(), false, false);
    for one in line.chars() {
        match one {
            '\\' if !is_quoted => is_escaped = true,
            '\'' if !is_escaped => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            _ => {
                is_escaped = false;
                word.push(one);
            }
        }
    }
    words.push(word);
    words
}

/// `modify-rule` as `ModifyRule`.
fn pascal(name: &str) -> String {
    let parts = name.split('-').flat_map(|part| [part[..1].to_uppercase(), part[1..].to_owned()]);
    parts.collect()
}

/// Does to the simulated AWS what a command of the AWS CLI does.
pub fn run(world: &World, words: &[String]) {
    let mut parameters = Map::new();
    let mut rest = words[2..].iter().peekable();
    while let Some(option) = rest.next() {
        let value = rest.next_if(|next| !next.starts_with("--")).map_or(json!(true), |value| {
            match value.strip_prefix("type=") {
                Some(kind) => json!({"type": kind}),
                None => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
            }
        });
        parameters.insert(option.trim_start_matches("--").to_owned(), value);
    }
    parameters.remove("region");
    let operation = pascal(&words[1]);
    if words[0] == "ecs" {
        let camel = |name: &str| format!("{}{}", name[..1].to_lowercase(), &pascal(name)[1..]).replace("Ecs", "ECS");
        let parameters: Map<String, Value> =
            parameters.iter().map(|(name, value)| (camel(name), value.clone())).collect();
        must(world.aws.ecs(&operation, &Value::Object(parameters)));
        return;
    }
    let mut flat = Vec::new();
    parameters.iter().for_each(|(name, value)| flatten(pascal(name), value, &mut flat));
    must(world.aws.load_balancing(&operation, &flat));
}

/// Parameters as the query protocol has them.
fn flatten(name: String, value: &Value, flat: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| flatten(format!("{name}.{key}"), value, flat)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| flatten(format!("{name}.member.{}", index + 1), item, flat));
        }
        Value::String(text) => flat.push((name, text.clone())),
        other => flat.push((name, other.to_string())),
    }
}
