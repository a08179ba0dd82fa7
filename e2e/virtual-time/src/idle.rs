//! A group in which nothing happens, looked at by the operator's own pipeline, which puts back what someone else changes.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sluice_api::{Deployment, DeploymentGroupSpec, DeploymentGroupStatus, LastRequest};
use sluice_operator::pipeline::{act, observe_group};
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::{repair, status};
use sluice_plan::{Action, Priority};

use crate::error::Error;
use crate::release::{Release, Report};
use crate::world::World;

/// A group after a release.
#[derive(Clone, Debug)]
pub struct IdleGroup {
    /// Its settings.
    pub settings: DeploymentGroupSpec,
    /// Its one Deployment, which has ended.
    pub deployment: Deployment,
    /// What was recorded of it.
    pub status: DeploymentGroupStatus,
    /// What was released.
    pub revision: String,
}

/// Where the process dies in a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// It does not.
    Never,
    /// Before anything of it is recorded.
    BeforeRecord,
    /// What it is about to do is recorded, and not done.
    BeforeCall,
    /// It is done, and nobody knows the answer.
    AfterCall,
}

impl IdleGroup {
    /// The group after this release.
    pub fn after(release: &Release, report: &Report) -> Result<Self, Error> {
        let revision = format!("shop:{}", release.number);
        let deployment = json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {
                "name": "prod-1", "uid": release.uid(), "creationTimestamp": report.status.started_at,
                "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": "1"},
            },
            "spec": {"groupRef": "prod", "revision": {"taskDefinition": revision}}, "status": report.status,
        });
        let deployment = serde_json::from_value(deployment).map_err(|error| Error::World(error.to_string()))?;
        Ok(Self { settings: release.settings.clone(), deployment, status: DeploymentGroupStatus::default(), revision })
    }

    /// One look; what it put back.
    pub async fn look(&mut self, world: &World, death: Death) -> Result<Option<Action>, Error> {
        let now = world.clock.timestamp();
        let observed = observe_group(world.aws(), &self.settings, now, Duration::ZERO).await;
        let observed = observed.map_err(|source| Error::Observe {
            service: self.settings.ecs.service.clone(),
            source: Box::new(source),
        })?;
        if death == Death::BeforeRecord {
            return Ok(None);
        }
        let refusal = check_group(&PreflightInput { settings: &self.settings, observed: &observed });
        let requested =
            LastRequest { task_definition: self.revision.clone(), pinned: None, sequence: 1, adopted: false };
        let facts = Facts {
            settings: &self.settings,
            generation: Some(1),
            deployments: std::slice::from_ref(&self.deployment),
            desired: Some(&self.revision),
            made: None,
            requested: Some(requested),
            named_config: None,
            observed: Some(&observed),
            suspended_by: None,
            refusal: refusal.as_ref(),
            call_error: None,
            now,
        };
        let next = status(&self.status, &facts);
        let action = repair(&self.status, &next, &facts);
        let Some(action) = action else {
            self.status = next;
            return Ok(None);
        };
        // Recorded before it is made.
        self.status = next;
        if death == Death::BeforeCall {
            return Ok(None);
        }
        let priority = Priority::of_action(&action, &sluice_api::DeploymentStatus::default());
        let acted = act(world.aws(), (&world.hooks(), None), "fleet", &self.settings, priority, &action).await;
        acted.map_err(|source| Error::Observe {
            service: self.settings.ecs.service.clone(),
            source: Box::new(source),
        })?;
        Ok(Some(action).filter(|_| death != Death::AfterCall))
    }

    /// Looks every ten seconds until this moment.
    pub async fn look_until(&mut self, world: &World, until: Timestamp) -> Result<(), Error> {
        while world.clock.timestamp() < until {
            self.look(world, Death::Never).await?;
            world.clock.sleep_until(world.clock.timestamp() + Duration::from_secs(10)).await;
        }
        Ok(())
    }
}
