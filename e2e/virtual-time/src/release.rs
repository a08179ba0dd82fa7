//! One release, from its beginning to its end, by the operator's own pipeline.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sluice_api::{DeploymentGroupSpec, DeploymentStatus, Revision, State};
use sluice_operator::hooks::take_away_of_earlier;
use sluice_operator::pipeline::{act, call_error, observe};
use sluice_plan::begin::released::Released;
use sluice_plan::begin::schedule::{increments, resolve};
use sluice_plan::status::{next, started};
use sluice_plan::{
    Asked, Candidate, Controls, Identity, Input, Limits, Outcome, Plan, Priority, ReadScope, begin, hooks_in_progress,
    plan,
};

use crate::error::Error;
use crate::scenario::{REGION, rule, target_group};
use crate::siblings::Siblings;
use crate::world::World;

/// How long the beginning of a release is tried.
const BEGIN_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// In how much time what was started has been sent.
const SENT: SignedDuration = SignedDuration::from_secs(1);

/// The longest life of a write.
const BARRIER: SignedDuration = SignedDuration::from_secs(15);

/// How long changed weights of a Network Load Balancer may take to work here, in seconds.
const NETWORK_WEIGHTS_SECONDS: u32 = 600;

/// A release of one service.
#[derive(Clone, Debug)]
pub struct Release {
    /// Number of the service.
    pub service: usize,
    /// Number of the release, from 2.
    pub number: u32,
    /// Settings of its group.
    pub settings: DeploymentGroupSpec,
    /// How often AWS is looked at.
    pub poll: SignedDuration,
    /// Longest virtual time that it may take.
    pub limit: SignedDuration,
    /// What is approved, by whoever looks on.
    pub approvals: Arc<Mutex<Vec<String>>>,
    /// Those that are released as one with it.
    pub siblings: Siblings,
}

/// Where the process dies in a reconcile. It starts again after a barrier, with what was recorded, and knows of no hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// It does not.
    Never,
    /// What was observed is lost: nothing was sent after it.
    AfterObserve,
    /// What was done is not recorded.
    AfterAct,
}

/// How a release went.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it ended.
    pub state: State,
    /// What it said in the end.
    pub message: String,
    /// Reconciles that it took.
    pub reconciles: u64,
    /// How late the end of each hold was noticed.
    pub lateness: Vec<SignedDuration>,
    /// Virtual time from its beginning to its end.
    pub took: SignedDuration,
    /// All that was recorded of it in the end.
    pub status: DeploymentStatus,
}

impl Release {
    /// A linear release of ten steps.
    pub fn linear(service: usize, number: u32, interval: &str) -> Result<Self, Error> {
        let settings = json!({
            "applicationRef": "shop",
            "aws": {"binding": "all", "region": REGION},
            "ecs": {"cluster": "prod", "service": format!("shop-{service}")},
            "container": {"name": "web", "port": 8080},
            "taskSet": {"launchType": "FARGATE", "networkConfiguration": {"subnets": ["subnet-1"]}},
            "loadBalancer": {
                "targetGroups": [target_group(service, 'a'), target_group(service, 'b')],
                "productionRoutes": [{"listenerRule": rule(service)}],
            },
            "deploymentConfig": {"linear": {"percentage": 10, "interval": interval}},
            "progressDeadline": "10m",
            "bake": "1m",
        });
        let settings = serde_json::from_value(settings).map_err(|error| Error::World(error.to_string()))?;
        let (poll, limit) = (SignedDuration::from_secs(15), SignedDuration::from_hours(24));
        Ok(Self { service, number, settings, poll, limit, approvals: Arc::default(), siblings: Siblings::default() })
    }

    fn name(&self) -> String {
        format!("shop-{}", self.service)
    }

    /// UID of its Deployment: derived, so that the same simulation makes the same calls.
    #[must_use]
    pub fn uid(&self) -> String {
        format!("00000000-0000-4000-8000-{:06x}{:06x}", self.service, self.number)
    }

    /// Runs it to its end.
    pub async fn run(&self, world: &World) -> Result<Report, Error> {
        self.run_under(world, |_| Controls::default()).await
    }

    /// The same, with what users ask for: they look at the status before each reconcile, and may do in AWS what they like.
    pub async fn run_under(
        &self,
        world: &World,
        asked: impl FnMut(&DeploymentStatus) -> Controls,
    ) -> Result<Report, Error> {
        self.run_crashing(world, asked, |_| Crash::Never).await
    }

    /// The same, in a process that dies where it is told to, by the plan that it has made.
    pub async fn run_crashing(
        &self,
        world: &World,
        mut asked: impl FnMut(&DeploymentStatus) -> Controls,
        mut crash: impl FnMut(&Plan) -> Crash,
    ) -> Result<Report, Error> {
        let mut status = self.begin_in_time(world).await?;
        let started = world.clock.timestamp();
        let mut reconciles = 0;
        while status.completed_at.is_none() {
            let now = world.clock.timestamp();
            if now.duration_since(started) > self.limit {
                return Err(Error::Endless { service: self.name(), message: status.message });
            }
            reconciles += 1;
            let controls = asked(&status);
            let (next, wake_at) = self.reconcile(world, &status, (controls, now), &mut crash).await?;
            status = next;
            self.siblings.wrote(&self.uid(), &status);
            match wake_at {
                Some(at) => world.clock.sleep_until(at).await,
                // Others have their turn.
                None => tokio::task::yield_now().await,
            }
        }
        let lateness = status
            .steps
            .iter()
            .filter_map(|step| Some(step.completed_at?.duration_since(step.verified_at? + step.hold.as_signed())));
        Ok(Report {
            state: status.state,
            lateness: lateness.collect(),
            reconciles,
            took: world.clock.timestamp().duration_since(started),
            message: status.message.clone(),
            status,
        })
    }

