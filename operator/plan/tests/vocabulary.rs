//! The words that users see: each is brought about here, and `docs/vocabulary.md` says by what. With `UPDATE_GOLDEN=1` this test
//! writes that file, else it fails where the file is stale, or where a word is brought about by nothing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};
use sluice_api::{
    Deployment, DeploymentGroupStatus, DeploymentStatus, FailureStage, HookEvent, LifecycleEventStatus, MultiStatus,
    PipelineStep, Reason, SiblingRef,
};
use sluice_explain::{Question, explain};
use sluice_plan::begin::schedule::predefined;
use sluice_plan::group::runtime::of_what_serves;
use sluice_plan::multi::as_seen;
use sluice_plan::status::{queued, refused, superseded};
use sluice_plan::{Controls, Refusal};

use crate::support::fixture::{midnight, settings, target_group};
use crate::support::{AlarmIs, Behaviour, Event, Run, World};

const STALE: &str = "docs/vocabulary.md is stale: UPDATE_GOLDEN=1 cargo test -p sluice-plan vocabulary";

/// What was seen first where each word stood: by field and word.
#[derive(Default)]
struct Seen {
    by_word: BTreeMap<(&'static str, String), String>,
}

impl Seen {
    fn word(&mut self, field: &'static str, word: &impl ToString, scene: &str) {
        self.by_word.entry((field, word.to_string())).or_insert_with(|| scene.to_owned());
    }

    /// Every word of a status.
    fn status(&mut self, scene: &str, status: &DeploymentStatus) {
        self.word("status.phase", &status.phase, scene);
        self.word("status.state", &status.state, scene);
        self.word("status.health", &status.health, scene);
        for event in &status.lifecycle_events {
            self.word("status.lifecycleEvents[].status", &event.status, scene);
            // One that is passed over is in each status.
            if event.status == LifecycleEventStatus::InProgress {
                self.word("status.lifecycleEvents[].name", &event.name, scene);
            }
        }
        if let Some(failure) = &status.failure {
            self.word("status.failure.stage", &failure.stage, scene);
            self.word("status.failure.category", &failure.category, scene);
            self.word("status.failure.code", &failure.code, scene);
        }
        if let Some(rollback) = &status.rollback {
            self.word("status.rollback.trigger", &rollback.trigger, scene);
        }
        if let Some(scan) = status.source.as_ref().and_then(|source| source.scan) {
            self.word("status.source.scan", &scan, scene);
        }
        let pipeline = status.pipeline.as_ref().unwrap();
        self.word("status.pipeline.status", &pipeline.status, scene);
        let begun = |step: &&PipelineStep| {
            !matches!(step.status, LifecycleEventStatus::Pending | LifecycleEventStatus::Skipped)
        };
        for step in pipeline.steps.iter().filter(begun) {
            self.word("status.pipeline.steps[].name", &step.name, scene);
        }
        if let Some(shape) = pipeline.shape {
            self.word("status.pipeline.shape", &shape, scene);
        }
    }

    /// Every status of a release, to its end.
    fn release(&mut self, scene: &str, mut run: Run) {
        run.begin().unwrap();
        self.go_on(scene, run);
    }

    fn go_on(&mut self, scene: &str, mut run: Run) {
        self.status(scene, &run.progress);
        while run.progress.completed_at.is_none() {
            assert!(run.elapsed() < run.time_limit, "{scene}: never ends:\n{}", run.log.text());
            run.step();
            self.status(scene, &run.progress);
        }
    }

