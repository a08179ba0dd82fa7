//! Answers a request to a service: who calls, how often, what goes wrong, what the operation says.

use std::time::Duration;

use serde_json::Value;

use crate::account::faults::{Fault, Kind};
use crate::account::identities::Caller;
use crate::engine::Engine;
use crate::pending::{LateWrite, Scheduled};
use crate::service::Service;
use crate::services::{lambda, models, sts};
use crate::time::Moment;
use crate::wire::decode::decode;
use crate::wire::decoded::Decoded;
use crate::wire::encode;
use crate::wire::error::ApiError;
use crate::wire::message::{Outcome, Reply, Request};

/// Answers a request to a service.
pub fn answer(engine: &mut Engine, request: &Request, now: Moment) -> Outcome {
    let (decoded, identified) = identify(engine, request, now);
    let caller = match identified {
        Ok(caller) => caller,
        Err(error) => return refuse(engine, &decoded, &Caller::default(), error, "refused", now),
    };
    let (service, action) = (decoded.service, &decoded.form.action);
    if !engine.throttles.admits(&caller.place(), service, action, decoded.is_write(), now) {
        return refuse(engine, &decoded, &caller, ApiError::throttled(service), "throttled", now);
    }
    let fault = engine.faults.strike(&decoded, &caller.access_key, now);
    respond(engine, decoded, caller, fault, now)
}

/// Reads protocol, operation, parameters and caller.
fn identify(engine: &mut Engine, request: &Request, now: Moment) -> (Decoded, Result<Caller, ApiError>) {
    let (decoded, understood) = decode(request);
    let unsigned = decoded.service == Service::Sts && sts::is_unsigned(&decoded.form.action);
    let caller = understood.and_then(|()| match request.header("authorization") {
        None if unsigned => Ok(engine.identities.nobody()),
        _ => engine.identities.caller(request, decoded.protocol, now),
    });
    if caller.is_ok() && !models(decoded.service, &decoded.form.action) {
        engine.note_unmodelled(&decoded, None);
    }
    (decoded, caller)
}

fn refuse(
    engine: &mut Engine,
    decoded: &Decoded,
    caller: &Caller,
    error: ApiError,
    note: &'static str,
    now: Moment,
) -> Outcome {
    let result = Err(error);
    engine.write_down(decoded, caller, &result, note, now);
    Outcome::answer(encode::answer(decoded, &result, engine.request_ids.uuid()))
}

fn respond(engine: &mut Engine, decoded: Decoded, caller: Caller, fault: Option<Fault>, now: Moment) -> Outcome {
    let request_id = engine.request_ids.uuid();
    let (result, note) = run(engine, &decoded, &caller, fault.as_ref(), now);
    engine.write_down(&decoded, &caller, &result, note, now);
    let mut outcome = Outcome::answer(encode::answer(&decoded, &result, request_id));
    let runs = result.as_ref().ok().and_then(|body| body.get(lambda::DELAY)).and_then(Value::as_u64);
    outcome.not_before = runs.filter(|millis| *millis > 0).map(|millis| now.plus(Duration::from_millis(millis)));
    if result.as_ref().is_ok_and(|body| body.get(lambda::LOST).is_some()) {
        outcome.reply = Reply::Reset;
    }
    if let Some(fault) = fault {
        outcome.delay = fault.latency();
        if fault.kind.resets() {
            outcome.reply = Reply::Reset;
        }
        if fault.kind == Kind::LateLanding {
            let landing = now.plus(fault.landing());
            engine.pending.push(landing, Scheduled::Late(LateWrite { decoded, caller }));
        }
    }
    outcome
}

/// Runs the operation, or what a fault makes of it; the second half is what the journal says about the fault.
fn run(
    engine: &mut Engine,
    decoded: &Decoded,
    caller: &Caller,
    fault: Option<&Fault>,
    now: Moment,
) -> (Result<Value, ApiError>, &'static str) {
    let Some(fault) = fault else { return (engine.run(decoded, caller, now), "") };
    if let Some(error) = fault.error(decoded.service, decoded.protocol) {
        return (Err(error), "fault");
    }
    match fault.kind {
        Kind::ResetBefore => (Ok(Value::Null), "reset-before"),
        Kind::LateLanding => (Ok(Value::Null), "lands-later"),
        Kind::StaleReads => (engine.run_in_the_past(decoded, caller, fault.landing(), now), "stale"),
        Kind::ResetAfter => (engine.run(decoded, caller, now), "reset-after"),
        _ => (engine.run(decoded, caller, now), ""),
    }
}
