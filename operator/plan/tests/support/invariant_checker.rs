//! The invariants of docs/invariants.md, checked against the fake world itself. Nothing here is shared with the planner's
//! own checks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sluice_api::{DeploymentStatus, HookEvent, Share};
use sluice_plan::observation::TaskSetState;
use sluice_plan::{Action, WeightChange};

use super::fixture::{limits, target_group};
use super::part::Part;
use super::world::{Set, World};

/// Watches every write of one deployment.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself")]
pub struct InvariantChecker {
    external_id: String,
    original: Option<String>,
    /// Whether the deployment was seen on its way back.
    pub returning: bool,
    /// Whether it was seen to end.
    pub ended: bool,
    /// Whether the sizes of the two sides follow the traffic.
    pub proportional: bool,
    /// Whether each side is large enough for what it carries at any moment, because nothing happens but what users ask.
    pub always_enough: bool,
    /// The share in percent beyond which nobody let it go.
    pub unapproved_beyond: Option<i32>,
    /// The last share of the pair that was written on each route.
    written: BTreeMap<String, Part>,
    /// When a weight was last written, or last changed by anyone.
    touched: Option<Timestamp>,
    /// The longest time for which clients stuck to each target group, of all that were seen while it had traffic.
    stickiness: BTreeMap<String, SignedDuration>,
    /// Executions of hooks that are recorded to have begun.
    begun: BTreeSet<String>,
    /// Those of which a verdict is recorded.
    verdicts: BTreeSet<String>,
}

impl InvariantChecker {
    pub fn new(world: &World, external_id: String) -> Self {
        let serves = |set: &&Set| world.has_weight(&set.group) || world.routes.is_empty();
        let original = world.sets.iter().find(serves).map(|set| set.id.clone());
        Self {
            external_id,
            original,
            returning: false,
            ended: false,
            proportional: false,
            always_enough: false,
            unapproved_beyond: None,
            written: BTreeMap::new(),
            touched: None,
            stickiness: BTreeMap::new(),
            begun: BTreeSet::new(),
            verdicts: BTreeSet::new(),
        }
    }

    /// A status was recorded: which hooks have begun by it, and which have come to an end.
    pub fn recorded(&mut self, status: &DeploymentStatus) {
        let events = status.lifecycle_events.iter().flat_map(|event| &event.hooks);
        for hook in events.chain(status.rollback.iter().flat_map(|rollback| &rollback.hooks)) {
            // A later attempt begins once the one before it has its verdict.
            let attempt =
                |number: i32| format!("{}/{number}", hook.execution_id.rsplit_once('/').unwrap_or_default().0);
            self.verdicts.extend((1..hook.attempt).map(attempt));
            self.begun.insert(hook.execution_id.clone());
            if hook.ended_at.is_some() {
                self.verdicts.insert(hook.execution_id.clone());
            }
        }
    }

    /// Someone else changed a weight.
    pub fn touched(&mut self, at: Timestamp) {
        self.touched = Some(at);
    }

