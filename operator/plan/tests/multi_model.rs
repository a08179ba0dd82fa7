//! A model of Deployments that are released as one, explored to its end: every order in which they are reconciled, fail, see
//! each other's statuses late, and in which writes of a status have no answer, are lost, or land late, and the operator dies.
//!
//! What the model has of the operator: each writes its own status alone, by what its copies say. A copy may be old, and is
//! never older than the last write that had an answer. A status is written to the version that was read, and to no other. One
//! that turns round moves its traffic before that is recorded, as long as it has not said that it is ready, and after it from
//! then on; what goes on forward brings it back. Whoever has passed, by its copy, takes its original away.
//! A new process reads everything anew, and a write of the last one may still land.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sluice_api::{Deployment, MultiStatus, SiblingRef};
use sluice_plan::multi::{Move, Sibling, as_seen, next_move, returns_by_itself, turned_round_by};

const BEGUN: u8 = 1;
const READY: u8 = 2;
const PROMISED: u8 = 4;
const PASSED: u8 = 8;
const TURNED: u8 = 16;
/// It ended before it began.
const NEVER: u8 = 32;

/// A write that had no answer and may still land: its status, and whether the version that it was meant for is still there.
type Late = Option<(u8, bool)>;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct One {
    /// What is recorded.
    api: u8,
    /// What the operator sees of it.
    copy: u8,
    /// Whether that is the newest.
    is_current: bool,
    late: Late,
    /// Its original was taken away.
    original_gone: bool,
    /// Its traffic returned.
    returned: bool,
}

type Moment = Vec<One>;

/// The rules, and what may go wrong.
#[derive(Clone, Copy)]
struct Model {
    count: usize,
    writes_land_late: bool,
    next_move: fn(&MultiStatus, &[Sibling]) -> Move,
    returns_by_itself: fn(Option<&MultiStatus>) -> bool,
    /// Which statuses are written to the version that was read alone: those with one of these moments.
    guarded_by: u8,
    /// From when on a turn is recorded before traffic moves.
    recorded_first_from: u8,
}

impl Model {
    const fn of(count: usize, writes_land_late: bool) -> Self {
        Self {
            count,
            writes_land_late,
            next_move,
            returns_by_itself: |multi| returns_by_itself(multi),
            guarded_by: u8::MAX,
            recorded_first_from: READY,
        }
    }

    fn multi(&self, own: usize, bits: u8) -> MultiStatus {
        let at = |bit| (bits & bit != 0).then_some(Timestamp::UNIX_EPOCH);
        let others = (0..self.count).filter(|other| *other != own);
        let sibling = |other: usize| SiblingRef {
            group: format!("g{other}"),
            deployment: format!("d{other}"),
            uid: format!("u{other}"),
        };
        MultiStatus {
            siblings: others.map(sibling).collect(),
            ready_at: at(READY),
            promised_at: at(PROMISED),
            passed_at: at(PASSED),
            ..MultiStatus::default()
        }
    }

    fn deployment(&self, own: usize, bits: u8) -> Deployment {
        let at = "2026-11-26T12:00:00Z";
        let status = match bits {
            0 => json!({}),
            NEVER => json!({"state": "Stopped", "completedAt": at}),
            bits => {
                let rollback = json!({"trigger": "DEPLOYMENT_FAILURE", "reason": "it failed", "startedAt": at});
                let rollback = (bits & TURNED != 0).then_some(rollback);
                json!({"startedAt": at, "multi": self.multi(own, bits), "rollback": rollback})
            }
        };
        serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {"name": format!("d{own}"), "namespace": "shop", "uid": format!("u{own}")},
            "spec": {"groupRef": format!("g{own}"), "revision": {"taskDefinition": "shop:42"}},
            "status": status,
        }))
        .unwrap()
    }

    /// Every Deployment as it may stand.
    fn deployments(&self) -> HashMap<(usize, u8), Deployment> {
        let all = (0..self.count).flat_map(|own| (0..64).map(move |bits| (own, bits)));
        all.map(|(own, bits)| ((own, bits), self.deployment(own, bits))).collect()
    }
}

struct Explorer {
    model: Model,
    deployments: HashMap<(usize, u8), Deployment>,
}

fn with(moment: &Moment, index: usize, change: impl FnOnce(&mut One)) -> Moment {
    let mut next = moment.clone();
    change(&mut next[index]);
    next
}

impl Explorer {
    fn new(model: Model) -> Self {
        Self { model, deployments: model.deployments() }
    }

    fn siblings(&self, moment: &Moment, index: usize) -> (MultiStatus, Vec<Sibling>) {
        let multi = self.model.multi(index, moment[index].copy);
        let find = |known: &SiblingRef| {
            let other: usize = known.uid.trim_start_matches('u').parse().unwrap();
            self.deployments.get(&(other, moment[other].copy))
        };
        let siblings = as_seen(&format!("u{index}"), &multi, find);
        (multi, siblings)
    }

    /// A write of a status by what is at hand: what may become of it. The answered one first.
    fn write(&self, moment: &Moment, index: usize, bits: u8) -> Vec<Moment> {
        let one = moment[index];
        let is_guarded = bits & self.model.guarded_by != 0;
        let mut next = Vec::new();
        if is_guarded && !one.is_current {
            // A conflict. So is a guarded write that lands late, by then.
            return next;
        }
        let lands = |one: &mut One| land(one, bits);
        next.push(with(moment, index, |one| {
            lands(one);
            (one.copy, one.is_current) = (one.api, true);
        }));
        // It lands, and the answer is lost.
        next.push(with(moment, index, lands));
        if self.model.writes_land_late && one.late.is_none() {
            next.push(with(moment, index, |one| one.late = Some((bits, true))));
        }
        next
    }

