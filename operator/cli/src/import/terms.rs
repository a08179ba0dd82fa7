//! The waits and alarms of a group of CodeDeploy, and what it says that no manifest has.

use super::aws::deploy::Group;
use super::aws::ecs::Service;
use super::counterpart;
use super::finding::Findings;
use super::node::Map;
use super::shift;

/// How long CodeDeploy waits for a replacement.
const INSTALL: &str = "1h";

/// Deadline, bake, alarms, and the wait before traffic moves.
pub fn waits(group: &Group, service: Option<&Service>, spec: &mut Map, findings: &mut Findings) {
    spec.put("progressDeadline", INSTALL);
    spec.comment("progressDeadline", "As long as CodeDeploy waits for a replacement.");
    if let Some(seconds) = service
        .and_then(|service| service.health_check_grace_period_seconds)
        .filter(|seconds| (1..3600).contains(seconds))
    {
        spec.put("healthGrace", format!("{seconds}s"));
        spec.comment("healthGrace", "healthCheckGracePeriodSeconds of the service; the new one is made with it too.");
    }
    let blue_green = &group.blue_green_deployment_configuration;
    let terminate = blue_green.terminate_blue_instances_on_deployment_success.clone().unwrap_or_default();
    if terminate.action.as_deref() == Some("KEEP_ALIVE") {
        findings.tell(&counterpart::KEEP_ALIVE, "KEEP_ALIVE");
    }
    spec.put("bake", shift::minutes(terminate.termination_wait_time_in_minutes.unwrap_or_default()));
    spec.comment("bake", "terminationWaitTimeInMinutes.");
    if let Some(ready) = shift::ready(blue_green.deployment_ready_option.as_ref(), findings) {
        spec.put("ready", ready);
        spec.comment("ready", "deploymentReadyOption: `approvals: [Ready]` of the Deployment ends the wait.");
    }
    let alarms = &group.alarm_configuration;
    let names: Vec<&str> = alarms.alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    if !names.is_empty() && !alarms.enabled {
        findings.tell(&counterpart::ALARMS_OFF, names.join(", "));
    } else if !names.is_empty() {
        let unreadable = if alarms.ignore_poll_alarm_failure { "Ignore" } else { "Stop" };
        spec.put("alarms", Map::new().with("names", names).with("unreadable", unreadable));
    }
}

/// Tells of what a group says and no manifest has.
pub fn tell_of_group(group: &Group, findings: &mut Findings) {
    for trigger in &group.trigger_configurations {
        let value = format!(
            "{}: {} to {}",
            trigger.trigger_name,
            trigger.trigger_events.join(", "),
            trigger.trigger_target_arn
        );
        findings.tell(&counterpart::TRIGGERS, value);
    }
    let rollback = &group.auto_rollback_configuration;
    let has = |event: &str| rollback.enabled && rollback.events.iter().any(|one| one == event);
    let told = if rollback.enabled { rollback.events.join(", ") } else { "enabled: false".to_owned() };
    let is_watched = group.alarm_configuration.enabled && !group.alarm_configuration.alarms.is_empty();
    for (event, row, matters) in [
        ("DEPLOYMENT_FAILURE", &counterpart::ROLLBACK_ON_FAILURE, true),
        ("DEPLOYMENT_STOP_ON_ALARM", &counterpart::ROLLBACK_ON_ALARM, is_watched),
        ("DEPLOYMENT_STOP_ON_REQUEST", &counterpart::ROLLBACK_ON_REQUEST, true),
    ] {
        if matters && !has(event) {
            findings.tell(row, told.as_str());
        }
    }
    if let Some(role) = &group.service_role_arn {
        findings.tell(&counterpart::SERVICE_ROLE, role.as_str());
    }
    let instances = [&group.ec2_tag_filters, &group.on_premises_instance_tag_filters, &group.auto_scaling_groups];
    if instances.iter().any(|list| !list.is_empty()) {
        findings.tell(
            &counterpart::INSTANCES,
            instances.iter().map(|list| list.len().to_string()).collect::<Vec<_>>().join(", "),
        );
    }
}
