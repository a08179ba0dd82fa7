//! What is released.

use std::borrow::Cow;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::images::Images;
use crate::input_rules;
use crate::source::Source;

/// What people read of an AppSpec before its task definition is pinned.
const APP_SPEC: &str = "AppSpec";

/// What is released: a task definition, at a revision or at its newest, with images of its own, or what an AppSpec names.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("[has(self.taskDefinition), has(self.images), has(self.appSpec)].filter(one, one).size() == 1")
    .message("revision: write one of taskDefinition, such as shop:42, images, such as {family: shop, containers: {web: shop:1.2.3}}, and appSpec"))]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Task definition as family:revision (shop:42), as a full ARN with its revision, or as a family alone (shop): then its
    /// newest ACTIVE revision is released, as it is when the release begins. A revision that is registered later makes no
    /// release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 400))]
    #[x_kube(validation = input_rules::task_definition())]
    pub task_definition: Option<String>,
    /// The newest ACTIVE revision of a family, with these images in place of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Images>,
    /// CodeDeploy's AppSpec for ECS, YAML or JSON, as it stands: the task definition, and what it says of container, port,
    /// platform version, network, capacity providers and hooks, in place of what the group says. At most 16 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 16384))]
    pub app_spec: Option<String>,
    /// Where it comes from, as the pipeline that built it reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl Revision {
    /// The revision of this task definition, of which nothing else is known.
    #[must_use]
    pub fn of(task_definition: impl Into<String>) -> Self {
        Self { task_definition: Some(task_definition.into()), images: None, app_spec: None, source: None }
    }

    /// What is asked for, as it is written.
    #[must_use]
    pub fn as_written(&self) -> Cow<'_, str> {
        match self {
            Self { task_definition: Some(task_definition), .. } => Cow::Borrowed(task_definition),
            Self { images: Some(Images { family, containers }), .. } => {
                let images: Vec<String> = containers.iter().map(|(name, image)| format!("{name}={image}")).collect();
                Cow::Owned(format!("{family}~{:016x}", fingerprint(&images.join("\n"))))
            }
            Self { app_spec: Some(text), .. } => Cow::Owned(format!("{APP_SPEC}~{:016x}", fingerprint(text))),
            Self { .. } => Cow::Borrowed(""),
        }
    }

    /// What is asked for, by which it is told from anything else that is: a name and its ARN are the same.
    #[must_use]
    pub fn asked(&self) -> Cow<'_, str> {
        if self.task_definition.is_some() { Cow::Borrowed(self.short_name()) } else { self.as_written() }
    }

    /// Whether it names what is newest when the release begins, rather than one revision.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.short_name().contains(':')
    }

    /// The short form for people, `family:revision` of a name or an ARN; the family where that is all.
    #[must_use]
    pub fn short_name(&self) -> &str {
        let named = self.task_definition.as_deref().map(|named| named.rsplit('/').next().unwrap_or(named));
        let family = self.images.as_ref().map(|images| images.family.as_str());
        let app_spec = self.app_spec.as_ref().map(|_| APP_SPEC);
        named.or(family).or(app_spec).unwrap_or_default()
    }
}

/// A number that differs where texts do: FNV-1a. It tells one request of a group from the next, and is no proof against whoever
/// may write both.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_asked_for_is_told_from_anything_else_that_is() {
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42";
        let table: [(Value, &str, &str, bool); 6] = [
            (json!({"taskDefinition": "shop:42"}), "shop:42", "shop:42", false),
            (json!({"taskDefinition": arn}), "shop:42", "shop:42", false),
            (json!({"taskDefinition": "shop"}), "shop", "shop", true),
            (json!({"appSpec": "version: 0.0"}), "AppSpec", "AppSpec~", true),
            (json!({"images": {"family": "shop", "containers": {"web": "acme/shop:1"}}}), "shop", "shop~", true),
            (json!({}), "", "", true),
        ];
        for (written, short, asked, open) in table {
            let revision: Revision = serde_json::from_value(written.clone()).unwrap();
            assert_eq!((revision.short_name(), revision.is_open()), (short, open), "{written}");
            assert!(revision.asked().starts_with(asked), "{written}: {}", revision.asked());
        }
        let of = |text: &str| Revision { app_spec: Some(text.to_owned()), ..Revision::of("") };
        let of = |text: &str| Revision { task_definition: None, ..of(text) }.asked().into_owned();
        assert_eq!(of("version: 0.0"), of("version: 0.0"));
        assert_ne!(of("version: 0.0"), of("version: 0.0 "));
    }
}
