//! The script of the demo, in two acts: a linear release that succeeds and a canary that is rolled back by itself; then one
//! that is tried on test traffic and approved by a person, and one that an alarm turns round.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use sluice_api::GateKind;
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::{Error, Result};

use crate::checks;
use crate::screen::Screen;
use crate::setup::BINDING;
use crate::signals::Signals;
use crate::snapshot::Snapshot;
use crate::text::{Line, Tone, clock, wrapped};
use crate::watcher::Watcher;

/// How often the world is looked at.
const INTERVAL: Duration = Duration::from_millis(300);

/// Longest time of a release. Much more than it takes.
const TIME_LIMIT: Duration = Duration::from_secs(90);

/// The manifests that a user would apply: those of docs/examples, with times for a demo.
const MANIFESTS: [&str; 3] = ["binding.yaml", "application.yaml", "group.yaml"];

/// All that the script needs.
pub struct Script<'a> {
    /// The demo's namespace.
    pub kubernetes: Kubernetes,
    /// Looks.
    pub watcher: Watcher,
    /// Shows.
    pub screen: Screen,
    /// Whether to stop.
    pub signals: &'a Signals,
    /// Fails when a program has ended that should run.
    pub alive: Box<dyn FnMut() -> Result<()> + 'a>,
}

impl Script<'_> {
    /// Runs it; true when every check passed.
    pub fn run(&mut self) -> Result<bool> {
        let mut apply = vec!["apply"];
        let manifests = MANIFESTS.map(|name| in_repository("e2e/demo").join(name).display().to_string());
        apply.extend(manifests.iter().flat_map(|path| ["--filename", path]));
        self.command("kubectl apply --namespace demo --filename binding.yaml,application.yaml,group.yaml", &apply)?;
        self.kubernetes.mark("awsbindings", BINDING)?;
        let good = self.release("1 of 4: a linear release of shop:42", "prod-1")?;

        self.patch("deploymentgroup", "prod", "e2e/demo/canary.yaml")?;
        self.patch("application", "shop", "e2e/demo/bad-revision.yaml")?;
        let bad = self.release("2 of 4: a canary of shop:43, which turns bad", "prod-2")?;

        self.patch("deploymentgroup", "prod", "e2e/demo/gated.yaml")?;
        self.patch("application", "shop", "e2e/demo/good-revision.yaml")?;
        let approved = self.release("3 of 4: shop:44, tried on test traffic and approved by a person", "prod-3")?;
        self.patch("application", "shop", "e2e/demo/failing-revision.yaml")?;
        let alarmed =
            self.release("4 of 4: a canary of shop:45, which is healthy and answers with errors", "prod-4")?;
        self.finish(&[good, bad, approved, alarmed])
    }

    fn patch(&mut self, kind: &str, name: &str, file: &str) -> Result<()> {
        let path = in_repository(file).display().to_string();
        let full = format!("{kind}.sluice.dev");
        let shown = format!("kubectl patch --namespace demo {kind} {name} --type merge --patch-file {file}");
        self.command(&shown, &["patch", &full, name, "--type", "merge", "--patch-file", &path])
    }

    fn command(&mut self, shown: &str, arguments: &[&str]) -> Result<()> {
        self.signals.check()?;
        self.screen.say(&Line::of(Tone::Faint, "$ ").and(Tone::Strong, shown))?;
        let told = self.kubernetes.kubectl(arguments, "")?.good()?;
        told.lines().try_for_each(|line| self.screen.say_short(Line::of(Tone::Faint, line)))
    }

    /// Shows a release until its end, and approves what waits for a person.
    fn release(&mut self, title: &str, deployment: &str) -> Result<Snapshot> {
        let deadline = Instant::now() + TIME_LIMIT;
        let before = self.watcher.look(title, deployment)?.traffic.by_target_group();
        self.screen.say(&Line::empty())?;
        let mut approved = false;
        loop {
            (self.alive)()?;
            let seen = Snapshot { before: before.clone(), ..self.watcher.look(title, deployment)? };
            self.screen.show(&seen)?;
            if !approved && waits_for_approval(&seen) {
                approved = true;
                // In a terminal the picture is redrawn below the command.
                self.patch("deployment", deployment, "e2e/demo/approval.yaml")?;
            }
            if seen.status().is_some_and(|status| status.state.is_ended()) {
                self.screen.keep()?;
                return Ok(seen);
            }
            if Instant::now() >= deadline {
                return Err(Error::new(format!("{deployment} did not end within {} s", TIME_LIMIT.as_secs())));
            }
            self.signals.pause(INTERVAL)?;
        }
    }

    fn finish(&mut self, [good, bad, approved, alarmed]: &[Snapshot; 4]) -> Result<bool> {
        let last = self.settled()?;
        let shown = self.held()?;
        let checks = [
            checks::good_release(good),
            checks::bad_release(bad),
            checks::good_release(approved),
            checks::tried_and_approved(approved),
            checks::bad_release(alarmed),
            checks::turned_round_by_alarm(alarmed),
            checks::no_request_lost(&last),
            checks::nothing_leaked(&last, "shop:44"),
            checks::wish_is_held(&shown),
            checks::invariants_held(&self.watcher.aws("invariants")?),
        ];
        let took = clock(last.now.duration_since(self.watcher.began()));
        self.screen.say(&Line::of(Tone::Strong, format!("Summary after {took}")))?;
        checks.iter().try_for_each(|check| self.screen.say(&check.line()))?;
        let calls = checks::aws_calls(&self.watcher.aws("calls")?);
        for (index, line) in wrapped(&calls, 74, 4).into_iter().enumerate() {
            let mark = if index == 0 { "  · " } else { "    " };
            self.screen.say(&Line::of(Tone::Faint, mark).and(Tone::Plain, line))?;
        }
        self.screen.say(&Line::empty())?;
        let kinds = "applications.sluice.dev,deploymentgroups.sluice.dev,deployments.sluice.dev";
        self.command("kubectl get --namespace demo sapp,sdg,sdep", &["get", kinds])?;
        Ok(checks.iter().all(|check| check.passed))
    }

    /// The group and the Application once both have told of the end.
    fn held(&self) -> Result<[Value; 2]> {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let look = |kind: &str, name: &str| Ok(self.kubernetes.get(kind, name)?.unwrap_or_default());
            let seen = [look("deploymentgroups", "prod")?, look("applications", "shop")?];
            if checks::wish_is_held(&seen).passed || Instant::now() >= deadline {
                return Ok(seen);
            }
            self.signals.pause(INTERVAL)?;
        }
    }

    /// The world once the last task set has drained.
    fn settled(&self) -> Result<Snapshot> {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let seen = self.watcher.look("", "prod-4")?;
            let sets: usize = seen.aws.services.iter().map(|service| service.task_sets.len()).sum();
            if sets <= 1 || Instant::now() >= deadline {
                return Ok(seen);
            }
            self.signals.pause(INTERVAL)?;
        }
    }
}

/// Whether a Deployment waits for a person.
fn waits_for_approval(seen: &Snapshot) -> bool {
    let gates = seen.status().into_iter().flat_map(|status| &status.gates);
    gates.filter(|gate| gate.is_waiting()).any(|gate| gate.kind == GateKind::Approval)
}

/// A path in the repository that this program was built from.
fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
