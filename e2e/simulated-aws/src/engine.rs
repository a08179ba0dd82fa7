//! The world and everything around it: one operation at a time, one moment at a time. No socket, no clock.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::account::deliveries::Deliveries;
use crate::account::faults::Faults;
use crate::account::identities::{Caller, Identities};
use crate::account::journal::{Call, Journal};
use crate::account::snapshots::Snapshots;
use crate::account::throttles::Throttles;
use crate::invariants::{Before, Invariants, Write};
use crate::pending::{Pending, Scheduled};
use crate::random::Random;
use crate::scenario::{Problem, Scenario, Summary, apply};
use crate::service::Service;
use crate::services;
use crate::tick;
use crate::tick::grid::grid_point;
use crate::time::Moment;
use crate::wire::decoded::Decoded;
use crate::wire::error::ApiError;
use crate::wire::query::Form;
use crate::world::region::{Place, Region};

/// Any number of accounts and regions, and what AWS knows of who calls.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) scenario: Scenario,
    pub(crate) regions: BTreeMap<Place, Region>,
    pub(crate) faults: Faults,
    pub(crate) throttles: Throttles,
    pub(crate) journal: Journal,
    pub(crate) invariants: Invariants,
    pub(crate) unmodelled: BTreeMap<String, u64>,
    pub(crate) identities: Identities,
    pub(crate) deliveries: Deliveries,
    pub(crate) pending: Pending,
    snapshots: Snapshots,
    pub(crate) request_ids: Random,
    /// The point of the grid that the world has reached.
    pub(crate) last_tick: Moment,
}

impl Engine {
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
            deliveries: Deliveries::new(seed),
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
                self.pending.push(
                    now.plus(step.after.0),
                    Scheduled::Step(account.clone(), name.clone(), Box::new(step.clone())),
                );
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

    /// Lets everything that happens by itself happen until `now`. A moment that is not after the last one changes nothing.
    pub fn pass(&mut self, now: Moment) {
        let until = grid_point(self.last_tick, now);
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

    /// Runs an operation and writes it down; `note` says who had it run when nobody called.
    pub fn run_noted(&mut self, decoded: &Decoded, caller: &Caller, note: &'static str, now: Moment) {
        let result = self.run(decoded, caller, now);
        self.write_down(decoded, caller, &result, note, now);
    }

    /// Counts an operation or a parameter that somebody asked for and that is not modelled.
    pub fn note_unmodelled(&mut self, decoded: &Decoded, parameter: Option<&str>) {
        let parameter = parameter.map(|parameter| format!(" {parameter}")).unwrap_or_default();
        let name = format!("{}:{}{parameter}", decoded.service.name(), decoded.form.action);
        *self.unmodelled.entry(name).or_default() += 1;
    }

    /// Runs an operation and checks what it did to the world.
    pub fn run(&mut self, decoded: &Decoded, caller: &Caller, now: Moment) -> Result<Value, ApiError> {
        let Form { action, parameters, .. } = &decoded.form;
        let sequence = self.journal.next_sequence();
        let lag = self.faults.lag();
        let place = caller.place();
        self.region(&caller.account, &caller.region);
        let Self { regions, identities, deliveries, invariants, snapshots, .. } = self;
        let Some(region) = regions.get_mut(&place) else {
            return Err(ApiError::new("InternalFailure", "There is no such region.").with_status(500));
        };
        let before = decoded.is_write().then(|| Before::new(region, action, parameters));
        if before.is_some() {
            snapshots.take(&place, region, lag, now);
        }
        let mut call = services::call::Call { region, deliveries, identities, caller, now };
        let result = services::run(decoded.service, action, &mut call, parameters);
        if let Some(before) = before.filter(|_| result.is_ok()) {
            let principal = caller.principal();
            let write =
                Write { operation: action, access_key: &caller.access_key, principal: &principal, sequence, now };
            invariants.check_write(&before, region, &write);
            if decoded.service == Service::Lambda {
                invariants.check_invocation(&parameters["Payload"], &write);
            }
        }
        if let Err(ApiError { unmodelled: Some(parameter), .. }) = &result {
            self.note_unmodelled(decoded, Some(parameter));
        }
        result
    }

    /// Answers a read from the world as it was.
    pub fn run_in_the_past(
        &mut self,
        decoded: &Decoded,
        caller: &Caller,
        lag: Duration,
        now: Moment,
    ) -> Result<Value, ApiError> {
        let Form { action, parameters, .. } = &decoded.form;
        let Self { snapshots, deliveries, identities, .. } = self;
        match snapshots.at(&caller.place(), now, lag) {
            // Who is known is known at once.
            Some(region) if decoded.service != Service::Sts => {
                let mut call = services::call::Call { region, deliveries, identities, caller, now };
                services::run(decoded.service, action, &mut call, parameters)
            }
            _ => self.run(decoded, caller, now),
        }
    }

    /// Writes a call down.
    pub fn write_down(
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
