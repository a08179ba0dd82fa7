//! How traffic moves, and the waits.

use super::aws::{configuration, deploy};
use super::counterpart;
use super::finding::Findings;
use super::inventory::Inventory;
use super::names::{OBJECT, translated};
use super::node::{Map, Node};
use super::problem::Problem;

/// The configuration of a group, and the DeploymentConfig that it names where that has to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shift {
    /// `deploymentConfig` of the group.
    pub reference: Map,
    /// Name and spec of a DeploymentConfig, and CodeDeploy's name of it.
    pub config: Option<(String, Map, String)>,
    /// The shortest hold before the last increment, in minutes; none where all traffic moves at once.
    pub shortest_hold: Option<u32>,
}

/// A length of time as a manifest has it.
#[must_use]
pub fn minutes(minutes: u32) -> String {
    if minutes > 0 && minutes.is_multiple_of(60) { format!("{}h", minutes / 60) } else { format!("{minutes}m") }
}

/// A share in percent, to a tenth, as a manifest has it.
#[must_use]
pub fn share(percent: f64) -> Node {
    let text = format!("{percent:.1}");
    match text.strip_suffix(".0").map(str::parse::<i64>) {
        Some(Ok(whole)) => Node::from(serde_json::Value::from(whole)),
        _ => Node::from(format!("{text}%")),
    }
}

/// Of CodeDeploy: a predefined configuration by its name, and any other as a DeploymentConfig.
pub fn of_code_deploy(
    inventory: &Inventory,
    (file, group): (&str, &deploy::Group),
    region: &str,
    findings: &mut Findings,
) -> Result<Shift, Problem> {
    const FIELD: &str = "deploymentGroupInfo.deploymentConfigName";
    let Some(name) = group.deployment_config_name.as_deref() else {
        let reference = Map::new().with("name", "CodeDeployDefault.ECSAllAtOnce");
        return Ok(Shift { reference, ..Shift::default() });
    };
    if let Some(shift) = sluice_plan::begin::schedule::predefined(name) {
        let in_minutes =
            |interval: sluice_api::Duration| u32::try_from(interval.as_signed().as_mins()).unwrap_or(u32::MAX);
        let holds = shift.canary.map(|canary| canary.interval).or_else(|| shift.linear.map(|linear| linear.interval));
        let reference = Map::new().with("name", name);
        return Ok(Shift { reference, config: None, shortest_hold: holds.map(in_minutes) });
    }
    if name.starts_with("CodeDeployDefault.") {
        let message = format!(
            "{name} is none for ECS: there are CodeDeployDefault.ECSAllAtOnce, ECSCanary10Percent5Minutes, ECSCanary10Percent15Minutes, ECSLinear10PercentEvery1Minutes, ECSLinear10PercentEvery3Minutes; correct the group in CodeDeploy, or the file"
        );
        return Err(Problem::of(file, FIELD, message));
    }
    let made = translated(name, OBJECT);
    let reference = Map::new().with("name", made.as_str());
    let Some(found) = inventory.configs.iter().find(|found| found.item.deployment_config_name == name) else {
        let command = format!("aws deploy get-deployment-config --region {region} --deployment-config-name {name}");
        findings.ask(
            "deploymentConfig.name",
            "a DeploymentConfig",
            format!("hand in what `{command}` prints: no release begins before the DeploymentConfig {made} is there"),
        );
        return Ok(Shift { reference, ..Shift::default() });
    };
    let (spec, shortest_hold) = routing(&found.file, &found.item, findings)?;
    Ok(Shift { reference, config: Some((made, spec, name.to_owned())), shortest_hold })
}

