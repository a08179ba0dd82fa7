//! The simulator as its users see it: `handle` a request, let time `tick`. No socket, no clock.

use crate::answer::answer;
use crate::engine::Engine;
use crate::pending::{LateWrite, Scheduled};
use crate::scenario::{Problem, Scenario};
use crate::time::Moment;
use crate::wire::message::{Outcome, Request};
use crate::{control, script};

/// The simulated AWS: any number of accounts and regions, none of which sees another.
#[derive(Clone, Debug)]
pub struct Simulator {
    engine: Engine,
}

impl Simulator {
    /// The world of a scenario, as it is at `now`.
    pub fn new(scenario: Scenario, now: Moment) -> Result<Self, Problem> {
        Engine::new(scenario, now).map(|engine| Self { engine })
    }

    /// Answers a request: to a service, or to the control interface under `/_sim/`.
    pub fn handle(&mut self, request: &Request, now: Moment) -> Outcome {
        if request.path.starts_with(control::PREFIX) {
            control::handle(&mut self.engine, request, now)
        } else {
            answer(&mut self.engine, request, now)
        }
    }

    /// Lets time pass until `now`. A moment that is not after the last one changes nothing.
    pub fn tick(&mut self, now: Moment) {
        while let Some((due, what)) = self.engine.pending.pop(now) {
            self.engine.pass(due);
            match what {
                Scheduled::Late(LateWrite { decoded, caller }) => {
                    self.engine.run_noted(&decoded, &caller, "late", due);
                }
                Scheduled::Step(account, region, step) => {
                    script::run(&mut self.engine, (&account, &region), &step, due);
                }
            }
        }
        self.engine.pass(now);
    }
}
