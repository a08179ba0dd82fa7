//! The commands of the move, in their order, each with the one that takes it back.

use serde_json::json;

use super::aws::ecs::Service;
use super::command::{Aws, word};
use super::inventory::Inventory;
use super::move_traffic::{add_idle, make_target_group, turn_off_own_shift};
use super::release::{Origin, Release};
use super::step::{Step, Where};

const NOTHING_CHANGED: &str = "nothing was changed";

/// The steps for one service.
#[must_use]
pub fn steps(release: &Release, inventory: &Inventory, place: &Where<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    steps.extend(stop_deploying(release, place));
    steps.extend(make_target_group(release, inventory, place));
    steps.extend(turn_off_own_shift(release, place));
    steps.extend(release.routes.iter().filter_map(|route| add_idle(release, route, place)));
    steps.extend(make_service(release, place));
    steps.push(apply(release, place));
    if release.origin != Origin::External {
        steps.push(retire(release, place));
    }
    steps
}

fn stop_deploying(release: &Release, place: &Where<'_>) -> Option<Step> {
    let Origin::CodeDeploy(application, group) = &release.origin else { return None };
    let command = Aws::new("deploy list-deployments", place.region)
        .with("application-name", application)
        .with("deployment-group-name", group);
    Some(Step {
        title: "No more deployments by CodeDeploy".to_owned(),
        text: "Take them out of the pipeline: each of them would write the rule. This has to print none.".to_owned(),
        commands: vec![format!(
            "{} --include-only-statuses Created Queued InProgress Baking Ready --query deployments",
            command.line()
        )],
        back: Vec::new(),
        no_back: NOTHING_CHANGED,
    })
}

fn make_service(release: &Release, place: &Where<'_>) -> Option<Step> {
    if release.origin == Origin::External {
        return None;
    }
    let new = release.new_service();
    let unknown = Service::default();
    let old = release.service.as_ref().unwrap_or(&unknown);
    let count =
        release.service.as_ref().map_or_else(|| "<desired count>".to_owned(), |one| one.desired_count.to_string());
    let mut command = Aws::new("ecs create-service", place.region)
        .with("cluster", &release.cluster)
        .with("service-name", &new)
        .with("desired-count", &count)
        .with("deployment-controller", "type=EXTERNAL")
        .with("scheduling-strategy", "REPLICA");
    if let Some(seconds) = old.health_check_grace_period_seconds.filter(|seconds| *seconds > 0) {
        command = command.with("health-check-grace-period-seconds", &seconds.to_string());
    }
    if let Some(from) = old.propagate_tags.as_deref().filter(|from| *from != "NONE") {
        command = command.with("propagate-tags", from);
    }
    if old.enable_ecs_managed_tags {
        command = command.flag("enable-ecs-managed-tags");
    }
    for (option, list) in [
        ("placement-constraints", &old.placement_constraints),
        ("placement-strategy", &old.placement_strategy),
        ("tags", &old.tags),
    ] {
        if !list.is_empty() {
            command = command.with_json(option, &json!(list));
        }
    }
    let name = |verb: &str| Aws::new(verb, place.region).with("cluster", &release.cluster).with("service", &new);
    Some(Step {
        title: format!("A service with the controller EXTERNAL beside it: {new}"),
        text: format!(
            "A service keeps its controller, or goes from CODE_DEPLOY to ECS and back, and never to EXTERNAL. If Application Auto Scaling scales {} (`aws application-autoscaling describe-scalable-targets --service-namespace ecs --resource-ids service/{}/{}`), register the new one once the move is over.",
            release.old, release.cluster, release.old
        ),
        commands: vec![command.line()],
        back: vec![name("ecs delete-service").line()],
        no_back: "",
    })
}

fn apply(release: &Release, place: &Where<'_>) -> Step {
    let Where { namespace, manifests, .. } = place;
    let group = &release.group;
    let text = if release.adopts() {
        format!(
            "The first release moves the traffic from {} to {}, as the group says: by its increments, hooks, alarms and bake.",
            release.old,
            release.new_service()
        )
    } else if release.origin == Origin::External {
        "What serves is what the Application asks for: nothing is released before its revision changes.".to_owned()
    } else {
        format!(
            "The first release starts the tasks of {}. Those of {} work on beside them.",
            release.new_service(),
            release.old
        )
    };
    Step {
        title: "The manifests".to_owned(),
        text,
        commands: vec![
            format!("kubectl apply --dry-run=server --filename {}", word(manifests)),
            format!("kubectl apply --filename {}", word(manifests)),
            format!("kubectl sluice watch {group} --namespace {namespace}"),
        ],
        back: if release.origin == Origin::External {
            vec![format!("kubectl delete --filename {}", word(manifests))]
        } else {
            vec![format!("kubectl sluice stop {group}-1 --namespace {namespace}")]
        },
        no_back: "",
    }
}

/// The end of the old service: the one step that is not taken back.
fn retire(release: &Release, place: &Where<'_>) -> Step {
    let mut commands = Vec::new();
    let old = |verb: &str| Aws::new(verb, place.region).with("cluster", &release.cluster).with("service", &release.old);
    if !release.adopts() {
        commands.push(old("ecs update-service").with("desired-count", "0").line());
    }
    if let Origin::CodeDeploy(application, group) = &release.origin {
        commands.push(
            Aws::new("deploy delete-deployment-group", place.region)
                .with("application-name", application)
                .with("deployment-group-name", group)
                .line(),
        );
    }
    commands.push(old("ecs delete-service").flag("force").line());
    let terraform = "What Terraform, CDK or CloudFormation made is taken out there.";
    Step {
        title: format!("{} is retired, once you are sure", release.old),
        text: if release.adopts() {
            format!(
                "Until then both run, and the next release waits. The last message of the Deployment says when nothing sends it traffic any more. {terraform}"
            )
        } else {
            format!("Scale it down first, and look. {terraform}")
        },
        commands,
        back: Vec::new(),
        no_back: "this is not taken back: a release of the same task definition serves in its place",
    }
}
