//! What AWS printed, and the simulated AWS that looks so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sluice_e2e::scenario;

/// Answers of CodeDeploy in `codedeploy`, and of ECS in `ecs`. `SLUICE_IMPORT_FIXTURES` names others, such as one's own.
pub fn fixtures() -> PathBuf {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../operator/cli/tests/fixtures/import");
    std::env::var_os("SLUICE_IMPORT_FIXTURES").map_or_else(|| own.into(), PathBuf::from)
}

pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every answer in a folder, in JSON or YAML.
pub fn answers(folder: &Path) -> Vec<Value> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        if text.starts_with('{') {
            return serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect();
        }
        vec![serde_saphyr::from_str(&text).unwrap_or(Value::Null)]
    };
    files(folder).into_iter().flat_map(read).collect()
}

pub fn items<'a>(answers: &'a [Value], key: &str) -> Vec<&'a Value> {
    answers.iter().filter_map(|answer| answer[key].as_array()).flatten().collect()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The world that the answers tell of.
pub fn world_of(answers: &[Value]) -> Value {
    let groups = items(answers, "TargetGroups").into_iter().map(
        |group| json!({"name": group["TargetGroupName"], "id": text(&group["TargetGroupArn"]).rsplit('/').next()}),
    );
    let mut balancers: BTreeMap<&str, Value> = BTreeMap::new();
    for listener in items(answers, "Listeners") {
        let arn: Vec<&str> = text(&listener["ListenerArn"]).split('/').collect();
        let balancer =
            balancers.entry(arn[2]).or_insert_with(|| json!({"name": arn[2], "id": arn[3], "listeners": []}));
        let rules = items(answers, "Rules");
        let own =
            |rule: &&&Value| rule["IsDefault"] == false && text(&rule["RuleArn"]).contains(&format!("/{}/", arn[4]));
        let rules: Vec<Value> = rules.iter().filter(own).map(|rule| rule_of(rule)).collect();
        let made = json!({
            "id": arn[4], "port": listener["Port"], "rules": rules,
            "defaultAction": route(&listener["DefaultActions"]), "requestsPerSecond": 5, "test": is_of_tests(listener, answers),
        });
        balancer["listeners"].as_array_mut().unwrap().push(made);
    }
    // ECS shows its pair as it was made; one whose weight is 0 everywhere does not serve.
    let forwards = items(answers, "Rules").into_iter().flat_map(|rule| rule["Actions"].as_array().unwrap());
    let forwards = forwards.flat_map(|action| action["ForwardConfig"]["TargetGroups"].as_array().into_iter().flatten());
    let idle: BTreeSet<&str> =
        forwards.filter(|group| group["Weight"] == 0).map(|group| text(&group["TargetGroupArn"])).collect();
    let mut clusters: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut runs = BTreeSet::new();
    for service in items(answers, "services") {
        runs.insert(text(&service["taskDefinition"]).rsplit('/').next().unwrap());
        let cluster = text(&service["clusterArn"]).rsplit('/').next().unwrap();
        clusters.entry(cluster).or_default().push(service_of(service, &idle));
    }
    let definitions = runs.into_iter().map(|run| {
        let (family, revision) = run.split_once(':').unwrap();
        let container = json!({"name": "web", "image": format!("registry/{run}"), "port": 8080});
        json!({"family": family, "revision": revision.parse::<u32>().unwrap(), "containers": [container]})
    });
    let names = answers.iter().flat_map(|answer| {
        let own = answer["deploymentGroupInfo"]["alarmConfiguration"]["alarms"].as_array();
        own.into_iter().flatten().map(|alarm| text(&alarm["name"]).to_owned()).collect::<Vec<_>>()
    });
    let native = items(answers, "services").into_iter().flat_map(|service| {
        let own = service["deploymentConfiguration"]["alarms"]["alarmNames"].as_array();
        own.into_iter().flatten().map(|name| text(name).to_owned()).collect::<Vec<_>>()
    });
    let alarms: Vec<Value> = names.chain(native).map(|name| json!({"name": name, "state": "OK"})).collect();
    let clusters = clusters.into_iter().map(|(name, services)| json!({"name": name, "services": services}));
    let place: Vec<&str> = text(&items(answers, "services")[0]["serviceArn"]).split(':').collect();
    json!({
        "region": place[3],
        "account": place[4],
        "timing": scenario::timing(),
        "targetGroups": groups.collect::<Vec<_>>(),
        "loadBalancers": balancers.into_values().collect::<Vec<_>>(),
        "taskDefinitions": definitions.collect::<Vec<_>>(),
        "clusters": clusters.collect::<Vec<_>>(),
        "alarms": alarms,
    })
}

/// Whether a group of CodeDeploy has its tests on a listener.
fn is_of_tests(listener: &Value, answers: &[Value]) -> bool {
    let path = "/deploymentGroupInfo/loadBalancerInfo/targetGroupPairInfoList/0/testTrafficRoute/listenerArns/0";
    answers.iter().any(|answer| answer.pointer(path) == Some(&listener["ListenerArn"]))
}

fn rule_of(rule: &Value) -> Value {
    let mut made = route(&rule["Actions"]);
    made["id"] = json!(text(&rule["RuleArn"]).rsplit('/').next());
    made["priority"] = json!(text(&rule["Priority"]).parse::<u32>().unwrap());
    made["path"] = json!(rule["Conditions"][0]["Values"][0]);
    made["requestsPerSecond"] = json!(5);
    made
}

fn route(actions: &Value) -> Value {
    let mut made = json!({});
    for action in actions.as_array().unwrap() {
        match text(&action["Type"]) {
            "forward" => {
                let config = &action["ForwardConfig"];
                for group in config["TargetGroups"].as_array().unwrap() {
                    let name = text(&group["TargetGroupArn"]).rsplit('/').nth(1).unwrap();
                    made["forward"][name] = group["Weight"].clone();
                }
                if let Some(seconds) = config["TargetGroupStickinessConfig"]["DurationSeconds"].as_u64() {
                    made["stickiness"] = json!(format!("{seconds}s"));
                }
            }
            "authenticate-oidc" => made["authenticateOidc"] = json!(true),
            _ => made["fixedResponse"] = json!(404),
        }
    }
    made
}

fn service_of(service: &Value, idle: &BTreeSet<&str>) -> Value {
    let mut set = json!({"taskDefinition": text(&service["taskDefinition"]).rsplit('/').next(), "primary": true});
    if let Some(balancer) = service["loadBalancers"].get(0) {
        let own = text(&balancer["targetGroupArn"]);
        let other = &balancer["advancedConfiguration"]["alternateTargetGroupArn"];
        let serves = if idle.contains(own) && other.is_string() { text(other) } else { own };
        set["targetGroup"] = json!(serves.rsplit('/').nth(1));
    }
    json!({
        "name": service["serviceName"], "desiredCount": service["desiredCount"],
        "controller": service["deploymentController"]["type"], "taskSets": [set],
    })
}
