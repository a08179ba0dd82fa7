//! Commands as a shell takes them.

use std::fmt::Write as _;

use serde_json::Value;

// Writing to a String does not fail, here and below.

/// A word for a shell: quoted where it has to be.
#[must_use]
pub fn word(text: &str) -> String {
    let is_plain =
        !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || "_./:=,@%+-".contains(one));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A command of the AWS CLI.
#[derive(Clone, Debug)]
pub struct Aws(String);

impl Aws {
    /// Such as `ecs create-service` in a region.
    #[must_use]
    pub fn new(verb: &str, region: &str) -> Self {
        Self(format!("aws {verb} --region {}", word(region)))
    }

    /// With an option and its value.
    #[must_use]
    pub fn with(mut self, option: &str, value: &str) -> Self {
        let _ = write!(self.0, " --{option} {}", word(value));
        self
    }

    /// With an option whose value is JSON.
    #[must_use]
    pub fn with_json(self, option: &str, value: &Value) -> Self {
        self.with(option, &value.to_string())
    }

    /// With an option that has no value.
    #[must_use]
    pub fn flag(mut self, option: &str) -> Self {
        let _ = write!(self.0, " --{option}");
        self
    }

    /// As it is typed.
    #[must_use]
    pub fn line(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shell_reads_each_value_as_one_word() {
        let command =
            Aws::new("ecs create-service", "eu-west-1").with("cluster", "it's").with_json("tags", &json!([{"a": 1}]));
        assert_eq!(
            command.flag("force").line(),
            r#"aws ecs create-service --region eu-west-1 --cluster 'it'\''s' --tags '[{"a":1}]' --force"#
        );
        assert_eq!(word("<ARN>"), "'<ARN>'");
    }
}
