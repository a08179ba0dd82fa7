//! `DescribeTargetHealth`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::target_group_not_found;
use super::target_description::TargetDescription;
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::target_groups::{Health, Target};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    target_group_arn: String,
    targets: Option<Vec<TargetDescription>>,
}

/// Describes the health of all targets, or of those that are named.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let group = call.region.balancing.target_groups.get(&input.target_group_arn).ok_or_else(target_group_not_found)?;
    let descriptions: Vec<Value> = match &input.targets {
        None => group.targets.values().map(shown).collect(),
        Some(wanted) => wanted
            .iter()
            .map(|target| {
                let port = target.port.unwrap_or(group.port);
                match group.targets.get(&(target.id.clone(), port)) {
                    Some(found) => shown(found),
                    None => json!({
                        "Target": {"Id": target.id, "Port": port},
                        "TargetHealth": {
                            "State": "unused",
                            "Reason": "Target.NotRegistered",
                            "Description": "Target is not registered to the target group",
                        },
                    }),
                }
            })
            .collect(),
    };
    Ok(json!({"TargetHealthDescriptions": descriptions}))
}

fn shown(target: &Target) -> Value {
    let (state, reason) = match target.health {
        Health::Registering => ("initial", Some(("Elb.RegistrationInProgress", "Target registration is in progress"))),
        Health::Initial => ("initial", Some(("Elb.InitialHealthChecking", "Initial health checks in progress"))),
        Health::Healthy => ("healthy", None),
        Health::Unhealthy => {
            ("unhealthy", Some(("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]")))
        }
        Health::Unused => (
            "unused",
            Some(("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")),
        ),
        Health::Draining(_) => {
            ("draining", Some(("Target.DeregistrationInProgress", "Target deregistration is in progress")))
        }
    };
    json!({
        "Target": {"Id": target.address, "Port": target.port, "AvailabilityZone": target.zone},
        "HealthCheckPort": target.port.to_string(),
        "TargetHealth": {
            "State": state,
            "Reason": reason.map(|(code, _)| code),
            "Description": reason.map(|(_, text)| text),
        },
    })
}
