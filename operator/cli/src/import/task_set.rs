//! What every task set is made with: what the AppSpec says, and else what the service has.

use serde_json::to_value;
use sluice_plan::app_spec::AppSpec;

use super::allowed::Allowed;
use super::aws::ecs::{Awsvpc, Service, Template};
use super::counterpart;
use super::finding::Findings;
use super::node::{Map, Node};

/// `taskSet` of a group.
pub fn task_set(
    app_spec: Option<&AppSpec>,
    service: Option<&Service>,
    command: &str,
    (findings, allowed): (&mut Findings, &mut Allowed),
) -> Map {
    let nothing = Template::default();
    let has = service.map_or(&nothing, Service::made_with);
    let mut made = Map::new();
    let providers = app_spec.and_then(|spec| spec.capacity_provider_strategy.as_ref());
    let providers: Vec<(String, i64, i64)> = match providers {
        Some(own) => {
            own.iter().map(|one| (one.capacity_provider.clone(), i64::from(one.weight), i64::from(one.base))).collect()
        }
        None => has
            .capacity_provider_strategy
            .iter()
            .map(|one| (one.capacity_provider.clone(), one.weight, one.base))
            .collect(),
    };
    if !providers.is_empty() {
        allowed.providers.extend(providers.iter().map(|(name, ..)| name.clone()));
        let item = |(name, weight, base): (String, i64, i64)| {
            let item = Map::new().with("capacityProvider", name).with("weight", serde_json::Value::from(weight));
            if base > 0 { item.with("base", serde_json::Value::from(base)) } else { item }
        };
        made.put("capacityProviderStrategy", providers.into_iter().map(item).collect::<Vec<_>>());
    } else if let Some(launch_type) = &has.launch_type {
        made.put("launchType", launch_type.as_str());
    } else if service.is_none() {
        let remedy = format!("hand in what `{command}` prints");
        made.put("launchType", findings.ask("taskSet.launchType", "FARGATE or EC2", remedy));
    }
    let version = app_spec.and_then(|spec| spec.platform_version.clone()).or_else(|| has.platform_version.clone());
    if let Some(version) = version.filter(|version| !version.is_empty()) {
        made.put("platformVersion", version);
    }
    if let Some(network) =
        network(app_spec, has.network_configuration.as_ref().and_then(|one| one.awsvpc_configuration.as_ref()), allowed)
    {
        made.put("networkConfiguration", network);
    } else if service.is_none() {
        let remedy = format!(
            "hand in what `{command}` prints; leave networkConfiguration out where the network mode is not awsvpc"
        );
        let subnet = findings.ask("taskSet.networkConfiguration", "subnet", remedy);
        made.put("networkConfiguration", Map::new().with("subnets", vec![subnet]));
    }
    if !has.service_registries.is_empty() {
        let registries: Vec<Map> = has
            .service_registries
            .iter()
            .map(|one| {
                let mut registry = Map::new().with("registryArn", one.registry_arn.as_str());
                allowed.arn(&one.registry_arn);
                findings.tell(&counterpart::REGISTRIES, one.registry_arn.as_str());
                if let Some(name) = &one.container_name {
                    registry.put("containerName", name.as_str());
                }
                for (key, port) in [("containerPort", one.container_port), ("port", one.port)] {
                    if let Some(port) = port {
                        registry.put(key, serde_json::Value::from(port));
                    }
                }
                registry
            })
            .collect();
        made.put("serviceRegistries", registries);
    }
    made
}

fn network(app_spec: Option<&AppSpec>, has: Option<&Awsvpc>, allowed: &mut Allowed) -> Option<Map> {
    let own = app_spec.and_then(|spec| spec.network_configuration.as_ref());
    let (subnets, security_groups, public) = match (own, has) {
        (Some(own), _) => {
            let public = to_value(own.assign_public_ip).map_or_else(|_| Node::from("DISABLED"), Node::from);
            (&own.subnets, &own.security_groups, public)
        }
        (None, Some(has)) => {
            (&has.subnets, &has.security_groups, Node::from(has.assign_public_ip.as_deref().unwrap_or("DISABLED")))
        }
        (None, None) => return None,
    };
    allowed.subnets.extend(subnets.iter().cloned());
    allowed.security_groups.extend(security_groups.iter().cloned());
    let mut network = Map::new().with("subnets", subnets.clone());
    if !security_groups.is_empty() {
        network.put("securityGroups", security_groups.clone());
    }
    Some(network.with("assignPublicIp", public))
}
