//! A world whose operator calls everything through relays, so that it can be killed at any call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sluice_e2e::gate::Gate;
use sluice_e2e::job_runner::JobRunner;
use sluice_e2e::kill_point::{Callee, KillPoint, Moment, Request};
use sluice_e2e::kubernetes;
use sluice_e2e::manifests::{binding, with};
use sluice_e2e::poll;
use sluice_e2e::relay::Relay;
use sluice_e2e::world::{World, must};
use tempfile::TempDir;

use crate::hooks_outside::service_account;

/// A call at which the operator is killed.
pub struct Call {
    /// What it is.
    pub what: &'static str,
    /// Whether a request is it.
    pub is_it: fn(&Request) -> bool,
    /// When it dies.
    pub moments: &'static [Moment],
    /// What makes the operator make the call, where it does not by itself.
    pub provoke: fn(&Ground),
}

/// Both moments.
pub const BOTH: &[Moment] = &[Moment::BeforeItIsSent, Moment::AfterItsAnswer];

/// A world, and what its operator calls besides.
pub struct Ground {
    pub world: World,
    pub gate: Gate,
    pub runner: JobRunner,
    point: KillPoint,
    _folder: TempDir,
}

impl Ground {
    pub fn new(scenario: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (gate, point) = (must(Gate::start(folder.path())), KillPoint::default());
        gate.watch(&point);
        let world = World::with(scenario, |settings| {
            let aws = settings.aws_url.trim_start_matches("http://").parse().unwrap();
            settings.aws_url = must(Relay::start(aws, Callee::Aws, &point)).url();
            let kubernetes = must(Relay::start(must(kubernetes::proxy()), Callee::Kubernetes, &point));
            let kubeconfig = folder.path().join("kubeconfig");
            std::fs::write(&kubeconfig, kubeconfig_of(&kubernetes.url()).to_string()).unwrap();
            settings.kubeconfig = Some(kubeconfig);
            let authority = gate.authority().display();
            settings.arguments = vec!["--hook-pod-messages=true".to_owned(), format!("--hook-ca-file={authority}")];
        });
        let host = json!([{"host": "localhost", "port": gate.port(), "privateAddresses": ["127.0.0.0/8", "::1/128"]}]);
        let admitted = with(binding(&world.binding), "/allowedHookHosts", host);
        let admitted = with(admitted, "/allowedHookSecrets", json!(["gate"]));
        must(world.kubernetes.apply(&with(admitted, "/allowedHookServiceAccounts", json!(["default"]))));
        service_account(&world, "default");
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "gate"}, "stringData": {"X-Token": "abc"}});
        must(world.kubernetes.raw_create("api/v1", "secrets", &secret));
        let runner = JobRunner::start(&world.kubernetes);
        Self { world, gate, runner, point, _folder: folder }
    }

    /// Kills the operator at each of these calls, in their order, and starts the next one in between. The last one stays dead.
    #[track_caller]
    pub fn kill_at_each(&mut self, calls: &[Call]) {
        for call in calls {
            for (number, moment) in call.moments.iter().enumerate() {
                self.point.arm(call.is_it, *moment);
                if !must(self.world.operator.is_running()) {
                    must(self.world.operator.restart());
                }
                if number == 0 {
                    (call.provoke)(self);
                }
                must(self.point.wait_met(&format!("{}, {moment:?}", call.what)));
                self.kill();
            }
        }
    }

    /// Starts an operator that nothing happens to.
    #[track_caller]
    pub fn go_on(&mut self) {
        self.point.open();
        must(self.world.operator.restart());
    }

    /// Kills the operator. Nothing that it sent is still on its way, and that is known here: the Lease is given back for it, so
    /// that the next one does not wait for what may land. What it does where that is not known is tested by `crashes`.
    fn kill(&mut self) {
        must(self.world.operator.kill9());
        must(self.world.kubernetes.patch_lease("sluice", &json!({"spec": {"holderIdentity": null}})));
    }

    /// Whoever was killed whenever: no hook is asked after its verdict was recorded, each is asked by one id, and no Job goes on.
    #[track_caller]
    pub fn finish(self) {
        self.assert_hooks_once();
        must(poll::until("every Job to have ended", || {
            let jobs = self.world.kubernetes.raw_list("apis/batch/v1", "jobs")?;
            let has_ended = |job: &Value| job["status"]["conditions"].as_array().is_some_and(|all| !all.is_empty());
            Ok(jobs.iter().all(has_ended).then_some(()))
        }));
        self.world.finish();
    }

    // S17 HookOnce, by all that reached Kubernetes and AWS, in its order.
    #[track_caller]
    fn assert_hooks_once(&self) {
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut ended: BTreeSet<String> = BTreeSet::new();
        for request in self.point.passed() {
            for hook in hooks(&request) {
                let text = |key: &str| hook[key].as_str().unwrap_or_default().to_owned();
                if !text("executionId").is_empty() {
                    ids.entry(format!("{} {}", text("name"), text("event"))).or_default().insert(text("executionId"));
                }
                if hook["endedAt"].is_string() {
                    ended.insert(text("executionId"));
                }
            }
            if starts_a_hook(&request) {
                let again: Vec<&String> = ended.iter().filter(|id| request.body.contains(*id)).collect();
                assert!(again.is_empty(), "asked after its verdict was recorded: {request:#?}");
            }
        }
        assert!(ids.values().all(|of_one| of_one.len() == 1), "another id after a restart: {ids:#?}");
        let asked = self.gate.asked();
        let known = |id: &Value| id.as_str().is_some_and(|id| ended.contains(id));
        assert!(asked.iter().all(|one| known(&one.body["executionId"])), "{asked:#?}");
    }
}

