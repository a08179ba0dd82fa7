//! The custom resource definitions, as YAML.

use std::path::Path;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt as _;
use sluice_api::{Application, AwsBinding, Deployment, DeploymentConfig, DeploymentGroup};

use crate::cli::CrdsSettings;
use crate::error::Error;

/// Prints every definition, or writes one file per kind.
pub fn print(settings: &CrdsSettings) -> Result<(), Error> {
    for definition in definitions() {
        let yaml = serde_saphyr::to_string(&definition)
            .map_err(|error| Error::Yaml { name: name(&definition), message: error.to_string() })?;
        match &settings.output {
            None => println!("---\n{yaml}"),
            Some(folder) => write(folder, &definition, &yaml)?,
        }
    }
    Ok(())
}

/// Every definition, in the order of their names.
fn definitions() -> Vec<CustomResourceDefinition> {
    vec![Application::crd(), AwsBinding::crd(), DeploymentConfig::crd(), DeploymentGroup::crd(), Deployment::crd()]
}

fn name(definition: &CustomResourceDefinition) -> String {
    definition.spec.names.plural.clone()
}

fn write(folder: &Path, definition: &CustomResourceDefinition, yaml: &str) -> Result<(), Error> {
    let path = folder.join(format!("{}.yaml", name(definition)));
    let header = "# Made by `make crds` from operator/api. Do not edit.\n";
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, format!("{header}{yaml}")))
        .map_err(|source| Error::Write { path, source })
}
