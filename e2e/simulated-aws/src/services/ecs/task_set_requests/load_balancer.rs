//! The container behind a target group.

use serde::Deserialize;

use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::task_definitions::{TaskDefinition, maps_port};
use crate::world::task_sets::Attachment;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    #[serde(rename = "loadBalancerName")]
    classic: Option<String>,
    target_group_arn: Option<String>,
    container_name: Option<String>,
    container_port: Option<u16>,
}

impl LoadBalancer {
    /// Checks it, and gives the container behind the target group.
    pub fn check(&self, call: &Call<'_>, definition: &TaskDefinition) -> Result<Attachment, ApiError> {
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
