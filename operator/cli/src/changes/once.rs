//! `deploy --once`: one Deployment, while what is asked for stays as it is.

use serde_json::json;
use sluice_api::{
    ConfigReference, DeploymentGroup, Inherited, Overrides, PromotionOverride, Revision, WindowsOverride,
};

use super::change::Change;
use super::deploy::{Asked, beginning, told};
use crate::hints::Hints;
use crate::inventory::Inventory;
use crate::refusal::Refusal;

/// What this Deployment does otherwise than its group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// Name of the configuration by which its traffic moves.
    pub strategy: Option<String>,
    /// It runs none of the hooks.
    pub no_hooks: bool,
    /// It watches none of the alarms.
    pub no_alarms: bool,
    /// It begins outside of the windows too.
    pub ignore_windows: bool,
}

impl Otherwise {
    fn overrides(&self) -> Option<Overrides> {
        let overrides = Overrides {
            deployment_config: self.strategy.as_ref().map(ConfigReference::named),
            hooks: self.no_hooks.then_some(Inherited::None),
            alarms: self.no_alarms.then_some(Inherited::None),
            windows: self.ignore_windows.then_some(WindowsOverride::Ignore),
            promotion: None::<PromotionOverride>,
        };
        (overrides != Overrides::default()).then_some(overrides)
    }
}

/// Makes one Deployment of a revision in a group.
pub fn once(
    group: &DeploymentGroup,
    asked: &Asked,
    otherwise: &Otherwise,
    inventory: &Inventory,
    hints: &Hints,
) -> Result<Change, Refusal> {
    let name = group.metadata.name.as_deref().unwrap_or_default();
    let of_application = inventory.application(&group.spec.application_ref);
    let now = group.spec.revision.as_ref().or_else(|| of_application?.spec.revision.as_ref());
    let wanted = asked.revision(now)?;
    let mut spec = json!({"groupRef": name, "revision": wanted});
    if let Some(overrides) = otherwise.overrides() {
        spec["overrides"] = json!(overrides);
    }
    let stays = match now {
        Some(now) if now.asked() != wanted.asked() => {
            format!("; {} stays what is asked for, and is Held then", told(now))
        }
        Some(_) | None => String::new(),
    };
    let sentence =
        format!("{name} releases {} once{stays}{}", told(&wanted), beginning(group, hints, &inventory.namespace));
    Ok(Change::create(&group.metadata, &format!("{name}-once-"), spec, sentence))
}

/// A Deployment of this revision in a group, for another verb.
pub(super) fn of_revision(group: &DeploymentGroup, begins: &str, revision: &Revision, sentence: String) -> Change {
    let spec = json!({"groupRef": group.metadata.name, "revision": revision});
    Change::create(&group.metadata, begins, spec, sentence)
}