    /// What `sluice explain` says of a message.
    fn explained(&mut self, message: &str, phase: FailureStage) {
        let explanation = explain(&Question { message, phase: Some(phase), ..Question::default() });
        let scene = format!("`sluice explain`, {phase}: \"{message}\"");
        self.word("status.failure.stage", &explanation.stage, &scene);
        self.word("status.failure.category", &explanation.category, &scene);
        self.word("status.failure.code", &explanation.code, &scene);
    }
}

fn canary(world: World) -> Run {
    Run::new(world, &json!({"canary": {"percentage": 10, "interval": "5m"}}))
}

fn by_alarm(run: Run) -> Run {
    let mut run = run.at(120, Event::Alarm("shop-5xx", AlarmIs::Alarm));
    run.world.alarms.insert("shop-5xx", (AlarmIs::Ok, midnight()));
    run.settings.alarms = Some(serde_json::from_value(json!({"names": ["shop-5xx"]})).unwrap());
    run
}

/// A release with every lifecycle event that there is.
fn with_every_event() -> Run {
    let world = World { test: vec![(target_group(0), 1)], ..World::new(1, 4) };
    let mut run = canary(world).at(120, Event::Approve("Ready"));
    run.settings.ready = Some(serde_json::from_value(json!({"wait": "10m"})).unwrap());
    let hooks = HookEvent::ALL.iter().filter(|event| !event.is_of_a_step());
    let hooks: Value = hooks.map(|on| json!({"name": "smoke", "event": on, "lambda": {"function": "smoke"}})).collect();
    run.settings.hooks = serde_json::from_value(hooks).unwrap();
    run
}

/// One that is released as one with another, which returns.
fn with_a_sibling() -> Run {
    let mut run = canary(World::new(1, 4));
    let other = SiblingRef { group: "worker".to_owned(), deployment: "worker-1".to_owned(), uid: "2".to_owned() };
    let multi = MultiStatus { siblings: vec![other], wait: "1h".parse().unwrap(), ..MultiStatus::default() };
    run.siblings = as_seen(run.uid(), &multi, |_| None::<Deployment>);
    run.multi = Some(multi);
    run
}

fn before_it_begins(seen: &mut Seen) {
    let (new, now) = (DeploymentStatus::default(), midnight());
    let refusal = Refusal::new(Reason::NoGroup, "spec.groupRef: there is no DeploymentGroup prod: create it");
    seen.status("a Deployment that nobody can begin yet", &refused(&new, &refusal, Controls::default(), Some(1), now));
    seen.status("a Deployment that waits behind another one", &queued(&new, "prod-1", Some(1), now));
    seen.status("a Deployment that a newer one overtook", &superseded(&new, "prod-2", Some(1), now));
}

fn releases(seen: &mut Seen) {
    let unhealthy = Event::ReplacementBecomes(Behaviour::Unhealthy);
    let becomes = |behaviour| World { behaviour, ..World::new(1, 4) };
    let mut refused_by_aws = canary(World::new(1, 4));
    refused_by_aws.refuses_create = true;
    let mut half_sick = canary(World::new(1, 4));
    half_sick.world.sets[0].sick = 2;
    let first = |behaviour| World { behaviour, ..World::empty(1, 4) };
    let table: Vec<(&str, Run)> = vec![
        ("a canary", canary(World::new(1, 4))),
        ("a release with hooks at every event, a test route and a ready wait", with_every_event()),
        ("a canary that is paused", canary(World::new(1, 4)).at(120, Event::Pause).at(300, Event::Resume)),
        ("a canary that is stopped", canary(World::new(1, 4)).at(120, Event::Stop)),
        ("a canary that is deleted", canary(World::new(1, 4)).at(120, Event::Delete)),
        ("a revert in the midst of a canary", canary(World::new(1, 4)).at(120, Event::AskForOriginal)),
        ("a newer Deployment, with concurrency Supersede", canary(World::new(1, 4)).at(120, Event::Supersede)),
        ("an alarm in the midst of a canary", by_alarm(canary(World::new(1, 4)))),
        ("one of two that are released as one is gone", with_a_sibling()),
        ("targets that become unhealthy at 10 %", canary(World::new(1, 4)).at(120, unhealthy)),
        ("two of four targets of what serves are unhealthy", half_sick),
        (
            "no target of what serves is healthy",
            canary(World::new(1, 4)).at(5, Event::OriginalBecomes(Behaviour::Unhealthy)),
        ),
        ("tasks that exit", canary(becomes(Behaviour::Crashes))),
        ("an image that cannot be pulled", canary(becomes(Behaviour::NeverStarts))),
        ("tasks that pass no health check", canary(becomes(Behaviour::Unhealthy))),
        ("no place for a task", canary(becomes(Behaviour::Hangs)).at(30, Event::NoPlace)),
        ("a call that AWS refuses", refused_by_aws),
        ("a weight that AWS denies", canary(World::new(1, 4)).at(5, Event::Deny("weights"))),
        ("a first deployment whose tasks exit", Run::new(first(Behaviour::Crashes), &json!({"allAtOnce": {}}))),
        (
            "the replacement fails, and someone deletes the original",
            canary(World::new(1, 4)).at(120, unhealthy).at(125, Event::LoseOriginal),
        ),
        (
            "someone deletes the original, and stops the Deployment",
            canary(World::new(1, 4)).at(120, Event::LoseOriginal).at(120, Event::Stop),
        ),
    ];
    for (scene, run) in table {
        seen.release(scene, run);
    }
}

/// What the pipeline that made the image reports.
fn reported(seen: &mut Seen) {
    let table = [
        (
            "a pipeline that reports all of it",
            json!({"scan": "passed", "build": "succeeded", "push": "succeeded", "shape": "server"}),
        ),
        (
            "an image that was there already",
            json!({"scan": "skipped", "build": "skipped", "push": "skipped", "shape": "existing_docker"}),
        ),
        ("a scan that failed, where none is required", json!({"scan": "failed"})),
    ];
    for (scene, source) in table {
        let mut run = canary(World::new(1, 4));
        run.begin().unwrap();
        run.progress.source = serde_json::from_value(source).unwrap();
        run.step();
        seen.go_on(scene, run);
    }
}

/// How what a release left fares.
fn afterwards(seen: &mut Seen) {
    let run = canary(World::new(1, 4)).run();
    let mut settings = settings(1);
    settings.health = serde_json::from_value(json!({"http": {"url": "https://shop.example.com/healthz"}})).unwrap();
    let deployment: Deployment = serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "metadata": {"name": "prod-1"},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}}, "status": run.progress,
    }))
    .unwrap();
    for health in ["degraded", "unreachable"] {
        let group: DeploymentGroupStatus =
            serde_json::from_value(json!({"health": health, "revision": "shop:42"})).unwrap();
        let deployments = [deployment.clone()];
        let (_, status) = of_what_serves(&settings, &group, &deployments).unwrap();
        seen.status(&format!("a release that ended well, with `spec.health`, and is {health} now"), &status);
    }
}