/// The spec of a DeploymentConfig.
fn routing(file: &str, config: &deploy::Config, findings: &mut Findings) -> Result<(Map, Option<u32>), Problem> {
    const FIELD: &str = "deploymentConfigInfo.trafficRoutingConfig";
    let problem = |field: &str, message: String| Err(Problem::of(file, field, message));
    if let Some(platform) = config.compute_platform.as_deref().filter(|platform| *platform != "ECS") {
        return problem(
            "deploymentConfigInfo.computePlatform",
            format!("is {platform}: a group of ECS takes one for ECS"),
        );
    }
    let Some(routing) = &config.traffic_routing_config else {
        return problem(FIELD, "is missing: a configuration for ECS has one".to_owned());
    };
    let kind = routing.kind.as_deref().unwrap_or_default();
    let is_share = |percent: u32| (1..=99).contains(&percent);
    match (kind, &routing.time_based_canary, &routing.time_based_linear) {
        ("AllAtOnce", ..) => Ok((Map::new().with("allAtOnce", Map::new()), None)),
        ("TimeBasedCanary", Some(canary), _) if is_share(canary.canary_percentage) => {
            let form = Map::new()
                .with("percentage", share(f64::from(canary.canary_percentage)))
                .with("interval", minutes(canary.canary_interval));
            Ok((Map::new().with("canary", form), Some(canary.canary_interval)))
        }
        ("TimeBasedLinear", _, Some(linear)) if is_share(linear.linear_percentage) => {
            let is_small = linear.linear_percentage < 2;
            if is_small {
                findings.tell(
                    &counterpart::SMALL_LINEAR,
                    format!("{}: 1 percent every {}", config.deployment_config_name, minutes(linear.linear_interval)),
                );
            }
            let (percent, interval) = if is_small {
                (2, linear.linear_interval.saturating_mul(2))
            } else {
                (linear.linear_percentage, linear.linear_interval)
            };
            let form = Map::new().with("percentage", share(f64::from(percent))).with("interval", minutes(interval));
            Ok((Map::new().with("linear", form), Some(interval)))
        }
        ("TimeBasedCanary" | "TimeBasedLinear", ..) => problem(
            FIELD,
            format!(
                "is {kind} without a share from 1 to 99 percent: print it with aws deploy get-deployment-config again"
            ),
        ),
        _ => problem(
            &format!("{FIELD}.type"),
            format!("is {kind:?}: there are TimeBasedCanary, TimeBasedLinear, AllAtOnce"),
        ),
    }
}

/// A pause of ECS before production traffic moves, at every increment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// In minutes.
    pub timeout: u32,
    /// Whether the release goes on when nobody answers.
    pub goes_on: bool,
}

impl Pause {
    /// As an approval of a step.
    fn approval(&self) -> Map {
        Map::new()
            .with("timeout", minutes(self.timeout))
            .with("onTimeout", if self.goes_on { "Continue" } else { "Rollback" })
    }
}

/// Of ECS's own deployments.
#[must_use]
pub fn of_ecs(configuration: &configuration::Configuration, pause: Option<&Pause>, findings: &mut Findings) -> Shift {
    let (percent, interval, form) = match configuration.strategy.as_deref().unwrap_or("ROLLING") {
        "CANARY" => {
            let canary = configuration.canary_configuration.clone().unwrap_or_default();
            (canary.canary_percent.unwrap_or(5.0), canary.canary_bake_time_in_minutes.unwrap_or(10), "canary")
        }
        "LINEAR" => {
            let linear = configuration.linear_configuration.clone().unwrap_or_default();
            (linear.step_percent.unwrap_or(10.0), linear.step_bake_time_in_minutes.unwrap_or(6), "linear")
        }
        "BLUE_GREEN" => (100.0, 0, "allAtOnce"),
        other => {
            findings.tell(&counterpart::ROLLING, format!("strategy: {other}"));
            let reference = Map::new().with("name", "CodeDeployDefault.ECSCanary10Percent5Minutes");
            return Shift { reference, config: None, shortest_hold: Some(5) };
        }
    };
    if percent >= 100.0 {
        return Shift { reference: Map::new().with("allAtOnce", Map::new()), ..Shift::default() };
    }
    let reference = match pause {
        // ECS pauses before every increment: the first pause is `ready`, and each of the others an approval of the step before.
        Some(pause) => Map::new().with("steps", steps(percent, form == "linear", interval, pause)),
        None => {
            Map::new().with(form, Map::new().with("percentage", share(percent)).with("interval", minutes(interval)))
        }
    };
    Shift { reference, config: None, shortest_hold: Some(interval) }
}

fn steps(percent: f64, is_linear: bool, interval: u32, pause: &Pause) -> Vec<Map> {
    let mut steps = Vec::new();
    let mut weight = percent;
    while weight < 99.95 && steps.len() < 49 {
        let step =
            Map::new().with("weight", share(weight)).with("hold", minutes(interval)).with("approval", pause.approval());
        steps.push(step);
        weight = if is_linear { weight + percent } else { 100.0 };
    }
    steps.push(Map::new().with("weight", share(100.0)));
    steps
}

/// The wait before traffic moves, as CodeDeploy has it; none where it waits for nobody.
pub fn ready(option: Option<&deploy::Ready>, findings: &mut Findings) -> Option<Map> {
    let option = option?;
    let goes_on = option.action_on_timeout.as_deref() != Some("STOP_DEPLOYMENT");
    let wait = option.wait_time_in_minutes.unwrap_or_default();
    if wait == 0 {
        if !goes_on {
            findings.tell(&counterpart::READY_WITHOUT_WAIT, "STOP_DEPLOYMENT");
        }
        return None;
    }
    Some(ready_wait(wait, goes_on))
}

/// `ready` of a group.
#[must_use]
pub fn ready_wait(wait: u32, goes_on: bool) -> Map {
    Map::new().with("wait", minutes(wait)).with("onTimeout", if goes_on { "Continue" } else { "Stop" })
}
