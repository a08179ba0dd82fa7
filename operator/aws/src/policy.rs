//! The least-privilege IAM policy, made from the table of operations.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::operations::{Grant, OPERATIONS};

/// The IAM policy of everything that the binary can reach, for a partition such as `aws` or `aws-cn`.
#[must_use]
pub fn iam_policy(partition: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": partition })
}
