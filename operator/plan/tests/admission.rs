//! Who may touch what: every denial, with the words that tell whom to ask for what.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, JobHook, Reason};
use sluice_plan::admission::bindings::{authorize, authorize_arns, authorize_revision, service_arn};
use sluice_plan::admission::claims::same_service;
use sluice_plan::admission::hook_hosts::authorize_hook_url;
use sluice_plan::admission::hook_jobs::{LONGEST_TEMPLATE, authorize_headers, authorize_job, check_job};
use sluice_plan::admission::input::check_input;

use crate::support::fixture::{rule, settings, target_group};

fn binding(spec: &Value) -> AwsBindingSpec {
    let mut base = json!({
        "identity": "operator",
        "namespaceSelector": {"matchLabels": {"team": "shop"}},
        "regions": ["eu-west-1", "eu-central-1"],
        "allowedArns": ["arn:aws:ecs:*:service/prod/*", "arn:aws:elasticloadbalancing:*"],
    });
    for (key, value) in spec.as_object().unwrap() {
        base[key] = value.clone();
    }
    serde_json::from_value(base).unwrap()
}

/// The reason of a denial, and words of its message.
type Denial = Option<(Reason, &'static [&'static str])>;

// S16 Tenant
#[test]
fn a_namespace_needs_a_binding_that_admits_it_and_its_region() {
    let shop = BTreeMap::from([("team".to_owned(), "shop".to_owned())]);
    let unless_quarantined =
        json!({"namespaceSelector": {"matchExpressions": [{"key": "quarantine", "operator": "DoesNotExist"}]}});
    let table: [(&str, Option<Value>, Denial); 7] = [
        ("admitted", Some(json!({})), None),
        ("a label that is absent", Some(unless_quarantined.clone()), None),
        ("every namespace", Some(json!({"namespaceSelector": {}})), None),
        ("no binding", None, Some((Reason::NoBinding, &["spec.aws.binding", "team-shop", "shop-prod", "create one"]))),
        (
            "another team",
            Some(json!({"namespaceSelector": {"matchLabels": {"team": "pay"}}})),
            Some((Reason::NotAdmitted, &["team-shop", "shop-prod", "namespaceSelector", "label the namespace"])),
        ),
        (
            "a selector that cannot be read",
            Some(json!({"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "Near"}]}})),
            Some((Reason::NotAdmitted, &["team-shop", "namespaceSelector", "correct it"])),
        ),
        (
            "another region",
            Some(json!({"regions": ["us-east-1", "us-east-2"]})),
            Some((Reason::NotAdmitted, &["spec.aws.region", "eu-west-1", "us-east-1, us-east-2"])),
        ),
    ];
    for (what, spec, expected) in table {
        let binding = spec.as_ref().map(binding);
        let result = authorize(binding.as_ref(), &settings(1), "shop-prod", Some(&shop));
        match (result, expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some((reason, words))) => {
                assert_eq!(refusal.reason, reason, "{what}");
                assert!(words.iter().all(|word| refusal.message.contains(word)), "{what}: {}", refusal.message);
            }
            (result, _) => panic!("{what}: {result:?}"),
        }
    }
    for (what, spec) in
        [("every namespace", json!({"namespaceSelector": {}})), ("a label that is absent", unless_quarantined)]
    {
        let refusal = authorize(Some(&binding(&spec)), &settings(1), "shop-prod", None).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotAdmitted, "a namespace that is not known, {what}");
        for word in ["team-shop", "shop-prod", "not seen", "list and watch"] {
            assert!(refusal.message.contains(word), "{what}: {}", refusal.message);
        }
    }
}

// S16 Tenant
#[test]
fn every_arn_that_a_group_names_must_match_a_pattern() {
    let account = "123456789012";
    let mut settings = settings(2);
    settings.adopt = serde_json::from_value(json!({"service": "shop-rolling", "cluster": "legacy"})).unwrap();
    let adopted = format!("arn:aws:ecs:eu-west-1:{account}:service/legacy/shop-rolling");
    let all = [service_arn(&settings, account), adopted, rule(0), rule(1), target_group(0), target_group(1)];
    assert_eq!(authorize_arns(&binding(&json!({"allowedArns": all})), &settings, account), Ok(()));
    for left_out in &all {
        let rest: Vec<&String> = all.iter().filter(|arn| *arn != left_out).collect();
        let refusal = authorize_arns(&binding(&json!({"allowedArns": rest})), &settings, account).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotAdmitted);
        for word in ["team-shop", left_out, "allowedArns"] {
            assert!(refusal.message.contains(word), "{}", refusal.message);
        }
    }
    let other_account = authorize_arns(&binding(&json!({"allowedArns": all})), &settings, "999999999999");
    assert!(other_account.is_err(), "the service is looked for in the account of the caller");
}

