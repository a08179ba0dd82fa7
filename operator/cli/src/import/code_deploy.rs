//! The groups of CodeDeploy, each as a release.

use serde_json::Value;
use sluice_plan::app_spec::AppSpec;

use super::allowed::Allowed;
use super::app_spec_of::{PLACEHOLDER, app_spec_of};
use super::aws::deploy::Group;
use super::aws::ecs::Service;
use super::counterpart;
use super::finding::Findings;
use super::hooks;
use super::inventory::{Found, Inventory, target_group_name};
use super::locale::Locale;
use super::node::Map;
use super::parts::{Parts, parts};
use super::problem::Problem;
use super::release::{Origin, Release, check_service, short};
use super::route::{self, Asked, Route};
use super::shift;
use super::task_set::task_set;
use super::terms::{tell_of_group, waits};

/// Each group as a release. What cannot be one is a problem.
pub fn releases(inventory: &Inventory, locale: &Locale, problems: &mut Vec<Problem>) -> Vec<Release> {
    for found in &inventory.applications {
        let (file, name) = (&found.file, &found.item.application_name);
        if let Some(platform) = found.item.compute_platform.as_deref().filter(|platform| *platform != "ECS") {
            let message = format!(
                "application {name} is of the platform {platform}: applications for ECS alone are released here; take it out"
            );
            problems.push(Problem::of(file, "application.computePlatform", message));
        } else if !inventory.groups.iter().any(|group| group.item.application_name == *name) {
            let message = format!(
                "application {name} is here without a group: hand in what `aws deploy get-deployment-group --application-name {name} --deployment-group-name NAME` prints, for each that `aws deploy list-deployment-groups --application-name {name}` names"
            );
            problems.push(Problem::of(file, "application", message));
        }
    }
    if inventory.groups.is_empty() && inventory.applications.is_empty() && problems.is_empty() {
        let message = "there is no group of CodeDeploy: hand in what `aws deploy get-deployment-group --application-name A --deployment-group-name G` prints; for a service that ECS deploys by itself there is `kubectl sluice import ecs`";
        problems.push(Problem::of_all(message));
    }
    let mut releases = Vec::new();
    for found in &inventory.groups {
        match release(inventory, found, locale, problems) {
            Ok(release) => releases.extend(release),
            Err(problem) => problems.push(problem),
        }
    }
    releases
}

fn release(
    inventory: &Inventory,
    found: &Found<Group>,
    locale: &Locale,
    problems: &mut Vec<Problem>,
) -> Result<Option<Release>, Problem> {
    let (file, group) = (&found.file, &found.item);
    let Parts { pair: names, listener, cluster, service: old } = parts(file, group)?;
    let (mut findings, mut allowed) = (Findings::default(), Allowed::default());
    let known = inventory.service(cluster, old);
    let service = known.map(|found| &found.item);
    if let Some(found) = known {
        check_service(&found.file, &found.item, &mut findings, problems);
        problems.extend(foreign_controller(found, group));
    }
    let (app_spec, has_placeholder) = app_spec_of(inventory, found, service)?;
    let pair = pair(inventory, names, service, &locale.region, &mut findings);
    let (routes, test) = routes(inventory, (found, listener), &pair, locale, &mut findings)?;
    let shift = shift::of_code_deploy(inventory, (file, group), &locale.region, &mut findings)?;
    let command = format!(
        "aws ecs describe-services --region {} --cluster {cluster} --services {old} --include TAGS",
        locale.region
    );
    let mut spec = Map::new();
    spec.put("container", container(app_spec.as_ref(), service, &command, &mut findings));
    spec.put("taskSet", task_set(app_spec.as_ref(), service, &command, (&mut findings, &mut allowed)));
    spec.put("loadBalancer", load_balancer(&pair, &routes, test.as_ref(), &mut allowed));
    spec.put("deploymentConfig", shift.reference.clone());
    waits(group, service, &mut spec, &mut findings);
    let hooks = app_spec.as_ref().map(|spec| spec.hooks.as_slice()).unwrap_or_default();
    hooks::allow(hooks, locale, &mut findings, &mut allowed);
    if !hooks.is_empty() {
        findings.tell(&counterpart::HOOKS, hooks.iter().map(|hook| hook.on.to_string()).collect::<Vec<_>>().join(", "));
        spec.put("hooks", hooks.iter().map(hooks::manifest).collect::<Vec<_>>());
    }
    if has_placeholder {
        findings.tell(&counterpart::PLACEHOLDER, PLACEHOLDER);
    }
    tell_of_group(group, &mut findings);
    let of_app_spec = app_spec.map(|spec| spec.task_definition).filter(|_| !has_placeholder);
    let task_definition = task_definition(service, of_app_spec.as_deref(), &command, &mut findings);
    let next = of_app_spec.map(|own| short(&own)).filter(|own| *own != task_definition);
    let mut release = Release {
        origin: Origin::CodeDeploy(group.application_name.clone(), group.deployment_group_name.clone()),
        application: group.application_name.clone(),
        group: group.deployment_group_name.clone(),
        cluster: cluster.to_owned(),
        old: old.to_owned(),
        service: service.cloned(),
        pair: pair.to_vec(),
        routes,
        spec,
        task_definition,
        next,
        shift,
        findings,
        allowed,
    };
    release.allow(locale);
    release.check_routes();
    Ok(Some(release))
}

