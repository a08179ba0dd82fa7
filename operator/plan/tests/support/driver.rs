//! The driver: observe, plan, act, record, until the deployment ends, with a checker at every tick.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use sluice_api::{
    Adoption, DeploymentGroupSpec, DeploymentStatus, IntentOperation, LifecycleEventStatus, MESSAGE_LIMIT, MultiStatus,
    ProductionRoute, ReadyTimeout, Reason, TestRoute,
};
use sluice_plan::begin::schedule::Increment;
use sluice_plan::identity::external_id;
use sluice_plan::multi::Sibling;
use sluice_plan::observation::{FunctionName, HookNeed, Observation, RouteState};
use sluice_plan::reads::missing;
use sluice_plan::status::{LOOKS_UNWRITTEN, is_worth_a_write, next, started};
use sluice_plan::{
    Action, Asked, CallError, Candidate, Controls, Identity, Input, Newer, Note, Outcome, Plan, ReadScope, Refusal,
    Release, WaitKind, begin, plan, without_access,
};

use super::fixture::{limits, network_listener, outsider, released, schedule, seconds, settings, target_group};
use super::invariant_checker::InvariantChecker;
use super::kstatus;
use super::log::Log;
use super::reads::{Reading, answer, look};
use super::world::{AlarmIs, Behaviour, World};

