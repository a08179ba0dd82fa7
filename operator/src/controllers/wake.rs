//! From a change in the copies to who is to be reconciled. The controllers have no watches of their own.

use std::sync::Arc;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Application, ConditionType, Deployment, DeploymentGroup, status_of};
use sluice_plan::group::deployments::entry;

use crate::context::Context;
use crate::dependents::{Dependency, Dependent};
use crate::kubernetes::changes::{Change, Diff};
use crate::kubernetes::kept::{claim, claims, service};

/// Where the three controllers hear whom to reconcile.
pub struct Woken {
    /// Applications.
    pub applications: UnboundedReceiver<ObjectRef<Application>>,
    /// Groups.
    pub groups: UnboundedReceiver<ObjectRef<DeploymentGroup>>,
    /// Deployments.
    pub deployments: UnboundedReceiver<ObjectRef<Deployment>>,
}

/// Where it is told.
struct Wakes {
    applications: UnboundedSender<ObjectRef<Application>>,
    groups: UnboundedSender<ObjectRef<DeploymentGroup>>,
    deployments: UnboundedSender<ObjectRef<Deployment>>,
}

/// Tells the controllers of every change, in the background.
pub fn start(context: Arc<Context>, mut changes: UnboundedReceiver<Change>) -> Woken {
    let (applications, woken_applications) = unbounded();
    let (groups, woken_groups) = unbounded();
    let (deployments, woken_deployments) = unbounded();
    // Whose hook has an answer is looked at then, and no sooner than else where it has none.
    context.hooks.wake_through(deployments.clone());
    context.probes.wake_through(groups.clone());
    let wakes = Wakes { applications, groups, deployments };
    tokio::spawn(async move {
        while let Some(change) = changes.next().await {
            if let Change::Deployment(Diff { new: Some(deployment), .. }) = &change {
                context.urgency.look_again(deployment);
            }
            for dependent in woken_by(&context, &change) {
                wakes.wake(dependent);
            }
        }
    });
    Woken { applications: woken_applications, groups: woken_groups, deployments: woken_deployments }
}

impl Wakes {
    fn wake(&self, dependent: Dependent) {
        // Nobody hears it any more when the program ends.
        let _ = match dependent {
            Dependent::Application(application) => self.applications.unbounded_send(application).is_ok(),
            Dependent::Group(group) => self.groups.unbounded_send(group).is_ok(),
            Dependent::Deployment(deployment) => self.deployments.unbounded_send(deployment).is_ok(),
        };
    }
}

/// Who is to be reconciled after a change. Our own status writes wake nobody whose status they are.
fn woken_by(context: &Context, change: &Change) -> Vec<Dependent> {
    let mut woken = Vec::new();
    let changed = match change {
        Change::Deployment(diff) => by_deployment(context, diff, &mut woken),
        Change::Group(diff) => by_group(context, diff, &mut woken),
        Change::Application(diff) => by_application(diff, &mut woken),
        Change::Binding(diff) => diff
            .object()
            .filter(|_| diff.is_asked_anew())
            .map(|it| Dependency::Binding(it.name_any()))
            .into_iter()
            .collect(),
        Change::Config(diff) => diff
            .object()
            .filter(|_| diff.is_asked_anew())
            .map(|it| Dependency::Config(it.name_any()))
            .into_iter()
            .collect(),
        Change::Namespace(diff) => {
            let labels = diff.differs(|namespace| namespace.labels().clone());
            diff.object().filter(|_| labels).map(|it| Dependency::Namespace(it.name_any())).into_iter().collect()
        }
    };
    woken.extend(changed.iter().flat_map(|dependency| context.dependents.of(dependency)));
    woken
}

fn by_deployment(context: &Context, diff: &Diff<Deployment>, woken: &mut Vec<Dependent>) -> Vec<Dependency> {
    let Some(deployment) = diff.object() else { return Vec::new() };
    let namespace = deployment.namespace().unwrap_or_default();
    let itself = Dependent::Deployment(ObjectRef::from_obj(&**deployment));
    if diff.new.is_none() {
        context.dependents.set(&itself, &[]);
        let uid = deployment.uid().unwrap_or_default();
        context.unwritten.forget(&uid);
        context.hooks.forget(&uid);
    } else if diff.is_asked_anew() {
        woken.push(itself);
    }
    if diff.is_asked_anew() || diff.differs_in(|deployment| &deployment.status) {
        woken.push(Dependent::Group(ObjectRef::new(&deployment.spec.group_ref).within(&namespace)));
    }
    if diff.differs(|deployment| deployment.status.as_ref().and_then(|status| status.ready_to_begin)) {
        // What it asks of the one in progress is heard from now on.
        let of_group = context.stores.deployments_of(&namespace, &deployment.spec.group_ref);
        for other in of_group.iter().filter(|other| is_in_progress(other)) {
            context.urgency.look_again(other);
            woken.push(Dependent::Deployment(ObjectRef::from_obj(&**other)));
        }
    }
    // The one that is to turn round for it.
    if let Some(name) = deployment.spec.rollback_of.as_ref().filter(|_| diff.is_asked_anew())
        && let Some(named) = context.stores.deployment(&namespace, name)
    {
        context.urgency.look_again(&named);
        woken.push(Dependent::Deployment(ObjectRef::from_obj(&*named)));
    }
    woken.extend(siblings(context, diff));
    // Those behind it in the queue.
    if !diff.differs(|deployment| (entry(deployment), deployment.spec.paused)) {
        return Vec::new();
    }
    let pinned = deployment.status.as_ref().and_then(|status| status.settings.as_ref()).map(service);
    let group = || context.stores.group(&namespace, &deployment.spec.group_ref).map(|group| service(&group.spec));
    pinned.or_else(group).map(Dependency::Claim).into_iter().collect()
}

