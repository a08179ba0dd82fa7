//! An overlay of an overlay of the example repository, as a test changes it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sluice_e2e::kubernetes::kubectl;
use sluice_e2e::world::must;
use tempfile::TempDir;

/// The example repository.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../gitops/example").canonicalize().unwrap()
}

/// An overlay of one of the example's environments.
pub struct Overlay {
    folder: TempDir,
    kustomization: Value,
}

impl Overlay {
    /// The environment in a namespace, with a JSON patch of its group.
    pub fn of(environment: &str, namespace: &str, group: &Value) -> Self {
        let folder = tempfile::Builder::new().prefix("e2e-gitops-").tempdir().unwrap();
        let kustomization = json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": namespace,
            "resources": [relative(folder.path(), &example().join("shop/overlays").join(environment))],
            "patches": [{"target": {"kind": "DeploymentGroup"}, "patch": group.to_string()}],
        });
        let overlay = Self { folder, kustomization };
        overlay.write(&overlay.kustomization);
        overlay
    }

    /// Asks for another revision.
    pub fn commit(&self, revision: &str) {
        let revision =
            json!([{"op": "replace", "path": "/spec/revision", "value": {"taskDefinition": revision}}]).to_string();
        let mut kustomization = self.kustomization.clone();
        let patches = kustomization["patches"].as_array_mut().unwrap();
        patches.push(json!({"target": {"kind": "Application"}, "patch": revision}));
        self.write(&kustomization);
    }

    /// What kustomize makes of it.
    pub fn rendered(&self) -> String {
        rendered(self.folder.path())
    }

    fn write(&self, kustomization: &Value) {
        std::fs::write(self.folder.path().join("kustomization.yaml"), kustomization.to_string()).unwrap();
    }
}

/// What kustomize makes of a folder.
pub fn rendered(folder: &Path) -> String {
    must(must(kubectl(&["kustomize", &folder.to_string_lossy()], "")).good())
}

/// The way from one folder to another: kustomize takes no absolute one.
fn relative(from: &Path, to: &Path) -> String {
    let up = from.canonicalize().unwrap().components().count() - 1;
    format!("{}{}", "../".repeat(up), to.strip_prefix("/").unwrap().display())
}