/// What is changed in a group, the list of a binding, what it has, and the words of the denial; none where it is admitted.
type Listed = (&'static str, Value, &'static str, Value, Option<&'static [&'static str]>);

// S16 Tenant
#[test]
fn what_task_sets_are_made_with_must_be_on_the_bindings_lists() {
    const SRV: &str = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-shop";
    let network = |subnets: Value| json!({"networkConfiguration": {"subnets": subnets, "securityGroups": ["sg-1"]}});
    let spot = json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]});
    let registries =
        json!({"serviceRegistries": [{"registryArn": SRV, "containerName": "web", "containerPort": 8080}]});
    let everything = json!(["arn:aws:ecs:*", "arn:aws:elasticloadbalancing:*", SRV]);
    let table: [Listed; 10] = [
        ("no list", network(json!(["subnet-9"])), "regions", json!(["eu-west-1"]), None),
        ("listed", network(json!(["subnet-1"])), "allowedSubnets", json!(["subnet-1"]), None),
        ("a pattern", network(json!(["subnet-1"])), "allowedSubnets", json!(["subnet-*"]), None),
        (
            "one of two subnets",
            network(json!(["subnet-1", "subnet-9"])),
            "allowedSubnets",
            json!(["subnet-1"]),
            Some(&["networkConfiguration.subnets", "subnet-9", "allowedSubnets, which has subnet-1"]),
        ),
        (
            "an empty list",
            network(json!(["subnet-1"])),
            "allowedSecurityGroups",
            json!([]),
            Some(&["networkConfiguration.securityGroups", "sg-1", "allowedSecurityGroups, which has none"]),
        ),
        ("a provider", spot.clone(), "allowedCapacityProviders", json!(["FARGATE", "FARGATE_SPOT"]), None),
        (
            "another provider",
            spot,
            "allowedCapacityProviders",
            json!(["FARGATE"]),
            Some(&["taskSet.capacityProviderStrategy", "FARGATE_SPOT", "or ask an admin to add it"]),
        ),
        ("a registry that matches", registries.clone(), "allowedArns", everything, None),
        (
            "a registry that no pattern admits",
            registries.clone(),
            "regions",
            json!(["eu-west-1"]),
            Some(&["taskSet.serviceRegistries", SRV, "allowedArns, which has none of that kind"]),
        ),
        (
            "a registry beside another's",
            registries,
            "allowedArns",
            json!(["arn:aws:ecs:*", "arn:aws:elasticloadbalancing:*", format!("{SRV}-2")]),
            Some(&["taskSet.serviceRegistries", "srv-shop: correct", "which has arn:aws:servicediscovery"]),
        ),
    ];
    for (what, template, list, admitted, expected) in table {
        let settings = with(settings(1), |it| it.task_set = serde_json::from_value(template.clone()).unwrap());
        let binding = binding(&json!({list: admitted}));
        match (authorize_arns(&binding, &settings, "123456789012"), expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some(words)) => {
                assert_eq!(refusal.reason, Reason::NotAdmitted, "{what}");
                assert!(words.iter().all(|word| refusal.message.contains(word)), "{what}: {}", refusal.message);
            }
            (result, _) => panic!("{what}: {result:?}"),
        }
    }
}