fn all() -> Seen {
    let mut seen = Seen::default();
    before_it_begins(&mut seen);
    releases(&mut seen);
    reported(&mut seen);
    afterwards(&mut seen);
    for (message, phase) in [
        ("fatal: Remote branch release not found in upstream origin", FailureStage::Clone),
        ("fatal: Remote branch release not found in upstream origin", FailureStage::Detect),
        ("the image was not made", FailureStage::Build),
        ("failed to push the image", FailureStage::Publish),
        ("PriorityInUse: The specified priority is in use.", FailureStage::Setup),
        ("ClusterNotFoundException: Cluster not found.", FailureStage::Deploy),
        ("something else", FailureStage::Unknown),
    ] {
        seen.explained(message, phase);
    }
    seen
}

/// The words of an enum, each with what it means, from its schema, as `kubectl explain` has them.
fn words<T: JsonSchema>() -> Vec<(String, String)> {
    let schema = serde_json::to_value(schema_for!(T)).unwrap();
    let text = |word: &Value, field: &str| word[field].as_str().unwrap_or_default().to_owned();
    let all = schema["oneOf"].as_array().unwrap_or_else(|| panic!("{schema}"));
    all.iter().map(|word| (text(word, "const"), text(word, "description"))).collect()
}

/// A table of the words of one field; the words that nothing brought about are put in `missing`.
fn table(seen: &Seen, missing: &mut Vec<String>, field: &'static str, words: &[(String, String)]) -> String {
    let mut text = format!("### `{field}`\n\n| word | what it means | brought about by |\n|---|---|---|\n");
    for (word, meaning) in words {
        let scene = seen.by_word.get(&(field, word.clone()));
        if scene.is_none() {
            missing.push(format!("{field}: {word}"));
        }
        let (meaning, scene) = (meaning.trim_end_matches('.'), scene.map_or("", String::as_str));
        writeln!(text, "| `{word}` | {meaning} | {scene} |").unwrap();
    }
    text.push('\n');
    text
}

fn page() -> (String, Vec<String>) {
    let (seen, mut missing) = (all(), Vec::new());
    let mut text = HEAD.to_owned();
    let mut add = |field, words: Vec<(String, String)>| text.push_str(&table(&seen, &mut missing, field, &words));
    add("status.phase", words::<sluice_api::Phase>());
    add("status.state", words::<sluice_api::State>());
    add("status.pipeline.status", words::<sluice_api::PipelineState>());
    add("status.pipeline.steps[].name", words::<sluice_api::PipelineStepName>());
    add("status.pipeline.shape", words::<sluice_api::DeployShape>());
    add("status.health", words::<sluice_api::Health>());
    add("status.failure.stage", words::<FailureStage>());
    add("status.failure.category", words::<sluice_api::FailureCategory>());
    add("status.failure.code", words::<sluice_api::FailureCode>());
    add("status.lifecycleEvents[].name", words::<sluice_api::LifecycleEventName>());
    add("status.lifecycleEvents[].status", words::<LifecycleEventStatus>());
    add("status.rollback.trigger", words::<sluice_api::RollbackTrigger>());
    add("status.source.scan", words::<sluice_api::Scan>());
    text.push_str(TAIL);
    (text, missing)
}

const HEAD: &str = "<!-- Generated by operator/plan/tests/vocabulary.rs: UPDATE_GOLDEN=1 cargo test -p sluice-plan vocabulary -->

# The vocabulary

