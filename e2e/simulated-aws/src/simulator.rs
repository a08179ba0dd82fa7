//! The simulator's core: `handle` a request, let time `tick`. No socket, no clock.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::control;
use crate::faults::{Fault, Faults, Kind};
use crate::invariants::{Before, Invariants};
use crate::journal::{Call, Journal};
use crate::random::Random;
use crate::scenario::{Problem, Scenario, Summary, apply};
use crate::throttles::Throttles;
use crate::time::Moment;
use crate::wire::credentials::{self, Caller};
use crate::wire::query::{ELBV2_VERSION, Form, STS_VERSION};
use crate::wire::{ApiError, Outcome, Protocol, Reply, Request, Response, json, query};
use crate::world::{Region, Timing};
use crate::{ecs, elbv2, sts, tick};

/// A service of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Elastic Container Service.
    Ecs,
    /// Elastic Load Balancing v2.
    Elbv2,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// The name in journals, faults and counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Elbv2 => "elbv2",
            Self::Sts => "sts",
        }
    }

    fn is_modelled(self, operation: &str) -> bool {
        match self {
            Self::Ecs => ecs::OPERATIONS.contains(&operation),
            Self::Elbv2 => elbv2::OPERATIONS.contains(&operation),
            Self::Sts => sts::OPERATIONS.contains(&operation),
        }
    }
}

/// A request, decoded as far as its protocol goes.
#[derive(Clone, Debug)]
struct Decoded {
    service: Service,
    protocol: Protocol,
    /// Operation and parameters; the version tells the XML namespace.
    form: Form,
}

impl Decoded {
    fn is_write(&self) -> bool {
        !["Describe", "List", "Get"].iter().any(|prefix| self.form.action.starts_with(prefix))
    }

    fn answer(&self, result: &Result<Value, ApiError>, request_id: String) -> Response {
        match (self.protocol, result) {
            (Protocol::Json, Ok(body)) => json::success(body, request_id),
            (Protocol::Json, Err(error)) => json::failure(error, request_id),
            (Protocol::Query, Ok(body)) => query::success(&self.form, body, request_id),
            (Protocol::Query, Err(error)) => query::failure(&self.form, error, request_id),
        }
    }
}

/// A write whose connection is gone and that takes effect later.
#[derive(Clone, Debug)]
struct Late {
    due: Moment,
    decoded: Decoded,
    caller: Caller,
}

/// The simulated AWS of one account.
#[derive(Clone, Debug)]
pub struct Simulator {
    scenario: Scenario,
    pub(crate) regions: BTreeMap<String, Region>,
    pub(crate) faults: Faults,
    throttles: Throttles,
    pub(crate) journal: Journal,
    pub(crate) invariants: Invariants,
    pub(crate) unmodelled: BTreeMap<String, u64>,
    invalid_keys: BTreeSet<String>,
    late: Vec<Late>,
    request_ids: Random,
    last_tick: Moment,
}

