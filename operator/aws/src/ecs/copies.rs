//! Copies of a task definition with other images: what is carried over, and whether one is there already.
//!
//! What is compared and sent is the request of `RegisterTaskDefinition`, made of the answer of `DescribeTaskDefinition`: all
//! that both have, and nothing that ECS gives a revision itself (its ARN, number, status, compatibilities and so on). None of
//! it goes further than this file, because containers have environment and secrets.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    Client,
    operation::register_task_definition::{RegisterTaskDefinitionInput, builders::RegisterTaskDefinitionInputBuilder},
    types::{self, Tag, TaskDefinitionField, TaskDefinitionStatus},
};
use sluice_plan::observation::{CopySearch, TaskDefinition, WantedImages};

use super::read;
use crate::{
    client::call,
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
};

/// How many revisions before the newest are looked at for one with the same content: a pipeline that returns to what it
/// released a while ago, or two that take turns, need no further copy.
const LOOKED_AT: i32 = 8;

/// Most tags that ECS takes (ECS API reference, RegisterTaskDefinition).
const MOST_TAGS: usize = 50;

/// Says of which revision a copy was made, to people who look at it from the side of AWS.
const COPY_OF: &str = "sluice.dev/copy-of";

/// A revision as ECS described it, with its tags.
struct Described {
    definition: types::TaskDefinition,
    tags: Vec<Tag>,
}

/// The newest ACTIVE revision of the family, and the newest revision that is that with these images.
pub(super) async fn search(client: &Client, metrics: &Metrics, wanted: &WantedImages) -> Result<CopySearch, AwsError> {
    let Some(newest) = describe(client, metrics, &wanted.family).await? else { return Ok(CopySearch::default()) };
    let content = content(&newest.definition, &wanted.images);
    let number = newest.definition.revision;
    let base = read::task_definition(Some(newest.definition.clone()))?;
    if has_content(&newest.definition, &content) {
        return Ok(CopySearch { found: Some(base.clone()), base: Some(base) });
    }
    for earlier in (number.saturating_sub(LOOKED_AT).max(1)..number).rev() {
        let name = format!("{}:{earlier}", wanted.family);
        let found = describe(client, metrics, &name).await?.filter(|one| has_content(&one.definition, &content));
        if let Some(found) = found {
            return Ok(CopySearch { base: Some(base), found: Some(read::task_definition(Some(found.definition))?) });
        }
    }
    Ok(CopySearch { base: Some(base), found: None })
}

/// Registers a copy of this revision with these images. `writes` sends a call once, and asks the fence before: a second try of a
/// call whose answer was lost would register it twice.
pub(super) async fn register(
    (reads, writes): (&Client, &Client),
    metrics: &Metrics,
    (base, wanted): (&str, &WantedImages),
) -> Result<TaskDefinition, AwsError> {
    let operation = Operation::RegisterTaskDefinition;
    let refused = |message: String| AwsError::new(operation, ErrorClass::Refused, message);
    let Some(described) = describe(reads, metrics, base).await? else {
        return Err(refused(format!("task definition {base} is not ACTIVE any more")));
    };
    let tags = tags(&described, base);
    let request = carried_over(&described.definition)
        .set_container_definitions(Some(with_images(&described.definition, &wanted.images)))
        .set_tags((!tags.is_empty()).then_some(tags));
    let answer = call(metrics, operation, request.send_with(writes)).await?;
    read::task_definition(answer.task_definition)
}

