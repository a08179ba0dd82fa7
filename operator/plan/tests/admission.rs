//! Who may touch what: every denial, with the words that tell whom to ask for what.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, Reason};
use sluice_plan::admission::bindings::{authorize, authorize_arns, service_arn};
use sluice_plan::admission::claims::{Claim, claimed_by_another, same_service};

use crate::support::fixture::{midnight, rule, seconds, settings, target_group};

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
    let table: [(&str, Option<Value>, Denial); 6] = [
        ("admitted", Some(json!({})), None),
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
        let result = authorize(binding.as_ref(), &settings(1), "shop-prod", &shop);
        match (result, expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some((reason, words))) => {
                assert_eq!(refusal.reason, reason, "{what}");
                assert!(words.iter().all(|word| refusal.message.contains(word)), "{what}: {}", refusal.message);
            }
            (result, _) => panic!("{what}: {result:?}"),
        }
    }
}

// S16 Tenant
#[test]
fn every_arn_that_a_group_names_must_match_a_pattern() {
    let account = "123456789012";
    let settings = settings(2);
    let all = [service_arn(&settings, account), rule(0), rule(1), target_group(0), target_group(1)];
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

#[test]
fn the_service_arn_has_the_partition_of_its_target_groups() {
    let mut settings = settings(1);
    assert_eq!(service_arn(&settings, "1"), "arn:aws:ecs:eu-west-1:1:service/prod/shop");
    settings.load_balancer.target_groups = vec![target_group(0).replace("arn:aws:", "arn:aws-cn:")];
    assert_eq!(service_arn(&settings, "1"), "arn:aws-cn:ecs:eu-west-1:1:service/prod/shop");
}

#[test]
fn the_first_claim_on_a_service_a_route_or_a_target_group_wins() {
    fn other() -> DeploymentGroupSpec {
        let mut other = settings(1);
        other.ecs.service = "cart".to_owned();
        other.load_balancer.production_routes[0].listener_rule = Some(rule(7));
        other.load_balancer.target_groups =
            vec![target_group(0).replace("shop", "cart"), target_group(1).replace("shop", "cart")];
        other
    }
    let own = settings(1);
    let table: [(&str, DeploymentGroupSpec, i64, Option<&str>); 6] = [
        ("nothing shared", other(), -1, None),
        ("the same service", DeploymentGroupSpec { ecs: own.ecs.clone(), ..other() }, -1, Some("service prod/shop")),
        ("the same service, later", DeploymentGroupSpec { ecs: own.ecs.clone(), ..other() }, 1, None),
        (
            "the same route",
            with(other(), |it| it.load_balancer.production_routes.push(own.load_balancer.production_routes[0].clone())),
            -1,
            Some("route rule-0"),
        ),
        (
            "the same target group",
            with(other(), |it| it.load_balancer.target_groups[1] = target_group(0)),
            -1,
            Some("target group shop-a"),
        ),
        (
            "the same second, by name",
            DeploymentGroupSpec { ecs: own.ecs.clone(), ..other() },
            0,
            Some("service prod/shop"),
        ),
    ];
    for (what, theirs, second, expected) in table {
        let mine = Claim { uid: "b", name: "shop/prod".to_owned(), created_at: midnight(), settings: &own };
        let others = [
            mine.clone(),
            Claim {
                uid: "a",
                name: "cart/prod".to_owned(),
                created_at: midnight() + seconds(second),
                settings: &theirs,
            },
        ];
        match (claimed_by_another(&mine, others), expected) {
            (Ok(()), None) => {}
            (Err(refusal), Some(shared)) => {
                assert_eq!(refusal.reason, Reason::Conflict, "{what}");
                for word in [shared, "DeploymentGroup cart/prod", "delete one of the two"] {
                    assert!(refusal.message.contains(word), "{what}: {}", refusal.message);
                }
            }
            (result, _) => panic!("{what}: {result:?}"),
        }
    }
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
