//! Objects of Kubernetes itself in the namespace, for what plays its controllers.

use serde_json::Value;

use super::Kubernetes;
use crate::error::Result;
use crate::http;

impl Kubernetes {
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
