//! Reconciles a DeploymentGroup: is it well, does a change of revision ask for a Deployment, what is kept of the
//! past, what do users see.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt;
use kube::api::{Api, DeleteParams, ListParams, ObjectMeta, PostParams};
use kube::runtime::controller::{Action, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use kube::{Resource, ResourceExt};
use sluice_api::{
    Application, Deployment, DeploymentGroup, DeploymentGroupStatus, DeploymentSpec, GROUP_LABEL, Reason, Requested,
    SEQUENCE_LABEL,
};
use sluice_aws::Cost;
use sluice_plan::group::{Facts, Request, Wanted, expired, request, status};
use sluice_plan::preflight::{Subject, check_group};
use sluice_plan::schedule::resolve;
use sluice_plan::status::Trouble;
use sluice_plan::world::Observed;
use sluice_plan::{Lane, Purpose, Refusal};
use tokio::sync::watch;

use crate::context::{Context, now};
use crate::controllers::kubernetes::{apply_status, read, set_finalizer, write};
use crate::controllers::{guarded, on_error, stopped, tenant, watched};
use crate::error::ReconcileError;
use crate::metrics::{Kind, KubernetesWrite};
use crate::observe::observe;
use crate::requeue::Requeue;
use crate::stores::scoped;
use crate::trouble::trouble;

/// How many looks in a row must fail before the status tells of it.
const TOLD_AFTER: u32 = 3;

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, stop: watch::Receiver<bool>) {
    let scope = context.watch_namespace.as_deref();
    let (stream, store) = watched(scoped::<DeploymentGroup>(&context.client, context.watch_namespace.as_deref()));
    let groups = context.stores.groups.clone();
    Controller::for_stream(stream, store)
        .watches(scoped::<Deployment>(&context.client, scope), watcher::Config::default(), |deployment| {
            let namespace = deployment.namespace().unwrap_or_default();
            Some(ObjectRef::new(&deployment.spec.group_ref).within(&namespace))
        })
        .watches(scoped::<Application>(&context.client, scope), watcher::Config::default(), move |application| {
            let of_this = |group: &Arc<DeploymentGroup>| {
                group.namespace() == application.namespace() && group.spec.application_ref == application.name_any()
            };
            groups.state().into_iter().filter(of_this).map(|group| ObjectRef::from_obj(&*group)).collect::<Vec<_>>()
        })
        .graceful_shutdown_on(stopped(stop))
        .run(
            |cached, context| guarded(reconcile(cached, context)),
            |object, error, context| on_error(Kind::DeploymentGroup, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<DeploymentGroup>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    // One that goes needs no look.
    let stays = cached.metadata.deletion_timestamp.is_none();
    let look = stays.then(|| (cached.spec.aws.region.as_str(), Lane::Idle, Cost::to_observe(0)));
    let Some(_admitted) = context.admit(look).await else {
        return Ok(Action::await_change());
    };
    let namespace = cached.namespace().unwrap_or_default();
    let api: Api<DeploymentGroup> = Api::namespaced(context.client.clone(), &namespace);
    let Some(group) = read("a DeploymentGroup", api.get_opt(&cached.name_any())).await? else {
        return Ok(Action::await_change());
    };
    let reconcile = Reconcile {
        context: &context,
        api: &api,
        group: &group,
        deployments: Api::namespaced(context.client.clone(), &namespace),
        namespace: &namespace,
    };
    let requeue = if group.metadata.deletion_timestamp.is_some() {
        reconcile.clean_up().await?
    } else {
        reconcile.keep().await?
    };
    context.metrics.reconciled(Kind::DeploymentGroup, false);
    Ok(context.failures.action(&group.uid().unwrap_or_default(), requeue, now()))
}

/// One reconcile of one group.
struct Reconcile<'a> {
    context: &'a Context,
    api: &'a Api<DeploymentGroup>,
    group: &'a DeploymentGroup,
    deployments: Api<Deployment>,
    namespace: &'a str,
}

impl Reconcile<'_> {
    async fn own_deployments(&self) -> Result<Vec<Deployment>, ReconcileError> {
        let of_this = ListParams::default().fields(&format!("spec.groupRef={}", self.group.name_any()));
        Ok(read("the Deployments of a group", self.deployments.list(&of_this)).await?.items)
    }

    /// The group goes once its Deployments are gone; each of them returns its traffic first.
    async fn clean_up(&self) -> Result<Requeue, ReconcileError> {
        let deployments = self.own_deployments().await?;
        for deployment in deployments.iter().filter(|one| one.metadata.deletion_timestamp.is_none()) {
            self.delete(&deployment.name_any()).await?;
        }
        if deployments.is_empty() {
            set_finalizer(self.context, self.api, self.group, false).await?;
            return Ok(Requeue::OnChange);
        }
        Ok(Requeue::After(self.context.poll()))
    }

    async fn keep(&self) -> Result<Requeue, ReconcileError> {
        let previous = self.group.status.clone().unwrap_or_default();
        let deployments = self.own_deployments().await?;
        let busy = deployments.iter().any(in_progress);
        let applications: Api<Application> = Api::namespaced(self.context.client.clone(), self.namespace);
        let application = read("an Application", applications.get_opt(&self.group.spec.application_ref)).await?;
        let look = self.look(application.is_some(), busy).await;
        let Answer { requested, made, refusal } =
            self.answer_request(application.as_ref(), &previous, &deployments, &look).await?;
        let look = Look { refusal: look.refusal.or(refusal), ..look };
        if made || busy {
            // A group that has something in progress must outlive it: the way back is in its settings' scope.
            set_finalizer(self.context, self.api, self.group, true).await?;
        }
        if let Some(application) = &application {
            for name in expired(&deployments, application.spec.revision_history_limit) {
                self.delete(&name).await?;
            }
        }
        if self.may_pass(&look) && !made {
            // One look that was throttled says nothing of a group in which nothing happens.
            return Ok(Requeue::BackOff);
        }
        let facts = Facts {
            settings: &self.group.spec,
            generation: self.group.metadata.generation,
            deployments: &deployments,
            requested,
            observed: look.observed.as_ref(),
            refusal: look.refusal.as_ref(),
            trouble: look.trouble.as_ref(),
            now: now(),
        };
        let next = status(&previous, &facts);
        if next != previous {
            apply_status(self.context, self.api, self.group, &next).await?;
        }
        Ok(match &look {
            _ if made => Requeue::Now,
            Look { trouble: Some(_), .. } => Requeue::BackOff,
            Look { refusal: Some(_), .. } => Requeue::After(self.context.poll()),
            _ => Requeue::After(self.context.resync),
        })
    }

    /// Whether a look failed in a way that may have passed by the next, and has not lasted yet.
    fn may_pass(&self, look: &Look) -> bool {
        let uid = self.group.uid().unwrap_or_default();
        look.trouble.as_ref().is_some_and(|trouble| !trouble.stalled)
            && self.context.failures.in_a_row(&uid) < TOLD_AFTER
    }

    /// Looks at the world, unless a Deployment does so already.
    async fn look(&self, has_application: bool, busy: bool) -> Look {
        if !has_application {
            let name = &self.group.spec.application_ref;
            let message = format!(
                "spec.applicationRef: there is no Application {name} in namespace {}: create it",
                self.namespace
            );
            return Look::refused(Refusal::new(Reason::NoApplication, message));
        }
        if busy {
            return Look::default();
        }
        let settings = &self.group.spec;
        if let Err(refusal) = tenant::check_claims(self.context, self.group) {
            return Look::refused(refusal);
        }
        let reference = &settings.deployment_config;
        let named = reference.name.as_deref().and_then(|name| self.context.stores.config(name));
        if resolve(reference, named.as_ref()).is_none() {
            return Look::refused(sluice_plan::schedule::unknown(reference));
        }
        let aws = match tenant::region_clients(self.context, self.namespace, settings).await {
            Ok(aws) => aws,
            Err(tenant::Barred::Refused(refusal)) => return Look::refused(refusal),
            Err(tenant::Barred::Aws(error)) => return Look { trouble: Some(trouble(&error)), ..Look::default() },
        };
        match observe(&aws, settings, Purpose::Group, now()).await {
            Ok(observed) => {
                let refusal = check_group(&Subject { settings, observed: &observed });
                Look { observed: Some(observed), refusal, trouble: None }
            }
            Err(error) => Look { trouble: Some(trouble(&error)), ..Look::default() },
        }
    }

    /// Makes the Deployment that a change of revision asks for.
    async fn answer_request(
        &self,
        application: Option<&Application>,
        previous: &DeploymentGroupStatus,
        deployments: &[Deployment],
        look: &Look,
    ) -> Result<Answer, ReconcileError> {
        let unchanged = Answer { requested: previous.requested.clone(), made: false, refusal: None };
        // A group that cannot release now makes nothing; it goes on by itself when the cause is mended. And the very
        // first time it must be known what the service runs already.
        let known = look.observed.is_some() || previous.requested.is_some() || !deployments.is_empty();
        if look.refusal.is_some() || !known {
            return Ok(unchanged);
        }
        let revision = self.group.spec.revision.as_ref().or_else(|| application?.spec.revision.as_ref());
        let primary = look
            .observed
            .as_ref()
            .and_then(|observed| observed.service.as_ref())
            .and_then(|service| service.primary())
            .map(|primary| primary.task_definition.as_str());
        let name = self.group.name_any();
        match request(&name, revision, previous.requested.as_ref(), deployments, primary) {
            Request::Nothing => Ok(unchanged),
            Request::Adopt(requested) => Ok(Answer { requested: Some(requested), ..unchanged }),
            Request::Refuse(refusal) => Ok(Answer { refusal: Some(refusal), ..unchanged }),
            Request::Make(wanted) => {
                self.make(&wanted).await?;
                let task_definition = wanted.revision.task_definition;
                let requested = Some(Requested { task_definition, sequence: wanted.sequence });
                Ok(Answer { requested, made: true, refusal: None })
            }
        }
    }

    async fn make(&self, wanted: &Wanted) -> Result<(), ReconcileError> {
        let labels = BTreeMap::from([
            (GROUP_LABEL.to_owned(), self.group.name_any()),
            (SEQUENCE_LABEL.to_owned(), wanted.sequence.to_string()),
        ]);
        let deployment = Deployment {
            metadata: ObjectMeta {
                name: Some(wanted.name.clone()),
                labels: Some(labels),
                owner_references: self.group.controller_owner_ref(&()).map(|owner| vec![owner]),
                ..ObjectMeta::default()
            },
            spec: DeploymentSpec {
                group_ref: self.group.name_any(),
                revision: wanted.revision.clone(),
                paused: false,
                stop: None,
            },
            status: None,
        };
        let created = write("a Deployment", self.deployments.create(&PostParams::default(), &deployment)).await;
        self.context.metrics.wrote(KubernetesWrite::Object);
        match created {
            // Made by a reconcile that died before it recorded so.
            Err(ReconcileError::Write { source, .. }) if matches!(&*source, kube::Error::Api(status) if status.is_already_exists()) => {
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), ReconcileError> {
        let deleted = write("a Deployment", self.deployments.delete(name, &DeleteParams::background())).await;
        self.context.metrics.wrote(KubernetesWrite::Object);
        match deleted {
            Err(ReconcileError::Write { source, .. }) if matches!(&*source, kube::Error::Api(status) if status.is_not_found()) => {
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }
}

/// What became of the revision in force.
struct Answer {
    /// What was asked for last.
    requested: Option<Requested>,
    /// Whether a Deployment was made for it.
    made: bool,
    /// Why none can be.
    refusal: Option<Refusal>,
}

/// What a look at the world came to.
#[derive(Default)]
struct Look {
    observed: Option<Observed>,
    refusal: Option<Refusal>,
    trouble: Option<Trouble>,
}

impl Look {
    fn refused(refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), ..Self::default() }
    }
}

fn in_progress(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
}