/// Those that are released as one with a Deployment, where something changed that they wait for.
fn siblings(context: &Context, diff: &Diff<Deployment>) -> Vec<Dependent> {
    let step = |deployment: &Deployment| {
        let status = deployment.status.as_ref()?;
        let multi = status.multi.clone()?;
        Some((multi, status.rollback.is_some(), status.completed_at))
    };
    let Some((multi, ..)) = diff.object().and_then(|deployment| step(deployment)) else { return Vec::new() };
    if !diff.differs(step) {
        return Vec::new();
    }
    let namespace = diff.object().and_then(|deployment| deployment.namespace()).unwrap_or_default();
    let found = multi.siblings.iter().filter_map(|known| context.stores.deployment(&namespace, &known.deployment));
    let dependents = found.map(|sibling| {
        context.urgency.look_again(&sibling);
        Dependent::Deployment(ObjectRef::from_obj(&*sibling))
    });
    dependents.collect()
}

fn by_group(context: &Context, diff: &Diff<DeploymentGroup>, woken: &mut Vec<Dependent>) -> Vec<Dependency> {
    let Some(group) = diff.object() else { return Vec::new() };
    let namespace = group.namespace().unwrap_or_default();
    let itself = Dependent::Group(ObjectRef::from_obj(&**group));
    if diff.new.is_none() {
        context.dependents.set(&itself, &[]);
        context.probes.forget(&group.uid().unwrap_or_default());
    } else if diff.is_asked_anew() {
        woken.push(itself);
    }
    for either in [&diff.old, &diff.new].into_iter().flatten() {
        woken.push(Dependent::Application(ObjectRef::new(&either.spec.application_ref).within(&namespace)));
    }
    woken.dedup();
    let is_stalled = |group: &DeploymentGroup| {
        group.status.as_ref().and_then(|status| status_of(&status.conditions, ConditionType::Stalled))
    };
    if diff.differs(|group| group.status.as_ref().and_then(|status| status.requested.clone())) {
        // What it asks for may turn one round, or take one out of the line.
        for deployment in context.stores.deployments_of(&namespace, &group.name_any()) {
            context.urgency.look_again(&deployment);
            woken.push(Dependent::Deployment(ObjectRef::from_obj(&*deployment)));
        }
    }
    let mut changed = Vec::new();
    if diff.is_asked_anew() || diff.differs_in(|group| &group.status) {
        // Those that wait for their turn in a promotion.
        let applications =
            [&diff.old, &diff.new].into_iter().flatten().map(|either| either.spec.application_ref.clone());
        changed.extend(applications.map(|application| Dependency::Groups(namespace.clone(), application)));
        changed.dedup();
    }
    if diff.is_asked_anew() {
        changed.push(Dependency::Group(namespace, group.name_any()));
    }
    if diff.is_asked_anew() || diff.differs(is_stalled) {
        let claimed = [&diff.old, &diff.new].into_iter().flatten().flat_map(|either| claims(&either.spec));
        changed.extend(claimed.map(Dependency::Claim));
    }
    // What was let go of is there for the next.
    let held = |group: &DeploymentGroup| group.status.as_ref().map(|status| status.claims.clone()).unwrap_or_default();
    if diff.differs(held) {
        let held = [&diff.old, &diff.new].into_iter().flatten().flat_map(|either| held(either));
        changed.extend(held.map(|one| Dependency::Claim(claim(&one.resource))));
    }
    changed
}

fn by_application(diff: &Diff<Application>, woken: &mut Vec<Dependent>) -> Vec<Dependency> {
    let Some(application) = diff.object() else { return Vec::new() };
    if !diff.is_asked_anew() {
        return Vec::new();
    }
    if diff.new.is_some() {
        woken.push(Dependent::Application(ObjectRef::from_obj(&**application)));
    }
    vec![Dependency::Application(application.namespace().unwrap_or_default(), application.name_any())]
}

fn is_in_progress(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
}