    /// What a reconcile comes to: the outcome where all goes well first, and failures of its own last.
    fn reconcile(&self, moment: &Moment, index: usize, may_fail: bool) -> Vec<Moment> {
        let bits = moment[index].copy;
        if bits == 0 {
            let mut next = self.write(moment, index, BEGUN);
            if may_fail {
                next.extend(self.write(moment, index, NEVER));
            }
            return next;
        }
        if bits & NEVER != 0 {
            return Vec::new();
        }
        if bits & TURNED != 0 {
            return vec![with(moment, index, |one| one.returned = true)];
        }
        let (multi, siblings) = self.siblings(moment, index);
        let turn = || {
            let at_once = bits & self.model.recorded_first_from == 0;
            let moved = with(moment, index, |one| one.returned |= at_once);
            let mut next = self.write(&moved, index, bits | TURNED);
            // Its traffic moved, and the record is lost.
            next.push(moved);
            next
        };
        if turned_round_by(&multi, &siblings).is_some() {
            return turn();
        }
        let forward = &with(moment, index, |one| one.returned = false);
        let mut next = match bits & PASSED {
            0 => match (self.model.next_move)(&multi, &siblings) {
                Move::SayReady => self.write(forward, index, bits | READY),
                Move::Promise => self.write(forward, index, bits | PROMISED),
                Move::Pass => self.write(forward, index, bits | PASSED),
                Move::Wait => Vec::new(),
            },
            _ => vec![with(moment, index, |one| one.original_gone = true)],
        };
        if may_fail && (self.model.returns_by_itself)(Some(&multi)) {
            next.extend(turn());
        }
        next
    }

    fn steps(&self, moment: &Moment) -> Vec<Moment> {
        let mut next = Vec::new();
        for index in 0..self.model.count {
            next.extend(self.reconcile(moment, index, true));
            // The watch tells.
            next.push(with(moment, index, |one| (one.copy, one.is_current) = (one.api, true)));
            if let Some((bits, is_current)) = moment[index].late {
                let is_guarded = bits & self.model.guarded_by != 0;
                next.push(with(moment, index, |one| {
                    one.late = None;
                    if is_current || !is_guarded {
                        land(one, bits);
                    }
                }));
            }
        }
        // The operator dies, and the next one reads everything anew.
        let mut anew = moment.clone();
        for one in &mut anew {
            (one.copy, one.is_current) = (one.api, true);
        }
        next.push(anew);
        next
    }

    /// The moments that can be reached; none when one ends while another returns.
    fn explore(&self) -> Option<HashSet<Moment>> {
        let one = One { api: 0, copy: 0, is_current: true, late: None, original_gone: false, returned: false };
        let mut known = HashSet::new();
        let mut open = vec![vec![one; self.model.count]];
        while let Some(moment) = open.pop() {
            if known.contains(&moment) {
                continue;
            }
            let ends = moment.iter().any(|one| one.original_gone || one.api & PASSED != 0);
            let returns = moment.iter().any(|one| one.returned || one.api & (TURNED | NEVER) != 0);
            if ends && returns {
                return None;
            }
            open.extend(self.steps(&moment));
            known.insert(moment);
        }
        Some(known)
    }

    /// Once every write has its answer and nothing fails any more, all come to the same end.
    fn comes_to_one_end(&self, moment: &Moment) {
        let mut now = moment.clone();
        for _ in 0..40 {
            for index in 0..self.model.count {
                let one = &mut now[index];
                one.late = None;
                (one.copy, one.is_current) = (one.api, true);
                if let Some(next) = self.reconcile(&now, index, false).into_iter().next() {
                    now = next;
                }
            }
        }
        let all_ended = now.iter().all(|one| one.original_gone);
        let all_returned = now.iter().all(|one| one.returned || one.api & NEVER != 0);
        assert!(all_ended || all_returned, "from {moment:?}\nto {now:?}");
    }
}

/// A write lands: whatever was meant for the version before it is late.
fn land(one: &mut One, bits: u8) {
    one.api = bits;
    one.is_current = false;
    one.late = one.late.map(|(bits, _)| (bits, false));
}

// S20 AsOne
#[test]
fn whatever_is_seen_late_or_lost_none_ends_while_another_that_is_released_as_one_with_it_returns() {
    for (count, writes_land_late, at_least) in [(2, true, 5_000), (3, false, 4_000)] {
        let explorer = Explorer::new(Model::of(count, writes_land_late));
        let moments = explorer.explore().expect("one ended, and another returned");
        println!("{count}: {} moments", moments.len());
        assert!(moments.len() > at_least, "{count}: only {} moments", moments.len());
        for moment in &moments {
            explorer.comes_to_one_end(moment);
        }
    }
}

/// Controls: a model in which nothing can go wrong proves nothing.
#[test]
fn each_of_the_rules_is_needed() {
    let without_a_promise = |multi: &MultiStatus, siblings: &[Sibling]| match next_move(multi, siblings) {
        Move::Promise => Move::Pass,
        other => other,
    };
    let model = Model::of(2, true);
    let table = [
        ("one passes once all are ready", Model { next_move: without_a_promise, ..model }),
        ("one that promised returns by itself", Model { returns_by_itself: |_| true, ..model }),
        ("a status is written to whatever is there", Model { guarded_by: 0, ..model }),
        ("it is until one is ready", Model { guarded_by: READY, ..model }),
        ("traffic moves before the turn is recorded", Model { recorded_first_from: 0, ..model }),
    ];
    for (what, model) in table {
        assert!(Explorer::new(model).explore().is_none(), "{what}, and nothing goes wrong");
    }
}
