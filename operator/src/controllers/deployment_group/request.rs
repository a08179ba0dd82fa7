//! A change of revision asks for a Deployment.

use std::collections::BTreeMap;

use kube::api::ObjectMeta;
use kube::{Resource, ResourceExt};
use sluice_api::{
    Application, Deployment, DeploymentGroupStatus, DeploymentSpec, FINALIZER, GROUP_LABEL, LastRequest, Revision,
    SEQUENCE_LABEL,
};
use sluice_plan::Refusal;
use sluice_plan::group::request::{
    NewDeployment, RevisionDecision, decide, is_decidable, last_request, occupied, retry, shown,
};
use sluice_plan::group::retry::{Retry, next};
use sluice_plan::serving::current;

use super::check::Check;
use super::reconcile::Reconcile;
use crate::clock::now;
use crate::error::ReconcileError;
use crate::kubernetes::requests::{is_already_there, read};

/// What became of the revision in force.
pub struct Answer {
    /// What was asked for last.
    pub requested: Option<LastRequest>,
    /// Name of the Deployment that was made for it, if one was.
    pub made: Option<String>,
    /// Why none can be.
    pub refusal: Option<Refusal>,
    /// The try of what failed that is to come.
    pub retry: Option<Retry>,
}

impl Reconcile<'_> {
    /// Makes the Deployment that a change of revision asks for.
    pub async fn answer_request(
        &self,
        application: Option<&Application>,
        previous: &DeploymentGroupStatus,
        deployments: &[Deployment],
        check: &Check,
    ) -> Result<Answer, ReconcileError> {
        let requested = last_request(previous.requested.as_ref(), deployments);
        let unchanged = Answer { requested, made: None, refusal: None, retry: None };
        // A group that cannot release now makes nothing; it goes on by itself when the cause is mended.
        if !is_decidable(previous.requested.as_ref(), deployments, check.observed.is_some()) {
            return Ok(unchanged);
        }
        let revision = self.group.spec.revision.as_ref().or_else(|| application?.spec.revision.as_ref());
        let serves = check.observed.as_ref().and_then(|observed| current(&self.group.spec, observed));
        let serves = serves.map(|set| set.task_definition.as_str());
        let name = self.group.name_any();
        let decision = decide(&name, revision, previous.requested.as_ref(), deployments, serves);
        let (decision, to_come) = match decision {
            RevisionDecision::Unchanged => self.try_again(revision, &unchanged, deployments),
            decision => (decision, None),
        };
        let unchanged = Answer { retry: to_come, ..unchanged };
        match decision {
            RevisionDecision::Unchanged => Ok(unchanged),
            RevisionDecision::Adopt { requested, note } => {
                let revision = revision.map_or("", |revision| revision.short_name());
                self.context.events.publish(&self.group.object_ref(&()), revision, note.into_iter().collect());
                Ok(Answer { requested: Some(requested), ..unchanged })
            }
            _ if check.refusal.is_some() => Ok(unchanged),
            RevisionDecision::Refuse(refusal) => Ok(Answer { refusal: Some(refusal), ..unchanged }),
            RevisionDecision::Deploy(wanted) => {
                if let Some(refusal) = self.make(&wanted).await? {
                    return Ok(Answer { refusal: Some(refusal), ..unchanged });
                }
                let task_definition = wanted.revision.as_written().into_owned();
                let sequence = wanted.sequence;
                let requested = Some(LastRequest { task_definition, pinned: None, sequence, adopted: false });
                Ok(Answer { requested, made: Some(wanted.name), refusal: None, retry: None })
            }
        }
    }

    /// The try of what failed, if it is due, or is to come.
    fn try_again(
        &self,
        revision: Option<&Revision>,
        known: &Answer,
        deployments: &[Deployment],
    ) -> (RevisionDecision, Option<Retry>) {
        let wanted = revision.map(|revision| shown(revision, known.requested.as_ref()));
        let found = next(&self.group.spec, wanted.as_deref(), known.requested.as_ref(), deployments);
        match found.zip(known.requested.as_ref()) {
            Some((found, last)) if found.due <= now() => (retry(&self.group.name_any(), last, &found), None),
            Some((found, _)) => (RevisionDecision::Unchanged, Some(found)),
            None => (RevisionDecision::Unchanged, None),
        }
    }

    /// Makes the Deployment; says why it cannot where another object has its name.
    async fn make(&self, wanted: &NewDeployment) -> Result<Option<Refusal>, ReconcileError> {
        let labels = BTreeMap::from([
            (GROUP_LABEL.to_owned(), self.group.name_any()),
            (SEQUENCE_LABEL.to_owned(), wanted.sequence.to_string()),
        ]);
        let deployment = Deployment {
            metadata: ObjectMeta {
                name: Some(wanted.name.clone()),
                namespace: Some(self.namespace.to_owned()),
                labels: Some(labels),
                // With it from the start: it is begun soon, and must not go then before its traffic is back.
                finalizers: Some(vec![FINALIZER.to_owned()]),
                owner_references: self.group.controller_owner_ref(&()).map(|owner| vec![owner]),
                ..ObjectMeta::default()
            },
            spec: DeploymentSpec {
                group_ref: self.group.name_any(),
                revision: Some(wanted.revision.clone()),
                rollback_of: None,
                paused: false,
                stop: None,
                retry_of: wanted.retry_of.clone(),
                archived: false,
                overrides: None,
                approvals: Vec::new(),
                skip_to: None,
            },
            status: None,
        };
        let deployments = &self.context.stores.deployments;
        match deployments.create("a Deployment", &deployment).await {
            Err(ReconcileError::Write { what, source }) if is_already_there(&source) => {
                let api = deployments.api(self.namespace);
                match read("a Deployment", api.get_opt(&wanted.name)).await? {
                    Some(existing) => {
                        let refusal = occupied(&existing, wanted);
                        deployments.learn(existing);
                        Ok(refusal)
                    }
                    // Gone again: the next try makes it. It must not pass for made.
                    None => Err(ReconcileError::Write { what, source }),
                }
            }
            other => other.map(|()| None),
        }
    }
}