    /// Checks a step right before AWS takes it.
    pub fn before(&mut self, world: &World, step: &Action, held: bool) {
        assert!(!self.ended, "S9 Terminal: {step:?} after the end");
        assert!(!held, "pause: {step:?} while the user holds the deployment");
        match step {
            Action::CreateTaskSet(new) => {
                assert_eq!(new.external_id, self.external_id, "S5 OneTaskSet: a foreign external id");
                assert!(!self.returning, "a task set is made on the way back");
                let is_own = |set: &Set| set.external_id.as_ref() == Some(&new.external_id);
                assert!(new.target_group.is_empty() || world.live_in(&new.target_group).all(is_own));
            }
            Action::ScaleTaskSet { task_set, size } => {
                let set = world.set(task_set).unwrap();
                let is_own = set.external_id.as_ref() == Some(&self.external_id);
                let is_original = self.proportional && self.original.as_ref() == Some(task_set);
                assert!(is_own || is_original, "S11 NoForeign: {task_set}");
                if *size < set.scale && world.routes.is_empty() {
                    assert!(!is_own && !self.returning, "S19 EnoughTasks: {task_set} shrinks on the wrong way");
                    Self::works_on(world, task_set, *size);
                } else if *size < set.scale {
                    assert!(self.proportional, "S3 NoDeleteLive: {task_set} shrinks");
                    assert_eq!(is_own, self.returning, "S19 EnoughTasks: {task_set} shrinks on the wrong way");
                    self.shrink(world, set, *size);
                }
            }
            Action::SetWeights(_) => self.weights(world, step),
            Action::PromoteTaskSet { task_set } => {
                self.is_ours(world, task_set);
                let group = &world.set(task_set).unwrap().group;
                let other = if *group == target_group(0) { target_group(1) } else { target_group(0) };
                let full = (0..world.routes.len())
                    .all(|route| world.weight(route, group) > 0 && world.weight(route, &other) == 0);
                assert!(full, "S4 OnePrimary: {task_set} is promoted below 100 percent");
                let own = world.set(task_set).unwrap().external_id.as_ref() == Some(&self.external_id);
                let others = world
                    .routes
                    .iter()
                    .flat_map(|(_, weights)| weights)
                    .any(|(arn, weight)| *weight > 0 && *arn != target_group(0) && *arn != target_group(1));
                assert!(!own || !others, "S4 OnePrimary: {task_set} is promoted while someone else has a share");
                assert!(world.all_routes_are_read(), "S4 OnePrimary: {task_set} is promoted over an unread route");
                let mut others = world.sets.iter().filter(|set| set.is_live() && set.group != *group);
                let over = others.any(|set| world.unnamed_rule_sends_to(&set.group));
                assert!(!over, "S4 OnePrimary: {task_set} is promoted while another rule sends requests elsewhere");
            }
            Action::DeleteTaskSet { task_set } => self.delete(world, task_set),
            Action::StartHook(call) => {
                assert!(
                    self.begun.contains(&call.execution_id),
                    "S17 HookOnce: {} starts unrecorded",
                    call.execution_id
                );
                assert!(!self.verdicts.contains(&call.execution_id), "S17 HookOnce: {} again", call.execution_id);
                let is_of_the_way_back = call.payload.event == HookEvent::OnRollback;
                assert_eq!(self.returning, is_of_the_way_back, "S17 HookOnce: {} at the wrong side", call.execution_id);
            }
        }
    }

    fn weights(&mut self, world: &World, step: &Action) {
        let Action::SetWeights(change) = step else { return };
        if change.route == world.test_route() {
            return self.test_weights(world, change);
        }
        let route =
            world.routes.iter().position(|(arn, _)| *arn == change.route).expect("S10 ScopeOnly: a foreign route");
        let groups: Vec<&str> = change.weights.iter().map(|(group, _)| group.as_str()).collect();
        assert_eq!(groups.len(), 2, "S10 ScopeOnly: both of the pair, and no other");
        assert!(groups.contains(&target_group(0).as_str()) && groups.contains(&target_group(1).as_str()));
        assert!(change.weights.iter().all(|(_, weight)| (0..=999).contains(weight)), "S1 WeightSum");
        let sum: i32 = change.weights.iter().map(|(_, weight)| weight).sum();
        assert!(sum > 0, "S1 WeightSum: no weight is above 0");
        let has = |group: &&str| world.routes[route].1.iter().any(|(arn, _)| arn == group);
        let readable = !world.hidden.contains_key(&route) && groups.iter().all(has);
        assert!(readable, "S10 ScopeOnly: {} cannot take these weights", change.route);
        let own = world.of(&self.external_id).map(|set| set.group.clone());
        let pair_now: i32 = groups.iter().map(|group| world.weight(route, group)).sum();
        let all = world.part(route, groups[0]).of - pair_now + sum;
        let rises = |group: &str, weight: i32| Part { weight, of: all }.is_above(world.part(route, group));
        for (group, weight) in &change.weights {
            let other = groups.iter().find(|other| *other != group).unwrap();
            let nothing_lost = self.returning && Some(group) != own.as_ref() && world.healthy(other) == 0;
            let raised = rises(group, *weight);
            let nobody_is_served = world.desired == 0 && groups.iter().all(|group| world.healthy(group) == 0);
            let nothing_lost = nothing_lost || nobody_is_served;
            assert!(!raised || world.healthy(group) >= 1 || nothing_lost, "S2 NoEmptyTarget: {group} to {weight}");
        }
        if let Some(share) = own.and_then(|own| change.weights.iter().find(|(group, _)| *group == own)) {
            let written = Part { weight: share.1, of: sum };
            let last = self.written.insert(change.route.clone(), written).unwrap_or(Part { weight: 0, of: 1 });
            let raised = rises(&share.0, share.1);
            let is_tried = world.test.is_empty() || world.test_weight(&share.0) > 0 || last.weight > 0;
            assert!(!raised || is_tried, "S18 TestFirst: raised before the test route was switched");
            assert!(!raised || world.all_routes_are_read(), "S8 StepBound: raised while a route is not read");
            let most = Part { weight: self.unapproved_beyond.unwrap_or(100), of: 100 };
            assert!(
                !raised || !written.is_above(most),
                "S8 StepBound: {written:?}, and nobody let it go beyond {most:?}"
            );
            assert!(
                !self.returning || share.1 == 0 || (self.proportional && !raised),
                "S7 Monotone: {} while rolling back",
                share.1
            );
            assert!(self.returning || !last.is_above(written), "S7 Monotone: {written:?} after {last:?}");
            if self.proportional {
                self.is_carried(world, &share.0, written, raised);
            }
        }
        self.touched = Some(world.now);
    }

