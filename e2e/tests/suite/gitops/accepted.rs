//! What the API server takes of the example repository, and what it gives to a new object. No operator runs.

use std::path::Path;

use serde_json::json;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::manifests::{application, group};
use sluice_e2e::world::must;

use super::overlay::{Overlay, example, rendered};

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn assert_accepted(kubernetes: &Kubernetes, what: &str, manifests: &str) {
    let arguments = ["apply", "--dry-run=server", "--validate=strict", "--filename", "-"];
    let told = must(kubernetes.kubectl(&arguments, manifests));
    assert!(told.success, "{what}: {}\n{manifests}", told.errors);
}

#[test]
fn the_api_server_takes_the_example_and_a_new_object_is_not_done() {
    let namespace = tempfile::Builder::new().prefix("e2e-accepted-").tempdir().unwrap();
    let name = namespace.path().file_name().unwrap().to_string_lossy().to_lowercase();
    let kubernetes = must(Kubernetes::connect(&name));
    for environment in ["dev", "staging", "prod"] {
        assert_accepted(&kubernetes, environment, &Overlay::of(environment, &name, &json!([])).rendered());
    }
    assert_accepted(&kubernetes, "platform", &rendered(&example().join("platform")));

    // Whoever waits by kstatus goes on where there is no status, and no operator has looked yet.
    for (kind, object) in [("applications", application("shop:42")), ("deploymentgroups", group("none"))] {
        must(kubernetes.apply(&object));
        let name = object["metadata"]["name"].as_str().unwrap();
        let status = must(kubernetes.get(kind, name)).unwrap()["status"].clone();
        assert_eq!(status["observedGeneration"], -1, "{kind}: {status}");
        // A change by a user leaves it alone.
        must(kubernetes.patch(kind, name, &json!({"metadata": {"labels": {"team": "shop"}}})));
        assert_eq!(must(kubernetes.get(kind, name)).unwrap()["status"], status);
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn the_example_tells_kustomize_of_the_same_names_as_the_documents() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    assert_eq!(read("gitops/example/shop/base/kustomizeconfig.yaml"), read("docs/kustomize.yaml"));
}
