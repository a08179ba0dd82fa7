//! The parameters of the task-set operations, and what is wrong with them.

mod capacity;
mod load_balancer;
mod network;
mod registries;
mod scale;

pub use scale::Scale;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::services::call::Call;
use crate::services::ecs::tags::Tag;
use crate::wire::error::ApiError;
use crate::world::task_definitions::TaskDefinition;
use crate::world::task_sets::Attachment;
use capacity::StrategyItem;
use load_balancer::LoadBalancer;
use network::NetworkConfiguration;
use registries::ServiceRegistry;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    pub cluster: String,
    pub service: String,
    pub task_definition: String,
    pub external_id: Option<String>,
    pub client_token: Option<String>,
    pub scale: Option<Scale>,
    pub network_configuration: Option<NetworkConfiguration>,
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    #[serde(default)]
    pub service_registries: Vec<ServiceRegistry>,
    pub launch_type: Option<String>,
    #[serde(default)]
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub platform_version: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Describe {
    pub cluster: String,
    pub service: String,
    #[serde(default)]
    pub task_sets: Vec<String>,
    #[serde(default)]
    pub include: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    pub cluster: String,
    pub service: String,
    pub task_set: String,
    pub scale: Scale,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delete {
    pub cluster: String,
    pub service: String,
    pub task_set: String,
    pub force: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Promote {
    pub cluster: String,
    pub service: String,
    pub primary_task_set: String,
}

impl Create {
    /// Everything that does not depend on the service's state; the task definition and the load balancer if all is well.
    pub fn check<'a>(&self, call: &'a Call<'_>) -> Result<(&'a TaskDefinition, Option<Attachment>), ApiError> {
        self.check_token()?;
        let definition = call
            .region
            .task_definitions
            .find(&self.task_definition)
            .ok_or_else(|| ApiError::new("ClientException", "TaskDefinition not found."))?;
        if definition.deregistered_at.is_some() {
            return Err(ApiError::new("ClientException", "TaskDefinition is inactive."));
        }
        let (launch_type, strategy, platform_version) = self.launch();
        capacity::check(launch_type, strategy, platform_version)?;
        network::check(self.network_configuration.as_ref(), definition)?;
        let attachment = match self.load_balancers.as_slice() {
            [] => None,
            [only] => Some(only.check(call, definition)?),
            _ => {
                return Err(ApiError::invalid_parameter("A task set can have one load balancer only."));
            }
        };
        Ok((definition, attachment))
    }

    fn check_token(&self) -> Result<(), ApiError> {
        let fits =
            |token: &String| (1..=36).contains(&token.len()) && token.bytes().all(|byte| (33..=126).contains(&byte));
        if self.client_token.as_ref().is_none_or(fits) {
            Ok(())
        } else {
            Err(ApiError::invalid_parameter("A client token has 1 to 36 ASCII characters between 33 and 126."))
        }
    }

    fn launch(&self) -> (Option<&str>, &[StrategyItem], Option<&str>) {
        (self.launch_type.as_deref(), &self.capacity_provider_strategy, self.platform_version.as_deref())
    }

    /// What is kept and shown again.
    pub fn settings(&self) -> Map<String, Value> {
        let (launch_type, strategy, platform_version) = self.launch();
        let registries = self.service_registries.iter().map(ServiceRegistry::render);
        capacity::settings(launch_type, strategy, platform_version)
            .into_iter()
            .chain(network::settings(self.network_configuration.as_ref()))
            .chain([("serviceRegistries", registries.collect())])
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}
