//! What a verb changes.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Map, Value};

use crate::kind::Kind;

/// What a verb changes, and what it says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Kind of the object.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name; of one that is to be made, what its name begins with.
    pub name: String,
    /// What is done to it.
    pub act: Act,
    /// What that is, and what will follow, for people.
    pub sentence: String,
}

/// What is done to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing: it is so already.
    Nothing,
    /// Merged into its spec, if it is still the version that was looked at.
    Patch {
        /// The merge patch of the spec.
        spec: Value,
        /// The version that was looked at.
        resource_version: String,
    },
    /// It is made.
    Create(Value),
}

impl Change {
    /// Something merged into the spec of an object, as it was looked at.
    #[must_use]
    pub fn patch(kind: Kind, object: &ObjectMeta, spec: Value, sentence: impl Into<String>) -> Self {
        let resource_version = object.resource_version.clone().unwrap_or_default();
        Self { act: Act::Patch { spec, resource_version }, ..Self::nothing(kind, object, sentence) }
    }

    /// Nothing to do to an object.
    #[must_use]
    pub fn nothing(kind: Kind, object: &ObjectMeta, sentence: impl Into<String>) -> Self {
        Self {
            kind,
            namespace: object.namespace.clone().unwrap_or_default(),
            name: object.name.clone().unwrap_or_default(),
            act: Act::Nothing,
            sentence: sentence.into(),
        }
    }

    /// A Deployment that is made in the namespace of this object, with a name that begins so.
    #[must_use]
    pub fn create(beside: &ObjectMeta, begins: &str, spec: Value, sentence: impl Into<String>) -> Self {
        let namespace = beside.namespace.clone().unwrap_or_default();
        let mut object = serde_json::json!({
            "apiVersion": format!("{}/{}", sluice_api::GROUP, sluice_api::VERSION),
            "kind": "Deployment",
            "metadata": {"generateName": begins, "namespace": namespace},
        });
        object["spec"] = spec;
        Self {
            kind: Kind::Deployment,
            namespace,
            name: begins.to_owned(),
            act: Act::Create(object),
            sentence: sentence.into(),
        }
    }

    /// Whether the other one does the same, whatever version of the object it was made for.
    #[must_use]
    pub fn does_the_same_as(&self, other: &Self) -> bool {
        let act = match (&self.act, &other.act) {
            (Act::Patch { spec, .. }, Act::Patch { spec: others, .. }) => spec == others,
            (act, others) => act == others,
        };
        act && (self.kind, &self.name) == (other.kind, &other.name)
    }
}

/// The merge patch that makes the second of the first (RFC 7386): what is gone is null, what is alike is left out.
#[must_use]
pub fn replacing(from: &Value, to: &Value) -> Value {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return to.clone() };
    let mut patch = Map::new();
    for (field, value) in to {
        match from.get(field) {
            Some(old) if old == value => {}
            Some(old) => {
                patch.insert(field.clone(), replacing(old, value));
            }
            None => {
                patch.insert(field.clone(), value.clone());
            }
        }
    }
    for field in from.keys().filter(|field| !to.contains_key(*field)) {
        patch.insert(field.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// What a merge patch makes of a value (RFC 7386).
pub fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    let Value::Object(target) = into else { return };
    for (field, value) in fields {
        if value.is_null() {
            target.remove(field);
        } else {
            merge(target.entry(field.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_patch_from_one_value_to_another_makes_the_other_of_the_one() {
        let images = |containers: Value| json!({"images": {"family": "shop", "containers": containers}});
        let table = [
            (json!({}), json!({"taskDefinition": "shop:43"}), json!({"taskDefinition": "shop:43"})),
            (json!({"taskDefinition": "shop:42"}), json!({"taskDefinition": "shop:42"}), json!({})),
            (
                json!({"taskDefinition": "shop:42", "source": {"scan": "passed"}}),
                images(json!({"web": "shop:1"})),
                json!({"taskDefinition": null, "source": null, "images": {"family": "shop", "containers": {"web": "shop:1"}}}),
            ),
            (
                images(json!({"web": "shop:1", "log": "log:1"})),
                images(json!({"web": "shop:2"})),
                json!({"images": {"containers": {"web": "shop:2", "log": null}}}),
            ),
        ];
        for (from, to, expected) in table {
            let patch = replacing(&from, &to);
            assert_eq!(patch, expected, "{from} to {to}");
            let mut made = from.clone();
            merge(&mut made, &patch);
            assert_eq!(made, to, "{from} by {patch}");
        }
    }
}
