//! Kubernetes as its users reach it: `kubectl` for what they do, and one `kubectl proxy` to look often at little cost.

mod cluster;
mod kinds;
mod kubectl;
mod test_run;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::http::{self, Response};
use crate::poll::time_limit;

use kinds::{API, full, is_in_a_namespace, kind_of};
use kubectl::kubectl_in;

pub use kinds::NAMESPACED;
pub use kubectl::{Told, kubectl};

/// The address of the proxy to the cluster of `control-plane run`. It speaks HTTP without TLS and asks for no credentials.
pub fn proxy() -> Result<SocketAddr> {
    cluster::default()
}

/// One namespace of a cluster, that of `control-plane run` if not told otherwise. It, and whatever is applied that has no
/// namespace, bears the label of the run.
#[derive(Clone, Debug)]
pub struct Kubernetes {
    namespace: String,
    run: String,
    api: SocketAddr,
    kubeconfig: Option<PathBuf>,
}

impl Kubernetes {
    /// Makes the namespace. The first call of the process also applies the definitions of our kinds.
    pub fn connect(namespace: &str) -> Result<Self> {
        Self::at(cluster::default()?, None, namespace, test_run::name()?)
    }

    /// The same, in a cluster of one's own, which gets the definitions of our kinds with each call.
    pub fn connect_to(kubeconfig: &Path, namespace: &str) -> Result<Self> {
        let run = "of-its-own".to_owned();
        Self::at(cluster::prepare(Some(kubeconfig), &run)?, Some(kubeconfig.to_owned()), namespace, run)
    }

    fn at(api: SocketAddr, kubeconfig: Option<PathBuf>, namespace: &str, run: String) -> Result<Self> {
        let body = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let body = test_run::labelled(body, &run);
        let kubernetes = Self { namespace: namespace.to_owned(), run, api, kubeconfig };
        kubernetes.send("POST", "/api/v1/namespaces", "application/json", &body)?;
        Ok(kubernetes)
    }

