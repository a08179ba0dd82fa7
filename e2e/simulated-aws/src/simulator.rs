//! The simulator's core: `handle` a request, let time `tick`. No socket, no clock.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::control;
use crate::faults::{Fault, Faults, Kind};
use crate::identities::{Caller, Identities};
use crate::invariants::{Before, Invariants, Write};
use crate::journal::{Call, Journal};
use crate::pending::{Late, Pending, What};
use crate::random::Random;
use crate::scenario::{Problem, Scenario, Summary, apply};
use crate::service::Service;
use crate::sinks::Sinks;
use crate::snapshots::Snapshots;
use crate::throttles::Throttles;
use crate::time::Moment;
use crate::wire::decode::{Decoded, decode};
use crate::wire::query::Form;
use crate::wire::{ApiError, Outcome, Reply, Request};
use crate::world::{Place, Region};
use crate::{cloudwatch, ecs, elbv2, lambda, sinks, sts, tick};

/// The simulated AWS: any number of accounts and regions, none of which sees another.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(crate) scenario: Scenario,
    pub(crate) regions: BTreeMap<Place, Region>,
    pub(crate) faults: Faults,
    throttles: Throttles,
    pub(crate) journal: Journal,
    pub(crate) invariants: Invariants,
    pub(crate) unmodelled: BTreeMap<String, u64>,
    pub(crate) identities: Identities,
    pub(crate) sinks: Sinks,
    pub(crate) pending: Pending,
    snapshots: Snapshots,
    request_ids: Random,
    /// The point of the grid that the world has reached.
    pub(crate) last_tick: Moment,
}

impl Simulator {
    /// The world of a scenario, as it is at `now`.
    pub fn new(scenario: Scenario, now: Moment) -> Result<Self, Problem> {
        let seed = scenario.seed();
        let mut simulator = Self {
            regions: BTreeMap::new(),
            faults: Faults::new(seed),
            throttles: Throttles::new(scenario.throttling != Some(false)),
            journal: Journal::new(scenario.journal),
            invariants: Invariants::new(scenario.invariants.rules()),
            unmodelled: BTreeMap::new(),
            identities: Identities::new(&scenario.account(), seed),
            sinks: Sinks::new(seed),
            pending: Pending::default(),
            snapshots: Snapshots::default(),
            request_ids: Random::new(seed ^ 0x5eed),
            last_tick: now,
            scenario: Scenario::default(),
        };
        simulator.merge(&scenario, now)?;
        simulator.scenario = scenario;
        Ok(simulator)
    }

    /// Adds what a scenario describes to the world; what exists already stays as it is.
    pub fn merge(&mut self, scenario: &Scenario, now: Moment) -> Result<Summary, Problem> {
        if self.regions.is_empty() {
            // The first scenario's seed, account and timing are those of every region.
            self.scenario = scenario.clone();
        }
        scenario.check()?;
        let mut summary = Summary::default();
        let mut changed = Vec::new();
        for part in std::iter::once(scenario).chain(&scenario.worlds) {
            let account = part.account.clone().unwrap_or_else(|| self.scenario.account());
            let name = part.region.clone().unwrap_or_else(|| self.scenario.region());
            let mut region = self.region(&account, &name).clone();
            summary.extend(apply(part, &mut region, now)?);
            changed.push(((account, name), region, &part.script));
        }
        for ((account, name), region, script) in changed {
            for step in script {
                self.pending
                    .push(now.plus(step.after.0), What::Step(account.clone(), name.clone(), Box::new(step.clone())));
            }
            self.regions.insert((account, name), region);
        }
        scenario.credentials.apply(&mut self.identities);
        for fault in &scenario.faults {
            self.faults.add(fault.clone(), now);
        }
        Ok(summary)
    }

    /// Begins anew with the scenario the simulator was made from.
    pub fn reset(&mut self, now: Moment) -> Result<(), Problem> {
        *self = Self::new(self.scenario.clone(), now)?;
        Ok(())
    }

    /// The region of that account and name; one that nobody has used yet is empty.
    pub fn region(&mut self, account: &str, name: &str) -> &mut Region {
        let scenario = &self.scenario;
        self.regions
            .entry((account.to_owned(), name.to_owned()))
            .or_insert_with(|| Region::new(name, account, scenario.timing(), scenario.seed()))
    }

