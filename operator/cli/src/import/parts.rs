//! What a group of CodeDeploy for ECS has one of each.

use super::aws::deploy::{Group, Route as Listeners};
use super::problem::Problem;

/// What a group has one of each.
pub struct Parts<'a> {
    /// Names of its two target groups.
    pub pair: [&'a str; 2],
    /// ARN of the listener of its production traffic.
    pub listener: &'a str,
    /// Name of the cluster.
    pub cluster: &'a str,
    /// Name of the service.
    pub service: &'a str,
}

/// The pair, the listener and the service of a group. One that has another number of them is a problem.
pub fn parts<'a>(file: &str, group: &'a Group) -> Result<Parts<'a>, Problem> {
    let problem =
        |field: &str, message: String| Err(Problem::of(file, &format!("deploymentGroupInfo.{field}"), message));
    let name = &group.deployment_group_name;
    match group.compute_platform.as_deref() {
        Some("ECS") => {}
        None if !group.ecs_services.is_empty() => {}
        other => {
            let platform = other.unwrap_or("Server");
            return problem(
                "computePlatform",
                format!(
                    "group {name} is of the platform {platform}: groups for ECS alone are released here; take it out"
                ),
            );
        }
    }
    if let Some(kind) = group
        .deployment_style
        .as_ref()
        .and_then(|style| style.deployment_type.as_deref())
        .filter(|kind| *kind != "BLUE_GREEN")
    {
        return problem(
            "deploymentStyle.deploymentType",
            format!("group {name} is {kind}: a group for ECS is BLUE_GREEN; print it anew"),
        );
    }
    let [service] = group.ecs_services.as_slice() else {
        return problem(
            "ecsServices",
            format!("group {name} has {}: a group for ECS has one", group.ecs_services.len()),
        );
    };
    let [pair] = group.load_balancer_info.target_group_pair_info_list.as_slice() else {
        let count = group.load_balancer_info.target_group_pair_info_list.len();
        return problem(
            "loadBalancerInfo.targetGroupPairInfoList",
            format!("group {name} has {count}: a group for ECS has one"),
        );
    };
    let [first, second] = pair.target_groups.as_slice() else {
        return problem(
            "loadBalancerInfo.targetGroupPairInfoList[0].targetGroups",
            format!("group {name} has {}: a group for ECS has two", pair.target_groups.len()),
        );
    };
    if first.name == second.name {
        let message = format!("group {name} has {} twice: a group for ECS has two", first.name);
        return problem("loadBalancerInfo.targetGroupPairInfoList[0].targetGroups", message);
    }
    let listeners =
        |route: &'a Option<Listeners>| route.as_ref().map(|route| route.listener_arns.as_slice()).unwrap_or_default();
    let [listener] = listeners(&pair.prod_traffic_route) else {
        let count = listeners(&pair.prod_traffic_route).len();
        return problem(
            "loadBalancerInfo.targetGroupPairInfoList[0].prodTrafficRoute.listenerArns",
            format!("group {name} has {count}: a group for ECS has one"),
        );
    };
    let last = |text: &'a str| text.rsplit('/').next().unwrap_or(text);
    Ok(Parts {
        pair: [&first.name, &second.name],
        listener,
        cluster: last(&service.cluster_name),
        service: last(&service.service_name),
    })
}
