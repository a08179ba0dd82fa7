//! What becomes of a reconcile that fails.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use kube::core::ObjectMeta;
use kube::runtime::controller::Action;

use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::pipeline::requeue::Requeue;

/// A reconcile that fails alone, whatever becomes of it: a panic ends neither the process nor the reconciles of others. It
/// is an error of its object, which is told and tried again like any other.
pub async fn guarded(
    reconcile: impl Future<Output = Result<Action, ReconcileError>>,
) -> Result<Action, ReconcileError> {
    // Nothing is left half changed: what reconciles share is behind locks that a panic leaves usable, and what they
    // remember is read anew from the API server and AWS each time.
    AssertUnwindSafe(reconcile).catch_unwind().await.unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(ReconcileError::Panicked { message: message.unwrap_or_else(|| "without a message".to_owned()) })
    })
}

/// What a failed reconcile comes to: logged once with its causes, and tried again with a growing pause.
pub fn on_error(kind: Kind, object: &ObjectMeta, error: &ReconcileError, context: &Arc<Context>) -> Action {
    let (namespace, name) = (object.namespace.as_deref(), object.name.as_deref());
    let error_line = error.chain();
    if matches!(error, ReconcileError::Panicked { .. }) {
        tracing::error!(?kind, namespace, name, error = error_line, "failed to reconcile");
    } else {
        tracing::warn!(?kind, namespace, name, error = error_line, "failed to reconcile");
    }
    context.metrics.reconciled(kind, true);
    object.uid.as_deref().map_or_else(
        || Action::requeue(Duration::from_secs(5)),
        |uid| context.failures.action(uid, Requeue::BackOff, now()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reconcile_that_panics_is_an_error_of_its_own_and_says_why() {
        let sum = |numbers: &'static [i64]| async move {
            assert!(!numbers.is_empty(), "no numbers");
            let sum: i64 = numbers.iter().copied().reduce(|a, b| a.checked_add(b).expect("too large")).unwrap();
            Ok(Action::requeue(Duration::from_secs(sum.unsigned_abs())))
        };
        for (numbers, expected) in [
            (&[1, 2][..], None),
            (&[][..], Some("failed to reconcile: the program has a fault: no numbers")),
            (&[i64::MAX, 1][..], Some("failed to reconcile: the program has a fault: too large")),
        ] {
            let error = guarded(sum(numbers)).await.err().map(|error| error.chain());
            assert_eq!(error.as_deref(), expected);
        }
    }
}
