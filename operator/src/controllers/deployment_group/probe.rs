//! The probe of a group, and how what serves fares.

use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, DeploymentGroupStatus};
use sluice_plan::Refusal;
use sluice_plan::admission::probes::authorize_probe;
use sluice_plan::group::runtime::of_what_serves;
use sluice_plan::probe::told;

use super::reconcile::Reconcile;
use crate::clock::now;
use crate::error::ReconcileError;
use crate::pipeline::access::admit;
use crate::probes::ProbeCall;

impl Reconcile<'_> {
    /// Why the probe may not ask where it would; none where it may, or there is none.
    pub fn probe_refusal(&self) -> Option<Refusal> {
        let binding = self.context.stores.binding(&self.group.spec.aws.binding)?;
        authorize_probe(&binding.spec, &self.group.spec).err()
    }

    /// The status as it was, with what the probe says by now. The probe runs while a binding admits the namespace and lists the
    /// host, and there is something that may serve.
    pub fn with_probe(&self, previous: &DeploymentGroupStatus) -> DeploymentGroupStatus {
        let (settings, uid) = (&self.group.spec, self.group.uid().unwrap_or_default());
        let probe = settings.health.as_ref().and_then(|health| health.http.as_ref());
        let call = || {
            let binding = admit(&self.context.stores, self.namespace, settings).ok()??;
            let url = authorize_probe(&binding.spec, settings).ok()??;
            Some(ProbeCall { url, probe: probe?.clone() })
        };
        let call = probe.and_then(|_| call());
        // What nobody may ask any more is not known.
        let known = previous.probe.as_ref().filter(|_| call.is_some());
        self.context.probes.keep(&uid, &ObjectRef::from_obj(&**self.group), call);
        let samples = self.context.probes.samples(&uid);
        DeploymentGroupStatus { probe: told(probe, known, &samples, now()), ..previous.clone() }
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
