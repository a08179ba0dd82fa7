//! What is left of a world whose test failed: a report, and nothing in the cluster.

use serde_json::{Value, json};

use crate::error::Result;
use crate::kubernetes::NAMESPACED;
use crate::process::last_lines;
use crate::world::setup::World;

impl World {
    /// What a person needs to see why a test failed.
    pub fn describe(&self) -> String {
        let or_error = |result: Result<String>| result.unwrap_or_else(|error| error.to_string());
        let objects = self.kubernetes.kubectl(&["get", "sdep,sdg,sapp", "--output", "yaml"], "");
        let writes = self.aws.get("journal?writes=true").map(|writes| {
            let lines = writes.as_array().into_iter().flatten().map(describe_write);
            lines.collect::<Vec<_>>().join("\n")
        });
        let traffic = self.aws.traffic().map(|traffic| format!("{traffic:#}"));
        let violations = self.aws.violations().map(|violations| format!("{violations:#?}"));
        format!(
            "--- operator\n{}\n--- objects\n{}\n--- writes to AWS\n{}\n--- traffic\n{}\n--- violations\n{}\n",
            last_lines(&self.operator.log(), 60),
            or_error(objects.map(|told| told.output + &told.errors)),
            or_error(writes),
            or_error(traffic),
            or_error(violations)
        )
    }

    /// Leaves nothing in the cluster that would outlive a failed test.
    fn sweep(&self) -> Result<()> {
        for kind in NAMESPACED {
            for object in self.kubernetes.list(kind)? {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                self.kubernetes.patch(kind, name, &json!({"metadata": {"finalizers": null}}))?;
                self.kubernetes.delete(kind, name)?;
            }
        }
        self.kubernetes.delete("awsbindings", &self.binding)?;
        self.kubernetes.delete_namespace()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.describe());
            // The operator would put back what is swept.
            let swept = self.operator.kill9().and_then(|()| self.sweep());
            if let Err(error) = swept {
                eprintln!("could not clean up namespace {}: {error}", self.binding);
            }
        }
    }
}

fn describe_write(entry: &Value) -> String {
    format!(
        "{} {} {} {} {} {}",
        entry["sequence"], entry["at"], entry["operation"], entry["status"], entry["note"], entry["request"]
    )
}