// S16 Tenant
#[test]
fn a_revision_is_of_the_groups_account_and_of_a_family_that_is_admitted() {
    let arn = |rest: &str| format!("arn:{rest}:task-definition/shop:42");
    let here = arn("aws:ecs:eu-west-1:123456789012");
    let table: [(String, Value, Denial); 11] = [
        ("shop:42".to_owned(), json!({}), None),
        (here.clone(), json!({}), None),
        (here.clone(), json!({"allowedTaskDefinitions": ["cart", "sh*"]}), None),
        (
            "shop:42".to_owned(),
            json!({"allowedTaskDefinitions": ["cart", "shop-*"]}),
            Some((Reason::NotAdmitted, &["does not admit shop:", "allowedTaskDefinitions, which has cart, shop-*"])),
        ),
        (here, json!({"allowedTaskDefinitions": []}), Some((Reason::NotAdmitted, &["which has none of that kind"]))),
        (
            arn("aws:ecs:us-east-1:999999999999"),
            json!({}),
            Some((Reason::NotAdmitted, &["account 999999999999 and region us-east-1", "account 123456789012"])),
        ),
        (arn("aws-cn:ecs:eu-west-1:123456789012"), json!({}), Some((Reason::NotAdmitted, &["(aws-cn)", "(aws)"]))),
        (arn("aws:s3:eu-west-1:123456789012"), json!({}), Some((Reason::InvalidValue, &["such as shop:42"]))),
        ("shop".to_owned(), json!({"allowedTaskDefinitions": ["shop"]}), None),
        (
            "shop".to_owned(),
            json!({"allowedTaskDefinitions": ["web"]}),
            Some((Reason::NotAdmitted, &["which has web"])),
        ),
        ("shop:latest".to_owned(), json!({}), Some((Reason::InvalidValue, &["shop:latest is no registered revision"]))),
    ];
    for (task_definition, list, expected) in table {
        match (authorize_revision(&binding(&list), &settings(1), "123456789012", &task_definition), expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some((reason, words))) => {
                assert_eq!(refusal.reason, reason, "{task_definition}");
                assert!(words.iter().all(|word| refusal.message.contains(word)), "{}", refusal.message);
            }
            (result, _) => panic!("{task_definition}: {result:?}"),
        }
    }
}

#[test]
fn a_service_that_is_not_admitted_is_told_with_what_would_be() {
    let production = with(settings(1), |it| "production".clone_into(&mut it.ecs.cluster));
    let refusal = authorize_arns(&binding(&json!({})), &production, "123456789012").unwrap_err();
    let message = refusal.message;
    for words in [
        "spec.ecs: AwsBinding team-shop does not admit arn:aws:ecs:eu-west-1:123456789012:service/production/shop",
        "correct spec.ecs, or ask an admin",
        "which has arn:aws:ecs:*:service/prod/*",
    ] {
        assert!(message.contains(words), "{message}");
    }
    assert!(!message.contains("elasticloadbalancing"), "{message}");
}

/// A group whose names, ids and ARNs are such as AWS gives.
fn well_formed() -> Value {
    const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
    let mut group = serde_json::to_value(settings(1)).unwrap();
    group["loadBalancer"] = json!({
        "targetGroups": [
            format!("{ELB}:targetgroup/shop-a/73e2d6bc24d8a067"), format!("{ELB}:targetgroup/shop-b/9f1c2e7b55aa0013"),
        ],
        "productionRoutes": [
            {"listenerRule": format!("{ELB}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee")},
            {"listener": format!("{ELB}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2")},
        ],
    });
    group["taskSet"] = json!({
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}],
        "networkConfiguration": {"subnets": ["subnet-0a1b2c3d4e5f60718"], "securityGroups": ["sg-1"]},
        "platformVersion": "1.4.0",
        "serviceRegistries": [{
            "registryArn": "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1", "containerName": "web",
        }],
        "tags": [{"key": "cost center", "value": "a+b"}],
    });
    group["adopt"] = json!({"service": "shop-rolling", "cluster": "legacy"});
    group["deploymentConfig"] = json!({"steps": [{"name": "half", "weight": 50}, {"weight": 100}]});
    group
}

