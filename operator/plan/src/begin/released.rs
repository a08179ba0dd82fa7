//! What a Deployment releases, read once: the task definition, and what an AppSpec says besides.

use sluice_api::{Images, Reason, Revision};

use crate::app_spec::{self, AppSpec, parse};
use crate::observation::{Read, WantedImages};
use crate::refusal::Refusal;

/// Where an AppSpec is written.
const APP_SPEC: &str = "spec.revision.appSpec";

/// What a Deployment releases.
#[derive(Clone, Debug, PartialEq)]
pub struct Released {
    /// What is asked for.
    pub revision: Revision,
    /// The task definition to be read, by name or ARN: the one that was pinned before, where this is released again.
    pub task_definition: String,
    /// The images in place of those of its newest revision, where it names some and none was pinned before.
    pub images: Option<WantedImages>,
    /// What its AppSpec says, where it has one.
    pub app_spec: Option<AppSpec>,
}

impl Released {
    /// What this revision releases; of `pinned`, where a release of it was pinned to that.
    pub fn read(revision: Revision, pinned: Option<&str>) -> Result<Self, Refusal> {
        let app_spec = revision.app_spec.as_deref().map(parse).transpose();
        let app_spec =
            app_spec.map_err(|problem| Refusal::new(Reason::InvalidValue, format!("{APP_SPEC}, {problem}")))?;
        let family = revision.images.as_ref().map(|images| &images.family);
        let named = app_spec.as_ref().map(|app_spec| &app_spec.task_definition).or(revision.task_definition.as_ref());
        let task_definition = pinned.map(str::to_owned).or_else(|| named.or(family).cloned());
        let Some(task_definition) = task_definition else {
            let message = "spec.revision: it is empty: name what is released, such as taskDefinition: shop:42";
            return Err(Refusal::new(Reason::InvalidValue, message));
        };
        let wanted = revision.images.as_ref().filter(|_| pinned.is_none());
        let images = wanted
            .map(|Images { family, containers }| WantedImages { family: family.clone(), images: containers.clone() });
        Ok(Self { revision, task_definition, images, app_spec })
    }

    /// What has to be read of the task definition.
    #[must_use]
    pub fn definition(&self) -> Read {
        match &self.images {
            Some(wanted) => Read::Copy(wanted.clone()),
            None => Read::TaskDefinition(self.task_definition.clone()),
        }
    }

    /// A refusal of these settings, told of where users wrote the value.
    #[must_use]
    pub fn told_of(&self, refusal: Refusal) -> Refusal {
        match self {
            Self { app_spec: Some(app_spec), .. } => app_spec::told_of(app_spec, refusal),
            Self { images: Some(_), .. } => {
                refusal.of_field("spec.revision.taskDefinition", "spec.revision.images.family")
            }
            Self { .. } => refusal,
        }
    }
}
