//! The kinds of Sluice, by their definitions as the operator has them.

use std::sync::LazyLock;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use kube::CustomResourceExt as _;
use sluice_api::{Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup, GROUP, VERSION};

/// A kind.
#[derive(Clone, Debug)]
pub struct DefinedKind {
    /// Its name, such as DeploymentGroup.
    pub name: String,
    /// Whether its objects are in a namespace.
    pub namespaced: bool,
    /// Whether a status cannot be written along with the rest.
    pub status_apart: bool,
    /// Its schema.
    pub schema: JSONSchemaProps,
    /// The same with what rules see of every object.
    pub for_rules: JSONSchemaProps,
}

/// All of them.
#[must_use]
pub fn all() -> &'static [DefinedKind] {
    static ALL: LazyLock<Vec<DefinedKind>> = LazyLock::new(|| {
        let definitions =
            [Application::crd(), AwsBinding::crd(), DeploymentConfig::crd(), DeploymentGroup::crd(), Deployment::crd()];
        definitions.into_iter().filter_map(of_definition).collect()
    });
    &ALL
}

fn of_definition(definition: CustomResourceDefinition) -> Option<DefinedKind> {
    let spec = definition.spec;
    let version = spec.versions.into_iter().find(|version| version.name == VERSION)?;
    let schema = version.schema?.open_api_v3_schema?;
    Some(DefinedKind {
        name: spec.names.kind,
        namespaced: spec.scope == "Namespaced",
        status_apart: version.subresources.is_some_and(|subresources| subresources.status.is_some()),
        for_rules: with_metadata(schema.clone()),
        schema,
    })
}

/// Rules see the name of an object, which its schema does not have.
fn with_metadata(mut schema: JSONSchemaProps) -> JSONSchemaProps {
    let text = JSONSchemaProps { type_: Some("string".to_owned()), ..JSONSchemaProps::default() };
    let metadata = JSONSchemaProps {
        type_: Some("object".to_owned()),
        properties: Some([("name".to_owned(), text.clone())].into()),
        ..JSONSchemaProps::default()
    };
    let properties = schema.properties.get_or_insert_default();
    properties.extend(
        [("apiVersion", text.clone()), ("kind", text), ("metadata", metadata)]
            .map(|(name, schema)| (name.to_owned(), schema)),
    );
    schema
}

/// What `apiVersion` says of them.
#[must_use]
pub fn api_version() -> String {
    format!("{GROUP}/{VERSION}")
}

/// The schema of a field, where the schema names it.
#[must_use]
pub fn property<'a>(schema: &'a JSONSchemaProps, name: &str) -> Option<&'a JSONSchemaProps> {
    schema.properties.as_ref()?.get(name)
}

/// The schema of the values of keys that it does not name.
#[must_use]
pub fn of_keys(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match schema.additional_properties.as_ref()? {
        JSONSchemaPropsOrBool::Schema(schema) => Some(schema),
        JSONSchemaPropsOrBool::Bool(_) => None,
    }
}

/// The schema of items.
#[must_use]
pub fn of_items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match schema.items.as_ref()? {
        JSONSchemaPropsOrArray::Schema(schema) => Some(schema),
        JSONSchemaPropsOrArray::Schemas(_) => None,
    }
}
