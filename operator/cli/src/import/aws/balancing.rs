//! What `aws elbv2 describe-*` prints (Elastic Load Balancing API reference, version 2015-12-01).

use serde::Deserialize;
use serde_json::Value;

/// A target group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetGroup {
    /// Its ARN.
    pub target_group_arn: String,
    /// Its name.
    pub target_group_name: String,
    /// `HTTP`, `TCP` and so on.
    #[serde(default)]
    pub protocol: Option<String>,
    /// The port.
    #[serde(default)]
    pub port: Option<u16>,
    /// Where it is.
    #[serde(default)]
    pub vpc_id: Option<String>,
    /// `ip` or `instance`.
    #[serde(default)]
    pub target_type: Option<String>,
    /// Where health is asked.
    #[serde(default)]
    pub health_check_path: Option<String>,
}

/// A listener.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Listener {
    /// Its ARN.
    pub listener_arn: String,
    /// Its default actions.
    #[serde(default)]
    pub default_actions: Vec<Value>,
}

/// A rule.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// Its ARN.
    pub rule_arn: String,
    /// Its actions.
    #[serde(default)]
    pub actions: Vec<Value>,
    /// Whether it is the default rule of its listener.
    #[serde(default)]
    pub is_default: bool,
}

impl Rule {
    /// The listener of the rule, whose ARN is in its own.
    #[must_use]
    pub fn listener(&self) -> Option<String> {
        listener_of(&self.rule_arn)
    }
}

/// The listener of a rule, whose ARN is in its own.
#[must_use]
pub fn listener_of(rule: &str) -> Option<String> {
    let (listener, _) = rule.rsplit_once('/')?;
    rule.contains(":listener-rule/").then(|| listener.replacen(":listener-rule/", ":listener/", 1))
}

/// The target groups that actions forward to, with their weights.
#[must_use]
pub fn forwards(actions: &[Value]) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for action in actions.iter().filter(|action| action["Type"] == "forward") {
        let groups = action["ForwardConfig"]["TargetGroups"].as_array().map(Vec::as_slice).unwrap_or_default();
        let weight = |one: &Value| one["Weight"].as_u64().unwrap_or(1);
        found.extend(groups.iter().filter_map(|one| Some((one["TargetGroupArn"].as_str()?.to_owned(), weight(one)))));
        if groups.is_empty() {
            found.extend(action["TargetGroupArn"].as_str().map(|arn| (arn.to_owned(), 1)));
        }
    }
    found
}
