//! The steps of a Deployment: what is done, what is in progress and for how long, what is to come.

use jiff::Timestamp;
use sluice_api::{
    DeploymentGroupSpec, DeploymentStatus, GateKind, GateStatus, Hook, HookEvent, HookState, HookStatus,
    LifecycleEvent, LifecycleEventName, LifecycleEventStatus, StepState, StepStatus,
};

use super::sections::{Section, heading};
use super::seen::Frame;
use super::text::{Line, Tone, columns};
use super::time::{age, countdown, left};
use super::words::{self, Mark};

/// One row of the list.
struct Row {
    mark: Mark,
    name: String,
    state: String,
    /// From when to when it took.
    times: (Option<Timestamp>, Option<Timestamp>),
    detail: String,
}

/// What the rows are made of.
struct Steps<'a> {
    status: &'a DeploymentStatus,
    settings: Option<&'a DeploymentGroupSpec>,
    now: Timestamp,
}

/// A row for each step; none before it has begun.
#[must_use]
pub fn section(status: &DeploymentStatus, frame: &Frame) -> Section {
    if status.lifecycle_events.is_empty() {
        return Section::default();
    }
    let steps = Steps { status, settings: status.settings.as_ref(), now: frame.now };
    let rows = steps.rows();
    let current = rows.iter().position(|row| matches!(row.mark, Mark::Active | Mark::Waits | Mark::Back | Mark::Bad));
    let last_done = || rows.iter().rposition(|row| row.mark == Mark::Good).unwrap_or(0);
    let focus = current.unwrap_or_else(last_done) + 1;
    let mut cells = vec![heading(&["  STEP", "STATE", "TIME", "DETAIL"])];
    cells.extend(rows.iter().map(|row| line(row, frame.now)));
    Section::of(0, columns(&cells)).around(Some(focus))
}

fn line(row: &Row, now: Timestamp) -> Vec<Line> {
    let tone = match row.mark {
        Mark::Active | Mark::Waits => Tone::Strong,
        Mark::Bad | Mark::Back => Tone::Bad,
        Mark::Good => Tone::Plain,
        Mark::ToCome | Mark::Passed => Tone::Faint,
    };
    let time = row.times.0.map(|from| age(from, row.times.1.unwrap_or(now))).unwrap_or_default();
    vec![
        Line::of(row.mark.tone(), row.mark.icon()).and(Tone::Plain, " ").and(tone, &row.name),
        Line::of(row.mark.tone(), &row.state),
        Line::of(Tone::Faint, time),
        Line::of(if tone == Tone::Faint { Tone::Faint } else { Tone::Plain }, &row.detail),
    ]
}