    /// Every region that was used.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// Lets time pass until `now`. A moment that is not after the last one changes nothing.
    pub fn tick(&mut self, now: Moment) {
        while let Some((due, what)) = self.pending.pop(now) {
            self.pass(due);
            match what {
                What::Late(Late { decoded, caller }) => {
                    let result = self.run(&decoded, &caller, due);
                    self.write_down(&decoded, &caller, &result, "late", due);
                }
                What::Step(account, region, step) => crate::script::run(self, (&account, &region), &step, due),
            }
        }
        self.pass(now);
    }

    fn pass(&mut self, now: Moment) {
        let until = tick::grid_point(self.last_tick, now);
        if until <= self.last_tick {
            return;
        }
        let Self { regions, invariants, snapshots, faults, .. } = self;
        let lag = faults.lag();
        for (place, region) in regions {
            tick::advance(region, self.last_tick, until, |region, at| {
                invariants.check_world(region, at);
                snapshots.take(place, region, lag, at);
            });
            if until.as_millis() / 1000 > self.last_tick.as_millis() / 1000 {
                // What only lasts too long is looked for once a second.
                invariants.check_world(region, until);
            }
        }
        self.last_tick = until;
    }

    /// Answers a request: to a service, or to the control interface under `/_sim/`.
    pub fn handle(&mut self, request: &Request, now: Moment) -> Outcome {
        if request.path.starts_with("/_sim/") {
            return control::handle(self, request, now);
        }
        let (decoded, admitted) = self.admit(request, now);
        let caller = match admitted {
            Ok(caller) => caller,
            Err(error) => return self.refuse(&decoded, error, now),
        };
        let Form { action, .. } = &decoded.form;
        let place = (caller.account.clone(), caller.region.clone());
        if !self.throttles.admits(&place, decoded.service, action, decoded.is_write(), now) {
            let result = Err(ApiError::throttled(decoded.service));
            self.write_down(&decoded, &caller, &result, "throttled", now);
            return Outcome::answer(decoded.answer(&result, self.request_ids.uuid()));
        }
        let fault = self.faults.strike(&decoded, &caller.access_key, now);
        self.respond(decoded, caller, fault, now)
    }

    fn respond(&mut self, decoded: Decoded, caller: Caller, fault: Option<Fault>, now: Moment) -> Outcome {
        let request_id = self.request_ids.uuid();
        let refusal = fault.as_ref().and_then(|fault| fault.error(decoded.service, decoded.protocol));
        let kind = fault.as_ref().map(|fault| fault.kind);
        let (result, note) = match (refusal, kind) {
            (Some(error), _) => (Err(error), "fault"),
            (None, Some(Kind::ResetBefore)) => (Ok(Value::Null), "reset-before"),
            (None, Some(Kind::LateLanding)) => (Ok(Value::Null), "lands-later"),
            (None, Some(Kind::StaleReads)) => {
                let lag = fault.as_ref().map(Fault::landing).unwrap_or_default();
                (self.run_in_the_past(&decoded, &caller, lag, now), "stale")
            }
            (None, kind) => {
                let note = if kind == Some(Kind::ResetAfter) { "reset-after" } else { "" };
                (self.run(&decoded, &caller, now), note)
            }
        };
        self.write_down(&decoded, &caller, &result, note, now);
        let mut outcome = Outcome::answer(decoded.answer(&result, request_id));
        let runs = result.as_ref().ok().and_then(|body| body.get(lambda::DELAY)).and_then(Value::as_u64);
        outcome.not_before = runs.filter(|millis| *millis > 0).map(|millis| now.plus(Duration::from_millis(millis)));
        if let Some(fault) = fault {
            outcome.delay = fault.latency();
            if fault.kind.resets() {
                outcome.reply = Reply::Reset;
            }
            if fault.kind == Kind::LateLanding {
                self.pending.push(now.plus(fault.landing()), What::Late(Late { decoded, caller }));
            }
        }
        outcome
    }

    /// Reads protocol, operation, parameters and caller.
    fn admit(&mut self, request: &Request, now: Moment) -> (Decoded, Result<Caller, ApiError>) {
        let (decoded, understood) = decode(request);
        let unsigned = decoded.service == Service::Sts && sts::is_unsigned(&decoded.form.action);
        let caller = understood.and_then(|()| match request.header("authorization") {
            None if unsigned => Ok(self.identities.nobody()),
            _ => self.identities.caller(request, decoded.protocol, now),
        });
        if caller.is_ok() && !decoded.service.models(&decoded.form.action) {
            let name = format!("{}:{}", decoded.service.name(), decoded.form.action);
            *self.unmodelled.entry(name).or_default() += 1;
        }
        (decoded, caller)
    }