/// A service that CodeDeploy does not deploy, though its group names it.
fn foreign_controller(found: &Found<Service>, group: &Group) -> Option<Problem> {
    let (service, controller) = (&found.item.service_name, found.item.controller());
    let message = format!(
        "service {service} has the controller {controller}, and group {} of CodeDeploy names it: run aws ecs describe-services again",
        group.deployment_group_name
    );
    (controller != "CODE_DEPLOY").then(|| Problem::of(&found.file, "services[].deploymentController.type", message))
}

/// The production routes, and the route of tests.
fn routes(
    inventory: &Inventory,
    (found, listener): (&Found<Group>, &str),
    pair: &[String; 2],
    locale: &Locale,
    findings: &mut Findings,
) -> Result<(Vec<Route>, Option<Route>), Problem> {
    let asked = |field, manifest_field| Asked {
        file: &found.file,
        field,
        manifest_field,
        region: &locale.region,
        pair: [&pair[0], &pair[1]],
    };
    let production = asked("prodTrafficRoute", "loadBalancer.productionRoutes");
    let production = route::of_listener(inventory, listener, &production, findings)?;
    let pairs = &found.item.load_balancer_info.target_group_pair_info_list;
    let tested = pairs.first().and_then(|pair| pair.test_traffic_route.as_ref()?.listener_arns.first());
    let Some(tested) = tested else { return Ok((production, None)) };
    let asked = asked("testTrafficRoute", "loadBalancer.testRoute");
    Ok((production, test_route(inventory, (listener, tested), &asked, findings)?))
}

/// `loadBalancer` of a group.
fn load_balancer(pair: &[String; 2], routes: &[Route], test: Option<&Route>, allowed: &mut Allowed) -> Map {
    let mut named = Map::new()
        .with("targetGroups", pair.to_vec())
        .with("productionRoutes", routes.iter().map(Route::manifest).collect::<Vec<_>>());
    if let Some(test) = test {
        allowed.arn(&test.arn);
        named.put("testRoute", test.manifest());
    }
    named
}

/// What runs, as family:revision: what the service says of itself, or what the AppSpec was released with.
fn task_definition(
    service: Option<&Service>,
    of_app_spec: Option<&str>,
    command: &str,
    findings: &mut Findings,
) -> String {
    match service.and_then(|service| service.runs()).or(of_app_spec) {
        Some(runs) => short(runs),
        None => findings.ask("revision.taskDefinition", "family:revision", format!("hand in what `{command}` prints")),
    }
}

/// ARNs of the pair: the one that serves, and the other.
fn pair(
    inventory: &Inventory,
    names: [&str; 2],
    service: Option<&Service>,
    region: &str,
    findings: &mut Findings,
) -> [String; 2] {
    let known = inventory.target_group_arns();
    let serving = service.and_then(|service| service.made_with().load_balancers.first()?.target_group_arn.as_deref());
    let serving = serving.and_then(target_group_name);
    let order = if serving == Some(names[1]) { [names[1], names[0]] } else { names };
    let arn = |name: &str| {
        known.get(name).cloned().unwrap_or_else(|| {
            let command = format!("aws elbv2 describe-target-groups --region {region} --names {name}");
            findings.ask(
                "loadBalancer.targetGroups",
                &format!("ARN of {name}"),
                format!("hand in what `{command}` prints"),
            )
        })
    };
    order.map(arn)
}

/// The route of tests; none where it cannot be one here.
fn test_route(
    inventory: &Inventory,
    (listener, test): (&str, &str),
    asked: &Asked<'_>,
    findings: &mut Findings,
) -> Result<Option<Route>, Problem> {
    let balancer = |arn: &str| sluice_api::Arn::parse(arn).ok().and_then(|arn| arn.load_balancer());
    if balancer(listener) != balancer(test) {
        findings.tell(&counterpart::FOREIGN_TEST_ROUTE, test);
        return Ok(None);
    }
    let routes = route::of_listener(inventory, test, asked, findings)?;
    if routes.len() > 1 {
        findings.tell(
            &counterpart::TEST_ROUTES,
            routes.iter().map(|route| route.arn.clone()).collect::<Vec<_>>().join(", "),
        );
    }
    Ok(routes.into_iter().next())
}

fn container(app_spec: Option<&AppSpec>, service: Option<&Service>, command: &str, findings: &mut Findings) -> Map {
    let has = service.and_then(|service| service.made_with().load_balancers.first());
    let of_service = has.and_then(|one| Some((one.container_name.clone()?, Value::from(one.container_port?))));
    let of_app_spec = app_spec.map(|spec| (spec.container.name.clone(), Value::from(spec.container.port)));
    let (name, port) = of_app_spec.or(of_service).unwrap_or_else(|| {
        let remedy = format!("hand in the AppSpec, or what `{command}` prints");
        let name = findings.ask("container", "name of the container", remedy);
        (name, Value::from("<port>"))
    });
    Map::new().with("name", name).with("port", port)
}