/// What happens to the world, or is asked of the deployment, at some second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Stop,
    /// Someone adds a word to `spec.approvals`.
    Approve(&'static str),
    /// Someone sets `spec.skipTo`.
    SkipTo(&'static str),
    Pause,
    Resume,
    Delete,
    /// The group asks for what the original runs.
    AskForOriginal,
    /// The group asks for what is released, after all.
    AskForRelease,
    /// A newer Deployment that could begin waits, and the group lets it take the place of this one.
    Supersede,
    /// A newer Deployment that could begin waits, and goes back to what this one replaces.
    GoBack,
    /// A newer Deployment that could begin waits, and the group lets it end the bake of this one.
    EndBake,
    /// No newer Deployment waits any more that could begin.
    NoNewer,
    /// Someone sets the share of the replacement on a route.
    Weigh(usize, i32),
    /// Someone sets the share of the replacement on the test route.
    WeighTest(i32),
    Desired(i32),
    /// Someone gives a third target group this share of a route.
    Outsider(usize, i32),
    LoseOriginal,
    LoseReplacement,
    ReplacementBecomes(Behaviour),
    OriginalBecomes(Behaviour),
    ServiceGone,
    ServiceBack,
    /// ECS leaves the task sets out of its next answer.
    EmptyRead,
    /// A route is not found any more; whatever took its place has its weights.
    RouteGone(usize),
    /// A route answers without a forward action.
    RouteWithoutForward(usize),
    /// Someone writes a route with the original's target group alone.
    RouteOfOriginalAlone(usize),
    /// Someone writes a route with the replacement's target group alone.
    RouteOfReplacementAlone(usize),
    /// Every route answers again, with both target groups in it.
    RoutesBack,
    /// Someone makes a rule that the group does not name, with this share of the replacement.
    UnnamedRule(i32),
    /// That rule goes.
    UnnamedRuleGone,
    /// The task definition of the release is deregistered and deleted.
    DefinitionGone,
    /// The routes of the load balancer may not be listed any more.
    ListingDenied,
    /// They may again.
    ListingAllowed,
    /// Nothing may be called for the namespace any more: its binding is gone, or does not admit it.
    AccessGone,
    /// The binding admits the namespace again.
    AccessBack,
    /// The replacement's target group leaves every route and is deleted.
    ReplacementGroupGone,
    /// The original's target group leaves every route and is deleted.
    OriginalGroupGone,
    /// AWS denies every write of this kind, by the word that `Run::writes` has for it.
    Deny(&'static str),
    /// AWS denies nothing any more.
    Allow,
    /// So many tasks of the replacement fail, and are replaced at once.
    TasksFail(usize),
    /// So many tasks of the replacement fail the checks of the load balancer so many seconds after they began to run, and are
    /// replaced at once.
    TasksFailChecks(usize, i64),
    /// Clients stick to a target group for so many seconds, on every route; 0: they do not.
    Stick(i64),
    /// ECS finds no place for a task of the replacement.
    NoPlace,
    /// CloudWatch answers so for an alarm from now on.
    Alarm(&'static str, AlarmIs),
}

/// Seconds after which a write lands that is late: nearly its longest life.
const LATE: i64 = 25;

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mishap of its own, and any may come with any other")]
pub struct Run {
    pub world: World,
    pub progress: DeploymentStatus,
    /// What of it is recorded: the process knows more, and forgets it when it dies.
    pub recorded: DeploymentStatus,
    /// Since when it knows more.
    unwritten_since: Option<Timestamp>,
    /// How often the status was recorded.
    pub records: usize,
    /// One word for each write.
    pub writes: Vec<&'static str>,
    pub notes: Vec<Note>,
    /// What the status said, one after the other.
    pub said: Vec<String>,
    pub controls: Controls,
    pub approvals: Vec<String>,
    pub skip_to: Option<&'static str>,
    /// Everything that it was.
    skips: Vec<&'static str>,
    pub settings: DeploymentGroupSpec,
    /// AWS refuses the create.
    pub refuses_create: bool,
    /// AWS denies writes of this kind.
    pub denies: Option<&'static str>,
    /// Numbers of the writes whose record is lost: the process dies between act and record.
    pub lost_records: BTreeSet<usize>,
    /// Numbers of the writes that are done, and whose answer is lost.
    pub lost_answers: BTreeSet<usize>,
    /// Numbers of the writes that have no answer, and land after so many seconds.
    pub late_writes: BTreeSet<usize>,
    /// Numbers of the reconciles before which the process dies: it knows what is recorded, and no more.
    pub dies_before: BTreeSet<usize>,
    /// Numbers of the reconciles whose record is lost: the process dies after it, whatever it did.
    pub dies_after: BTreeSet<usize>,
    /// How often it reconciled.
    pub reconciles: usize,
    /// Whether the first read after a write still answers with what was before it.
    pub lags: bool,
    /// Seconds after which it is left where it is.
    pub time_limit: i64,
    pub log: Log,
    start: Timestamp,
    uid: String,
    /// The deployment configuration, as a manifest has it.
    pub config: Value,
    increments: Vec<Increment>,
    pub events: Vec<(i64, Event)>,
    /// Who is pinned as released as one with it.
    pub multi: Option<MultiStatus>,
    /// How those stand.
    pub siblings: Vec<Sibling>,
    pub checker: InvariantChecker,
    empty_read: bool,
    /// Whether the namespace is not admitted.
    is_refused: bool,
    before_write: Option<Observation>,
}

impl Run {
    /// A release of the world's revision by this configuration.
    pub fn new(world: World, config: &Value) -> Self {
        let uid = format!("{:0>36}", world.revision);
        let mut settings = settings(world.routes.len());
        if world.is_behind_a_network_load_balancer() {
            let listener = ProductionRoute { listener_rule: None, listener: Some(network_listener()) };
            settings.load_balancer.production_routes = vec![listener];
        }
        let url = || Some("https://test.shop.example.com".to_owned());
        let is_listener = world.is_behind_a_network_load_balancer();
        let test_route = || {
            let named = |is_it: bool| is_it.then(|| world.test_route());
            TestRoute { listener_rule: named(!is_listener), listener: named(is_listener), url: url() }
        };
        if world.sets.iter().any(|set| set.is_other_service) {
            settings.adopt = Some(Adoption { service: "shop-rolling".to_owned(), cluster: None, keep: true });
        }
        settings.load_balancer.test_route = (!world.test.is_empty()).then(test_route);
        let checker = InvariantChecker::new(&world, external_id(&uid));
        Self {
            settings,
            progress: DeploymentStatus::default(),
            recorded: DeploymentStatus::default(),
            unwritten_since: None,
            records: 0,
            writes: Vec::new(),
            notes: Vec::new(),
            said: Vec::new(),
            controls: Controls::default(),
            approvals: Vec::new(),
            skip_to: None,
            skips: Vec::new(),
            refuses_create: false,
            denies: None,
            lost_records: BTreeSet::new(),
            lost_answers: BTreeSet::new(),
            late_writes: BTreeSet::new(),
            dies_before: BTreeSet::new(),
            dies_after: BTreeSet::new(),
            reconciles: 0,
            lags: false,
            time_limit: 6 * 3600,
            log: Log::new(world.now, world.routes.len()),
            start: world.now,
            uid,
            config: config.clone(),
            increments: schedule(config),
            events: Vec::new(),
            multi: None,
            siblings: Vec::new(),
            checker,
            empty_read: false,
            is_refused: false,
            before_write: None,
            world,
        }
    }

    /// Something happens so many seconds after the beginning.
    pub fn at(mut self, second: i64, event: Event) -> Self {
        self.events.push((second, event));
        self.events.sort_by_key(|(second, _)| *second);
        self
    }

    /// The ARNs of the target groups of the original and of the replacement.
    fn groups(&self) -> (String, String) {
        let replacement =
            self.progress.replacement.as_ref().map_or_else(|| target_group(1), |set| set.target_group.clone());
        let original = if replacement == target_group(0) { target_group(1) } else { target_group(0) };
        (original, replacement)
    }

    pub fn elapsed(&self) -> i64 {
        self.world.now.duration_since(self.start).as_secs()
    }

    /// Runs until it ends, or time_limit does.
    pub fn run(mut self) -> Self {
        self.begin().unwrap();
        self.go_on()
    }

    /// Goes on until it ends, or time_limit does.
    pub fn go_on(mut self) -> Self {
        while self.progress.completed_at.is_none() && self.elapsed() < self.time_limit {
            self.step();
            assert!(self.writes.len() < 500, "a hot loop of writes:\n{}", self.log.text());
        }
        if self.progress.completed_at.is_some() {
            self.stays_ended();
        }
        self.summary();
        self
    }

    /// One reconcile, and then the time until the next.
    pub fn step(&mut self) {
        self.fire();
        let wake_at = self.reconcile();
        self.world.advance_to(wake_at);
    }

    /// UID of the Deployment.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// Begins, and goes on until this is so.
    pub fn until(mut self, reached: impl Fn(&Self) -> bool) -> Self {
        self.begin().unwrap();
        self.until_later(reached)
    }

    /// Goes on until this is so.
    pub fn until_later(mut self, reached: impl Fn(&Self) -> bool) -> Self {
        while !reached(&self) {
            assert!(self.elapsed() < self.time_limit, "never reached:\n{}", self.log.text());
            self.step();
        }
        self
    }

    /// What the planner makes of this observation now.
    pub fn look(&self, change: impl FnOnce(&mut Observation)) -> (Plan, DeploymentStatus) {
        let observed = self.seen(&self.progress, &self.all(change));
        let input = self.input(&self.progress, &observed);
        let plan = plan(&input);
        let outcome = if plan.action.is_some() { Outcome::Done { at: self.world.now } } else { Outcome::Nothing };
        let status = next(&input, &plan, &outcome, Some(1));
        (plan, status)
    }

    /// What a look at this observation reads now.
    pub fn reads(&self, change: impl FnOnce(&mut Observation)) -> Reading {
        look(ReadScope::Progress(self.release(&self.progress)), &self.settings, &self.all(change))
    }

    /// What the planner would make of the first round alone.
    pub fn plan_blindly(&self) -> Plan {
        let release = self.release(&self.progress);
        let scope = ReadScope::Progress(release);
        let all = self.world.observe(&self.uid);
        let mut observed = Observation::blank(all.at, &self.settings.load_balancer.target_groups);
        for read in missing(&scope, &self.settings, &observed) {
            observed.learn(read.clone(), answer(&all, &read));
        }
        plan(&Input { release, observed: &observed })
    }

    fn all(&self, change: impl FnOnce(&mut Observation)) -> Observation {
        let mut observed = self.world.observe(&self.uid);
        change(&mut observed);
        observed
    }

    /// What a look sees of the whole world: what it does not read changes neither what is done nor what is shown.
    fn seen(&self, progress: &DeploymentStatus, all: &Observation) -> Observation {
        let seen = look(ReadScope::Progress(self.release(progress)), &self.settings, all).observed;
        let (stopped_tasks, executions) = (seen.stopped_tasks.clone(), seen.executions.clone());
        let all = Observation { stopped_tasks, executions, ..all.clone() };
        let [by_part, by_all] = [&seen, &all].map(|observed| {
            let input = self.input(progress, observed);
            let plan = plan(&input);
            let status = next(&input, &plan, &Outcome::Nothing, Some(1));
            (plan, status)
        });
        assert_eq!(by_part, by_all, "what was not read matters\n{}", self.log.text());
        seen
    }

    /// Begins, and records the beginning.
    pub fn begin(&mut self) -> Result<(), Refusal> {
        let lambdas = self.settings.hooks.iter().filter_map(|hook| hook.lambda.as_ref());
        self.world.hooks.named = lambdas.map(FunctionName::of).collect();
        for need in self.settings.hooks.iter().flat_map(HookNeed::of) {
            self.world.hooks.needs.entry(need).or_default();
        }
        let all = self.world.observe(&self.uid);
        let released = released(self.world.revision);
        let scope = ReadScope::Begin { uid: &self.uid, released: &released };
        let seen = look(scope, &self.settings, &all).observed;
        let [by_part, by_all] = [&seen, &all].map(|observed| {
            let candidate = Candidate {
                uid: &self.uid,
                released: &released,
                settings: &self.settings,
                increments: &self.increments,
                observed,
            };
            begin(&candidate).map(|progress| started(&self.input(&progress, observed), &[], Some(1)))
        });
        assert_eq!(by_part, by_all, "what was not read matters at the beginning");
        let (mut status, notes) = by_part?;
        status.multi.clone_from(&self.multi);
        self.record(status);
        self.log.notes(&notes);
        self.world.now += seconds(1);
        self.world.tick();
        Ok(())
    }

    fn release<'a>(&'a self, progress: &'a DeploymentStatus) -> Release<'a> {
        let identity = Identity { namespace: "shop", name: "prod-1", group: "prod", uid: &self.uid };
        let asked = Asked { approvals: &self.approvals, skip_to: self.skip_to };
        let release = Release::parse(identity, self.controls, progress, limits()).unwrap();
        release.followed_by(self.controls.newer.map(|_| "prod-2 (shop:43)")).asking(asked).beside(&self.siblings)
    }

    fn input<'a>(&'a self, progress: &'a DeploymentStatus, observed: &'a Observation) -> Input<'a> {
        Input { release: self.release(progress), observed }
    }

    /// Remembers a status, and records it as the operator does: when it is worth it, or after some looks.
    fn record(&mut self, status: DeploymentStatus) {
        kstatus::check(&status);
        let due = self
            .unwritten_since
            .is_some_and(|since| self.world.now >= since + limits().poll * i32::from(LOOKS_UNWRITTEN));
        if status == self.recorded {
            self.unwritten_since = None;
        } else if due || is_worth_a_write(&self.recorded, &status) {
            self.recorded = status.clone();
            self.checker.recorded(&status);
            self.unwritten_since = None;
            self.records += 1;
        } else {
            self.unwritten_since.get_or_insert(self.world.now);
        }
        self.progress = status;
    }

    fn fire(&mut self) {
        while let Some((second, event)) = self.events.first().copied().filter(|(second, _)| *second <= self.elapsed()) {
            let _ = second;
            self.events.remove(0);
            self.log.event(self.world.now, &format!("{event:?}"));
            self.happen(event);
        }
    }

    /// Takes in what a user asks for; false where it is something else that happens.
    fn is_asked(&mut self, event: Event) -> bool {
        match event {
            Event::Stop => self.controls.stop = true,
            Event::Pause => self.controls.paused = true,
            Event::Resume => self.controls.paused = false,
            Event::Delete => self.controls.deleted = true,
            Event::AskForOriginal => self.controls.reverted = true,
            Event::AskForRelease => self.controls.reverted = false,
            Event::Supersede => self.controls.newer = Some(Newer::Supersedes),
            Event::GoBack => self.controls.newer = Some(Newer::GoesBack),
            Event::EndBake => self.controls.newer = Some(Newer::EndsBake),
            Event::NoNewer => self.controls.newer = None,
            Event::Approve(word) => self.approvals.push(word.to_owned()),
            Event::SkipTo(word) => {
                self.skip_to = Some(word);
                self.skips.push(word);
            }
            _ => return false,
        }
        true
    }

    pub fn happen(&mut self, event: Event) {
        if self.is_asked(event) {
            return;
        }
        let (original_group, replacement_group) = self.groups();
        let becomes = |world: &mut World, group: &str, behaviour| {
            for set in world.sets.iter_mut().filter(|set| set.group == group && set.is_live()) {
                set.behaviour = behaviour;
            }
        };
        let lose = |world: &mut World, group: &str| {
            let ids: Vec<String> = world.live_in(group).map(|set| set.id.clone()).collect();
            for id in &ids {
                world.delete(id);
            }
        };
        match event {
            Event::WeighTest(share) => {
                self.world.test = vec![(original_group, 100 - share), (replacement_group, share)];
            }
            Event::Weigh(route, share) => {
                let count = self.world.routes.len();
                let weights = vec![(original_group.clone(), 100 - share), (replacement_group.clone(), share)];
                let pair = [original_group, replacement_group];
                let before = pair.clone().map(|group| self.world.part(route % count, &group));
                self.world.routes[route % count].1 = weights;
                if before != pair.map(|group| self.world.part(route % count, &group)) {
                    self.checker.touched(self.world.now);
                }
            }
            Event::Desired(count) => {
                self.world.desired = count;
                self.world.tick();
            }
            Event::Outsider(route, share) => {
                let route = route % self.world.routes.len();
                let weights = &mut self.world.routes[route].1;
                weights.retain(|(arn, _)| *arn != outsider());
                // The shares of the pair keep their proportion.
                let divisor = weights.iter().fold(0, |divisor, (_, weight)| common_divisor(divisor, *weight)).max(1);
                let sum: i32 = weights.iter().map(|(_, weight)| weight / divisor).sum();
                for (_, weight) in weights.iter_mut() {
                    *weight = *weight / divisor * (100 - share);
                }
                weights.push((outsider(), share * sum));
            }
            Event::LoseOriginal => lose(&mut self.world, &original_group),
            Event::LoseReplacement => lose(&mut self.world, &replacement_group),
            Event::ReplacementBecomes(behaviour) => {
                self.world.behaviour = behaviour;
                becomes(&mut self.world, &replacement_group, behaviour);
            }
            Event::OriginalBecomes(behaviour) => becomes(&mut self.world, &original_group, behaviour),
            Event::Deny(kind) => self.denies = Some(kind),
            Event::Allow => self.denies = None,
            Event::TasksFail(count) => self.world.fail_tasks(&replacement_group, count),
            Event::TasksFailChecks(count, after) => self.world.fail_checks(&replacement_group, count, seconds(after)),
            Event::Stick(length) => self.world.stickiness = (length > 0).then(|| seconds(length)),
            Event::NoPlace => self.world.find_no_place(&replacement_group),
            Event::Alarm(name, is) => self.world.answer_alarm(name, is),
            Event::ServiceGone => self.world.present = false,
            Event::ServiceBack => self.world.present = true,
            Event::EmptyRead => self.empty_read = true,
            Event::RouteGone(route) => self.hide(route, RouteState::Missing),
            Event::RouteWithoutForward(route) => self.hide(route, RouteState::NoForward),
            Event::RouteOfOriginalAlone(route) => self.rewrite(route, &original_group),
            Event::RouteOfReplacementAlone(route) => self.rewrite(route, &replacement_group),
            Event::RoutesBack => {
                self.world.hidden.clear();
                self.world.gone.clear();
                for (_, weights) in &mut self.world.routes {
                    weights.retain(|(arn, _)| *arn != outsider());
                    for group in [&original_group, &replacement_group] {
                        if !weights.iter().any(|(arn, _)| arn == group) {
                            weights.push((group.clone(), 0));
                        }
                    }
                }
            }
            Event::UnnamedRule(share) => {
                self.world.unnamed = vec![(original_group, 100 - share), (replacement_group, share)];
                self.world.unnamed.retain(|(group, _)| !self.world.gone.contains(group));
            }
            Event::UnnamedRuleGone => self.world.unnamed.clear(),
            Event::DefinitionGone => self.world.is_defined = false,
            Event::ListingDenied => self.world.is_listable = false,
            Event::ListingAllowed => self.world.is_listable = true,
            Event::AccessGone => self.is_refused = true,
            Event::AccessBack => self.is_refused = false,
            Event::ReplacementGroupGone => {
                (0..self.world.routes.len()).for_each(|route| self.rewrite(route, &original_group));
                self.world.unnamed.retain(|(group, _)| *group != replacement_group);
                self.world.gone.push(replacement_group);
            }
            Event::OriginalGroupGone => {
                (0..self.world.routes.len()).for_each(|route| self.rewrite(route, &replacement_group));
                self.world.unnamed.retain(|(group, _)| *group != original_group);
                self.world.gone.push(original_group);
            }
            // What a user asks for.
            _ => {}
        }
    }

    fn hide(&mut self, route: usize, state: RouteState) {
        self.world.hidden.insert(route % self.world.routes.len(), state);
    }

    /// A route with this target group alone.
    fn rewrite(&mut self, route: usize, group: &str) {
        let route = route % self.world.routes.len();
        if self.world.gone.iter().any(|gone| gone == group) {
            // No rule can name it, so that whoever writes the rule gives it another action.
            self.world.routes[route].1.clear();
            self.hide(route, RouteState::NoForward);
        } else {
            self.world.routes[route].1 = vec![(group.to_owned(), 100)];
        }
    }

    /// What AWS would answer to every read, and whether that is the present.
    fn observe(&mut self) -> (Observation, bool) {
        let mut observed = self.world.observe(&self.uid);
        if std::mem::take(&mut self.empty_read) {
            if let Some(service) = &mut observed.service {
                service.task_sets.clear();
            }
            return (observed, false);
        }
        match self.before_write.take().filter(|_| self.lags) {
            Some(before) => (Observation { at: observed.at, ..before }, false),
            None => (observed, true),
        }
    }

    /// One reconcile; the moment of the next.
    fn reconcile(&mut self) -> Timestamp {
        if self.is_refused {
            return self.reconcile_without_access();
        }
        self.reconciles += 1;
        if self.dies_before.contains(&self.reconciles) {
            return self.dies_now("the process dies before it looks");
        }
        let (all, fresh) = self.observe();
        let observed = self.seen(&self.progress, &all);
        let plan = plan(&self.input(&self.progress, &observed));
        self.checker.world(&self.world);
        assert!(
            !plan.waiting.as_ref().is_some_and(|waiting| matches!(waiting.kind, WaitKind::Blocked(_))),
            "blocked: {plan:?}\n{}",
            self.log.text()
        );
        let outcome = self.act(&plan);
        let status = next(&self.input(&self.progress, &observed), &plan, &outcome, Some(1));
        is_presentable(&plan, &status);
        if fresh && plan.waiting.is_some() && !self.misses_one(&observed) {
            self.is_steady(&all, &status);
        }
        let (original, replacement) = self.groups();
        self.log.reconcile(&self.world, (&original, &replacement), &plan, &status);
        let lost = plan.action.is_some() && self.lost_records.contains(&self.writes.len());
        if lost || self.dies_after.contains(&self.reconciles) {
            return self.dies_now("the process dies before it records this");
        }
        self.checker.ended = status.completed_at.is_some();
        self.remember(status, plan.notes.clone());
        let soon = self.world.now + seconds(if matches!(outcome, Outcome::Failed { .. }) { 5 } else { 1 });
        let due = plan.wake_at.unwrap_or(soon);
        assert!(due > self.world.now, "asleep until the past: {plan:?}");
        let event = self.events.first().map(|(second, _)| self.start + seconds(*second));
        event.map_or(due, |event| due.min(event)).max(self.world.now + seconds(1))
    }

    /// The process dies. One that starts again waits one barrier before it acts.
    fn dies_now(&mut self, told: &str) -> Timestamp {
        self.log.event(self.world.now, told);
        self.before_write = None;
        self.die();
        self.world.now + limits().barrier
    }

    /// The process dies: what was not recorded is lost, and so is what it knew of hooks that it started.
    pub fn die(&mut self) {
        self.world.hooks.die();
        self.progress = self.recorded.clone();
        self.unwritten_since = None;
    }

    /// The share that no write may go beyond, because a person has not said so: of the first wait for a person that nobody
    /// ended. None where nobody is waited for, or where time ends the wait.
    fn unapproved_beyond(&self) -> Option<i32> {
        let (original, _) = self.groups();
        if self.world.healthy(&original) == 0 || self.progress.rollback.is_some() {
            return None;
        }
        let steps = self.config["steps"].as_array().cloned().unwrap_or_default();
        let place = |word: &str| steps.iter().position(|step| step["name"] == *word).or_else(|| word.parse().ok());
        let is_end = |word: &str| matches!(word, "Bake" | "End");
        let skipped = |index: usize| {
            self.skips.iter().any(|word| is_end(word) || place(word).is_some_and(|to| to > index && to < steps.len()))
        };
        let may_begin = self.approvals.iter().any(|word| word == "Ready")
            || self.skips.iter().any(|word| is_end(word) || place(word).is_some_and(|to| to < steps.len()));
        let waits = self.settings.ready.is_some_and(|ready| ready.on_timeout == ReadyTimeout::Stop);
        if waits && !may_begin {
            return Some(0);
        }
        let mut closed = steps.iter().enumerate().filter(|(index, step)| {
            let is_asked = step["approval"].is_object() && step["approval"]["onTimeout"] != "Continue";
            let is_approved = self.approvals.iter().any(|word| place(word) == Some(*index));
            is_asked && !is_approved && !skipped(*index)
        });
        closed.next().and_then(|(_, step)| i32::try_from(step["weight"].as_i64()?).ok())
    }

    /// One reconcile that may not call AWS.
    fn reconcile_without_access(&mut self) -> Timestamp {
        let refusal =
            Refusal::new(Reason::NoBinding, "spec.aws.binding: there is no AwsBinding team-shop: an admin creates it");
        let (status, notes) = without_access(&self.release(&self.progress), &refusal, Some(1), self.world.now);
        self.log.refused(self.world.now, &status, &notes);
        self.checker.ended = status.completed_at.is_some();
        self.remember(status, notes);
        let again = self.world.now + limits().poll;
        let event = self.events.first().map(|(second, _)| self.start + seconds(*second));
        event.map_or(again, |event| again.min(event)).max(self.world.now + seconds(1))
    }

    fn remember(&mut self, status: DeploymentStatus, notes: Vec<Note>) {
        if self.said.last() != Some(&status.message) {
            self.said.push(status.message.clone());
        }
        self.record(status);
        self.notes.extend(notes);
    }

    /// Whether a task set that was there the last time is missing now: the planner looks once more.
    fn misses_one(&self, observed: &Observation) -> bool {
        let shown = [&self.progress.original, &self.progress.replacement].into_iter().flatten();
        let known = shown.filter(|set| set.desired + set.running > 0);
        let found = |id: &str| {
            observed.service.as_ref().is_some_and(|service| service.task_set(id).is_some())
                || observed.adopted.as_ref().is_some_and(|service| service.active && service.arn == id)
        };
        known.into_iter().any(|set| !found(&set.task_set))
    }

    fn act(&mut self, plan: &Plan) -> Outcome {
        self.checker.returning = plan.progress.rollback.is_some();
        self.checker.unapproved_beyond = self.unapproved_beyond();
        self.checker.proportional = !self.settings.sizing().is_full();
        let Some(action) = &plan.action else { return Outcome::Nothing };
        let past_point_of_no_return =
            plan.progress.intent.as_ref().is_some_and(|it| it.operation == IntentOperation::DeleteTaskSet);
        let held = self.controls.paused && plan.progress.rollback.is_none() && !past_point_of_no_return;
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.checker.before(&self.world, action, held)))
            .is_err()
        {
            panic!("{plan:#?}\n{}", self.log.text());
        }
        self.writes.push(kind(action));
        if self.refuses_create && matches!(action, Action::CreateTaskSet(_)) {
            let error = call_error("CreateTaskSet: platform version 9.9.9 is unknown", true);
            return Outcome::Failed { error, at: self.world.now };
        }
        if self.denies == Some(kind(action)) {
            let message = format!(
                "failed to call {}: AccessDenied: User is not authorized to perform this operation",
                kind(action)
            );
            let error = CallError { reason: Reason::AccessDenied, message, stalled: true, refused: false };
            return Outcome::Failed { error, at: self.world.now };
        }
        self.before_write = Some(self.world.observe(&self.uid));
        if self.late_writes.contains(&self.writes.len()) {
            self.world.late.push((self.world.now + seconds(LATE), action.clone()));
            return Outcome::Failed { error: call_error("no answer within 10s", false), at: self.world.now };
        }
        self.world.apply(action);
        if self.lost_answers.contains(&self.writes.len()) {
            return Outcome::Failed { error: call_error("no answer within 10s", false), at: self.world.now };
        }
        Outcome::Done { at: self.world.now }
    }

    /// The same world gives the same status, so that nothing is written while nothing happens.
    fn is_steady(&self, all: &Observation, status: &DeploymentStatus) {
        let observed = self.seen(status, all);
        let input = self.input(status, &observed);
        let again = plan(&input);
        assert_eq!((&again.action, &again.notes), (&None, &Vec::new()), "at rest\n{}", self.log.text());
        assert_eq!(&next(&input, &again, &Outcome::Nothing, Some(1)), status, "at rest\n{}", self.log.text());
    }

    /// After the end nothing is done, told or written any more, whatever becomes of the world.
    fn stays_ended(&mut self) {
        self.world.advance_to(self.world.now + seconds(300));
        let observed = self.seen(&self.progress, &self.world.observe(&self.uid));
        let input = self.input(&self.progress, &observed);
        let plan = plan(&input);
        assert_eq!((&plan.action, &plan.waiting, &plan.wake_at, plan.notes.len()), (&None, &None, &None, 0));
        assert_eq!(next(&input, &plan, &Outcome::Nothing, Some(1)), self.progress);
    }

    fn summary(&mut self) {
        let status = self.progress.clone();
        let head = if status.completed_at.is_some() { "ended" } else { "left where it is" };
        let (phase, state) = (status.phase, status.state);
        self.log.line("");
        self.log.line(&format!("{head}: {phase}, {state}, health {}: {}", status.health, status.message));
        if let Some(failure) = &status.failure {
            let retry = if failure.retryable { "retryable" } else { "not retryable" };
            self.log.line(&format!("failure: {} {} {} {retry}", failure.stage, failure.category, failure.code));
        }
        let conditions: Vec<String> = status
            .conditions
            .iter()
            .map(|condition| format!("{}={}({})", condition.type_, condition.status, condition.reason))
            .collect();
        self.log.line(&format!("conditions: {}", conditions.join(" ")));
        // Those that are passed over in most releases would fill each log.
        let happened = status.lifecycle_events.iter().filter(|event| event.status != LifecycleEventStatus::Skipped);
        let events: Vec<String> = happened.map(|event| format!("{}={}", event.name, event.status)).collect();
        self.log.line(&format!("events: {}", events.join(" ")));
        self.log.line(&format!("writes: {} ({})", self.writes.len(), self.writes.join(" ")));
        let sets: Vec<String> = self
            .world
            .sets
            .iter()
            .map(|set| format!("{} {:?} {}%", set.id, set.status, self.world.share(&set.group)))
            .collect();
        self.log.line(&format!("task sets: {}", sets.join(", ")));
    }
}