    fn refuse(&mut self, decoded: &Decoded, error: ApiError, now: Moment) -> Outcome {
        let result = Err(error);
        self.write_down(decoded, &Caller::default(), &result, "refused", now);
        Outcome::answer(decoded.answer(&result, self.request_ids.uuid()))
    }

    /// Runs an operation of somebody whom the scenario's script plays.
    pub(crate) fn run_scripted(&mut self, decoded: &Decoded, caller: &Caller, now: Moment) {
        let result = self.run(decoded, caller, now);
        self.write_down(decoded, caller, &result, "scripted", now);
    }

    /// Runs an operation and checks what it did to the world.
    fn run(&mut self, decoded: &Decoded, caller: &Caller, now: Moment) -> Result<Value, ApiError> {
        let Form { action, parameters, .. } = &decoded.form;
        let sequence = self.journal.next_sequence();
        let lag = self.faults.lag();
        let place = (caller.account.clone(), caller.region.clone());
        self.region(&caller.account, &caller.region);
        let Self { regions, identities, sinks, invariants, snapshots, .. } = self;
        let Some(region) = regions.get_mut(&place) else {
            return Err(ApiError::new("InternalFailure", "There is no such region.").with_status(500));
        };
        let before = decoded.is_write().then(|| Before::new(region, action, parameters));
        if before.is_some() {
            snapshots.take(&place, region, lag, now);
        }
        let result = match decoded.service {
            Service::Sts => sts::dispatch(identities, caller, action, parameters, now),
            _ => dispatch(decoded, region, sinks, now),
        };
        if let Err(ApiError { unmodelled: Some(parameter), .. }) = &result {
            let name = format!("{}:{action} {parameter}", decoded.service.name());
            *self.unmodelled.entry(name).or_default() += 1;
        }
        if let Some(before) = before.filter(|_| result.is_ok()) {
            let principal = caller.principal();
            let write =
                Write { operation: action, access_key: &caller.access_key, principal: &principal, sequence, now };
            invariants.check_write(&before, region, &write);
        }
        result
    }

    /// Answers a read from the world as it was.
    fn run_in_the_past(
        &mut self,
        decoded: &Decoded,
        caller: &Caller,
        lag: Duration,
        now: Moment,
    ) -> Result<Value, ApiError> {
        let place = (caller.account.clone(), caller.region.clone());
        match self.snapshots.at(&place, now, lag) {
            Some(region) if decoded.service != Service::Sts => dispatch(decoded, region, &mut self.sinks, now),
            _ => self.run(decoded, caller, now),
        }
    }

    fn write_down(
        &mut self,
        decoded: &Decoded,
        caller: &Caller,
        result: &Result<Value, ApiError>,
        note: &'static str,
        now: Moment,
    ) {
        let call = Call {
            service: decoded.service.name(),
            operation: decoded.form.action.clone(),
            write: decoded.is_write(),
            account: caller.account.clone(),
            region: caller.region.clone(),
            access_key: caller.access_key.clone(),
            request: decoded.form.parameters.clone(),
            status: result.as_ref().map_or_else(|error| error.status, |_| 200),
            error: result.as_ref().err().map(|error| error.code.clone()),
            note,
        };
        self.journal.record(call, now);
    }
}

/// Runs an operation of a service that knows nothing of identities.
fn dispatch(decoded: &Decoded, region: &mut Region, sinks: &mut Sinks, now: Moment) -> Result<Value, ApiError> {
    let Form { action, parameters, .. } = &decoded.form;
    match decoded.service {
        Service::Ecs => ecs::dispatch(&mut ecs::Call { region, now }, action, parameters),
        Service::Elbv2 => elbv2::dispatch(&mut elbv2::Call { region, now }, action, parameters),
        Service::Cloudwatch => cloudwatch::dispatch(&mut cloudwatch::Call { region, now }, action, parameters),
        Service::Lambda => lambda::dispatch(region, sinks, action, parameters, now),
        Service::Sns => sinks::sns(region, sinks, action, parameters, now),
        Service::Events => sinks::events(region, sinks, action, parameters, now),
        Service::Sts => Err(ApiError::new("InvalidAction", "STS belongs to no region.")),
    }
}
