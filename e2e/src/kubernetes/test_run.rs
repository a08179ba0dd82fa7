//! The run that this process is part of: whatever it makes for a whole cluster bears its label, and only that is deleted.

use serde_json::{Value, json};

use crate::error::{Error, Result};

/// The label. `control-plane run` removes what bears it from a cluster that stays.
pub(super) const LABEL: &str = "sluice.dev/test-run";

/// Where `control-plane run` tells which run it is.
const VARIABLE: &str = "SLUICE_TEST_RUN";

/// The name of the run. Without one there is no cluster that may be touched, whatever `KUBECONFIG` says.
pub(super) fn name() -> Result<String> {
    std::env::var(VARIABLE).ok().filter(|name| !name.is_empty()).ok_or_else(|| {
        Error::new(format!(
            "failed to find a cluster to test with: {VARIABLE} is not set, and the cluster of KUBECONFIG is not taken \
             without it; run `make test`, or `control-plane run -- cargo test -p sluice-e2e`"
        ))
    })
}

/// The selector of what bears the label, as kubectl and the API server read it.
pub(super) fn selector(run: &str) -> String {
    format!("{LABEL}={run}")
}

/// The object with the label.
pub(super) fn labelled(mut object: Value, run: &str) -> Value {
    let labels = &mut object["metadata"]["labels"];
    if !labels.is_object() {
        *labels = json!({});
    }
    labels[LABEL] = json!(run);
    object
}

/// Whether an object bears it.
pub(super) fn is_of(run: &str, object: &Value) -> bool {
    object["metadata"]["labels"][LABEL] == run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_and_the_variable_are_those_of_control_plane_run() {
        assert_eq!((LABEL, VARIABLE), (sluice_control_plane::RUN_LABEL, sluice_control_plane::RUN_VARIABLE));
    }

    #[test]
    fn an_object_keeps_its_labels_and_bears_that_of_one_run() {
        let object = labelled(json!({"metadata": {"name": "a", "labels": {"team": "x"}}}), "run-1");
        assert_eq!(object["metadata"]["labels"], json!({"team": "x", "sluice.dev/test-run": "run-1"}));
        assert!(is_of("run-1", &object) && !is_of("run-2", &object));
        assert!(is_of("run-1", &labelled(json!({"metadata": {"name": "a"}}), "run-1")));
        assert!(!is_of("run-1", &json!({"metadata": {"name": "a"}})));
    }
}