/// A revision that is ACTIVE; none where there is no such one.
async fn describe(client: &Client, metrics: &Metrics, name: &str) -> Result<Option<Described>, AwsError> {
    let request = client.describe_task_definition().task_definition(name).include(TaskDefinitionField::Tags);
    match call(metrics, Operation::DescribeTaskDefinition, request.send()).await {
        Ok(answer) => {
            let (definition, tags) = (answer.task_definition, answer.tags.unwrap_or_default());
            let missing = || {
                let message = "the answer has no task definition";
                AwsError::new(Operation::DescribeTaskDefinition, ErrorClass::Unknown, message)
            };
            let definition = definition.ok_or_else(missing)?;
            let is_active = definition.status == Some(TaskDefinitionStatus::Active);
            Ok(is_active.then_some(Described { definition, tags }))
        }
        Err(error) if error.class == ErrorClass::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The request that registers all of a revision anew, but for its tags.
#[expect(deprecated, reason = "what an old revision has is carried over, whether or not a new one could have it")]
fn carried_over(from: &types::TaskDefinition) -> RegisterTaskDefinitionInputBuilder {
    RegisterTaskDefinitionInput::builder()
        .set_family(from.family.clone())
        .set_task_role_arn(from.task_role_arn.clone())
        .set_execution_role_arn(from.execution_role_arn.clone())
        .set_network_mode(from.network_mode.clone())
        .set_container_definitions(from.container_definitions.clone())
        .set_volumes(from.volumes.clone())
        .set_placement_constraints(from.placement_constraints.clone())
        .set_requires_compatibilities(from.requires_compatibilities.clone())
        .set_cpu(from.cpu.clone())
        .set_memory(from.memory.clone())
        .set_pid_mode(from.pid_mode.clone())
        .set_ipc_mode(from.ipc_mode.clone())
        .set_proxy_configuration(from.proxy_configuration.clone())
        .set_inference_accelerators(from.inference_accelerators.clone())
        .set_ephemeral_storage(from.ephemeral_storage.clone())
        .set_runtime_platform(from.runtime_platform.clone())
        .set_enable_fault_injection(from.enable_fault_injection)
}

/// What a revision is with these images, to be compared.
fn content(from: &types::TaskDefinition, images: &BTreeMap<String, String>) -> RegisterTaskDefinitionInputBuilder {
    carried_over(from).set_container_definitions(Some(with_images(from, images)))
}

fn has_content(one: &types::TaskDefinition, content: &RegisterTaskDefinitionInputBuilder) -> bool {
    carried_over(one) == *content
}

fn with_images(from: &types::TaskDefinition, images: &BTreeMap<String, String>) -> Vec<types::ContainerDefinition> {
    let mut containers = from.container_definitions.clone().unwrap_or_default();
    for container in &mut containers {
        if let Some(image) = container.name.as_ref().and_then(|name| images.get(name)) {
            container.image = Some(image.clone());
        }
    }
    containers
}

/// The tags of a revision, and of which one the copy is. Those that AWS gives may be given by nobody else.
fn tags(from: &Described, base: &str) -> Vec<Tag> {
    let key = |tag: &Tag| tag.key.clone().unwrap_or_default();
    let is_kept = |tag: &&Tag| !key(tag).starts_with("aws:") && key(tag) != COPY_OF;
    let mut tags: Vec<Tag> = from.tags.iter().filter(is_kept).cloned().collect();
    if tags.len() < MOST_TAGS {
        let short = base.rsplit('/').next().unwrap_or(base);
        tags.push(Tag::builder().key(COPY_OF).value(short).build());
    }
    tags
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{
        Compatibility, ContainerDefinition, EphemeralStorage, IpcMode, KeyValuePair, NetworkMode, PidMode,
        ProxyConfiguration, RuntimePlatform, TaskDefinitionPlacementConstraint, Volume,
    };

    use super::*;

    /// A revision with something in every field that can be registered.
    #[expect(deprecated, reason = "an old revision may have it")]
    fn whole() -> types::TaskDefinition {
        let container = |name: &str, image: &str| {
            let variable = KeyValuePair::builder().name("MODE").value("live").build();
            ContainerDefinition::builder().name(name).image(image).environment(variable).build()
        };
        types::TaskDefinition::builder()
            .task_definition_arn("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42")
            .family("shop")
            .revision(42)
            .status(TaskDefinitionStatus::Active)
            .task_role_arn("arn:task")
            .execution_role_arn("arn:execution")
            .network_mode(NetworkMode::Awsvpc)
            .container_definitions(container("web", "shop:1"))
            .container_definitions(container("proxy", "proxy:1"))
            .volumes(Volume::builder().name("data").build())
            .placement_constraints(TaskDefinitionPlacementConstraint::builder().expression("a == b").build())
            .requires_compatibilities(Compatibility::Fargate)
            .compatibilities(Compatibility::Ec2)
            .cpu("256")
            .memory("512")
            .pid_mode(PidMode::Task)
            .ipc_mode(IpcMode::None)
            .proxy_configuration(ProxyConfiguration::builder().container_name("proxy").build().unwrap())
            .inference_accelerators(
                types::InferenceAccelerator::builder().device_name("d").device_type("t").build().unwrap(),
            )
            .ephemeral_storage(EphemeralStorage::builder().size_in_gib(30).build())
            .runtime_platform(RuntimePlatform::builder().build())
            .enable_fault_injection(true)
            .registered_by("arn:someone")
            .build()
    }

    fn images(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(name, image)| ((*name).to_owned(), (*image).to_owned())).collect()
    }

    #[test]
    fn every_field_that_can_be_registered_is_carried_over() {
        let described = Described { definition: whole(), tags: vec![Tag::builder().key("team").value("shop").build()] };
        let request = carried_over(&described.definition).set_tags(Some(tags(&described, "shop:42"))).build().unwrap();
        // The SDK's own list of its fields, also of those that a later version adds.
        let text = format!("{request:#?}");
        let fields: Vec<&str> =
            text.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     ")).collect();
        let missing: Vec<&&str> = fields.iter().filter(|line| line.ends_with(": None,")).collect();
        assert!(missing.is_empty(), "not carried over: {missing:?}");
        assert!(fields.iter().any(|line| line.trim_start().starts_with("enable_fault_injection")), "{text}");
    }

    #[test]
    fn images_change_and_all_else_of_the_containers_stays() {
        let from = whole();
        let request = content(&from, &images(&[("web", "shop@sha256:2")])).build().unwrap();
        let [web, proxy] = request.container_definitions() else { panic!("{request:?}") };
        assert_eq!((web.image(), proxy.image()), (Some("shop@sha256:2"), Some("proxy:1")));
        assert_eq!(web.environment(), from.container_definitions()[0].environment());
        assert!(has_content(&from, &content(&from, &images(&[("web", "shop:1")]))));
        assert!(!has_content(&from, &content(&from, &images(&[("web", "shop:2")]))));
    }

    #[test]
    fn tags_are_kept_but_for_those_of_aws_and_say_of_what_it_is_a_copy() {
        let tag = |key: &str| Tag::builder().key(key).value("1").build();
        let keys = |tags: Vec<Tag>| tags.into_iter().filter_map(|tag| tag.key).collect::<Vec<_>>();
        let of = |tags| Described { definition: whole(), tags };
        let some = of(vec![tag("team"), tag("aws:cloudformation:stack-id"), tag(COPY_OF)]);
        assert_eq!(keys(tags(&some, "arn:x/shop:42")), ["team", COPY_OF]);
        assert_eq!(tags(&some, "arn:x/shop:42")[1].value(), Some("shop:42"));
        let many = of((0..MOST_TAGS).map(|number| tag(&number.to_string())).collect());
        assert_eq!(tags(&many, "shop:42").len(), MOST_TAGS);
    }
}
