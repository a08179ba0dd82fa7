//! The services that ECS deploys by itself, each as a release.

use super::allowed::Allowed;
use super::aws::balancing::{forwards, listener_of};
use super::aws::ecs::{LoadBalancer, Service};
use super::counterpart;
use super::finding::Findings;
use super::hooks;
use super::inventory::{Found, Inventory, target_group_name};
use super::locale::Locale;
use super::native::{self, Hooks};
use super::node::Map;
use super::problem::Problem;
use super::release::{Origin, Release, check_service, short};
use super::route::{self, Route};
use super::shift;
use super::task_set::task_set;

/// Each service as a release. What cannot be one is a problem.
pub fn releases(inventory: &Inventory, locale: &Locale, problems: &mut Vec<Problem>) -> Vec<Release> {
    if inventory.services.is_empty() && problems.is_empty() {
        let message = "there is no service: hand in what `aws ecs describe-services --cluster C --services S --include TAGS` prints";
        problems.push(Problem::of_all(message));
    }
    inventory.services.iter().filter_map(|found| release(inventory, found, locale, problems)).collect()
}

fn release(
    inventory: &Inventory,
    found: &Found<Service>,
    locale: &Locale,
    problems: &mut Vec<Problem>,
) -> Option<Release> {
    let (file, service) = (&found.file, &found.item);
    let name = &service.service_name;
    let origin = origin(file, service, problems)?;
    let (mut findings, mut allowed) = (Findings::default(), Allowed::default());
    check_service(file, service, &mut findings, problems);
    let Hooks { hooks, ready, pause } = native::hooks(file, service, &mut findings, problems);
    let shift = shift::of_ecs(&service.deployment_configuration, pause.as_ref(), &mut findings);
    let mut spec = Map::new();
    let (mut pair, mut routes) = (Vec::new(), Vec::new());
    let balancer = service.made_with().load_balancers.first();
    if let Some((balancer, serving)) = balancer.and_then(|one| Some((one, one.target_group_arn.as_deref()?))) {
        (pair, routes) = parts(inventory, balancer, serving, locale, &mut findings);
        spec.put("container", container(balancer));
        spec.put("loadBalancer", load_balancer(inventory, balancer, (&pair, &routes), &mut findings, &mut allowed));
    } else if origin != Origin::External {
        findings.tell(&counterpart::NO_LOAD_BALANCER, name.as_str());
    }
    if balancer.is_some_and(|one| one.advanced_configuration.is_some()) {
        findings
            .tell(&counterpart::OWN_SHIFT, service.deployment_configuration.strategy.as_deref().unwrap_or("ROLLING"));
    }
    spec.put("taskSet", task_set(None, Some(service), "", (&mut findings, &mut allowed)));
    spec.put("deploymentConfig", shift.reference.clone());
    waits(service, ready.as_ref(), &mut spec, &mut findings);
    hooks::allow(&hooks, locale, &mut findings, &mut allowed);
    if !hooks.is_empty() {
        spec.put("hooks", hooks.iter().map(hooks::manifest).collect::<Vec<_>>());
    }
    let task_definition = task_definition(service, &mut findings);
    let mut release = Release {
        origin,
        application: name.clone(),
        group: name.clone(),
        cluster: service.cluster().to_owned(),
        old: name.clone(),
        service: Some(service.clone()),
        pair,
        routes,
        spec,
        task_definition,
        next: None,
        shift,
        findings,
        allowed,
    };
    release.allow(locale);
    release.check_routes();
    Some(release)
}

/// Who deploys the service now. What cannot be taken over is a problem.
fn origin(file: &str, service: &Service, problems: &mut Vec<Problem>) -> Option<Origin> {
    let name = &service.service_name;
    let strategy = service.deployment_configuration.strategy.clone().unwrap_or_else(|| "ROLLING".to_owned());
    let message = match service.controller() {
        "ECS" => return Some(Origin::Ecs(strategy)),
        "EXTERNAL" => return Some(Origin::External),
        "CODE_DEPLOY" => format!(
            "service {name} is deployed by CodeDeploy: hand in its group too, to `kubectl sluice import codedeploy`"
        ),
        other => format!("service {name} has the controller {other:?}: there are ECS, CODE_DEPLOY, EXTERNAL"),
    };
    problems.push(Problem::of(file, "services[].deploymentController.type", message));
    None
}

/// What the service runs, as family:revision.
fn task_definition(service: &Service, findings: &mut Findings) -> String {
    let Some(runs) = service.runs() else {
        let remedy = "see what the service runs: `aws ecs describe-services`";
        return findings.ask("revision.taskDefinition", "family:revision", remedy);
    };
    short(runs)
}

fn container(balancer: &LoadBalancer) -> Map {
    let port = balancer.container_port.map_or_else(|| "<port>".into(), serde_json::Value::from);
    Map::new().with("name", balancer.container_name.as_deref().unwrap_or("<name of the container>")).with("port", port)
}

/// `loadBalancer` of a group: the pair, the production routes and the test route.
fn load_balancer(
    inventory: &Inventory,
    balancer: &LoadBalancer,
    (pair, routes): (&[String], &[Route]),
    findings: &mut Findings,
    allowed: &mut Allowed,
) -> Map {
    let mut named = Map::new()
        .with("targetGroups", pair.to_vec())
        .with("productionRoutes", routes.iter().map(Route::manifest).collect::<Vec<_>>());
    let advanced = balancer.advanced_configuration.as_ref();
    if let Some(test) = advanced.and_then(|more| more.test_listener_rule.as_deref()) {
        let test = route::named(inventory, test);
        allowed.arn(&test.arn);
        named.put("testRoute", test.manifest());
    }
    if let Some(role) = advanced.and_then(|more| more.role_arn.as_deref()) {
        findings.tell(&counterpart::BALANCER_ROLE, role);
    }
    named
}