fn kubeconfig_of(server: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "relay", "cluster": {"server": server}}],
        "users": [{"name": "relay", "user": {}}],
        "contexts": [{"name": "relay", "context": {"cluster": "relay", "user": "relay"}}],
        "current-context": "relay",
    })
}

/// The status of a Deployment that a request records; null where it records none.
pub fn recorded(request: &Request) -> Value {
    let is_status = request.method() == "PATCH"
        && request.path().contains("/deployments/")
        && request.path().split('?').next().is_some_and(|path| path.ends_with("/status"));
    if !is_status {
        return Value::Null;
    }
    serde_json::from_str::<Value>(&request.body).map_or(Value::Null, |body| body["status"].clone())
}

/// The hooks in the status that a request records.
pub fn hooks(request: &Request) -> Vec<Value> {
    let status = recorded(request);
    let events =
        status["lifecycleEvents"].as_array().into_iter().flatten().filter_map(|event| event["hooks"].as_array());
    events.chain(status["rollback"]["hooks"].as_array()).flatten().cloned().collect()
}

/// Whether a request records a hook of this name in this state.
pub fn records(request: &Request, name: &str, state: &str) -> bool {
    hooks(request).iter().any(|hook| hook["name"] == name && hook["state"] == state)
}

/// Whether a request records a lifecycle event of this name with this status.
pub fn records_event(request: &Request, name: &str, is: &str) -> bool {
    let status = recorded(request);
    let mut events = status["lifecycleEvents"].as_array().into_iter().flatten();
    events.any(|event| event["name"] == name && event["status"] == is)
}

/// Whether a request records a gate of this name in this state.
pub fn records_gate(request: &Request, name: &str, state: &str) -> bool {
    let status = recorded(request);
    let mut gates = status["gates"].as_array().into_iter().flatten();
    gates.any(|gate| gate["name"] == name && gate["state"] == state)
}

/// Whether a request calls this operation of AWS, with this somewhere in it.
pub fn calls(request: &Request, operation: &str, with: &str) -> bool {
    request.to == Callee::Aws
        && (request.head.contains(operation) || request.body.starts_with(&format!("Action={operation}&")))
        && request.body.contains(with)
}

/// Whether a request invokes a function, or only asks whether it could.
pub fn invokes(request: &Request, is_dry: bool) -> bool {
    let is_invocation = request.to == Callee::Aws && request.path().ends_with("/invocations");
    is_invocation && request.head.to_lowercase().contains("dryrun") == is_dry
}

/// Whether a request is of this kind for objects of a resource such as `jobs`, with this in its path or body.
pub fn asks(request: &Request, (method, resource): (&str, &str), with: &str) -> bool {
    request.to == Callee::Kubernetes
        && request.method() == method
        && request.path().contains(&format!("/{resource}"))
        && (request.path().contains(with) || request.body.contains(with))
}

fn starts_a_hook(request: &Request) -> bool {
    invokes(request, false) || asks(request, ("POST", "jobs"), "")
}
