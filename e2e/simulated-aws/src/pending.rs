//! What is to happen at a later moment: writes that land late, and the steps of a scenario's script.

use std::collections::BTreeMap;

use crate::account::identities::Caller;
use crate::scenario::Step;
use crate::time::Moment;
use crate::wire::decoded::Decoded;

/// A write whose connection is gone and that takes effect later.
#[derive(Clone, Debug)]
pub struct LateWrite {
    /// The request.
    pub decoded: Decoded,
    /// Who sent it.
    pub caller: Caller,
}

/// Something that is to happen.
#[derive(Clone, Debug)]
pub enum Scheduled {
    /// A write lands.
    Late(LateWrite),
    /// A step of the script of an account and region.
    Step(String, String, Box<Step>),
}

/// All of it, in the order of time, and of asking where the times are equal.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    queue: BTreeMap<(Moment, u64), Scheduled>,
    asked: u64,
}

impl Pending {
    /// Adds something.
    pub fn push(&mut self, due: Moment, what: Scheduled) {
        self.asked += 1;
        self.queue.insert((due, self.asked), what);
    }

    /// The next that is due by `now`, and when it was.
    pub fn pop(&mut self, now: Moment) -> Option<(Moment, Scheduled)> {
        let (key, _) = self.queue.first_key_value().filter(|((due, _), _)| *due <= now)?;
        let key = *key;
        self.queue.remove(&key).map(|what| (key.0, what))
    }
}
