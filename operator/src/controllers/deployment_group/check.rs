//! Whether a group is well: it could release now.

use std::time::Duration;

use kube::ResourceExt;
use sluice_api::{DeploymentGroup, Reason};
use sluice_aws::RegionClients;
use sluice_plan::CallError;
use sluice_plan::Refusal;
use sluice_plan::admission::begin_gates;
use sluice_plan::begin::preflight::check_group;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::begin::schedule::{resolve, unknown};
use sluice_plan::observation::Observation;

use super::reconcile::Reconcile;
use crate::clock::now;
use crate::pipeline::access::{AccessError, authorize, region_clients};
use crate::pipeline::{call_error, observe_group};

/// How many observations in a row must fail before the status tells of it.
const TOLD_AFTER: u32 = 3;

/// What a check of a group came to.
#[derive(Default)]
pub struct Check {
    /// What was observed; none where nothing was.
    pub observed: Option<Observation>,
    /// The way to AWS by which it was: a binding admits all that the group names.
    pub aws: Option<RegionClients>,
    /// Why the group cannot release.
    pub refusal: Option<Refusal>,
    /// Whether what is in Kubernetes does not let it, so that a change of that is waited for.
    pub refused_by_kubernetes: bool,
    /// Whether it may ask AWS, and has no permit to.
    pub needs_permit: bool,
    /// Why AWS could not be observed.
    pub call_error: Option<CallError>,
}

impl Reconcile<'_> {
    /// Checks the group, unless a Deployment does so already.
    pub async fn check(&self, has_application: bool, is_busy: bool, has_permit: bool) -> Check {
        // What serves is told whether or not anything is asked for. Where nothing ever was, AWS is not called for nothing.
        let no_application = (!has_application).then(|| self.no_application());
        if is_busy || (!has_application && !was_asked(self.group)) {
            return no_application.map_or_else(Check::default, Check::refused_by_kubernetes);
        }
        if let Err(refusal) = self.authorized() {
            let refused = self.refused_by_kubernetes(refusal);
            return no_application.map_or(refused, Check::refused_by_kubernetes);
        }
        if !has_permit {
            return Check { needs_permit: true, ..Check::default() };
        }
        match self.observe().await {
            Ok((aws, observed)) => {
                let refusal = check_group(&PreflightInput { settings: &self.group.spec, observed: &observed });
                // What serves was looked at all the same, and keeps its claims.
                let probe = self.probe_refusal(&observed);
                let refused_by_kubernetes = no_application.is_some() || probe.is_some();
                let refusal = no_application.or(probe).or(refusal);
                Check { observed: Some(observed), aws: Some(aws), refusal, refused_by_kubernetes, ..Check::default() }
            }
            Err(AccessError::Denied(refusal)) => {
                let refused = self.refused_by_kubernetes(refusal);
                no_application.map_or(refused, Check::refused_by_kubernetes)
            }
            Err(AccessError::Aws(error)) => {
                let refused_by_kubernetes = no_application.is_some();
                Check {
                    refusal: no_application,
                    refused_by_kubernetes,
                    call_error: Some(call_error(&error)),
                    ..Check::default()
                }
            }
        }
    }

    fn no_application(&self) -> Refusal {
        let name = &self.group.spec.application_ref;
        let message = format!(
            "spec.applicationRef: there is no Application {name} in namespace {}: create it, or correct spec.applicationRef",
            self.namespace
        );
        Refusal::new(Reason::NoApplication, message)
    }

    /// Whether AWS could not be observed in a way that may have passed by the next time, and has not lasted yet.
    pub fn may_pass(&self, check: &Check) -> bool {
        let uid = self.group.uid().unwrap_or_default();
        check.call_error.as_ref().is_some_and(|error| !error.stalled)
            && self.context.failures.in_a_row(&uid) < TOLD_AFTER
    }

    /// How long ago the routes of the load balancer may have been listed, which is shared by all groups on it. Whoever waits
    /// for someone to mend them is told soon.
    fn listed_within(&self) -> Duration {
        let reason = Reason::UnnamedRoute.to_string();
        let conditions = self.group.status.iter().flat_map(|status| &status.conditions);
        let is_told = conditions.clone().any(|condition| condition.reason == reason);
        if is_told { self.context.poll() / 2 } else { self.context.resync / 2 }
    }

    /// Whether the group may ask AWS, as far as the copies tell.
    fn authorized(&self) -> Result<(), Refusal> {
        let (settings, stores) = (&self.group.spec, &self.context.stores);
        authorize(stores, self.namespace, settings)?;
        self.context.claims.settle_if_known(stores, self.group, now())?;
        begin_gates::check(settings)?;
        let reference = settings.deployment_config.as_ref();
        resolve(reference, stores.named_config(settings).as_ref())
            .map(|_| ())
            .ok_or_else(|| unknown(reference, &stores.config_names()))
    }

    /// What is in Kubernetes does not let it release.
    fn refused_by_kubernetes(&self, refusal: Refusal) -> Check {
        if matches!(refusal.reason, Reason::NoBinding | Reason::NotAdmitted) {
            // A claim without a right is none.
            self.context.claims.let_go(self.group);
        }
        Check::refused_by_kubernetes(refusal)
    }

    /// What AWS says.
    async fn observe(&self) -> Result<(RegionClients, Observation), AccessError> {
        let (settings, stores) = (&self.group.spec, &self.context.stores);
        let aws = region_clients(stores, &self.context.regions, self.namespace, settings).await?;
        let account = aws.identity.account().await?;
        self.context.claims.settle(stores, self.group, &account, now())?;
        let observed = observe_group(&aws, settings, now(), self.listed_within()).await;
        self.context.outages.note(&settings.aws.region, &observed);
        Ok((aws, observed?))
    }
}

impl Check {
    fn refused_by_kubernetes(refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), refused_by_kubernetes: true, ..Self::default() }
    }
}

/// Whether anything was ever asked of a group, so that it may serve.
pub fn was_asked(group: &DeploymentGroup) -> bool {
    group.status.as_ref().is_some_and(|status| status.requested.is_some())
}
