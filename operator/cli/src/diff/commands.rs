//! What to type for the two task definitions of a Deployment: the plugin itself asks nothing of AWS.

use std::fmt::Write as _;

use sluice_api::DeploymentStatus;
use sluice_api::well_formed::names_task_definition;

/// The command that shows what a Deployment changes; in its place why there is none.
#[must_use]
pub fn commands(name: &str, status: Option<&DeploymentStatus>) -> String {
    let replacement = status.and_then(|status| status.replacement.as_ref()).map(|set| set.task_definition.as_str());
    let original = status.and_then(|status| status.original.as_ref()).map(|set| set.task_definition.as_str());
    let region = status.and_then(|status| status.settings.as_ref()).map(|settings| settings.aws.region.as_str());
    // They stand in a command that someone is to copy into a shell.
    let is_region = |region: &&str| region.chars().all(|one| one.is_ascii_alphanumeric() || one == '-');
    let (Some(new), Some(region)) = (replacement.filter(|arn| names_task_definition(arn)), region.filter(is_region))
    else {
        return format!("{name} has not begun: what it releases is pinned as it begins.\n");
    };
    let describe =
        |arn: &str| format!("aws ecs describe-task-definition --output json --region {region} --task-definition {arn}");
    let mut text = String::new();
    let Some(old) = original.filter(|arn| names_task_definition(arn)) else {
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{name} releases {new} where nothing was released before. It is shown by\n\n  {}",
            describe(new)
        );
        return text;
    };
    if old == new {
        return format!("{name} releases {new}, which runs already.\n");
    }
    let _ = writeln!(text, "{name} replaces {old}\n{:1$} by {new}", "", name.chars().count() + 6);
    let _ = writeln!(text, "The plugin asks nothing of AWS. With the AWS CLI, in bash or zsh:\n");
    let _ = writeln!(text, "  kubectl sluice diff \\\n    <({}) \\\n    <({})", describe(old), describe(new));
    text
}
