//! What whoever runs hooks of one kind can be asked: one question, asked again until it is answered.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sluice_plan::hooks::{HookAnswer, HookCall};

/// Runs hooks of one kind.
pub trait HookRunner: Send + Sync {
    /// Asks once. What is not started yet is started, by its execution id at most once where that can be had; what is
    /// started is looked at. It is dropped when the attempt has taken too long, or nobody waits for it any more.
    fn ask<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>>;

    /// Takes away what was started, because the attempt has taken too long, or nobody waits for it any more. Most hooks end
    /// by themselves.
    fn abandon<'a>(&'a self, _call: &'a HookCall) -> BoxFuture<'a, ()> {
        futures::future::ready(()).boxed()
    }
}

/// No answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HookError {
    /// What happened in place of an answer, in one line.
    pub message: String,
    /// Whether the same question may be answered soon: it was throttled, or the answer was lost on its way. It is asked
    /// again, within the attempt's time.
    pub passes: bool,
}
