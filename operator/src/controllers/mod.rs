//! The controllers: thin shells that read, ask the planner, act and record.

pub mod application;
pub mod deployment;
pub mod deployment_group;
mod kubernetes;
mod tenant;

use std::sync::Arc;
use std::time::Duration;

use kube::runtime::controller::Action;
use tokio::sync::watch;

use crate::context::{Context, now};
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::requeue::Requeue;

/// Ends once the program is asked to stop: no reconcile begins any more, those in progress finish.
async fn stopped(mut stop: watch::Receiver<bool>) {
    // The sender lives as long as the program; were it gone, the program would be ending too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// What a failed reconcile comes to: logged once with its causes, and tried again with a growing pause.
fn on_error(kind: Kind, uid: Option<&str>, error: &ReconcileError, context: &Arc<Context>) -> Action {
    tracing::warn!(?kind, error = error.chain(), "failed to reconcile");
    context.metrics.reconciled(kind, true);
    uid.map_or_else(
        || Action::requeue(Duration::from_secs(5)),
        |uid| context.failures.action(uid, Requeue::BackOff, now()),
    )
}