The words that users, their scripts and their dashboards read, each with what it means and what brings it about. All of them
are closed lists: another word is another version. The test that writes this page runs the planner through every line of it
(`every_word_that_users_see_is_brought_about_and_the_page_says_by_what`), and fails where a word is brought about by nothing.

The status of an Application and of a DeploymentGroup have `phase` and `health` by the same words. STATUS of `kubectl get` is
one word for all of it: [operations.md](operations.md#what-kubectl-get-shows).

## In the status of a Deployment

";

const TAIL: &str = "The stages before `deploy` are those of the pipeline that makes an image. Sluice makes none: it tells them of a message that
a pipeline gives to `sluice explain --jsonl` ([operations.md](operations.md)), and Build and Push as `spec.revision.source`
reports them ([revisions.md](revisions.md#where-it-comes-from)). Which codes are retryable, [errors/](errors/README.md) says.

## Elsewhere

| words | where | test |
|---|---|---|
| `CodeDeployDefault.ECSAllAtOnce`, `CodeDeployDefault.ECSLinear10PercentEvery1Minutes`, `CodeDeployDefault.ECSLinear10PercentEvery3Minutes`, `CodeDeployDefault.ECSCanary10Percent5Minutes`, `CodeDeployDefault.ECSCanary10Percent15Minutes`, each also with `Minute` | `spec.deploymentConfig.name` of a group | `the_predefined_configurations_are_read_as_they_are_written` |
| canary, linear, steps | `spec.deploymentConfig` | `steps_with_names_holds_and_scales` |
| deployment success rate, time to deploy, time to roll back, deployment frequency, failed hooks, percentiles of durations, rollback rate, healthy-host percentage | metrics: [operations.md](operations.md#metrics) has the queries | `the_service_level_figures_are_counted_once_each` |
| error rate and latency after a deploy | `sluice_probes_total` and `sluice_probe_seconds` of the group's probe; of all requests the alarms of the group | `the_reference_of_metrics_is_fresh_and_operations_tells_each` |

`static` and `static_build`, which are sites in S3, are not built yet, and are no words of a status.
";

#[test]
fn every_word_that_users_see_is_brought_about_and_the_page_says_by_what() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/vocabulary.md");
    let (page, missing) = page();
    assert!(missing.is_empty(), "nothing brings these about:\n{}", missing.join("\n"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = page.lines().zip(committed.lines()).find(|(new, old)| new != old);
    assert_eq!(stale, None, "{STALE}");
    assert_eq!(page.len(), committed.len(), "{STALE}");
}

#[test]
fn the_predefined_configurations_are_read_as_they_are_written() {
    let page = TAIL.split('`').filter(|word| word.starts_with("CodeDeployDefault."));
    let names: Vec<&str> = page.collect();
    assert_eq!(names.len(), 5);
    for name in names {
        let written = [name.to_owned(), name.replace("Minutes", "Minute")];
        let [one, other] = written.map(|name| predefined(&name).unwrap_or_else(|| panic!("{name}")));
        assert_eq!(one, other, "{name}");
    }
}

#[test]
fn a_release_reads_as_the_steps_that_users_see() {
    let mut run = with_every_event();
    run.begin().unwrap();
    run.progress.source = serde_json::from_value(json!({"build": "succeeded", "push": "skipped"})).unwrap();
    let mut lines: Vec<String> = Vec::new();
    let mut read = |run: &Run| {
        let pipeline = run.progress.pipeline.as_ref().unwrap();
        let steps: Vec<String> = pipeline.steps.iter().map(|step| format!("{} {}", step.name, step.status)).collect();
        let line = format!("{}: {}", pipeline.status, steps.join(", "));
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    };
    while run.progress.completed_at.is_none() {
        run.step();
        read(&run);
    }
    let reported = "Build Succeeded, Push Skipped";
    let expected = [
        format!("RUNNING: {reported}, Provision InProgress, Deploy Pending, Verify Pending"),
        format!("RUNNING: {reported}, Provision Succeeded, Deploy InProgress, Verify Pending"),
        format!("RUNNING: {reported}, Provision Succeeded, Deploy Succeeded, Verify InProgress"),
        format!("SUCCEEDED: {reported}, Provision Succeeded, Deploy Succeeded, Verify Succeeded"),
    ];
    assert_eq!(lines, expected);
    let failed = canary(World::new(1, 4)).at(120, Event::Stop).run().progress.pipeline.unwrap();
    let steps: Vec<String> = failed.steps.iter().map(|step| format!("{} {}", step.name, step.status)).collect();
    assert_eq!(
        (failed.status.as_str(), steps.join(", ").as_str()),
        ("FAILED", "Provision Succeeded, Deploy Failed, Verify Skipped")
    );
}
