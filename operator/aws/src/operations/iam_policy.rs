//! The least-privilege IAM policy, made from the table of operations.

use serde_json::{Value, json};

use super::entry::{Entry, Grant, Scope};

/// The IAM policy for these operations, in a partition such as `aws` or `aws-cn`.
pub(super) fn policy(operations: &[Entry], partition: &str) -> Value {
    let mut statements: Vec<(&Scope, Vec<&str>)> = Vec::new();
    for Grant { action, scope } in operations.iter().flat_map(|entry| entry.grants) {
        match statements.iter_mut().find(|(known, _)| known == scope) {
            Some((_, actions)) if actions.contains(action) => {}
            Some((_, actions)) => actions.push(action),
            None => statements.push((scope, vec![action])),
        }
    }
    let statements: Vec<Value> =
        statements.into_iter().map(|(scope, actions)| statement(partition, scope, &actions)).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn statement(partition: &str, scope: &Scope, actions: &[&str]) -> Value {
    let resources: Vec<String> = if scope.resources.is_empty() {
        vec!["*".to_owned()]
    } else {
        scope.resources.iter().map(|pattern| format!("arn:{partition}:{pattern}")).collect()
    };
    let mut statement = json!({ "Sid": scope.sid, "Effect": "Allow", "Action": actions, "Resource": resources });
    if let Some((operator, key, value)) = scope.condition {
        statement["Condition"] = json!({ operator: { key: value } });
    }
    statement
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::PathBuf};

    use super::{
        super::{OPERATIONS, iam_policy},
        *,
    };

    #[test]
    fn the_published_policy_is_the_one_that_the_table_makes() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/iam-policy.json");
        let made = iam_policy("aws");
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&made).unwrap())).unwrap();
        }
        // As documents: the order of keys hangs on a feature of serde_json that any crate may switch on.
        let published: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(published, made, "docs/iam-policy.json is stale: run this test with UPDATE_GOLDEN=1");
    }

    #[test]
    fn no_write_is_granted_on_everything() {
        for entry in OPERATIONS.iter().filter(|entry| entry.write) {
            assert!(!entry.grants.is_empty(), "{} is granted by nothing", entry.name);
            for grant in entry.grants {
                assert!(!grant.scope.resources.is_empty(), "{} is granted on *", grant.action);
            }
        }
    }

    #[test]
    fn statements_have_ids_of_their_own_and_actions_are_granted_once_on_each_resource() {
        let policy = iam_policy("aws-cn");
        let statements = policy["Statement"].as_array().unwrap();
        let mut ids: Vec<&str> = statements.iter().map(|one| one["Sid"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), statements.len());
        let of = |one: &Value, key: &str| one[key].as_array().unwrap().clone();
        let mut granted: Vec<String> = statements
            .iter()
            .flat_map(|one| of(one, "Action").into_iter().map(move |action| (action, one)))
            .flat_map(|(action, one)| of(one, "Resource").into_iter().map(move |on| format!("{action} {on}")))
            .collect();
        let all = granted.len();
        granted.sort_unstable();
        granted.dedup();
        assert_eq!(granted.len(), all, "{granted:#?}");
    }

    #[test]
    fn roles_are_passed_to_tasks_and_to_nothing_else() {
        let policy = iam_policy("aws");
        let statements = policy["Statement"].as_array().unwrap();
        let passes = |one: &&Value| one["Action"].as_array().unwrap().contains(&json!("iam:PassRole"));
        let found: Vec<&Value> = statements.iter().filter(passes).collect();
        assert_eq!(found.len(), 1, "{policy:#}");
        let condition = json!({"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}});
        assert_eq!(found[0]["Condition"], condition);
        assert_eq!(found[0]["Resource"], json!(["arn:aws:iam::*:role/*"]));
        assert_eq!(found[0]["Action"], json!(["iam:PassRole"]));
    }

    #[test]
    fn resources_are_in_the_partition_that_was_asked_for() {
        let policy = iam_policy("aws-cn").to_string();
        assert!(policy.contains("arn:aws-cn:ecs:*:*:service/*/*"));
        assert!(!policy.contains("arn:aws:"));
    }
}