impl Simulator {
    /// The world of a scenario, as it is at `now`.
    pub fn new(scenario: Scenario, now: Moment) -> Result<Self, Problem> {
        let mut simulator = Self {
            regions: BTreeMap::new(),
            faults: Faults::new(scenario.seed()),
            throttles: Throttles::new(scenario.throttling == Some(true)),
            journal: Journal::default(),
            invariants: Invariants::default(),
            unmodelled: BTreeMap::new(),
            invalid_keys: BTreeSet::new(),
            late: Vec::new(),
            request_ids: Random::new(scenario.seed() ^ 0x5eed),
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
        let name = scenario.region.clone().unwrap_or_else(|| self.scenario.region());
        let mut region = self.region(&name).clone();
        let summary = apply(scenario, &mut region, now)?;
        self.regions.insert(name, region);
        self.invalid_keys.extend(scenario.credentials.invalid.iter().cloned());
        Ok(summary)
    }

    /// Begins anew with the scenario the simulator was made from.
    pub fn reset(&mut self, now: Moment) -> Result<(), Problem> {
        *self = Self::new(self.scenario.clone(), now)?;
        Ok(())
    }

    /// The region of that name; one that nobody has used yet is empty.
    pub fn region(&mut self, name: &str) -> &mut Region {
        let scenario = &self.scenario;
        self.regions.entry(name.to_owned()).or_insert_with(|| {
            let timing: Timing = scenario.timing();
            Region::new(name, &scenario.account(), timing, scenario.seed())
        })
    }

    /// Every region that was used.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// Lets time pass until `now`. A moment that is not after the last one changes nothing.
    pub fn tick(&mut self, now: Moment) {
        let mut due: Vec<Late> = Vec::new();
        self.late.retain(|late| {
            let lands = late.due <= now;
            if lands {
                due.push(late.clone());
            }
            !lands
        });
        due.sort_by_key(|late| late.due);
        for late in due {
            self.pass(late.due);
            let result = self.run(&late.decoded, &late.caller, late.due);
            self.write_down(&late.decoded, &late.caller, &result, "late", late.due);
        }
        self.pass(now);
    }

    fn pass(&mut self, now: Moment) {
        if now <= self.last_tick {
            return;
        }
        for region in self.regions.values_mut() {
            tick::advance(region, self.last_tick, now);
        }
        self.last_tick = now;
        self.invariants.check_world(&self.regions, now);
    }

    /// Answers a request: to a service, or to the control interface under `/_sim/`.
    pub fn handle(&mut self, request: &Request, now: Moment) -> Outcome {
        if request.path.starts_with("/_sim/") {
            return control::handle(self, request, now);
        }
        let (decoded, admitted) = self.admit(request);
        let caller = match admitted {
            Ok(caller) => caller,
            Err(error) => return self.refuse(&decoded, error, now),
        };
        let Form { action, .. } = &decoded.form;
        if !self.throttles.admits(&caller.region, decoded.service, action, decoded.is_write(), now) {
            let result = Err(ApiError::throttled(decoded.protocol));
            self.write_down(&decoded, &caller, &result, "throttled", now);
            return Outcome::answer(decoded.answer(&result, self.request_ids.uuid()));
        }
        let fault = self.faults.strike(decoded.service, &decoded.form.action, decoded.is_write(), now);
        self.respond(decoded, caller, fault, now)
    }

    fn respond(&mut self, decoded: Decoded, caller: Caller, fault: Option<Fault>, now: Moment) -> Outcome {
        let request_id = self.request_ids.uuid();
        let refusal = fault.as_ref().and_then(|fault| fault.error(decoded.protocol));
        let kind = fault.as_ref().map(|fault| fault.kind);
        let (result, note) = match (refusal, kind) {
            (Some(error), _) => (Err(error), "fault"),
            (None, Some(Kind::ResetBefore)) => (Ok(Value::Null), "reset-before"),
            (None, Some(Kind::LateLanding)) => (Ok(Value::Null), "lands-later"),
            (None, kind) => {
                let note = if kind == Some(Kind::ResetAfter) { "reset-after" } else { "" };
                (self.run(&decoded, &caller, now), note)
            }
        };
        self.write_down(&decoded, &caller, &result, note, now);
        let mut outcome = Outcome::answer(decoded.answer(&result, request_id));
        if let Some(fault) = fault {
            outcome.delay = fault.latency();
            if fault.kind.resets() {
                outcome.reply = Reply::Reset;
            }
            if fault.kind == Kind::LateLanding {
                let due = now.plus(fault.landing());
                self.late.push(Late { due, decoded, caller });
            }
        }
        outcome
    }

    /// Reads protocol, operation, parameters and caller.
    fn admit(&mut self, request: &Request) -> (Decoded, Result<Caller, ApiError>) {
        let (decoded, understood) = decode(request);
        let caller = understood.and_then(|()| credentials::caller(request, decoded.protocol)).and_then(|caller| {
            if self.invalid_keys.contains(&caller.access_key) {
                Err(credentials::invalid(decoded.protocol))
            } else {
                Ok(caller)
            }
        });
        if caller.is_ok() && !decoded.service.is_modelled(&decoded.form.action) {
            let name = format!("{}:{}", decoded.service.name(), decoded.form.action);
            *self.unmodelled.entry(name).or_default() += 1;
        }
        (decoded, caller)
    }

    fn refuse(&mut self, decoded: &Decoded, error: ApiError, now: Moment) -> Outcome {
        let nobody = Caller { access_key: String::new(), region: String::new(), service: String::new() };
        let result = Err(error);
        self.write_down(decoded, &nobody, &result, "refused", now);
        Outcome::answer(decoded.answer(&result, self.request_ids.uuid()))
    }

    /// Runs an operation and checks what it did to the world.
    fn run(&mut self, decoded: &Decoded, caller: &Caller, now: Moment) -> Result<Value, ApiError> {
        let Form { action, parameters, .. } = &decoded.form;
        let sequence = self.journal.next_sequence();
        let account = self.scenario.account();
        let region = self.region(&caller.region);
        let before = decoded.is_write().then(|| Before::new(region, action, parameters));
        let result = match decoded.service {
            Service::Ecs => ecs::dispatch(&mut ecs::Call { region, now }, action, parameters),
            Service::Elbv2 => elbv2::dispatch(&mut elbv2::Call { region, now }, action, parameters),
            Service::Sts => sts::dispatch(action, parameters, &account, &caller.access_key),
        };
        if let Some(before) = before.filter(|_| result.is_ok())
            && let Some(region) = self.regions.get(&caller.region)
        {
            let write = crate::invariants::Write { operation: action, access_key: &caller.access_key, sequence, now };
            self.invariants.check_write(&before, region, &write);
        }
        result
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

/// Tells the service by the target header or by the form's version, and whether the request makes sense.
fn decode(request: &Request) -> (Decoded, Result<(), ApiError>) {
    let Some(target) = request.header("x-amz-target") else {
        return decode_form(request);
    };
    let json = |action: &str, parameters| Decoded {
        service: Service::Ecs,
        protocol: Protocol::Json,
        form: Form { action: action.to_owned(), version: String::new(), parameters },
    };
    match (target.strip_prefix(json::ECS_TARGET), json::parse(request)) {
        (None, _) => {
            let error = ApiError::new("UnknownOperationException", format!("The target {target} is not known."));
            (json(target, Value::Null), Err(error))
        }
        (Some(operation), Ok(parameters)) => (json(operation, parameters), Ok(())),
        (Some(operation), Err(error)) => (json(operation, Value::Null), Err(error)),
    }
}

fn decode_form(request: &Request) -> (Decoded, Result<(), ApiError>) {
    let form = query::parse(request);
    let service = if form.version == STS_VERSION { Service::Sts } else { Service::Elbv2 };
    let verdict = if form.action.is_empty() {
        Err(ApiError::new("MissingAction", "The request must contain the parameter Action."))
    } else if [STS_VERSION, ELBV2_VERSION].contains(&form.version.as_str()) {
        Ok(())
    } else {
        Err(ApiError::new("InvalidAction", format!("Could not find version {} of any service.", form.version)))
    };
    (Decoded { service, protocol: Protocol::Query, form }, verdict)
}
