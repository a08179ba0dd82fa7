//! The probe of a group, and how what serves fares.

use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, DeploymentGroupStatus, ProbeAddress, ProbeStatus};
use sluice_plan::Refusal;
use sluice_plan::admission::probes::authorize_probe;
use sluice_plan::entrance::of_probe;
use sluice_plan::group::runtime::of_what_serves;
use sluice_plan::observation::Observation;
use sluice_plan::probe::told;

use super::reconcile::Reconcile;
use crate::clock::now;
use crate::error::ReconcileError;
use crate::pipeline::access::authorize;
use crate::probes::ProbeCall;

impl Reconcile<'_> {
    /// Why the probe may not ask where it would, or cannot; none where it can, or there is none.
    pub fn probe_refusal(&self, observed: &Observation) -> Option<Refusal> {
        let settings = &self.group.spec;
        let through = of_probe(settings, observed).transpose();
        let through = match through {
            Err(refusal) => return Some(refusal),
            Ok(through) => through.or_else(|| known_address(self.group.status.as_ref()?)),
        };
        let binding = self.context.stores.binding(&settings.aws.binding)?;
        authorize_probe(&binding.spec, settings, through.as_ref()).err()
    }

    /// The status as it was, with what the probe says by now. The probe runs while a binding admits the namespace and lists the
    /// host, and there is something that may serve. A path goes through the load balancer as that was seen last.
    pub fn with_probe(
        &self,
        previous: &DeploymentGroupStatus,
        observed: Option<&Observation>,
    ) -> DeploymentGroupStatus {
        let (settings, uid) = (&self.group.spec, self.group.uid().unwrap_or_default());
        let probe = settings.health.as_ref().and_then(|health| health.http.as_ref());
        let through = match observed.and_then(|observed| of_probe(settings, observed)) {
            Some(seen) => seen.ok(),
            None => known_address(previous).filter(|_| probe.is_some_and(|probe| probe.path.is_some())),
        };
        let call = || {
            let binding = authorize(&self.context.stores, self.namespace, settings).ok()??;
            let target = authorize_probe(&binding.spec, settings, through.as_ref()).ok()??;
            Some(ProbeCall { target, probe: probe?.clone() })
        };
        let call = probe.and_then(|_| call());
        // What nobody may ask any more is not known.
        let known = previous.probe.as_ref().filter(|_| call.is_some());
        self.context.probes.keep(&uid, &ObjectRef::from_obj(&**self.group), call);
        let samples = self.context.probes.samples(&uid);
        let probe = told(probe, known, &samples, now()).map(|told| ProbeStatus { through, ..told });
        DeploymentGroupStatus { probe, ..previous.clone() }
    }

    /// Tells the Deployment that serves how it fares.
    pub async fn tell_what_serves(
        &self,
        status: &DeploymentGroupStatus,
        deployments: &[Deployment],
    ) -> Result<(), ReconcileError> {
        if let Some((deployment, next)) = of_what_serves(&self.group.spec, status, deployments) {
            self.context.stores.deployments.apply_status(deployment, &next).await?;
        }
        Ok(())
    }
}

/// Where the path was asked last.
fn known_address(status: &DeploymentGroupStatus) -> Option<ProbeAddress> {
    status.probe.as_ref()?.through.clone()
}
