//! Finds what a request names, with ECS's errors and in ECS's order: cluster, service, active, controller.

use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::world::services::{Cluster, Controller, Service, ServiceStatus};
use crate::world::task_sets::TaskSet;

pub const DEFAULT_CLUSTER: &str = "default";

/// The cluster, or the default one if none is named; one that was deleted is not found.
pub fn cluster<'a>(call: &'a mut Call<'_>, name: Option<&str>) -> Result<&'a mut Cluster, ApiError> {
    let cluster = call.region.clusters.get_mut(last_segment(name.unwrap_or(DEFAULT_CLUSTER)));
    cluster.filter(|cluster| cluster.is_active).ok_or_else(cluster_not_found)
}

/// As [`cluster`], to look at it.
pub fn shown_cluster<'a>(call: &'a Call<'_>, name: Option<&str>) -> Result<&'a Cluster, ApiError> {
    let cluster = call.region.cluster(name.unwrap_or(DEFAULT_CLUSTER));
    cluster.filter(|cluster| cluster.is_active).ok_or_else(cluster_not_found)
}

pub fn cluster_not_found() -> ApiError {
    ApiError::new("ClusterNotFoundException", "Cluster not found.")
}

pub fn service_not_found() -> ApiError {
    ApiError::new("ServiceNotFoundException", "Service not found.")
}

pub fn task_set_not_found() -> ApiError {
    ApiError::new("TaskSetNotFoundException", "The specified task set does not exist.")
}

/// The service, if it is in use.
pub fn active_service<'a>(
    call: &'a mut Call<'_>,
    cluster_name: Option<&str>,
    name: &str,
) -> Result<&'a mut Service, ApiError> {
    let service = cluster(call, cluster_name)?.services.get_mut(last_segment(name)).ok_or_else(service_not_found)?;
    if service.status != ServiceStatus::Active {
        return Err(ApiError::new("ServiceNotActiveException", "Service was not ACTIVE."));
    }
    Ok(service)
}

/// The service, if it is in use and takes task sets.
pub fn external_service<'a>(
    call: &'a mut Call<'_>,
    cluster_name: &str,
    name: &str,
) -> Result<&'a mut Service, ApiError> {
    let service = active_service(call, Some(cluster_name), name)?;
    if service.controller != Controller::External {
        return Err(ApiError::invalid_parameter(
            "Amazon ECS only supports task set management on services configured to use external deployment controllers.",
        ));
    }
    Ok(service)
}

/// A task set of the service.
pub fn task_set<'a>(service: &'a mut Service, id: &str) -> Result<&'a mut TaskSet, ApiError> {
    service.task_sets.iter_mut().find(|task_set| task_set.is_called(id)).ok_or_else(task_set_not_found)
}
