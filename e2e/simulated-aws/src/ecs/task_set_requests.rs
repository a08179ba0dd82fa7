//! The parameters of the task-set operations, and what is wrong with them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Call, Tag};
use crate::wire::ApiError;
use crate::world::services::Attachment;
use crate::world::task_definitions::{TaskDefinition, maps_port};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsvpcConfiguration {
    subnets: Vec<String>,
    #[serde(default)]
    security_groups: Vec<String>,
    assign_public_ip: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkConfiguration {
    awsvpc_configuration: Option<AwsvpcConfiguration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    #[serde(rename = "loadBalancerName")]
    classic: Option<String>,
    target_group_arn: Option<String>,
    container_name: Option<String>,
    container_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceRegistry {
    registry_arn: Option<String>,
    port: Option<u16>,
    container_name: Option<String>,
    container_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyItem {
    capacity_provider: String,
    weight: Option<u32>,
    base: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scale {
    value: Option<f64>,
    unit: Option<String>,
}

impl Scale {
    /// The percentage, checked.
    pub fn percent(&self) -> Result<f64, ApiError> {
        if self.unit.as_deref().is_some_and(|unit| unit != "PERCENT") {
            return Err(ApiError::invalid_parameter("The scale unit must be PERCENT."));
        }
        let value = self.value.unwrap_or(0.0);
        if (0.0..=100.0).contains(&value) {
            Ok(value)
        } else {
            Err(ApiError::invalid_parameter("The scale value must be between 0 and 100."))
        }
    }
}

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
        self.check_launch()?;
        self.check_network(definition)?;
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

    fn check_launch(&self) -> Result<(), ApiError> {
        if self.launch_type.is_some() && !self.capacity_provider_strategy.is_empty() {
            return Err(ApiError::invalid_parameter(
                "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
            ));
        }
        match self.launch_type.as_deref() {
            None | Some("EC2" | "FARGATE" | "EXTERNAL") => {}
            Some(other) => {
                return Err(ApiError::invalid_parameter(format!("Unknown launch type: {other}.")));
            }
        }
        self.check_strategy()?;
        let without_fargate = self.launch_type.as_deref().is_some_and(|launch| launch != "FARGATE");
        if without_fargate && self.platform_version.is_some() {
            return Err(ApiError::invalid_parameter(
                "The platform version must be null when specifying an EC2 launch type.",
            ));
        }
        Ok(())
    }

    /// Fargate's providers need no cluster to name them; a strategy has one base at most and a weight at least.
    fn check_strategy(&self) -> Result<(), ApiError> {
        let items = &self.capacity_provider_strategy;
        if let Some(unknown) =
            items.iter().find(|item| !["FARGATE", "FARGATE_SPOT"].contains(&item.capacity_provider.as_str()))
        {
            return Err(ApiError::invalid_parameter(format!(
                "The specified capacity provider {} was not found.",
                unknown.capacity_provider
            )));
        }
        if items.len() > 20 {
            return Err(ApiError::invalid_parameter("A capacity provider strategy has at most 20 capacity providers."));
        }
        if items.iter().filter(|item| item.base.unwrap_or(0) > 0).count() > 1 {
            return Err(ApiError::invalid_parameter(
                "Only one capacity provider in a strategy can have a base defined.",
            ));
        }
        if items.iter().any(|item| item.weight.unwrap_or(0) > 1000 || item.base.unwrap_or(0) > 100_000) {
            return Err(ApiError::invalid_parameter("A weight is at most 1000, and a base at most 100000."));
        }
        // A lone provider without a weight gets every task all the same.
        if items.len() > 1 && items.iter().all(|item| item.weight.unwrap_or(0) == 0) {
            return Err(ApiError::invalid_parameter("At least one capacity provider must have a weight above 0."));
        }
        Ok(())
    }

    fn check_network(&self, definition: &TaskDefinition) -> Result<(), ApiError> {
        let network = self.network_configuration.as_ref().and_then(|network| network.awsvpc_configuration.as_ref());
        match network {
            None if definition.is_awsvpc() => Err(ApiError::invalid_parameter(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )),
            Some(_) if !definition.is_awsvpc() => Err(ApiError::invalid_parameter(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            )),
            Some(network) if network.subnets.is_empty() => {
                Err(ApiError::invalid_parameter("subnets can not be empty."))
            }
            Some(network) if network.subnets.len() > 16 || network.security_groups.len() > 5 => Err(
                ApiError::invalid_parameter("A network configuration has at most 16 subnets and 5 security groups."),
            ),
            Some(network) => match network.assign_public_ip.as_deref() {
                None | Some("ENABLED" | "DISABLED") => Ok(()),
                Some(other) => Err(ApiError::invalid_parameter(format!("Unknown value for assignPublicIp: {other}."))),
            },
            None => Ok(()),
        }
    }

    /// What is kept and shown again.
    pub fn settings(&self) -> Map<String, Value> {
        let mut settings = Map::new();
        let mut keep = |key: &str, value: Value| settings.insert(key.to_owned(), value);
        if self.capacity_provider_strategy.is_empty() {
            keep("launchType", json!(self.launch_type.as_deref().unwrap_or("EC2")));
        } else {
            let items = self.capacity_provider_strategy.iter();
            keep(
                "capacityProviderStrategy",
                items
                    .map(|item| json!({"capacityProvider": item.capacity_provider, "weight": item.weight.unwrap_or_else(|| u32::from(self.capacity_provider_strategy.len() == 1)), "base": item.base.unwrap_or(0)}))
                    .collect(),
            );
        }
        let fargate = self.launch_type.as_deref() == Some("FARGATE");
        if let Some(version) = self.platform_version.as_deref().or_else(|| fargate.then_some("1.4.0")) {
            keep("platformVersion", json!(if version == "LATEST" { "1.4.0" } else { version }));
        }
        if let Some(network) =
            self.network_configuration.as_ref().and_then(|network| network.awsvpc_configuration.as_ref())
        {
            keep(
                "networkConfiguration",
                json!({"awsvpcConfiguration": {
                    "subnets": network.subnets,
                    "securityGroups": network.security_groups,
                    "assignPublicIp": network.assign_public_ip.as_deref().unwrap_or("DISABLED"),
                }}),
            );
        }
        let registries = self.service_registries.iter().map(ServiceRegistry::render);
        keep("serviceRegistries", registries.collect());
        settings
    }
}

impl ServiceRegistry {
    fn render(&self) -> Value {
        let mut shown = Map::new();
        let pairs = [
            ("registryArn", self.registry_arn.clone().map(Value::from)),
            ("port", self.port.map(Value::from)),
            ("containerName", self.container_name.clone().map(Value::from)),
            ("containerPort", self.container_port.map(Value::from)),
        ];
        for (key, value) in pairs {
            if let Some(value) = value {
                shown.insert(key.to_owned(), value);
            }
        }
        Value::Object(shown)
    }
}

impl LoadBalancer {
    fn check(&self, call: &Call<'_>, definition: &TaskDefinition) -> Result<Attachment, ApiError> {
        if self.classic.is_some() {
            return Err(ApiError::invalid_parameter(
                "Classic load balancers are not supported with task sets; name a target group.",
            ));
        }
        let blank = |what: &str| ApiError::invalid_parameter(format!("{what} can not be blank."));
        let arn = self.target_group_arn.as_ref().ok_or_else(|| blank("targetGroupArn"))?;
        let name = self.container_name.as_ref().ok_or_else(|| blank("containerName"))?;
        let port = self.container_port.ok_or_else(|| blank("containerPort"))?;
        let container = definition.container(name).ok_or_else(|| {
            ApiError::invalid_parameter(format!("The container {name} does not exist in the task definition."))
        })?;
        if !maps_port(container, port) {
            return Err(ApiError::invalid_parameter(format!(
                "The container {name} did not have a container port {port} defined."
            )));
        }
        let balancing = &call.region.balancing;
        let group = balancing
            .target_groups
            .get(arn)
            .ok_or_else(|| ApiError::invalid_parameter(format!("The target group {arn} does not exist.")))?;
        if balancing.load_balancers_of(arn).is_empty() {
            return Err(ApiError::invalid_parameter(format!(
                "The target group with targetGroupArn {arn} does not have an associated load balancer."
            )));
        }
        if definition.is_awsvpc() && group.target_type != "ip" {
            return Err(ApiError::invalid_parameter(format!(
                "The provided target group {arn} has target type {}, which is incompatible with the awsvpc network mode specified in the task definition.",
                group.target_type
            )));
        }
        Ok(Attachment { target_group: arn.clone(), container: name.clone(), port })
    }
}