// S16 Tenant
#[test]
fn what_is_not_well_formed_is_refused_by_field() {
    let check = |group: &Value| check_input(&serde_json::from_value(group.clone()).unwrap());
    assert_eq!(check(&well_formed()), Ok(()));
    let table = [
        ("/ecs/cluster", "prod/*"),
        ("/ecs/service", "shop\nother"),
        ("/container/name", "\u{1b}[2Jweb"),
        ("/adopt/service", "shop --force"),
        ("/adopt/cluster", "prod/*"),
        ("/loadBalancer/targetGroups/0", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/*"),
        (
            "/loadBalancer/targetGroups/1",
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/../victim-a/73e2d6bc24d8a067",
        ),
        (
            "/loadBalancer/productionRoutes/0/listenerRule",
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee,x",
        ),
        (
            "/loadBalancer/productionRoutes/1/listener",
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/*",
        ),
        ("/taskSet/capacityProviderStrategy/0/capacityProvider", "x\u{7}"),
        ("/taskSet/networkConfiguration/subnets/0", "subnet-1,subnet-2"),
        ("/taskSet/networkConfiguration/securityGroups/0", "sg-*"),
        ("/taskSet/platformVersion", "1.4.0\n"),
        ("/taskSet/serviceRegistries/0/registryArn", "arn:aws:servicediscovery:eu-west-1:123456789012:service/*"),
        ("/taskSet/serviceRegistries/0/containerName", "w e b"),
        ("/taskSet/tags/0/key", "AWS:team"),
        ("/taskSet/tags/0/key", "sluice.dev/group"),
        ("/taskSet/tags/0/value", "a\nb"),
        ("/deploymentConfig/steps/0/name", "half\nall is well"),
        // A group of one region has nothing to do in another, whatever a pattern admits.
        (
            "/loadBalancer/targetGroups/0",
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-a/73e2d6bc24d8a067",
        ),
    ];
    for (pointer, value) in table {
        let mut group = well_formed();
        *group.pointer_mut(pointer).unwrap() = json!(value);
        let refusal = check(&group).expect_err(pointer);
        assert_eq!(refusal.reason, Reason::InvalidValue, "{pointer}");
        let field = pointer.trim_start_matches('/').split('/').next().unwrap();
        assert!(refusal.message.starts_with(&format!("spec.{field}")), "{pointer}: {}", refusal.message);
        assert!(!refusal.message.chars().any(char::is_control), "{pointer}: {:?}", refusal.message);
    }
}

#[test]
fn the_service_arn_has_the_partition_of_its_target_groups() {
    let mut settings = settings(1);
    assert_eq!(service_arn(&settings, "1"), "arn:aws:ecs:eu-west-1:1:service/prod/shop");
    settings.load_balancer.target_groups = vec![target_group(0).replace("arn:aws:", "arn:aws-cn:")];
    assert_eq!(service_arn(&settings, "1"), "arn:aws-cn:ecs:eu-west-1:1:service/prod/shop");
}

fn with(mut settings: DeploymentGroupSpec, change: impl Fn(&mut DeploymentGroupSpec)) -> DeploymentGroupSpec {
    change(&mut settings);
    settings
}

#[test]
fn two_groups_are_about_the_same_service_by_region_cluster_and_name() {
    let own = settings(1);
    assert!(same_service(&own, &settings(3)));
    assert!(!same_service(&own, &with(settings(1), |it| it.aws.region = "us-east-1".to_owned())));
    assert!(!same_service(&own, &with(settings(1), |it| it.ecs.cluster = "dev".to_owned())));
}

// S16 Tenant
#[test]
fn an_http_hook_is_sent_to_listed_hosts_only_and_a_denial_tells_no_path() {
    let hosts =
        json!({"allowedHookHosts": [{"host": "gate.example.com"}, {"host": "inner.example.com", "port": 8443}]});
    let table: [(&str, Value, Denial); 8] = [
        ("https://gate.example.com/secret", hosts.clone(), None),
        ("https://inner.example.com:8443/secret", hosts.clone(), None),
        (
            "https://evil.example/secret",
            hosts.clone(),
            Some((
                Reason::NotAdmitted,
                &[
                    "spec.hooks[0].http.url",
                    "team-shop",
                    "evil.example:443:",
                    "gate.example.com:443, inner.example.com:8443",
                ],
            )),
        ),
        (
            "https://inner.example.com/secret",
            hosts.clone(),
            Some((Reason::NotAdmitted, &["inner.example.com:443:", "admin"])),
        ),
        ("https://a.gate.example.com/secret", hosts.clone(), Some((Reason::NotAdmitted, &["allowedHookHosts"]))),
        (
            "https://gate.example.com/secret",
            json!({}),
            Some((Reason::NotAdmitted, &["allowedHookHosts, which has none"])),
        ),
        (
            "http://gate.example.com/secret",
            hosts.clone(),
            Some((Reason::InvalidValue, &["spec.hooks[0].http.url", "https://"])),
        ),
        (
            "https://127.0.0.1/secret",
            hosts,
            Some((Reason::InvalidValue, &["spec.hooks[0].http.url", "not its address"])),
        ),
    ];
    for (url, spec, expected) in table {
        let result = authorize_hook_url(("team-shop", &binding(&spec)), "spec.hooks[0].http.url", url);
        match (result, expected) {
            (Ok(_), None) => {}
            (Err(denial), Some((reason, words))) => {
                assert_eq!(denial.reason, reason, "{url}: {}", denial.message);
                assert!(words.iter().all(|word| denial.message.contains(word)), "{url}: {}", denial.message);
                assert!(!denial.message.contains("secret"), "{url}: {}", denial.message);
            }
            (result, expected) => panic!("{url}: {result:?}, expected {expected:?}"),
        }
    }
}

/// A Job of one container, with further fields of its Pod.
fn job(fields: &Value) -> JobHook {
    let mut pod = json!({"containers": [{"name": "a", "image": "a"}]});
    for (name, value) in fields.as_object().unwrap() {
        pod[name] = value.clone();
    }
    let metadata = pod.as_object_mut().unwrap().remove("metadata").unwrap_or(Value::Null);
    serde_json::from_value(json!({"template": {"spec": {"template": {"metadata": metadata, "spec": pod}}}})).unwrap()
}

#[test]
fn a_job_that_cannot_be_made_is_refused_with_the_remedy() {
    let container = |fields: Value| {
        let mut container = json!({"name": "b", "image": "a"});
        for (name, value) in fields.as_object().unwrap() {
            container[name] = value.clone();
        }
        json!({"initContainers": [container]})
    };
    let table = [
        (json!({}), None),
        (json!({"volumes": [{"name": "v", "emptyDir": {}}]}), None),
        (json!({"metadata": {"labels": {"team": "shop", "example.com/a": "b"}}}), None),
        (container(json!({"env": [{"name": "A", "value": "b"}, {"name": "B"}]})), None),
        (json!({"containers": []}), Some("containers: write at least one")),
        (container(json!({"name": "a"})), Some("containers: two have the name a")),
        (container(json!({"args": ["x".repeat(LONGEST_TEMPLATE)]})), Some("write at most 4096")),
        (
            container(json!({"volumeMounts": [{"name": "v", "mountPath": "/v"}]})),
            Some("b mounts v, which is no volume"),
        ),
        (container(json!({"env": [{"name": "SLUICE_EVENT", "value": "b"}]})), Some("give it another name")),
        (container(json!({"env": [{"name": "A", "valueFrom": {}}]})), Some("write value, or one source in valueFrom")),
        (container(json!({"env": [{"name": "A-B", "value": "b"}]})), Some("env: \"A-B\" is no name")),
        (container(json!({"name": "a b"})), Some("initContainers: \"a b\" is no name")),
        (json!({"volumes": [{"name": "v", "configMap": {"name": "../v"}}]}), Some("volumes: \"../v\" is no name")),
        (json!({"serviceAccountName": "A"}), Some("serviceAccountName: \"A\" is no name")),
        (json!({"volumes": [{"name": "v"}]}), Some("none of emptyDir, configMap and secret")),
        (json!({"volumes": [{"name": "v", "emptyDir": {}, "configMap": {"name": "c"}}]}), Some("write one of these")),
        (json!({"metadata": {"labels": {"sluice.dev/group": "b"}}}), Some("sluice.dev/group is for")),
        (
            json!({"metadata": {"annotations": {"container.apparmor.security.beta.kubernetes.io/a": "unconfined"}}}),
            Some("leave it out"),
        ),
        (json!({"metadata": {"labels": {"job-name": "b"}}}), Some("job-name is for Kubernetes")),
    ];
    for (fields, expected) in table {
        let refused = check_job("smoke", &job(&fields)).err().map(|refusal| refusal.message);
        assert_eq!(refused.is_some(), expected.is_some(), "{fields}: {refused:?}");
        let Some(expected) = expected else { continue };
        let refused = refused.unwrap();
        assert!(
            refused.starts_with("spec.hooks: the Job of smoke: ") && refused.contains(expected),
            "{fields}: {refused}"
        );
    }
}

// S16 Tenant
#[test]
fn a_hook_reads_no_secret_and_has_no_identity_that_the_binding_does_not_list() {
    let lists = json!({"allowedHookSecrets": ["shop-hook-*"], "allowedHookServiceAccounts": ["shop-hook"]});
    let secret = |name: &str| {
        [
            json!({"volumes": [{"name": "v", "secret": {"secretName": name}}]}),
            json!({"imagePullSecrets": [{"name": name}]}),
            json!({"initContainers": [{"name": "b", "image": "a", "env": [
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": name, "key": "a"}}}
            ]}]}),
        ]
    };
    let account = |name: &str| json!({"serviceAccountName": name});
    let refused = |spec: &Value, fields: &Value| {
        authorize_job(("team-shop", &binding(spec)), "smoke", &job(fields)).err().map(|denial| denial.message)
    };
    for fields in secret("shop-hook-token").iter().chain(&[account("shop-hook"), json!({})]) {
        assert_eq!(refused(&lists, fields), None, "{fields}");
    }
    let denied = secret("database").into_iter().map(|fields| (fields, "allowedHookSecrets"));
    for (fields, list) in denied.chain([(account("default"), "allowedHookServiceAccounts")]) {
        let told = refused(&lists, &fields).unwrap();
        assert!(
            told.contains("spec.hooks: smoke.job: ") && told.contains("team-shop") && told.contains(list),
            "{told}"
        );
        let told = refused(&json!({}), &fields).unwrap();
        assert!(told.contains("which has none"), "without a list: {told}");
    }
    let headers = |spec: &Value, secret| authorize_headers(("team-shop", &binding(spec)), "gate", secret);
    assert_eq!(headers(&lists, "shop-hook-token"), Ok(()));
    assert!(headers(&lists, "database").is_err() && headers(&json!({}), "shop-hook-token").is_err());
}