    /// Its name.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Runs `kubectl` in this namespace, with a text on its standard input.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> Result<Told> {
        kubectl_in(self.kubeconfig.as_deref(), &[&["--namespace", &self.namespace], arguments].concat(), input)
    }

    /// `kubectl apply` of manifests, in YAML or JSON.
    pub fn kubectl_apply(&self, manifests: &str) -> Result<String> {
        self.kubectl(&["apply", "--filename", "-"], manifests)?.good()
    }

    /// `kubectl patch`, by a merge.
    pub fn kubectl_patch(&self, kind: &str, name: &str, patch: &Value) -> Result<String> {
        let patch = patch.to_string();
        self.kubectl(&["patch", &full(kind), name, "--type", "merge", "--patch", &patch], "")?.good()
    }

    /// `kubectl delete` of an object in this namespace, without waiting for the end.
    pub fn kubectl_delete(&self, kind: &str, name: &str) -> Result<String> {
        self.kubectl(&["delete", &full(kind), name, "--wait=false"], "")?.good()
    }

    /// `kubectl wait --for=...`.
    pub fn kubectl_wait(&self, kind: &str, name: &str, what: &str) -> Result<String> {
        let (object, what) = (format!("{}/{name}", full(kind)), format!("--for={what}"));
        let limit = format!("--timeout={}s", time_limit().as_secs());
        self.kubectl(&["wait", &object, &what, &limit], "")?.good()
    }

    /// Applies an object of ours, server-side.
    pub fn apply(&self, object: &Value) -> Result<Value> {
        let path = format!("{}?fieldManager=test&force=true", self.path_of(object)?);
        if is_in_a_namespace(&kind_of(object)?) {
            return self.send("PATCH", &path, "application/apply-patch+yaml", object);
        }
        let object = test_run::labelled(object.clone(), &self.run);
        self.send("PATCH", &path, "application/apply-patch+yaml", &object)
    }

    /// What applying an object would come to, with unknown fields refused as `kubectl` has them refused.
    pub fn dry_run(&self, object: &Value) -> Result<Value> {
        let path = format!("{}?fieldManager=test&force=true&dryRun=All&fieldValidation=Strict", self.path_of(object)?);
        self.send("PATCH", &path, "application/apply-patch+yaml", object)
    }

    /// What the API server says to making an object: the object, or a status that says why not.
    pub fn dry_run_create(&self, object: &Value) -> Result<Value> {
        let path = format!("{}?dryRun=All&fieldValidation=Strict", self.path(&kind_of(object)?, None));
        http::request(self.api, "POST", &path, &[("Content-Type", "application/json")], &object.to_string())?.json()
    }

    /// Merges into an object of ours.
    pub fn patch(&self, kind: &str, name: &str, patch: &Value) -> Result<Value> {
        self.send("PATCH", &self.path(kind, Some(name)), "application/merge-patch+json", patch)
    }

    /// Replaces one field of the status of an object of ours, by its JSON pointer below `status`.
    pub fn replace_in_status(&self, kind: &str, name: &str, pointer: &str, value: &Value) -> Result<()> {
        let change = serde_json::json!([{"op": "replace", "path": format!("/status{pointer}"), "value": value}]);
        let path = format!("{}/status?fieldManager=test", self.path(kind, Some(name)));
        self.send("PATCH", &path, "application/json-patch+json", &change).map(|_| ())
    }

    /// Merges into a Lease of this namespace.
    pub fn patch_lease(&self, name: &str, change: &Value) -> Result<()> {
        let path = format!("/apis/coordination.k8s.io/v1/namespaces/{}/leases/{name}", self.namespace);
        self.send("PATCH", &path, "application/merge-patch+json", change).map(|_| ())
    }

    /// An object of ours; none when it does not exist.
    pub fn get(&self, kind: &str, name: &str) -> Result<Option<Value>> {
        match http::get(self.api, &self.path(kind, Some(name)))? {
            Response { status: 404, .. } => Ok(None),
            response => response.good()?.json().map(Some),
        }
    }

    /// The objects of a kind of ours in this namespace, sorted by name.
    pub fn list(&self, kind: &str) -> Result<Vec<Value>> {
        let list = http::get(self.api, &self.path(kind, None))?.good()?.json()?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
    }

    /// The Events of this namespace, oldest first.
    pub fn events(&self) -> Result<Vec<Value>> {
        let path = format!("/apis/events.k8s.io/v1/namespaces/{}/events", self.namespace);
        let list = http::get(self.api, &path)?.good()?.json()?;
        let mut events = list["items"].as_array().cloned().unwrap_or_default();
        events.sort_by(|a, b| a["eventTime"].as_str().cmp(&b["eventTime"].as_str()));
        Ok(events)
    }

    /// Deletes an object of ours, if it is there; its finalizers decide when it goes. One that has no namespace is deleted
    /// only if it bears the label of the run.
    pub fn delete(&self, kind: &str, name: &str) -> Result<()> {
        let path = if is_in_a_namespace(kind) {
            self.path(kind, Some(name))
        } else {
            let (path, selector) = (self.path(kind, None), test_run::selector(&self.run));
            format!("{path}?fieldSelector=metadata.name={name}&labelSelector={selector}")
        };
        match http::request(self.api, "DELETE", &path, &[], "")? {
            Response { status: 404, .. } => Ok(()),
            response => response.good().map(|_| ()),
        }
    }

    /// Puts the label of the run on an object of ours that has no namespace, and that others than [`Self::apply`] made.
    pub fn mark(&self, kind: &str, name: &str) -> Result<()> {
        self.patch(kind, name, &test_run::labelled(serde_json::json!({}), &self.run)).map(|_| ())
    }

    /// Puts labels on the namespace.
    pub fn label_namespace(&self, labels: &Value) -> Result<()> {
        let body = serde_json::json!({"metadata": {"labels": labels}});
        let namespace = format!("/api/v1/namespaces/{}", self.namespace);
        self.send("PATCH", &namespace, "application/merge-patch+json", &body).map(|_| ())
    }

    /// Deletes the namespace, if it bears the label of the run. Without a namespace controller it stays, being deleted, and
    /// does no harm.
    pub fn delete_namespace(&self) -> Result<()> {
        let path = format!("/api/v1/namespaces/{}", self.namespace);
        let namespace = http::get(self.api, &path)?.good()?.json()?;
        if !test_run::is_of(&self.run, &namespace) {
            return Err(Error::new(format!(
                "failed to delete namespace {}: it is not of the run {}, so that it stays",
                self.namespace, self.run
            )));
        }
        http::request(self.api, "DELETE", &path, &[], "")?.good().map(|_| ())
    }

    /// `resourceVersion` of each object of ours in this namespace, by kind and name.
    pub fn resource_versions(&self) -> Result<Vec<String>> {
        let mut versions = Vec::new();
        for kind in NAMESPACED {
            for object in self.list(kind)? {
                let metadata = &object["metadata"];
                versions.push(format!("{kind}/{} {}", text(&metadata["name"]), text(&metadata["resourceVersion"])));
            }
        }
        Ok(versions)
    }

    fn send(&self, method: &str, path: &str, content_type: &str, body: &Value) -> Result<Value> {
        let headers = [("Content-Type", content_type)];
        let response = http::request(self.api, method, path, &headers, &body.to_string())?;
        response.good().map_err(Error::of(format!("{method} {path}")))?.json()
    }

    fn path_of(&self, object: &Value) -> Result<String> {
        Ok(self.path(&kind_of(object)?, object["metadata"]["name"].as_str()))
    }

    fn path(&self, kind: &str, name: Option<&str>) -> String {
        let mut path = API.to_owned();
        if is_in_a_namespace(kind) {
            // Writing to a String does not fail.
            let _ = write!(path, "/namespaces/{}", self.namespace);
        }
        let _ = write!(path, "/{kind}");
        if let Some(name) = name {
            let _ = write!(path, "/{name}");
        }
        path
    }

    /// The objects of a kind, by the path of its API group and the name that its path has, such as `apis/batch/v1` and
    /// `jobs`.
    pub fn raw_list(&self, group: &str, kind: &str) -> Result<Vec<Value>> {
        let list = http::get(self.api, &self.raw_path(group, kind))?.good()?.json()?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
    }

    /// Makes an object.
    pub fn raw_create(&self, group: &str, kind: &str, object: &Value) -> Result<()> {
        self.send("POST", &self.raw_path(group, kind), "application/json", object).map(|_| ())
    }

    /// Merges into an object, or into its status: `NAME/status`.
    pub fn raw_patch(&self, group: &str, kind: &str, name: &str, change: &Value) -> Result<()> {
        let path = format!("{}/{name}", self.raw_path(group, kind));
        self.send("PATCH", &path, "application/merge-patch+json", change).map(|_| ())
    }

    fn raw_path(&self, group: &str, kind: &str) -> String {
        format!("/{group}/namespaces/{}/{kind}", self.namespace)
    }
}

/// A JSON text; empty if it is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