    /// S19 EnoughTasks: who shrinks keeps what each route needs, and a task; and no earlier weight can land any more.
    fn shrink(&self, world: &World, set: &Set, size: Share) {
        let id = &set.id;
        assert!(size > Share::NONE, "S19 EnoughTasks: {id} shrinks to {size}%");
        assert!(world.all_routes_are_read(), "S19 EnoughTasks: {id} shrinks over an unread route");
        let unnamed = world.unnamed_rule_sends_to(&set.group);
        assert!(!unnamed, "S19 EnoughTasks: {id} shrinks, and a rule that is not named sends it requests");
        let carries = world.share(&set.group);
        assert!(carries <= size, "S19 EnoughTasks: {id} shrinks to {size}%, and carries {carries}%");
        assert!(
            world.stickiness.is_none() || carries == Share::NONE,
            "S19 EnoughTasks: {id} shrinks under clients that stick"
        );
        let rested = self.touched.is_none_or(|at| world.now >= at + limits().barrier);
        assert!(rested, "S19 EnoughTasks: {id} shrinks within the barrier");
    }

    /// S19 EnoughTasks: whoever receives more has tasks for it; on the way back as many as are healthy, unless both sides
    /// together are too few.
    fn is_carried(&self, world: &World, own: &str, written: Part, raised: bool) {
        let set = world.live_in(own).next();
        let is_sized = set.is_some_and(|set| written.rounded() <= set.scale);
        assert!(!raised || is_sized, "S19 EnoughTasks: {written:?} on a replacement that is smaller");
        let replacement = i64::try_from(world.healthy(own)).unwrap();
        if raised || !self.returning || replacement == 0 {
            return;
        }
        let original =
            i64::try_from(world.healthy(&if own == target_group(0) { target_group(1) } else { target_group(0) }))
                .unwrap();
        let (all, part) = (i64::from(world.desired.max(1)), i64::from(written.of - written.weight));
        let whole = i64::from(written.of);
        let carries = part * all <= original * whole;
        let both_are_too_few = original + replacement < all && part * (original + replacement) <= original * whole;
        assert!(carries || both_are_too_few, "S19 EnoughTasks: {written:?}, and {original} of {all} tasks are healthy");
    }

