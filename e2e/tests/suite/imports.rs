//! What `kubectl sluice import` makes of what AWS prints is taken by the API server, and released by the operator to the end:
//! every shape of CodeDeploy and of ECS at once, in a simulated AWS that looks as the answers say, after the very commands that
//! the reports name. Holds, approvals and bakes are passed over by `skipTo`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};
use sluice_e2e::world::{World, find_service, must};
use sluice_e2e::{binaries, scenario};

/// Answers of CodeDeploy in `codedeploy`, and of ECS in `ecs`. `SLUICE_IMPORT_FIXTURES` names others, such as one's own.
fn fixtures() -> PathBuf {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../operator/cli/tests/fixtures/import");
    std::env::var_os("SLUICE_IMPORT_FIXTURES").map_or_else(|| own.into(), PathBuf::from)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every answer in a folder, in JSON or YAML.
fn answers(folder: &Path) -> Vec<Value> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        if text.starts_with('{') {
            return serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect();
        }
        vec![serde_saphyr::from_str(&text).unwrap_or(Value::Null)]
    };
    files(folder).into_iter().flat_map(read).collect()
}

fn items<'a>(answers: &'a [Value], key: &str) -> Vec<&'a Value> {
    answers.iter().filter_map(|answer| answer[key].as_array()).flatten().collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The world that the answers tell of.
fn world_of(answers: &[Value]) -> Value {
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

/// Imports a folder into another one.
fn import(from: &str, namespace: &str, into: &Path) {
    let mut command = Command::new(must(binaries::kubectl_sluice()));
    command.args(["import", from]).arg(fixtures().join(from)).args(["--namespace", namespace, "--into"]).arg(into);
    let told = command.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

/// The commands of AWS in a report that prepare the move, without those that take them back and those that end it.
fn preparations(report: &str) -> Vec<Vec<String>> {
    let mut is_back = false;
    let mut found = Vec::new();
    for line in report.lines() {
        if line.starts_with("   Back") || line.contains(". **") || line.starts_with('#') {
            is_back = line.starts_with("   Back");
        }
        let command = line.strip_prefix("       aws ").filter(|_| !is_back).map(words);
        found.extend(command.filter(|words| words[1].starts_with("modify-") || words[1] == "create-service"));
    }
    found
}

/// The words of a command, as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_escaped) = (Vec::new(), String::new(), false, false);
    for one in line.chars() {
        match one {
            '\\' if !is_quoted => is_escaped = true,
            '\'' if !is_escaped => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            _ => {
                is_escaped = false;
                word.push(one);
            }
        }
    }
    words.push(word);
    words
}

/// `modify-rule` as `ModifyRule`.
fn pascal(name: &str) -> String {
    let parts = name.split('-').flat_map(|part| [part[..1].to_uppercase(), part[1..].to_owned()]);
    parts.collect()
}

/// Does to the simulated AWS what a command of the AWS CLI does.
fn run(world: &World, words: &[String]) {
    let mut parameters = Map::new();
    let mut rest = words[2..].iter().peekable();
    while let Some(option) = rest.next() {
        let value = rest.next_if(|next| !next.starts_with("--")).map_or(json!(true), |value| {
            match value.strip_prefix("type=") {
                Some(kind) => json!({"type": kind}),
                None => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
            }
        });
        parameters.insert(option.trim_start_matches("--").to_owned(), value);
    }
    parameters.remove("region");
    let operation = pascal(&words[1]);
    if words[0] == "ecs" {
        let camel = |name: &str| format!("{}{}", name[..1].to_lowercase(), &pascal(name)[1..]).replace("Ecs", "ECS");
        let parameters: Map<String, Value> =
            parameters.iter().map(|(name, value)| (camel(name), value.clone())).collect();
        must(world.aws.ecs(&operation, &Value::Object(parameters)));
        return;
    }
    let mut flat = Vec::new();
    parameters.iter().for_each(|(name, value)| flatten(pascal(name), value, &mut flat));
    must(world.aws.load_balancing(&operation, &flat));
}

/// Parameters as the query protocol has them.
fn flatten(name: String, value: &Value, flat: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| flatten(format!("{name}.{key}"), value, flat)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| flatten(format!("{name}.member.{}", index + 1), item, flat));
        }
        Value::String(text) => flat.push((name, text.clone())),
        other => flat.push((name, other.to_string())),
    }
}

#[test]
#[ignore = "thirteen releases at once: some ten seconds of both cores, run it after a change of the import"]
fn every_shape_of_codedeploy_and_of_ecs_is_imported_and_released_by_what_the_report_says() {
    let answers: Vec<Value> =
        ["codedeploy", "ecs"].iter().flat_map(|folder| answers(&fixtures().join(folder))).collect();
    let world = World::of(&world_of(&answers));
    let folder = tempfile::tempdir().unwrap();
    let mut manifests = Vec::new();
    for from in ["codedeploy", "ecs"] {
        let into = folder.path().join(from);
        import(from, world.kubernetes.namespace(), &into);
        let report = fs::read_to_string(into.join("report.md")).unwrap();
        for words in preparations(&report) {
            run(&world, &words);
        }
        let yaml = files(&into).into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"));
        manifests.extend(yaml.map(|path| serde_saphyr::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap()));
    }
    let functions = manifests.iter().filter_map(|manifest| manifest["spec"]["allowedFunctions"].as_array()).flatten();
    let well = json!([{"payload": {"hookStatus": "SUCCEEDED"}}]);
    let functions: Vec<Value> = functions.map(|name| json!({"name": name, "answers": well})).collect();
    must(world.aws.merge(&json!({"functions": functions})));
    // Unknown fields are refused, as kubectl has them refused.
    for manifest in &manifests {
        must(world.kubernetes.dry_run(manifest));
    }
    world.apply(&manifests);
    let groups: Vec<&Value> = manifests.iter().filter(|manifest| manifest["kind"] == "DeploymentGroup").collect();
    // Where task sets serve what is asked for already, nothing is released.
    let (kept, moved): (Vec<&Value>, Vec<&Value>) =
        groups.iter().partition(|group| !text(&group["spec"]["ecs"]["service"]).ends_with("-sluice"));
    let name = |group: &Value| text(&group["metadata"]["name"]).to_owned();
    let names: Vec<String> = moved.iter().map(|group| format!("{}-1", name(group))).collect();
    for name in &names {
        world.wait_object("deployments", name, "to be there", |_| true);
        must(world.kubernetes.patch("deployments", name, &json!({"spec": {"skipTo": "End"}})));
    }
    for name in &names {
        world.wait_end(name, "Succeeded");
    }
    for group in kept {
        let found = world.object("deploymentgroups", &name(group));
        assert_eq!(found["status"]["phase"], "running", "{found:#}");
    }
    let state = must(world.aws.state());
    for group in groups.iter().filter(|group| group["spec"]["adopt"].is_object()) {
        let (ecs, old) = (&group["spec"]["ecs"], &group["spec"]["adopt"]["service"]);
        let old = find_service(&state, &json!({"cluster": ecs["cluster"], "service": old})).unwrap();
        let new = find_service(&state, ecs).unwrap();
        assert_eq!(new["taskSets"][0]["status"], "PRIMARY", "{new:#}");
        assert_eq!(old["taskSets"][0]["runningCount"], old["desiredCount"], "it is kept: {old:#}");
    }
    let traffic = must(world.aws.traffic());
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{traffic:#}");
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{violations:#?}");
}
