//! The setting of a simulation, for people: what is released how, on what, and what happens when.

use serde_json::Value;
use sluice_plan::observation::TaskSetState;

use super::driver::Run;
use super::fixture::limits;
use super::world::Behaviour;

impl Run {
    /// A line each for the strategy, the service, the routes, the lengths of time, and what will happen.
    pub fn setting(&self) -> String {
        let world = &self.world;
        let serves = world.sets.iter().find(|set| set.is_live()).map_or_else(
            || "nothing was ever deployed".to_owned(),
            |set| {
                let short = |arn: &str| sluice_plan::names::short(arn).to_owned();
                let group = sluice_plan::names::target_group_name(&set.group);
                let primary = world.sets.iter().any(|set| set.status == TaskSetState::Primary);
                let primary = if primary { "" } else { ", and no task set is primary" };
                let at = if group.is_empty() {
                    "works, without a load balancer".to_owned()
                } else {
                    format!("serves from {group}")
                };
                format!("{} {at}{primary}", short(&set.definition))
            },
        );
        let network = if world.is_behind_a_network_load_balancer() {
            format!(" of a Network Load Balancer, whose changed weights work within {:#}", limits().network_weights())
        } else {
            String::new()
        };
        let routes: Vec<&str> = world.routes.iter().map(|(arn, _)| sluice_plan::names::short(arn)).collect();
        let sticky = world.stickiness.map(|time| format!(", clients stick for {time:#}")).unwrap_or_default();
        let test = if world.test.is_empty() { "" } else { "; test route rule-test" };
        let mut lines = vec![
            ("strategy", strategy(&self.config)),
            ("release", format!("shop:{}; its tasks {}", world.revision, becomes(world.behaviour))),
            ("service", format!("{} tasks; {serves}", world.desired)),
            ("routes", format!("{}{network}{sticky}{test}", routes.join(", "))),
            (
                "times",
                format!(
                    "progress deadline {}, bake {}, barrier {:#}, a look every {:#}",
                    self.settings.progress_deadline,
                    self.settings.bake,
                    limits().barrier,
                    limits().poll
                ),
            ),
        ];
        if !self.settings.health_grace.is_zero() {
            let grace = self.settings.health_grace;
            lines.push(("grace", format!("{grace} for the checks of the load balancer, from when a task runs")));
        }
        if let Some(alarms) = &self.settings.alarms {
            let policy = format!(
                "{:?} on ALARM, {:?} where one cannot be read, INSUFFICIENT_DATA is {:?}, {:?} at the start",
                alarms.on_alarm, alarms.unreadable, alarms.insufficient_data, alarms.at_start
            );
            lines.push(("alarms", format!("{}: {policy}", alarms.names.join(", "))));
        }
        if let Some(ready) = &self.settings.ready {
            lines.push(("ready", format!("{} for a person, then {:?}", ready.wait, ready.on_timeout)));
        }
        if self.refuses_create {
            lines.push(("happens", "AWS refuses to create the task set".to_owned()));
        }
        lines.extend(
            self.events
                .iter()
                .map(|(second, event)| ("happens", format!("+{}:{:02} {event:?}", second / 60, second % 60))),
        );
        lines.iter().map(|(what, text)| format!("{what:<9} {text}")).collect::<Vec<_>>().join("\n")
    }
}

/// A configuration as short as it can be: its name, or its one form.
fn strategy(config: &Value) -> String {
    config["name"].as_str().map_or_else(|| config.to_string().replace('"', "").replace(',', ", "), str::to_owned)
}

const fn becomes(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Healthy => "run and get healthy",
        Behaviour::Hangs => "stay pending",
        Behaviour::NeverStarts => "never start: their image cannot be pulled",
        Behaviour::Crashes => "exit soon after they run",
        Behaviour::Unhealthy => "run, and never pass a health check",
        Behaviour::Interrupted => "get healthy, and are taken away by AWS after a while",
    }
}
