//! Jobs that an earlier process started.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sluice_api::DeploymentGroupSpec;
use sluice_plan::hooks::{HookAnswer, HookCall};

use super::earlier::take_away_of_earlier;
use super::job::manifest_tests::call;
use super::registry::{Hooks, lock};
use super::runner::{HookError, HookRunner};
use super::runners::Runners;
use crate::kubernetes::scripted::{client, refused};

/// Hooks of a process, and what it asks of Kubernetes, which knows no Job.
fn hooks() -> (Hooks, Arc<Mutex<Vec<String>>>) {
    // More answers than there are questions.
    let (kubernetes, asked) = client(&vec![refused(404, "NotFound"); 16]);
    let runners = Runners {
        http: Arc::new(sluice_hook_http::Client::new(Vec::new())),
        kubernetes,
        poll: Duration::from_secs(5),
        reads_pods: false,
    };
    (Hooks::new(runners), asked)
}

fn settings() -> DeploymentGroupSpec {
    let container = json!({"name": "smoke", "image": "smoke:1"});
    let job = json!({"template": {"spec": {"template": {"spec": {"containers": [container]}}}}});
    serde_json::from_value(json!({
        "applicationRef": "shop",
        "aws": {"binding": "all", "region": "eu-west-1"},
        "ecs": {"cluster": "prod", "service": "shop"},
        "container": {"name": "web", "port": 8080},
        "taskSet": {"launchType": "FARGATE", "networkConfiguration": {"subnets": ["subnet-1"]}},
        "loadBalancer": {"targetGroups": ["arn:a", "arn:b"], "productionRoutes": [{"listenerRule": "arn:r"}]},
        "hooks": [
            {"name": "smoke", "event": "AfterInstall", "job": job},
            {"name": "asked", "event": "AfterInstall", "lambda": {"function": "asked"}},
        ],
    }))
    .unwrap()
}

/// Runs for ever.
struct Runs;

impl HookRunner for Runs {
    fn ask<'a>(&'a self, _: &'a HookCall) -> futures::future::BoxFuture<'a, Result<HookAnswer, HookError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_an_earlier_process_started_is_taken_away_when_nobody_waits_for_it_any_more() {
    let table = [
        ("a Job", "uid/smoke/AfterInstall/1", false, 1),
        ("a Job of this process, which takes it away itself", "uid/smoke/AfterInstall/1", true, 0),
        ("a function, which ends by itself", "uid/asked/AfterInstall/1", false, 0),
        ("a hook that the group does not have", "uid/other/AfterInstall/1", false, 0),
    ];
    for (about, id, is_own, expected) in table {
        let (hooks, asked) = hooks();
        if is_own {
            hooks.start(Arc::new(Runs), HookCall { execution_id: id.to_owned(), ..call("smoke") });
        }
        take_away_of_earlier(&hooks, &settings(), ("shop", "prod-7"), std::iter::once(id));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let asked = lock(&asked);
        assert_eq!(asked.len(), expected, "{about}: {asked:?}");
        let is_its_own = |one: &String| one.starts_with("GET /apis/batch/v1/namespaces/shop/jobs/prod-7-smoke-");
        assert!(asked.iter().all(is_its_own), "{about}: {asked:?}");
    }
}
