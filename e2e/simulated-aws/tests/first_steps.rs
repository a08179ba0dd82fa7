//! What a stranger's first script does with ECS: lists, removes tags, deregisters, deletes.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{World, green_request};

fn world() -> World {
    World::shop()
}

fn code(result: Result<Value, harness::Failure>) -> String {
    result.unwrap_err().code
}

fn create_service(world: &mut World, name: &str) {
    let controller = json!({"type": "EXTERNAL"});
    let parameters =
        json!({"cluster": "prod", "serviceName": name, "desiredCount": 0, "deploymentController": controller});
    world.ecs("CreateService", parameters).unwrap();
}

#[test]
fn services_are_listed_page_by_page_without_those_that_are_gone() {
    let mut world = world();
    for number in 0..12 {
        create_service(&mut world, &format!("worker-{number:02}"));
    }
    let first = world.ecs("ListServices", json!({"cluster": "prod"})).unwrap();
    assert_eq!(first["serviceArns"].as_array().unwrap().len(), 10, "a page has ten if nothing is said");
    let token = first["nextToken"].as_str().unwrap();
    let last = world.ecs("ListServices", json!({"cluster": "prod", "nextToken": token})).unwrap();
    assert_eq!(last["serviceArns"].as_array().unwrap().len(), 4);
    assert!(last.get("nextToken").is_none());
    world.ecs("DeleteService", json!({"cluster": "prod", "service": "worker-00"})).unwrap();
    world.pass(1000);
    let all = world.ecs("ListServices", json!({"cluster": "prod", "maxResults": 100})).unwrap();
    let arns: Vec<&str> = all["serviceArns"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(arns.len(), 13, "{arns:?}");
    assert!(arns[1].ends_with(":service/prod/shop") && arns[2].ends_with("worker-01"), "{arns:?}");
}

#[test]
fn a_list_of_services_is_filtered_and_refuses_what_ecs_refuses() {
    let mut world = world();
    create_service(&mut world, "idle");
    let table = [
        (json!({"launchType": "FARGATE"}), 2),
        (json!({"launchType": "EC2"}), 0),
        (json!({"schedulingStrategy": "REPLICA"}), 3),
        (json!({"schedulingStrategy": "DAEMON"}), 0),
    ];
    for (mut filter, expected) in table {
        filter["cluster"] = json!("prod");
        let found = world.ecs("ListServices", filter.clone()).unwrap();
        assert_eq!(found["serviceArns"].as_array().unwrap().len(), expected, "{filter}");
    }
    let refused = [
        (json!({"cluster": "nowhere"}), "ClusterNotFoundException"),
        (json!({"cluster": "prod", "maxResults": 101}), "InvalidParameterException"),
        (json!({"cluster": "prod", "nextToken": "moon"}), "InvalidParameterException"),
        (json!({"cluster": "prod", "launchType": "MOON"}), "InvalidParameterException"),
    ];
    for (parameters, expected) in refused {
        assert_eq!(code(world.ecs("ListServices", parameters.clone())), expected, "{parameters}");
    }
}

#[test]
fn tags_are_removed_by_their_keys_and_a_key_that_is_not_there_is_no_error() {
    let mut world = world();
    let green = world.green("shop:42");
    let set = world.task_set(&green).unwrap()["arn"].as_str().unwrap().to_owned();
    let task = world.ecs("ListTasks", json!({"cluster": "prod"})).unwrap()["taskArns"][0].as_str().unwrap().to_owned();
    for arn in [set, task] {
        let tags = json!([{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]);
        world.ecs("TagResource", json!({"resourceArn": arn, "tags": tags})).unwrap();
        world.ecs("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a", "never"]})).unwrap();
        let left = world.ecs("ListTagsForResource", json!({"resourceArn": arn})).unwrap();
        let keys: Vec<&str> = left["tags"].as_array().unwrap().iter().filter_map(|tag| tag["key"].as_str()).collect();
        assert!(keys.contains(&"b") && !keys.contains(&"a"), "{keys:?}");
    }
    let gone = "arn:aws:ecs:eu-west-1:123456789012:cluster/nowhere";
    let refused = world.ecs("UntagResource", json!({"resourceArn": gone, "tagKeys": ["a"]}));
    assert_eq!(code(refused), "ResourceNotFoundException");
}

#[test]
fn a_deregistered_task_definition_is_describable_and_runs_on_but_nothing_new_is_made_of_it() {
    let mut world = world();
    let green = world.green("shop:42");
    let answer = world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "shop:42"})).unwrap();
    assert_eq!(answer["taskDefinition"]["status"], "INACTIVE");
    assert!(answer["taskDefinition"]["deregisteredAt"].is_f64(), "{answer}");
    world.until_steady(&green);
    let shown = world.ecs("DescribeTaskDefinition", json!({"taskDefinition": "shop:42"})).unwrap();
    assert_eq!(shown["taskDefinition"]["status"], "INACTIVE");
    let newest = world.ecs("DescribeTaskDefinition", json!({"taskDefinition": "shop"})).unwrap();
    assert_ne!(newest["taskDefinition"]["revision"], 42, "a family stands for its newest revision that is ACTIVE");
    let mut request = green_request("shop:42");
    request["clientToken"] = json!("token-2");
    assert_eq!(code(world.ecs("CreateTaskSet", request)), "ClientException");
    for reference in ["shop", "shop:99", "nowhere:1"] {
        let refused = world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": reference}));
        assert_eq!(code(refused), "ClientException", "{reference}");
    }
}

#[test]
fn a_revision_number_is_not_given_twice_even_after_it_is_deregistered() {
    let mut world = world();
    let container = json!([{"name": "web", "image": "registry/web:1"}]);
    let register = json!({"family": "web", "containerDefinitions": container});
    world.ecs("RegisterTaskDefinition", register.clone()).unwrap();
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "web:1"})).unwrap();
    assert_eq!(code(world.ecs("DescribeTaskDefinition", json!({"taskDefinition": "web"}))), "ClientException");
    assert_eq!(world.ecs("RegisterTaskDefinition", register).unwrap()["taskDefinition"]["revision"], 2);
}

#[test]
fn a_cluster_is_deleted_only_when_it_is_empty_and_stays_describable_until_it_is_made_anew() {
    let mut world = world();
    let delete = json!({"cluster": "prod"});
    assert_eq!(code(world.ecs("DeleteCluster", delete.clone())), "ClusterContainsServicesException");
    for service in ["shop", "native"] {
        world.ecs("DeleteService", json!({"cluster": "prod", "service": service, "force": true})).unwrap();
    }
    assert_eq!(code(world.ecs("DeleteCluster", delete.clone())), "ClusterContainsTasksException");
    world.pass(30_000);
    assert_eq!(world.ecs("DeleteCluster", delete.clone()).unwrap()["cluster"]["status"], "INACTIVE");
    let shown = world.ecs("DescribeClusters", json!({"clusters": ["prod"]})).unwrap();
    assert_eq!(shown["clusters"][0]["status"], "INACTIVE");
    assert_eq!(code(world.ecs("DeleteCluster", delete)), "ClusterNotFoundException");
    assert_eq!(code(world.ecs("ListServices", json!({"cluster": "prod"}))), "ClusterNotFoundException");
    let again = world.ecs("CreateCluster", json!({"clusterName": "prod"})).unwrap();
    assert_eq!(again["cluster"]["status"], "ACTIVE");
    assert_eq!(world.ecs("ListServices", json!({"cluster": "prod"})).unwrap()["serviceArns"], json!([]));
}