    /// The last release's task set may still be draining: then this one waits, as the operator does.
    async fn begin_in_time(&self, world: &World) -> Result<DeploymentStatus, Error> {
        let began = world.clock.timestamp();
        loop {
            match self.begin(world).await {
                Err(Error::Begin { .. }) if world.clock.timestamp().duration_since(began) < BEGIN_WITHIN => {
                    world.clock.sleep_until(world.clock.timestamp() + self.poll).await;
                }
                result => return result,
            }
        }
    }

    async fn begin(&self, world: &World) -> Result<DeploymentStatus, Error> {
        let refused = |message: String| Error::Begin { service: self.name(), message };
        let revision = Revision::of(format!("shop:{}", self.number));
        let released = Released::read(revision, None).map_err(|refusal| refused(refusal.message))?;
        let config = resolve(self.settings.deployment_config.as_ref(), None)
            .ok_or_else(|| refused("unknown configuration".to_owned()))?;
        let uid = self.uid();
        let scope = ReadScope::Begin { uid: &uid, released: &released };
        let hooks = world.hooks();
        let observed = observe(world.aws(), (&*hooks, "virtual"), &self.settings, scope, world.clock.timestamp())
            .await
            .map_err(|source| Error::Observe { service: self.name(), source: Box::new(source) })?;
        let increments = increments(&config);
        let candidate = Candidate {
            uid: &uid,
            released: &released,
            settings: &self.settings,
            increments: &increments,
            observed: &observed,
        };
        let mut progress = begin(&candidate).map_err(|refusal| refused(refusal.message))?;
        progress.multi = self.siblings.pinned(&uid);
        let name = self.name();
        let release = self.parse(&name, &uid, &progress, Controls::default())?;
        let input = Input { release, observed: &observed };
        Ok(started(&input, &[], Some(1)).0)
    }

    /// One reconcile: the next status, and when to look again; none: at once.
    async fn reconcile(
        &self,
        world: &World,
        status: &DeploymentStatus,
        (controls, now): (Controls, Timestamp),
        crash: &mut impl FnMut(&Plan) -> Crash,
    ) -> Result<(DeploymentStatus, Option<Timestamp>), Error> {
        let (name, uid) = (self.name(), self.uid());
        let approvals = self.approvals.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = Asked { approvals: &approvals, skip_to: None };
        let siblings = self.siblings.seen(&uid, status);
        let release = self.parse(&name, &uid, status, controls)?.asking(asked).beside(&siblings);
        let hooks = world.hooks();
        let observed = observe(world.aws(), (&*hooks, "virtual"), &self.settings, ReadScope::Progress(release), now)
            .await
            .map_err(|source| Error::Observe { service: self.name(), source: Box::new(source) })?;
        let input = Input { release, observed: &observed };
        let plan = plan(&input);
        let crash = crash(&plan);
        let started_again = || {
            world.die();
            Ok((status.clone(), Some(now + BARRIER)))
        };
        if crash == Crash::AfterObserve {
            return started_again();
        }
        let (waited_for, recorded) = (hooks_in_progress(&plan.progress), hooks_in_progress(status));
        take_away_of_earlier(&hooks, &self.settings, ("virtual", &name), recorded.difference(&waited_for).copied());
        hooks.keep_only(&uid, &waited_for, &recorded).await;
        let outcome = match &plan.action {
            None => Outcome::Nothing,
            Some(action) => {
                let priority = Priority::of_action(action, &plan.progress);
                match act(world.aws(), (&hooks, Some(world.binding())), "fleet", &self.settings, priority, action).await
                {
                    Ok(()) => Outcome::Done { at: world.clock.timestamp() },
                    Err(error) => Outcome::Failed { error: call_error(&error), at: world.clock.timestamp() },
                }
            }
        };
        if crash == Crash::AfterAct {
            // What a hook is asked beside the reconcile is on its way by then.
            tokio::time::sleep(SENT.unsigned_abs()).await;
            return started_again();
        }
        let wake_at = match outcome {
            Outcome::Failed { .. } => Some(now + SignedDuration::from_secs(1)),
            Outcome::Done { .. } | Outcome::Nothing => plan.wake_at,
        };
        Ok((next(&input, &plan, &outcome, Some(1)), wake_at))
    }

    fn parse<'a>(
        &'a self,
        name: &'a str,
        uid: &'a str,
        progress: &'a DeploymentStatus,
        controls: Controls,
    ) -> Result<sluice_plan::Release<'a>, Error> {
        let identity = Identity { namespace: "virtual", name, group: name, uid };
        let limits = Limits { barrier: BARRIER, poll: self.poll, network_weights_seconds: NETWORK_WEIGHTS_SECONDS };
        sluice_plan::Release::parse(identity, controls, progress, limits)
            .map_err(|refusal| Error::Begin { service: self.name(), message: refusal.message })
    }
}
