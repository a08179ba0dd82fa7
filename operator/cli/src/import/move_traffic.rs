//! The steps of the move that make the load balancer ready for it.

use serde_json::{Map, Value, json};

use super::command::{Aws, word};
use super::inventory::{Inventory, target_group_name};
use super::of_ecs::idle_name;
use super::release::{Origin, Release};
use super::route::Route;
use super::step::{Step, Where};

/// The second target group, where there is one only.
#[must_use]
pub fn make_target_group(release: &Release, inventory: &Inventory, place: &Where<'_>) -> Option<Step> {
    let [serving, idle] = release.pair.as_slice() else { return None };
    let name = idle_name(serving);
    if matches!(release.origin, Origin::CodeDeploy(..)) || !idle.starts_with('<') {
        return None;
    }
    let known =
        inventory.target_groups.iter().find(|found| found.item.target_group_arn == *serving).map(|found| &found.item);
    let text = |value: Option<&String>, mark: &str| value.cloned().unwrap_or_else(|| mark.to_owned());
    let mut command = Aws::new("elbv2 create-target-group", place.region)
        .with("name", &name)
        .with("protocol", &text(known.and_then(|one| one.protocol.as_ref()), "<protocol>"))
        .with("port", &known.and_then(|one| one.port).map_or_else(|| "<port>".to_owned(), |port| port.to_string()))
        .with("target-type", &text(known.and_then(|one| one.target_type.as_ref()), "ip"))
        .with("vpc-id", &text(known.and_then(|one| one.vpc_id.as_ref()), "<VPC>"));
    if let Some(path) = known.and_then(|one| one.health_check_path.as_deref()) {
        command = command.with("health-check-path", path);
    }
    Some(Step {
        title: format!("A second target group: {name}"),
        text: format!(
            "With the settings of {}, its attributes too (`aws elbv2 describe-target-group-attributes`). Write its ARN into the manifests, and into the commands below, where they say {idle}.",
            target_group_name(serving).unwrap_or(serving)
        ),
        commands: vec![format!("{} --query 'TargetGroups[0].TargetGroupArn'", command.line())],
        back: vec![Aws::new("elbv2 delete-target-group", place.region).with("target-group-arn", idle).line()],
        no_back: "",
    })
}

/// ECS's own shift is turned off: it moves the service between the two target groups.
#[must_use]
pub fn turn_off_own_shift(release: &Release, place: &Where<'_>) -> Option<Step> {
    let service = release.service.as_ref()?;
    let balancer = service.template.load_balancers.first().filter(|one| one.advanced_configuration.is_some())?;
    if !matches!(release.origin, Origin::Ecs(_)) {
        return None;
    }
    let update =
        || Aws::new("ecs update-service", place.region).with("cluster", &release.cluster).with("service", &release.old);
    let raw = |key: &str| service.raw.get(key).cloned().unwrap_or(Value::Null);
    let mut configuration = Map::new();
    for key in ["minimumHealthyPercent", "maximumPercent"] {
        if let Some(percent) = raw("deploymentConfiguration").get(key) {
            configuration.insert(key.to_owned(), percent.clone());
        }
    }
    configuration.insert("strategy".to_owned(), json!("ROLLING"));
    let balancers = json!([{
        "targetGroupArn": release.pair.first(),
        "containerName": balancer.container_name,
        "containerPort": balancer.container_port,
    }]);
    let set = |configuration: &Value, balancers: &Value| {
        update().with_json("deployment-configuration", configuration).with_json("load-balancers", balancers).line()
    };
    let wait = format!(
        "aws ecs wait services-stable --region {} --cluster {} --services {}",
        place.region,
        word(&release.cluster),
        word(&release.old)
    );
    Some(Step {
        title: format!("{} is deployed by rolling updates for now", release.old),
        text: "ECS's own shift moves the service between both of the pair, and such a service is not adopted. ECS makes a deployment of what runs: wait until it has ended.".to_owned(),
        commands: vec![set(&Value::Object(configuration), &balancers), wait],
        back: vec![set(&raw("deploymentConfiguration"), &raw("loadBalancers"))],
        no_back: "",
    })
}

/// The idle target group, with weight 0, on a route that does not have it.
#[must_use]
pub fn add_idle(release: &Release, route: &Route, place: &Where<'_>) -> Option<Step> {
    let [serving, idle] = release.pair.as_slice() else { return None };
    if !release.adopts() || (route.actions.is_some() && route.weight(idle).is_some()) {
        return None;
    }
    let set = |actions: &Value| {
        let (verb, arn, option) = if route.is_listener {
            ("elbv2 modify-listener", "listener-arn", "default-actions")
        } else {
            ("elbv2 modify-rule", "rule-arn", "actions")
        };
        Aws::new(verb, place.region).with(arn, &route.arn).with_json(option, actions).line()
    };
    let now = route.actions.clone().unwrap_or_else(|| vec![json!({"Type": "forward", "TargetGroupArn": serving})]);
    let groups = json!([{"TargetGroupArn": serving, "Weight": 100}, {"TargetGroupArn": idle, "Weight": 0}]);
    let with_idle: Vec<Value> = now.iter().map(|action| writable(action, Some(&groups))).collect();
    let before: Vec<Value> = now.iter().map(|action| writable(action, None)).collect();
    let unseen = if route.actions.is_none() {
        " The actions of the rule are not in the files: add those that it has beside this one."
    } else {
        ""
    };
    Some(Step {
        title: format!(
            "The idle target group, with weight 0, on {}",
            if route.is_listener { "the listener" } else { "the rule" }
        ),
        text: format!("Nothing moves yet.{unseen}"),
        commands: vec![set(&json!(with_idle))],
        back: vec![set(&json!(before))],
        no_back: "",
    })
}

/// An action as it can be written: AWS shows the secret of a client to nobody, and keeps it on this word (ELBv2 API reference,
/// `AuthenticateOidcActionConfig`).
fn writable(action: &Value, groups: Option<&Value>) -> Value {
    let mut action = action.clone();
    if let Some(config) = action.get_mut("AuthenticateOidcConfig").and_then(Value::as_object_mut) {
        config.insert("UseExistingClientSecret".to_owned(), json!(true));
    }
    let Some(fields) = action.as_object_mut().filter(|fields| fields.get("Type") == Some(&json!("forward"))) else {
        return action;
    };
    if let Some(groups) = groups {
        let config = fields.entry("ForwardConfig").or_insert_with(|| json!({}));
        config["TargetGroups"] = groups.clone();
    }
    if fields.contains_key("ForwardConfig") {
        fields.remove("TargetGroupArn");
    }
    action
}