/// The pair, the one that serves first, and the production routes.
fn parts(
    inventory: &Inventory,
    balancer: &LoadBalancer,
    serving: &str,
    locale: &Locale,
    findings: &mut Findings,
) -> (Vec<String>, Vec<Route>) {
    let advanced = balancer.advanced_configuration.clone().unwrap_or_default();
    let routes = match &advanced.production_listener_rule {
        Some(rule) => vec![route::named(inventory, rule)],
        None => found_routes(inventory, serving, locale, findings),
    };
    let beside = advanced.alternate_target_group_arn.or_else(|| {
        // An idle one that the rule has already.
        let groups = routes.iter().flat_map(|route| forwards(route.actions.as_deref().unwrap_or_default()));
        groups.into_iter().map(|(arn, _)| arn).find(|arn| arn != serving)
    });
    let Some(other) = beside else {
        findings.tell(&counterpart::ONE_TARGET_GROUP, target_group_name(serving).unwrap_or(serving));
        let name = idle_name(serving);
        let mark = findings.ask(
            "loadBalancer.targetGroups",
            &format!("ARN of {name}"),
            format!("make {name} by the first command of the move, which prints its ARN, and write it here and into allowedArns of the AwsBinding"),
        );
        return (vec![serving.to_owned(), mark], routes);
    };
    // ECS swaps the two at each deployment, and shows them as they were made: the weights say who serves.
    let weight = |arn: &str| routes.iter().find_map(|route| route.weight(arn)).unwrap_or_default();
    let is_swapped = weight(serving) == 0 && weight(&other) > 0;
    let pair = if is_swapped { vec![other, serving.to_owned()] } else { vec![serving.to_owned(), other] };
    (pair, routes)
}

/// The name of the second target group of a pair that is made, of at most 32 characters (ELBv2 API reference,
/// CreateTargetGroup).
#[must_use]
pub fn idle_name(serving: &str) -> String {
    let name = target_group_name(serving).unwrap_or("service");
    let stem: String = name.chars().take(30).collect();
    format!("{}-b", stem.trim_end_matches('-'))
}

/// The rules and listeners that forward to a target group.
fn found_routes(inventory: &Inventory, serving: &str, locale: &Locale, findings: &mut Findings) -> Vec<Route> {
    let carries = |actions: &[serde_json::Value]| forwards(actions).iter().any(|(arn, _)| arn == serving);
    let rules = inventory.rules.iter().filter(|found| carries(&found.item.actions));
    let mut routes: Vec<Route> = rules
        .filter_map(|found| {
            let arn =
                if found.item.is_default { listener_of(&found.item.rule_arn)? } else { found.item.rule_arn.clone() };
            Some(Route { arn, is_listener: found.item.is_default, actions: Some(found.item.actions.clone()) })
        })
        .collect();
    for found in inventory.listeners.iter().filter(|found| carries(&found.item.default_actions)) {
        let listener = &found.item.listener_arn;
        if !routes.iter().any(|route| route.arn == *listener) {
            if !route::is_network(listener)
                && !inventory.rules.iter().any(|rule| rule.item.listener().as_ref() == Some(listener))
            {
                findings.tell(&counterpart::RULES_UNSEEN, listener.as_str());
            }
            routes.push(Route {
                arn: listener.clone(),
                is_listener: true,
                actions: Some(found.item.default_actions.clone()),
            });
        }
    }
    if routes.is_empty() {
        let name = target_group_name(serving).unwrap_or(serving);
        let remedy = format!(
            "hand in what `aws elbv2 describe-rules --region {} --listener-arn L` prints, for each listener of the load balancer of {name}",
            locale.region
        );
        let arn = findings.ask("loadBalancer.productionRoutes", "ARN of the listener rule", remedy);
        routes.push(Route { arn, is_listener: false, actions: None });
    }
    routes
}

/// Deadline, bake, alarms, and the wait before traffic moves.
fn waits(service: &Service, ready: Option<&shift::Pause>, spec: &mut Map, findings: &mut Findings) {
    let configuration = &service.deployment_configuration;
    spec.put("progressDeadline", "1h");
    if let Some(seconds) = service.health_check_grace_period_seconds.filter(|seconds| (1..3600).contains(seconds))
        && spec.get("loadBalancer").is_some()
    {
        spec.put("healthGrace", format!("{seconds}s"));
        spec.comment("healthGrace", "healthCheckGracePeriodSeconds of the service; the new one is made with it too.");
    }
    if let Some(bake) = configuration.bake_time_in_minutes {
        spec.put("bake", shift::minutes(bake.min(48 * 60)));
        spec.comment("bake", "bakeTimeInMinutes.");
    }
    if let Some(pause) = ready {
        spec.put("ready", shift::ready_wait(pause.timeout, pause.goes_on));
        spec.comment(
            "ready",
            "The PAUSE hook before production traffic: `approvals: [Ready]` of the Deployment ends the wait.",
        );
    }
    if let Some(alarms) = configuration.alarms.as_ref().filter(|alarms| !alarms.alarm_names.is_empty()) {
        if !alarms.enable {
            findings.tell(&counterpart::ALARMS_OFF, alarms.alarm_names.join(", "));
            return;
        }
        if !alarms.rollback {
            findings.tell(&counterpart::ALARMS_TELL, alarms.alarm_names.join(", "));
        }
        let names: Vec<&str> = alarms.alarm_names.iter().map(String::as_str).take(10).collect();
        spec.put("alarms", Map::new().with("names", names).with("atStart", "Ignore"));
        spec.comment(
            "alarms",
            "atStart: as ECS does it, one that is in ALARM already does not count. Refuse begins no release then.",
        );
    }
}
