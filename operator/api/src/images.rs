//! Images that a family is released with.

use std::collections::BTreeMap;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// The newest ACTIVE revision of a family with these images in place of its own. It is registered, unless a revision with the
/// same content is among the newest already; all else of it, its tags too, is carried over.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Images {
    /// The family, such as shop.
    #[schemars(length(min = 1, max = 255))]
    #[x_kube(validation = input_rules::family())]
    pub family: String,
    /// Images by the names of their containers, such as web: registry.example.com/shop@sha256:... A tag may be another image
    /// by the time that a task starts; a digest never is.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 10, "additionalProperties" = {"type": "string", "maxLength": 400}))]
    #[x_kube(validation = input_rules::images())]
    pub containers: BTreeMap<String, String>,
}

impl Images {
    /// Those that have no digest, as containers and images.
    pub fn mutable(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.containers.iter().map(|(name, image)| (name.as_str(), image.as_str()));
        all.filter(|(_, image)| !image.contains("@sha256:"))
    }
}