    /// S18 TestFirst: all or nothing; on the way back nothing.
    fn test_weights(&mut self, world: &World, change: &WeightChange) {
        assert!(!world.test.is_empty(), "S10 ScopeOnly: a foreign test route");
        let own = world.of(&self.external_id).map(|set| set.group.clone());
        for (group, weight) in &change.weights {
            let is_right = (Some(group) == own.as_ref()) != self.returning || *weight == 0;
            assert!(is_right, "S18 TestFirst: {group} to {weight}");
        }
        self.touched = Some(world.now);
    }

    /// S19 EnoughTasks, without a load balancer: what is left works as the service wants it, or no less than before.
    fn works_on(world: &World, smaller: &str, size: Share) {
        let all = usize::try_from(world.desired).unwrap();
        let tasks =
            |set: &Set| if set.id == smaller { set.working(world, size) } else { set.working(world, set.scale) };
        let left: usize = world.sets.iter().map(tasks).sum();
        let had: usize = world.sets.iter().map(|set| set.working(world, set.scale)).sum();
        assert!(
            left >= all.min(had),
            "S19 EnoughTasks: {left} of {all} tasks are left as {smaller} shrinks to {size}%"
        );
    }

    fn delete(&self, world: &World, task_set: &str) {
        self.is_ours(world, task_set);
        if world.routes.is_empty() && self.original.is_some() {
            Self::works_on(world, task_set, Share::NONE);
        }
        let set = world.set(task_set).unwrap();
        assert_eq!(world.test_weight(&set.group), 0, "S3 NoDeleteLive: {task_set} receives test traffic");
        assert!(!world.has_weight(&set.group), "S3 NoDeleteLive: {task_set} receives traffic");
        let unnamed = world.unnamed_rule_sends_to(&set.group);
        assert!(!unnamed, "S3 NoDeleteLive: {task_set} receives traffic by a rule that is not named");
        let known = world.all_routes_are_read() || world.gone.contains(&set.group);
        assert!(known, "S3 NoDeleteLive: {task_set} may receive traffic by an unread route");
        let gives_back = self.returning && world.sets.iter().any(|set| set.is_other_service);
        let is_primary = set.status == TaskSetState::Primary;
        assert!(!is_primary || gives_back, "S4 OnePrimary: {task_set} is primary");
        // Nobody is answered by a group without a healthy target, however long he sticks to it.
        let longest = self.stickiness.get(&set.group).copied().filter(|_| world.healthy(&set.group) > 0);
        let sticky = longest.unwrap_or_default();
        let late = limits().network_weights() * i32::from(world.is_behind_a_network_load_balancer());
        let rested = self.touched.is_none_or(|at| world.now >= at + limits().barrier.max(sticky).max(late));
        assert!(rested, "S12 Barrier: {task_set} is deleted within the barrier");
    }

    fn is_ours(&self, world: &World, task_set: &str) {
        let other_service = world.set(task_set).is_some_and(|set| set.is_other_service);
        assert!(!other_service, "S11 NoForeign: {task_set} is another service");
        let own = world.set(task_set).is_some_and(|set| set.external_id.as_ref() == Some(&self.external_id));
        assert!(own || self.original.as_deref() == Some(task_set), "S11 NoForeign: {task_set}");
    }

    /// Checks the world itself, at every tick.
    pub fn world(&mut self, world: &World) {
        for group in [0, 1].map(target_group).into_iter().filter(|group| world.has_weight(group)) {
            let longest = self.stickiness.entry(group).or_default();
            *longest = (*longest).max(world.stickiness.unwrap_or_default());
        }
        let live = world.sets.iter().filter(|set| set.is_live());
        for set in live.clone().filter(|_| self.always_enough) {
            let carries = world.share(&set.group);
            assert!(carries <= set.scale, "S19 EnoughTasks: {} has {}%, and carries {carries}%", set.id, set.scale);
        }
        let primaries = live.clone().filter(|set| set.status == TaskSetState::Primary).count();
        assert!(primaries <= 1, "S4 OnePrimary: {primaries}");
        let own = live.clone().filter(|set| set.external_id.as_ref() == Some(&self.external_id)).count();
        assert!(own <= 1 && live.count() <= 2, "S5 OneTaskSet");
    }
}