fn call_error(message: &str, refused: bool) -> CallError {
    let reason = if refused { Reason::RequestRefused } else { Reason::AwsUnavailable };
    CallError { reason, message: message.to_owned(), stalled: refused, refused }
}

const fn common_divisor(one: i32, other: i32) -> i32 {
    if other == 0 { one } else { common_divisor(other, one % other) }
}

fn kind(action: &Action) -> &'static str {
    match action {
        Action::CreateTaskSet(_) => "create",
        Action::ScaleTaskSet { .. } => "scale",
        Action::SetWeights(_) => "weights",
        Action::PromoteTaskSet { .. } => "promote",
        Action::DeleteTaskSet { .. } => "delete",
        Action::StartHook(_) => "hook",
    }
}

/// What users read is bounded, and says something.
fn is_presentable(plan: &Plan, status: &DeploymentStatus) {
    assert!(status.message.chars().count() <= MESSAGE_LIMIT && !status.message.is_empty(), "{}", status.message);
    assert!(plan.notes.iter().all(|note| note.message.chars().count() <= MESSAGE_LIMIT));
    assert!(status.conditions.iter().all(|condition| condition.message.chars().count() <= MESSAGE_LIMIT));
    assert!(plan.action.is_none() || plan.waiting.is_none(), "an action and a wait at once");
    assert_eq!(plan.waiting.is_some(), plan.wake_at.is_some(), "a wait has an end, and only a wait has");
}
