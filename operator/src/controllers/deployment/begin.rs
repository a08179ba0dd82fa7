//! The beginning of a Deployment: its turn in the queue, its preflight, and the record before the first write.

use std::sync::Arc;

use kube::ResourceExt;
use sluice_api::{Application, Deployment, DeploymentGroup, DeploymentStatus, ReadyToBegin};
use sluice_aws::RegionClients;
use sluice_plan::admission::begin_gates::BeginWait;
use sluice_plan::admission::input::check_input;
use sluice_plan::admission::queue::{QueueDecision, decide};
use sluice_plan::begin::copy::check_containers;
use sluice_plan::begin::overrides::{settings_of, told_of as told_of_overrides};
use sluice_plan::begin::preflight::check_waiting;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::begin::released::Released;
use sluice_plan::begin::{check_asked, check_holds};
use sluice_plan::group::deployments::superseded_last;
use sluice_plan::group::rollback_of::{serves_already, told_of};
use sluice_plan::promotion::{Promoted, Together, together};
use sluice_plan::status::{
    digests, found, gated, mutable, outdated, passed, paused_before_begin, pinned, queued, ready_behind, rejected,
    started, stopped_before_begin, superseded, withdrawn,
};
use sluice_plan::{Asked, Candidate, Input, Newer, ReadScope, Refusal};

use super::copy::with_copy;
use super::digests::with_digests;
use super::halt::Halt;
use super::pending::{
    PendingState, concurrency, dependencies, dependent, entries, gates, pending_state, released, schedule,
};
use super::record::Record;
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::kubernetes::kept::{of_application, service};
use crate::pipeline::access::release_clients;
use crate::pipeline::observe;
use crate::pipeline::requeue::Requeue;

