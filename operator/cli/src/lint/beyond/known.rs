//! The objects of the files that are as their definitions have them.

use serde::de::DeserializeOwned;
use serde_json::Value;
use sluice_api::{Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup};
use sluice_plan::Refusal;

use crate::lint::fault::Cause;
use crate::lint::finding::{Finding, Severity};
use crate::lint::path::Path;
use crate::lint::yaml::Node;

/// An object of a file.
#[derive(Clone, Debug)]
pub struct Known {
    /// The file.
    pub file: String,
    /// Such as `DeploymentGroup/prod`.
    pub object: String,
    /// Its kind.
    pub kind: String,
    /// With its defaults.
    pub value: Value,
    /// With its lines.
    pub node: Node,
}

/// All of them, by kind.
#[derive(Debug, Default)]
pub(super) struct Together<'a> {
    pub applications: Vec<(&'a Known, Application)>,
    pub groups: Vec<(&'a Known, DeploymentGroup)>,
    pub deployments: Vec<(&'a Known, Deployment)>,
    pub configurations: Vec<(&'a Known, DeploymentConfig)>,
    pub bindings: Vec<(&'a Known, AwsBinding)>,
    pub all: &'a [Known],
}

impl<'a> Together<'a> {
    pub(super) fn of(all: &'a [Known]) -> Self {
        Self {
            applications: typed(all, "Application"),
            groups: typed(all, "DeploymentGroup"),
            deployments: typed(all, "Deployment"),
            configurations: typed(all, "DeploymentConfig"),
            bindings: typed(all, "AwsBinding"),
            all,
        }
    }
}

fn typed<'a, K: DeserializeOwned>(all: &'a [Known], kind: &str) -> Vec<(&'a Known, K)> {
    all.iter().filter_map(|known| Some((known, known.typed(kind)?))).collect()
}

impl Known {
    /// The object, where it is of this kind.
    #[must_use]
    pub fn typed<K: DeserializeOwned>(&self, kind: &str) -> Option<K> {
        let value = (self.kind == kind).then_some(&self.value)?;
        serde_json::from_value(value.clone()).ok()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
    }

    fn namespace(&self) -> Option<&str> {
        self.value.pointer("/metadata/namespace").and_then(Value::as_str).filter(|name| !name.is_empty())
    }

    /// Whether both are in the same namespace; a file that names none is applied to some namespace.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        let (own, others) = (self.namespace(), other.namespace());
        own.is_none() || others.is_none() || own == others
    }

    /// What may be right.
    pub(super) fn note(&self, fields: &[&str], message: String) -> Finding {
        self.note_at(&Path::of(fields), message)
    }

    /// The same of a path.
    pub(super) fn note_at(&self, path: &Path, message: String) -> Finding {
        self.finding(path, Severity::Note, message)
    }

    /// What the operator refuses.
    pub(super) fn error(&self, path: &Path, message: String) -> Finding {
        self.finding(path, Severity::Error, message)
    }

    /// A refusal of the operator, told of the field that it names.
    pub(super) fn refused(&self, refusal: &Refusal) -> Finding {
        let (field, message) = match refusal.message.split_once(": ") {
            Some((field, rest)) if field.starts_with("spec") && !field.contains(' ') => (field, rest),
            _ => ("spec", refusal.message.as_str()),
        };
        let fields: Vec<&str> = field.split('.').map(|name| name.trim_end_matches("[]")).collect();
        self.error(&Path::of(&fields), message.to_owned())
    }

    fn finding(&self, path: &Path, severity: Severity, message: String) -> Finding {
        Finding {
            file: self.file.clone(),
            line: self.node.line_of(path),
            object: self.object.clone(),
            path: path.to_string(),
            reason: Cause::BeyondSchema.name(),
            severity,
            message,
        }
    }
}
