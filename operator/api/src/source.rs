//! Where a revision comes from, as the pipeline that built it reports.

use std::fmt;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;
use crate::pipeline::{BuiltShape, Reported};
use crate::vocabulary::string_enum;

/// Where a revision comes from, as the pipeline that built it reports. It is told in the status of each release, and a
/// change of it alone makes no Deployment.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The repository, such as acme/shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    #[x_kube(validation = input_rules::one_line("source.repository", "acme/shop"))]
    pub repository: Option<String>,
    /// The commit, in 7 to 64 hexadecimal digits, such as 9f1c2e7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    #[x_kube(validation = input_rules::commit())]
    pub commit_sha: Option<String>,
    /// The run of the pipeline, as an http or https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512))]
    #[x_kube(validation = input_rules::run_url())]
    pub run_url: Option<String>,
    /// The environment that it was built for, such as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    #[x_kube(validation = input_rules::one_line("source.environment", "production"))]
    pub environment: Option<String>,
    /// What the scan of its images came to: passed, failed or skipped. A group with requireScan takes only what passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
    /// How its build ended: succeeded, failed or skipped. Shown as the step Build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Reported>,
    /// How the push of its image ended: succeeded, failed or skipped. Shown as the step Push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<Reported>,
    /// What was built: server, or existing_docker where the image is by a Dockerfile of the user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<BuiltShape>,
}

string_enum! {
    /// What the scan of a revision came to.
    Scan {
        /// Nothing was found that matters.
        Passed => "passed",
        /// Something was found.
        Failed => "failed",
        /// It was not made.
        Skipped => "skipped",
    }
}

impl fmt::Display for Source {
    /// In one line, such as `acme/shop at 9f1c2e7, scan passed, https://ci.example.com/runs/1017`; empty where nothing is
    /// reported.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let built = match (&self.repository, &self.commit_sha) {
            (Some(repository), Some(commit)) => Some(format!("{repository} at {commit}")),
            (repository, commit) => repository.clone().or_else(|| commit.as_ref().map(|one| format!("commit {one}"))),
        };
        let environment = self.environment.as_ref().map(|one| format!("for {one}"));
        let scan = self.scan.map(|scan| format!("scan {scan}"));
        let parts: Vec<String> = [built, environment, scan, self.run_url.clone()].into_iter().flatten().collect();
        formatter.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_source_reads_as_one_line_of_what_is_reported() {
        let table = [
            (json!({}), ""),
            (json!({"scan": "skipped"}), "scan skipped"),
            (json!({"commitSha": "9f1c2e7"}), "commit 9f1c2e7"),
            (
                json!({"repository": "acme/shop", "commitSha": "9f1c2e7", "runUrl": "https://ci/1", "environment": "prod", "scan": "passed"}),
                "acme/shop at 9f1c2e7, for prod, scan passed, https://ci/1",
            ),
        ];
        for (written, expected) in table {
            let source: Source = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(source.to_string(), expected);
            assert_eq!(serde_json::to_value(&source).unwrap(), written);
        }
    }
}