impl Steps<'_> {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for event in &self.status.lifecycle_events {
            match event.name {
                LifecycleEventName::AllowTraffic => {
                    rows.extend(self.status.steps.iter().flat_map(|step| self.increment(step, event)));
                }
                LifecycleEventName::AllowTestTraffic
                    if self.settings.is_some_and(|one| one.load_balancer.test_route.is_none()) => {}
                LifecycleEventName::Ready if self.settings.is_some_and(|one| one.ready.is_none()) => {}
                name => {
                    rows.extend(hook_event(name).map_or_else(|| vec![self.event(event)], |on| self.hooks(event, on)));
                }
            }
        }
        rows.extend(self.way_back());
        rows
    }

    fn is_over(&self) -> bool {
        self.status.rollback.is_some() || self.status.completed_at.is_some()
    }

    fn event(&self, event: &LifecycleEvent) -> Row {
        let is_over = self.is_over();
        let (mark, state) = match event.status {
            LifecycleEventStatus::Pending if is_over => (Mark::Passed, "Not reached".to_owned()),
            LifecycleEventStatus::InProgress if self.status.rollback.is_some() => (Mark::Bad, "Interrupted".to_owned()),
            status => (self.waits_at(event.name).unwrap_or_else(|| words::event(status)), status.to_string()),
        };
        let times = (event.started_at, event.ended_at.or_else(|| self.turned_at()));
        Row { mark, name: event.name.to_string(), state, times, detail: self.detail(event, mark) }
    }

    /// Whether a user, or an alarm, holds it.
    fn is_held(&self) -> bool {
        let holds = |gate: &GateStatus| gate.is_waiting() && gate.kind == GateKind::Alarm;
        self.status.paused_at.is_some() || self.status.gates.iter().any(holds)
    }

    /// When the release turned round: nothing of its way there takes any longer.
    fn turned_at(&self) -> Option<Timestamp> {
        self.status.rollback.as_ref().map(|rollback| rollback.started_at).or(self.status.completed_at)
    }

    fn waits_at(&self, name: LifecycleEventName) -> Option<Mark> {
        let is_ready = |gate: &GateStatus| gate.is_waiting() && gate.kind == GateKind::Ready;
        (name == LifecycleEventName::Ready && self.status.gates.iter().any(is_ready)).then_some(Mark::Waits)
    }

    fn detail(&self, event: &LifecycleEvent, mark: Mark) -> String {
        let is_current = matches!(mark, Mark::Active | Mark::Waits);
        match event.name {
            LifecycleEventName::Install => {
                let set = self.status.replacement.as_ref().filter(|_| is_current);
                set.map_or_else(String::new, |set| {
                    format!("{}/{} tasks run, {} healthy", set.running, set.desired, set.healthy_targets)
                })
            }
            _ if mark == Mark::Passed => String::new(),
            LifecycleEventName::AllowTestTraffic => "test traffic at the replacement".to_owned(),
            LifecycleEventName::Ready if is_current => "a person's approval".to_owned(),
            LifecycleEventName::Bake if is_current => {
                let until = self.status.next_transition_at;
                until.map_or_else(String::new, |until| self.counted(event.started_at.unwrap_or(self.now), until))
            }
            LifecycleEventName::Bake => {
                let bake = self.settings.map(|settings| settings.bake);
                bake.map_or_else(String::new, |bake| format!("the original is kept {bake}"))
            }
            LifecycleEventName::TerminateOriginal => "the original goes".to_owned(),
            _ => String::new(),
        }
    }

    fn counted(&self, from: Timestamp, until: Timestamp) -> String {
        format!("{} {}", countdown(from, until, self.now), self.rest(until))
    }

    /// The time until then, without when that is.
    fn rest(&self, until: Timestamp) -> String {
        let rest = left(until, self.now);
        rest.split_once(", ").map_or(rest.as_str(), |(_, rest)| rest).to_owned()
    }

    /// An increment, and its hooks.
    fn increment(&self, step: &StepStatus, event: &LifecycleEvent) -> Vec<Row> {
        let name = step.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let (mark, state) = match step.state {
            StepState::Pending if self.is_over() => (Mark::Passed, "Not reached".to_owned()),
            StepState::Shifting | StepState::Holding if self.status.rollback.is_some() => {
                (Mark::Bad, "Interrupted".to_owned())
            }
            StepState::Holding if self.asks(step).is_some() => (Mark::Waits, "Waiting".to_owned()),
            state @ (StepState::Shifting | StepState::Holding) if self.is_held() => (Mark::Waits, format!("{state:?}")),
            state => (words::step(state), format!("{state:?}")),
        };
        let row = Row {
            mark,
            name: format!("{}/{} weight {}{name}", step.index + 1, self.status.steps.len(), step.weight),
            state,
            times: (step.started_at, step.completed_at.or_else(|| self.turned_at())),
            detail: self.increment_detail(step, mark),
        };
        let of_step = event.hooks.iter().filter(|hook| hook.step == Some(step.index));
        std::iter::once(row).chain(of_step.map(hook_row)).collect()
    }

    /// The wait for a person after an increment.
    fn asks(&self, step: &StepStatus) -> Option<&GateStatus> {
        let name = step.name.clone().unwrap_or_else(|| step.index.to_string());
        let is_it = |gate: &&GateStatus| gate.kind == GateKind::Approval && gate.name == name && gate.is_waiting();
        self.status.gates.iter().find(is_it)
    }

    fn increment_detail(&self, step: &StepStatus, mark: Mark) -> String {
        let scaled = self.status.steps.iter().any(|one| one.scale != 100);
        let scale = if scaled { format!("{}% of the tasks", step.scale) } else { String::new() };
        let hold = if step.hold.is_zero() { String::new() } else { format!("hold {}", step.hold) };
        let asks = step.approval.map(|_| "then an approval".to_owned()).unwrap_or_default();
        let now = match (step.state, self.asks(step)) {
            _ if !matches!(mark, Mark::Active | Mark::Waits) => None,
            (_, Some(gate)) => {
                let until = gate.timeout_at.map(|at| format!(", {}", self.rest(at))).unwrap_or_default();
                Some(format!("a person's approval{until}"))
            }
            (StepState::Holding, None) => {
                step.verified_at.zip(self.status.next_transition_at).map(|(from, to)| self.counted(from, to))
            }
            _ => None,
        };
        let shown = now.map_or_else(|| vec![scale.clone(), hold, asks], |now| vec![now, scale.clone()]);
        shown.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The hooks of an event: how they stand, or that they are to come.
    fn hooks(&self, event: &LifecycleEvent, on: HookEvent) -> Vec<Row> {
        if !event.hooks.is_empty() {
            return event.hooks.iter().map(hook_row).collect();
        }
        let named = self.settings.map(|settings| settings.hooks.as_slice()).unwrap_or_default();
        let is_over = self.is_over() || event.status == LifecycleEventStatus::Skipped;
        let to_come = |hook: &Hook| {
            let (mark, state) = if is_over { (Mark::Passed, "Not reached") } else { (Mark::ToCome, "Pending") };
            let (name, detail) = (format!("hook {}", hook.name), format!("on {on}"));
            Row { mark, name, state: state.to_owned(), times: (None, None), detail }
        };
        named.iter().filter(|hook| hook.on == on).map(to_come).collect()
    }

    fn way_back(&self) -> Vec<Row> {
        let Some(rollback) = &self.status.rollback else { return Vec::new() };
        let (mark, state) = match (rollback.traffic_restored_at, rollback.ended_at) {
            _ if self.status.completed_at.is_some() => (Mark::Good, "Completed"),
            (None, _) => (Mark::Back, "Traffic first"),
            (Some(_), None) => (Mark::Back, "Cleaning up"),
            (Some(_), Some(_)) => (Mark::Good, "Completed"),
        };
        let detail = rollback
            .traffic_restored_at
            .map_or_else(String::new, |at| format!("traffic was back after {}", age(rollback.started_at, at)));
        let times = (Some(rollback.started_at), rollback.ended_at.or(self.status.completed_at));
        let row = Row { mark, name: "Return".to_owned(), state: state.to_owned(), times, detail };
        std::iter::once(row).chain(rollback.hooks.iter().map(hook_row)).collect()
    }
}

/// A hook, and how it stands.
fn hook_row(hook: &HookStatus) -> Row {
    let attempt = if hook.attempt > 1 { format!(", attempt {}", hook.attempt) } else { String::new() };
    let says = hook.message.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    let is_running = hook.state == HookState::Running;
    Row {
        mark: words::hook(hook.state),
        name: format!("hook {}", hook.name),
        state: hook.state.to_string(),
        times: (hook.started_at, hook.ended_at.or(if is_running { None } else { hook.started_at })),
        detail: format!("on {}{attempt}{says}", hook.on),
    }
}

/// The event of hooks that a lifecycle event is of; none of those that are more than that.
const fn hook_event(name: LifecycleEventName) -> Option<HookEvent> {
    match name {
        LifecycleEventName::BeforeInstall => Some(HookEvent::BeforeInstall),
        LifecycleEventName::AfterInstall => Some(HookEvent::AfterInstall),
        LifecycleEventName::AfterAllowTestTraffic => Some(HookEvent::AfterAllowTestTraffic),
        LifecycleEventName::BeforeAllowTraffic => Some(HookEvent::BeforeAllowTraffic),
        LifecycleEventName::AfterAllowTraffic => Some(HookEvent::AfterAllowTraffic),
        _ => None,
    }
}
