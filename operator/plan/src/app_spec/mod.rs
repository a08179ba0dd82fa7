//! CodeDeploy's AppSpec for ECS, as it stands: YAML or JSON.
//!
//! Sources: CodeDeploy user guide, "AppSpec 'resources' section (Amazon ECS and AWS Lambda deployments)" and "AppSpec 'hooks'
//! section for an Amazon ECS deployment".

mod field;
mod hooks;
mod problem;
mod settings;
mod spec;
#[cfg(test)]
mod tests;
mod tree;

use sluice_api::well_formed::{is_ecs_name, is_id, names_task_definition};
use sluice_api::{AssignPublicIp, CapacityProviderStrategyItem, Container, NetworkConfiguration};

use field::{Field, Fields};

pub use problem::Problem;
pub use settings::{apply, told_of};
pub use spec::AppSpec;

const TYPE: &str = "AWS::ECS::Service";
const TASK_DEFINITION: &str = "the ARN of a task definition or its family and number, such as shop:42";

/// Reads an AppSpec; what is wrong with it otherwise, with its line and field.
pub fn parse(text: &str) -> Result<AppSpec, Problem> {
    let tree = tree::read(text)?;
    let root = Field::root(&tree).map(&["version", "Resources", "Hooks"])?;
    let version = root.required("version", "0.0")?;
    // As numbers and texts are written: 0, 0.0, "0.0".
    version.word(|text| text.parse::<f32>() == Ok(0.0), "0.0, the one version that there is")?;
    let resources = root.required("Resources", "one resource of type AWS::ECS::Service")?;
    let services = resources.list("a list of one resource of type AWS::ECS::Service")?;
    let [service] = services.as_slice() else {
        return Err(resources.problem(format!("it has {} resources: write one, the service", services.len())));
    };
    let (_, service) = service.only("one resource, such as TargetService")?;
    let properties = properties(&service)?;
    let hooks = root.get("Hooks").map(|hooks| hooks::read(&hooks)).transpose()?.unwrap_or_default();
    let balancer = properties.required("LoadBalancerInfo", "ContainerName and ContainerPort")?;
    let balancer = balancer.map(&["ContainerName", "ContainerPort"])?;
    let example = "the name of a container, such as web";
    Ok(AppSpec {
        task_definition: properties
            .required("TaskDefinition", TASK_DEFINITION)?
            .word(names_task_definition, TASK_DEFINITION)?,
        container: Container {
            name: balancer.required("ContainerName", example)?.word(is_ecs_name, example)?,
            port: balancer.required("ContainerPort", "a number from 1 to 65535")?.number((1, 65535))?,
        },
        platform_version: properties
            .get("PlatformVersion")
            .map(|version| version.word(is_platform_version, "LATEST or a version such as 1.4.0"))
            .transpose()?,
        network_configuration: properties.get("NetworkConfiguration").map(|one| network(&one)).transpose()?,
        capacity_provider_strategy: properties
            .get("CapacityProviderStrategy")
            .map(|one| providers(&one))
            .transpose()?,
        hooks,
    })
}

fn properties<'a>(service: &Field<'a>) -> Result<Fields<'a>, Problem> {
    let fields = service.map(&["Type", "Properties"])?;
    let kind = fields.required("Type", TYPE)?;
    let found = kind.text(TYPE)?;
    if found != TYPE {
        let of = match found.as_str() {
            "AWS::Lambda::Function" => ", of a Lambda deployment",
            _ => "",
        };
        return Err(kind.problem(format!("it is {found}{of}: write {TYPE}; nothing else is released here")));
    }
    fields.required("Properties", "TaskDefinition and LoadBalancerInfo")?.map(&[
        "TaskDefinition",
        "LoadBalancerInfo",
        "PlatformVersion",
        "NetworkConfiguration",
        "CapacityProviderStrategy",
    ])
}

fn is_platform_version(text: &str) -> bool {
    text.len() <= 32 && text.chars().all(|one| one.is_ascii_alphanumeric() || one == '.')
}

/// All three of its fields, as CodeDeploy asks for.
fn network(field: &Field<'_>) -> Result<NetworkConfiguration, Problem> {
    let inner = field
        .map(&["AwsvpcConfiguration"])?
        .required("AwsvpcConfiguration", "Subnets, SecurityGroups, AssignPublicIp")?;
    let fields = inner.map(&["Subnets", "SecurityGroups", "AssignPublicIp"])?;
    let ids = |name, beginning: &str, most: usize, example: &str| -> Result<Vec<String>, Problem> {
        let list = fields.required(name, example)?;
        let items = list.list(example)?;
        if items.is_empty() || items.len() > most {
            return Err(list.problem(format!("it has {}: write 1 to {most}, such as {example}", items.len())));
        }
        items.iter().map(|item| item.word(|text| is_id(text, beginning), example)).collect()
    };
    let public = fields.required("AssignPublicIp", "ENABLED or DISABLED")?;
    Ok(NetworkConfiguration {
        subnets: ids("Subnets", "subnet-", 16, "[subnet-0a1b2c3d]")?,
        security_groups: ids("SecurityGroups", "sg-", 5, "[sg-0a1b2c3d]")?,
        assign_public_ip: match public.text("ENABLED or DISABLED")?.as_str() {
            "ENABLED" => AssignPublicIp::Enabled,
            "DISABLED" => AssignPublicIp::Disabled,
            other => return Err(public.problem(format!("{other} is neither: write ENABLED or DISABLED"))),
        },
    })
}

fn providers(field: &Field<'_>) -> Result<Vec<CapacityProviderStrategyItem>, Problem> {
    let items = field.list("a list of CapacityProvider, Base and Weight")?;
    if items.is_empty() || items.len() > 20 {
        return Err(field.problem(format!("it has {} items: write 1 to 20, or leave it out", items.len())));
    }
    let read = |item: &Field<'_>| {
        let fields = item.map(&["Base", "CapacityProvider", "Weight"])?;
        let example = "the name of a capacity provider, such as FARGATE_SPOT";
        let number = |name, most| fields.get(name).map_or(Ok(0), |field| field.number((0, most)));
        Ok(CapacityProviderStrategyItem {
            capacity_provider: fields.required("CapacityProvider", example)?.word(is_ecs_name, example)?,
            weight: number("Weight", 1000)?,
            base: number("Base", 100_000)?,
        })
    };
    items.iter().map(read).collect()
}
