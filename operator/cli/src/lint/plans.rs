//! The plans of the groups of the files.

use serde::Serialize;
use sluice_api::{Application, DeploymentConfig, DeploymentGroup, Revision};

use crate::lint::beyond::Known;
use crate::lint::plan::{self, Simulated};

/// What a release of a group would do, or why that cannot be told.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// The file of the group.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The group, such as `DeploymentGroup/prod`.
    pub object: String,
    /// What it would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Simulated>,
    /// Why there is no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Plans for every group among the objects: of `revision`, or of what the group or its Application asks for.
#[must_use]
pub fn plans(objects: &[Known], revision: Option<&str>) -> Vec<Planned> {
    let groups = objects.iter().filter_map(|known| Some((known, known.typed::<DeploymentGroup>("DeploymentGroup")?)));
    groups.map(|(known, group)| planned(objects, known, &group, revision)).collect()
}

fn planned(objects: &[Known], known: &Known, group: &DeploymentGroup, revision: Option<&str>) -> Planned {
    let named = group.spec.deployment_config.as_ref().and_then(|reference| reference.name.as_deref());
    let mut configurations = objects.iter().filter(|other| Some(other.name()) == named);
    let configuration = configurations.find_map(|other| other.typed::<DeploymentConfig>("DeploymentConfig"));
    let result = plan::plan(
        &group.spec,
        &revision_of(objects, known, group, revision),
        configuration.as_ref().map(|configuration| &configuration.spec.shift),
    );
    let (plan, problem) = match result {
        Ok(plan) => (Some(plan), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    Planned { file: known.file.clone(), line: known.node.line, object: known.object.clone(), plan, problem }
}

/// What is released. Where nothing says it, some revision of a family that is called as the service is: the plan is the same.
fn revision_of(objects: &[Known], known: &Known, group: &DeploymentGroup, revision: Option<&str>) -> Revision {
    if let Some(revision) = revision {
        return Revision::of(revision.to_owned());
    }
    let name = &group.spec.application_ref;
    let mut applications = objects.iter().filter(|other| other.name() == name && known.is_beside(other));
    let application = applications.find_map(|other| other.typed::<Application>("Application"));
    let asked = group.spec.revision.clone().or_else(|| application.and_then(|application| application.spec.revision));
    asked.unwrap_or_else(|| Revision::of(group.spec.ecs.service.clone()))
}

/// Plans as text, one after the other.
#[must_use]
pub fn plans_text(plans: &[Planned]) -> String {
    let told = |planned: &Planned| {
        let place = format!("{} ({}:{})", planned.object, planned.file, planned.line);
        let told = match (&planned.plan, &planned.problem) {
            (Some(plan), _) => format!("{place}: a release of {}\n{}", plan.revision, plan::text(plan)),
            (None, problem) => format!("{place}: no plan: {}\n", problem.as_deref().unwrap_or_default()),
        };
        told.lines().map(sluice_api::blanked).collect::<Vec<_>>().join("\n") + "\n"
    };
    plans.iter().map(told).collect::<Vec<_>>().join("\n")
}
