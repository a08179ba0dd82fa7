//! One question of a probe.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sluice_hook_http::{Client, Error, Get};
use sluice_plan::probe::{ProbeOutcome, judge};

use super::call::ProbeCall;

/// Asks once.
pub trait Ask: Send + Sync + 'static {
    /// How it ended, and why where it failed. It takes no longer than the probe's time-out.
    fn ask<'a>(&'a self, call: &'a ProbeCall) -> BoxFuture<'a, Result<(), (ProbeOutcome, String)>>;
}

/// Asks by HTTP, as hooks are asked: at an address that was judged, without redirects.
pub struct HttpAsk(pub Arc<Client>);

impl Ask for HttpAsk {
    fn ask<'a>(&'a self, call: &'a ProbeCall) -> BoxFuture<'a, Result<(), (ProbeOutcome, String)>> {
        async move {
            let timeout = Duration::try_from(call.probe.timeout.as_signed()).unwrap_or_default();
            let host = call.target.authority();
            match self.0.get(Get { target: &call.target, timeout }).await {
                Ok(answer) => judge(&call.probe, answer.status, &answer.body)
                    .map_err(|(outcome, what)| (outcome, format!("{host} {what}"))),
                Err(error) => Err((outcome(&error), error.in_full())),
            }
        }
        .boxed()
    }
}

fn outcome(error: &Error) -> ProbeOutcome {
    match error {
        Error::Redirect { .. } => ProbeOutcome::Redirect,
        Error::Status { .. } => ProbeOutcome::Status,
        Error::Forbidden { .. } => ProbeOutcome::Forbidden,
        Error::Encoded { .. } | Error::TooLong { .. } => ProbeOutcome::Content,
        Error::Resolve { .. }
        | Error::NoAddress { .. }
        | Error::ManyAddresses { .. }
        | Error::Connect { .. }
        | Error::Tls { .. }
        | Error::NoRoots
        | Error::Name { .. }
        | Error::Http { .. }
        | Error::TimedOut { .. } => ProbeOutcome::Unanswered,
    }
}