/// Begins the Deployment if it is its turn and all is well; otherwise says what it waits for.
pub async fn begin(record: &Record<'_>, permit: Option<sluice_aws::Permit>) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    let generation = deployment.metadata.generation;
    if deployment.spec.stop.is_some() {
        record.status(&stopped_before_begin(previous, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    if deployment.spec.paused {
        record.status(&paused_before_begin(previous, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    // Before anything is looked at: a change after that wakes it.
    context.dependents.set(&dependent(deployment), &dependencies(&context.stores, deployment));
    match pending_state(context, deployment) {
        PendingState::Refused(refusal) => record.refused_by_kubernetes(&refusal).await,
        PendingState::Withdrawn(wanted) => {
            record.status(&withdrawn(previous, &wanted, generation, now())).await?;
            Ok(Requeue::OnChange)
        }
        PendingState::Outdated(wanted) => {
            record.status(&outdated(previous, &wanted, generation, now())).await?;
            Ok(Requeue::OnChange)
        }
        PendingState::Behind(name) => behind(record, &name).await,
        PendingState::Next { group, behind, asks, is_ready } => {
            let next = Next { group: &group, behind: &behind, asks };
            // Its gates were asked, and are open.
            let previous = &passed(previous);
            next_in_line(&Record { previous, ..*record }, next, is_ready, permit).await
        }
        PendingState::Superseded(name) => overtaken(record, &name).await,
        PendingState::Rejected(name) => turned_away(record, &name).await,
        PendingState::Gated(wait) => held(record, &wait).await,
        // A copy is behind: the next look knows more.
        PendingState::Unknown => Ok(Requeue::BackOff),
        // It has no turn to observe AWS: when it asked for none, it was not its turn yet.
        PendingState::First(_) if permit.is_none() => Ok(Requeue::Now),
        PendingState::First(group) => {
            // Held until what becomes of it is recorded: how many groups of an Application may be in the midst of a release is
            // counted by one of them at a time, who is released as one is found out by one at a time, and what is newest is pinned
            // by one for all.
            let counts = context.stores.promoted_for(deployment, &group).filter(Promoted::takes_turns);
            let _in_its_turn = match &counts {
                Some(promoted) => Some(context.service_locks.lock(&promotion(&promoted.application)).await),
                None => None,
            };
            // The same for its service.
            let _one_at_a_time = context.service_locks.lock(&service(&group.spec)).await;
            let previous = &passed(previous);
            let record = &Record { previous, ..*record };
            record.conclude(in_turn(record, &group).await).await
        }
    }
}

/// What the groups of an Application are locked by while one of them begins.
fn promotion(application: &Application) -> String {
    of_application(&application.namespace().unwrap_or_default(), &application.name_any())
}

/// Begins when a binding admits all of it, the claims are its group's, and no other Deployment of the service goes first.
async fn in_turn(record: &Record<'_>, group: &Arc<DeploymentGroup>) -> Result<Requeue, Halt> {
    let Record { context, deployment, .. } = *record;
    let uid = deployment.uid().unwrap_or_default();
    let released = released(&context.stores, deployment).map_err(Halt::RefusedByKubernetes)?;
    let aws = release_access(record, group, &released).await?;
    let account = aws.identity.account().await?;
    context.claims.settle(&context.stores, group, &account, now()).map_err(Halt::RefusedByKubernetes)?;
    if !ask_anew(context, group, &uid).await? {
        // It is gone, and the watch will tell.
        return Ok(Requeue::OnChange);
    }
    if let Some(wait) = gates(&context.stores, deployment, group).map_err(Halt::RefusedByKubernetes)? {
        return Ok(held(record, &wait).await?);
    }
    match decide(&entries(&context.stores, group, deployment), &uid, concurrency(deployment, group)) {
        QueueDecision::Start => Box::pin(start(record, group, &released, &aws)).await,
        QueueDecision::Behind(name) => Ok(behind(record, &name).await?),
        QueueDecision::Superseded(name) => Ok(overtaken(record, &name).await?),
        QueueDecision::Rejected(name) => Ok(turned_away(record, &name).await?),
        QueueDecision::NotWaiting => Ok(Requeue::BackOff),
    }
}

/// The way to AWS for what it releases: the binding admits the group as it is, and all that the release says otherwise, before
/// anything that it names is asked for.
async fn release_access(
    record: &Record<'_>,
    group: &DeploymentGroup,
    released: &Released,
) -> Result<RegionClients, Halt> {
    let Record { context, deployment, .. } = *record;
    let namespace = deployment.namespace().unwrap_or_default();
    let settings = settings_of(deployment, released, &group.spec);
    let told = |refusal| told(deployment, released, refusal);
    check_input(&settings).map_err(|refusal| Halt::RefusedByKubernetes(told(refusal)))?;
    let release = (&*settings, released.task_definition.as_str());
    let aws = release_clients(&context.stores, &context.regions, &namespace, release).await;
    Ok(aws.map_err(|error| error.map_refusal(told))?)
}

/// A refusal of a release, told of the field in which users wrote the value.
fn told(deployment: &Deployment, released: &Released, refusal: Refusal) -> Refusal {
    released.told_of(told_of_overrides(deployment, told_of(deployment, refusal)))
}

/// Waits until the one before it changes.
async fn behind(record: &Record<'_>, name: &str) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    record.status(&queued(previous, name, deployment.metadata.generation, now())).await?;
    Ok(Requeue::After(context.resync))
}

/// Waits until what holds it is over, or someone ends it.
async fn held(record: &Record<'_>, wait: &BeginWait) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    record.status(&gated(previous, wait, deployment.metadata.generation, now())).await?;
    let again = now() + context.resync;
    Ok(wait.until.map_or(Requeue::After(context.resync), |until| Requeue::At(until.min(again))))
}

async fn overtaken(record: &Record<'_>, name: &str) -> Result<Requeue, ReconcileError> {
    let status = superseded(record.previous, name, record.deployment.metadata.generation, now());
    record.ended_before_it_began(&status).await
}

async fn turned_away(record: &Record<'_>, name: &str) -> Result<Requeue, ReconcileError> {
    let status = rejected(record.previous, name, record.deployment.metadata.generation, now());
    record.ended_before_it_began(&status).await
}

/// The next in line, behind one in progress of which it would end something.
struct Next<'a> {
    group: &'a Arc<DeploymentGroup>,
    behind: &'a str,
    asks: Newer,
}

/// Waits, and asks nothing of the one in progress before it is known that it could begin itself. What it cannot begin with is
/// told, and looked at again once in a while.
async fn next_in_line(
    record: &Record<'_>,
    next: Next<'_>,
    is_ready: bool,
    permit: Option<sluice_aws::Permit>,
) -> Result<Requeue, ReconcileError> {
    let known = record.previous.ready_to_begin.filter(|_| is_ready);
    let ready = match known {
        Some(ready) => ready,
        // It has no turn to observe AWS: when it asked for none, it was not the next.
        None if permit.is_none() => return Ok(Requeue::Now),
        None => match check(record, next.group).await {
            Ok(ready) => ready,
            Err(Halt::RefusedByAws(refusal)) => return record.refused_by_kubernetes(&refusal).await,
            Err(halt) => return record.conclude(Err(halt)).await,
        },
    };
    let generation = record.deployment.metadata.generation;
    record.status(&ready_behind(record.previous, (next.behind, next.asks), ready, generation, now())).await?;
    Ok(Requeue::After(record.context.resync))
}

/// Whether it could begin, as far as that can be told while another one is in progress: a binding admits all of it, its
/// group has the claims, and nothing in AWS is known to keep it from beginning.
async fn check(record: &Record<'_>, group: &Arc<DeploymentGroup>) -> Result<ReadyToBegin, Halt> {
    let Record { context, deployment, .. } = *record;
    // Before anything is looked at: what changes meanwhile makes it be looked at again.
    let terms = context.stores.terms(group);
    let uid = deployment.uid().unwrap_or_default();
    let released = &released(&context.stores, deployment).map_err(Halt::RefusedByKubernetes)?;
    let aws = release_access(record, group, released).await?;
    let account = aws.identity.account().await?;
    context.claims.settle(&context.stores, group, &account, now()).map_err(Halt::RefusedByKubernetes)?;
    let namespace = deployment.namespace().unwrap_or_default();
    let settings = settings_of(deployment, released, &group.spec);
    let scope = ReadScope::Waits { released };
    let observed = observe(&aws, (&context.hooks, &namespace), &settings, scope, now()).await;
    context.outages.note(&group.spec.aws.region, &observed);
    let observed = observed?;
    check_containers(released, &observed)?;
    let preflight = PreflightInput { settings: &settings, observed: &observed };
    match check_waiting(&preflight, &released.task_definition, &uid) {
        Some(refusal) => Err(Halt::RefusedByAws(told(deployment, released, refusal))),
        None => Ok(terms.passed(observed.at)),
    }
}

/// Observes AWS, and records the beginning.
async fn start(
    record: &Record<'_>,
    group: &DeploymentGroup,
    released: &Released,
    aws: &RegionClients,
) -> Result<Requeue, Halt> {
    let Record { context, deployment, previous, .. } = *record;
    let increments = schedule(&context.stores, deployment, &group.spec).map_err(Halt::RefusedByKubernetes)?;
    let settings = settings_of(deployment, released, &group.spec);
    check_asked(Asked::of(deployment), &increments, &settings).map_err(Halt::RefusedByKubernetes)?;
    if let Some(refusal) = check_holds(&settings, &increments, context.limits) {
        return Err(Halt::RefusedByKubernetes(refusal));
    }
    let (resolved, asked) = with_digests(record, (aws, &settings), released).await?;
    let released = &resolved;
    let (uid, namespace) = (deployment.uid().unwrap_or_default(), deployment.namespace().unwrap_or_default());
    let scope = ReadScope::Begin { uid: &uid, released };
    let observed = observe(aws, (&context.hooks, &namespace), &settings, scope, now()).await;
    context.outages.note(&group.spec.aws.region, &observed);
    let observed = observed?;
    if serves_already(deployment, released, &group.spec, &observed) {
        record.status(&found(previous, released, deployment.metadata.generation, now())).await?;
        return Ok(Requeue::Now);
    }
    let candidate =
        Candidate { uid: &uid, released, settings: &settings, increments: &increments, observed: &observed };
    let refused = |halt| match halt {
        Halt::RefusedByAws(refusal) => Halt::RefusedByAws(told(deployment, released, refusal)),
        other => other,
    };
    let with_copy = with_copy(record, aws, &candidate).await.map_err(refused)?;
    let candidate = Candidate { observed: with_copy.as_ref().unwrap_or(&observed), ..candidate };
    let begun = sluice_plan::begin(&candidate).map_err(|refusal| told(deployment, released, refusal))?;
    let of_group = context.stores.deployments_of(&namespace, &group.name_any());
    let supersedes = superseded_last(of_group.iter().map(|one| &**one));
    let promoted = context.stores.promoted_for(deployment, group);
    // Nobody else of its Application begins meanwhile: who is released as one with it is pinned by one at a time.
    let multi = match promoted.map(|promoted| together(&promoted, deployment, now())) {
        None | Some(Together::Alone) => None,
        Some(Together::With(multi)) => Some(multi),
        // One of them was held, or went, while AWS was asked: its gates tell.
        Some(Together::Wait(_)) => return Ok(Requeue::Now),
    };
    let progress = DeploymentStatus { gates: previous.gates.clone(), supersedes, multi, ..begun };
    let input = Input { release: record.release(&progress)?, observed: &observed };
    let (status, notes) = started(&input, &previous.conditions, deployment.metadata.generation);
    // The finalizer comes first: whatever is begun can be cleaned up.
    context.stores.deployments.add_finalizer(deployment).await?;
    if record.beginning(&status).await? {
        let about_it = [pinned(released, &status), mutable(&released.revision, &asked)].into_iter().flatten();
        record.publish(notes.into_iter().chain(about_it).chain(digests(&asked)).collect());
    }
    Ok(Requeue::Now)
}

/// Asks the API server for the Deployments of the group as they are now, before one of them begins (S6 OneActive). What it
/// answers is in the copies then. Which others of the service have begun is there already: by our own writes, or read anew
/// when this process took the lead. False when the one that is to begin is not among them any more.
async fn ask_anew(context: &Context, group: &DeploymentGroup, uid: &str) -> Result<bool, ReconcileError> {
    let of_group = format!("spec.groupRef={}", group.name_any());
    let namespace = group.namespace().unwrap_or_default();
    let deployments = &context.stores.deployments;
    let listed = deployments.list_anew("the Deployments of a group", &namespace, &of_group).await?;
    Ok(listed.iter().any(|one| one.uid().as_deref() == Some(uid)))
}
