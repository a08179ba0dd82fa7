//! Which AppSpec belongs to a group.

use sluice_plan::app_spec::{self, AppSpec};

use super::aws::deploy::Group;
use super::aws::ecs::Service;
use super::inventory::{Found, Inventory};
use super::problem::Problem;
use super::release::short;

/// What a pipeline fills in.
pub const PLACEHOLDER: &str = "<TASK_DEFINITION>";

/// What is read in its place.
const FILLED_IN: &str = "placeholder:1";

/// The AppSpec of a group, and whether a pipeline was to fill in its task definition.
pub fn app_spec_of(
    inventory: &Inventory,
    group: &Found<Group>,
    service: Option<&Service>,
) -> Result<(Option<AppSpec>, bool), Problem> {
    let beside: Vec<_> = inventory.app_specs.iter().filter(|found| found.folder == group.folder).collect();
    let all: Vec<_> =
        if beside.is_empty() && inventory.groups.len() == 1 { inventory.app_specs.iter().collect() } else { beside };
    let mut read = Vec::new();
    for found in all {
        let text = found.item.replace(PLACEHOLDER, FILLED_IN);
        let parsed = app_spec::parse(&text).map_err(|problem| Problem::in_file(&found.file, problem.to_string()))?;
        read.push((&found.file, parsed, text != found.item));
    }
    let groups = inventory.groups.iter().filter(|other| other.folder == group.folder).count();
    let family = |task_definition: &str| short(task_definition).split(':').next().unwrap_or_default().to_owned();
    if let Some(runs) = service.and_then(|service| service.runs()).filter(|_| read.len() > 1 || groups > 1) {
        // With several groups or several AppSpecs in a folder the family says which belong together.
        let is_of = |task_definition: &str| family(task_definition) == family(runs) || task_definition == FILLED_IN;
        if read.iter().any(|(_, spec, _)| is_of(&spec.task_definition)) {
            read.retain(|(_, spec, _)| is_of(&spec.task_definition));
        } else if groups > 1 {
            read.clear();
        }
    }
    if let [(first, ..), (second, ..), ..] = read.as_slice() {
        let message = format!(
            "{first} could be the AppSpec of group {} too: hand in one, or give each group a folder of its own",
            group.item.deployment_group_name
        );
        return Err(Problem::in_file(second, message));
    }
    Ok(read.pop().map_or((None, false), |(_, spec, has_placeholder)| (Some(spec), has_placeholder)))
}
