//! Elastic Load Balancing's resources as the wire shows them.

use serde_json::{Value, json};

use crate::wire::error::ApiError;
use crate::world::action::Action;
use crate::world::balancing::{Balancing, Listener, LoadBalancer};
use crate::world::conditions::Condition;
use crate::world::routes::Rule;
use crate::world::target_groups::TargetGroup;

/// Actions as a describe shows them, as a tree.
#[must_use]
pub fn shown_actions(list: &[Action]) -> Value {
    actions(list).unwrap_or_default()
}

fn tree<T: serde::Serialize>(value: &T) -> Result<Value, ApiError> {
    serde_json::to_value(value).map_err(|error| ApiError::new("InternalFailure", error.to_string()).with_status(500))
}

pub fn actions(actions: &[Action]) -> Result<Value, ApiError> {
    tree(&actions)
}

fn conditions(conditions: &[Condition]) -> Result<Value, ApiError> {
    tree(&conditions)
}

pub fn load_balancer(balancer: &LoadBalancer) -> Value {
    let region = balancer.arn.split(':').nth(3).unwrap_or_default();
    let zones = balancer.subnets.iter().zip(["a", "b", "c", "d", "e", "f"]);
    json!({
        "LoadBalancerArn": balancer.arn,
        "LoadBalancerName": balancer.name,
        "DNSName": balancer.dns_name,
        "CanonicalHostedZoneId": "Z32O12XQLNTSW2",
        "CreatedTime": balancer.created_at,
        "Scheme": balancer.scheme,
        "VpcId": "vpc-3ac0fb5f",
        "State": {"Code": "active"},
        "Type": balancer.kind.word(),
        "IpAddressType": "ipv4",
        "SecurityGroups": balancer.security_groups,
        "AvailabilityZones": zones
            .map(|(subnet, letter)| json!({"ZoneName": format!("{region}{letter}"), "SubnetId": subnet}))
            .collect::<Vec<_>>(),
    })
}

pub fn target_group(group: &TargetGroup, balancing: &Balancing) -> Value {
    let http = group.protocol.starts_with("HTTP");
    json!({
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "Protocol": group.protocol,
        "ProtocolVersion": http.then_some("HTTP1"),
        "Port": group.port,
        "VpcId": group.vpc,
        "HealthCheckProtocol": group.protocol,
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": true,
        "HealthCheckIntervalSeconds": group.health_check_interval.as_secs().max(5),
        "HealthCheckTimeoutSeconds": group.health_check_timeout,
        "HealthyThresholdCount": group.healthy_threshold,
        "UnhealthyThresholdCount": group.unhealthy_threshold,
        "HealthCheckPath": http.then_some(&group.health_check_path),
        "Matcher": http.then(|| json!({"HttpCode": group.matcher})),
        "LoadBalancerArns": balancing.load_balancers_of(&group.arn),
        "TargetType": group.target_type,
        "IpAddressType": "ipv4",
    })
}

pub fn listener(listener: &Listener, balancing: &Balancing) -> Result<Value, ApiError> {
    let default = balancing.rules.get(&listener.default_rule);
    let certificates: Vec<Value> = listener.certificate.iter().map(|arn| json!({"CertificateArn": arn})).collect();
    Ok(json!({
        "ListenerArn": listener.arn,
        "LoadBalancerArn": listener.load_balancer,
        "Port": listener.port,
        "Protocol": listener.protocol,
        "Certificates": certificates,
        "SslPolicy": listener.ssl_policy,
        "DefaultActions": actions(default.map_or(&[], |rule| rule.actions.as_slice()))?,
    }))
}

pub fn rule(rule: &Rule) -> Result<Value, ApiError> {
    Ok(json!({
        "RuleArn": rule.arn,
        "Priority": rule.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string()),
        "Conditions": conditions(&rule.conditions)?,
        "Actions": actions(&rule.actions)?,
        "IsDefault": rule.priority.is_none(),
    }))
}
