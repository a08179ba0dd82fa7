use jiff::Timestamp;
use serde_json::json;
use sluice_api::{self as api, Share};
use sluice_plan::{
    NewTaskSet,
    observation::{ContainerDefinition, PlacementFailure, StoppedTask, TaskSetState},
};

use crate::{
    error::ErrorClass,
    ports::ServiceName,
    testing::{Aws, ecs_error},
};

const TASK_SET: &str = r#"{
    "id": "ecs-svc/1", "taskSetArn": "arn:ts:1", "externalId": "sluice-1", "status": "ACTIVE",
    "taskDefinition": "arn:td:7", "computedDesiredCount": 2, "pendingCount": 1, "runningCount": 1,
    "createdAt": 1700000000.248, "scale": {"value": 50.0, "unit": "PERCENT"}, "stabilityStatus": "STABILIZING",
    "loadBalancers": [{"targetGroupArn": "arn:tg:green", "containerName": "web", "containerPort": 8080}]
}"#;

fn shop() -> ServiceName {
    ServiceName { cluster: "live".to_owned(), service: "shop".to_owned() }
}

fn services(of: &str) -> String {
    format!(r#"{{"services": [{of}], "failures": []}}"#)
}

#[tokio::test(start_paused = true)]
async fn a_service_comes_with_its_task_sets() {
    let tags =
        r#"{"key": "Environment", "value": "production"}, {"key": "aws:cloudformation:stack-id", "value": "stack"}"#;
    let aws = Aws::always(
        200,
        services(&format!(
            r#"{{"serviceArn": "arn:shop", "serviceName": "shop", "status": "ACTIVE", "desiredCount": 4, "tags": [{tags}],
                 "deploymentController": {{"type": "EXTERNAL"}}, "taskSets": [{TASK_SET}]}}"#
        )),
    );
    let service = aws.region().ecs.describe_service(&shop()).await.unwrap().unwrap();
    assert_eq!((&*service.arn, service.active, service.external, service.desired_count), ("arn:shop", true, true, 4));
    assert_eq!((service.environment.as_deref(), service.stack_id.as_deref()), (Some("production"), Some("stack")));
    let task_set = service.task_set("ecs-svc/1").unwrap();
    assert_eq!((task_set.external_id.as_deref(), task_set.status), (Some("sluice-1"), TaskSetState::Active));
    assert_eq!((task_set.target_group.as_deref(), task_set.pending), (Some("arn:tg:green"), 1));
    assert_eq!((task_set.scale, task_set.computed_desired, task_set.running, task_set.steady), (50.0, 2, 1, false));
    assert_eq!(task_set.created_at, Some("2023-11-14T22:13:20.248Z".parse::<Timestamp>().unwrap()));
    assert_eq!(aws.seen()[0].json(), json!({"cluster": "live", "include": ["TAGS"], "services": ["shop"]}));
}

#[tokio::test(start_paused = true)]
async fn the_last_event_of_a_task_without_a_place_comes_with_the_service() {
    let event = |at: u32, message: &str| format!(r#"{{"id": "e", "createdAt": {at}, "message": "{message}"}}"#);
    let events = [
        event(1_700_000_060, "(service shop, taskSet ecs-svc/1) has started 2 tasks: (task 1) (task 2)."),
        event(
            1_700_000_030,
            "(service shop, taskSet ecs-svc/1) was unable to place a task. Reason: RESOURCE:MEMORY. For more information, see the guide.",
        ),
        event(1_700_000_000, "(service shop) was unable to place a task because no container instance met all."),
    ];
    let service = format!(
        r#"{{"serviceArn": "arn:shop", "serviceName": "shop", "status": "ACTIVE", "desiredCount": 4, "events": [{}],
             "deploymentController": {{"type": "EXTERNAL"}}, "taskSets": []}}"#,
        events.join(",")
    );
    let service = Aws::always(200, services(&service)).region().ecs.describe_service(&shop()).await.unwrap().unwrap();
    let expected = PlacementFailure {
        at: "2023-11-14T22:13:50Z".parse().unwrap(),
        task_set: Some("ecs-svc/1".to_owned()),
        message: "unable to place a task. Reason: RESOURCE:MEMORY.".to_owned(),
    };
    assert_eq!(service.placement_failure, Some(expected));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_ecs_calls_missing_does_not_exist() {
    let missing =
        r#"{"services": [], "failures": [{"arn": "arn:aws:ecs:eu-west-1:1:service/shop", "reason": "MISSING"}]}"#;
    let aws = Aws::always(200, missing);
    assert_eq!(aws.region().ecs.describe_service(&shop()).await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn a_service_of_an_unknown_cluster_does_not_exist() {
    let aws = Aws::always(400, ecs_error("ClusterNotFoundException", "Cluster not found."));
    assert_eq!(aws.region().ecs.describe_service(&shop()).await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_an_error_and_no_missing_service() {
    let error = Aws::always(200, services("")).region().ecs.describe_service(&shop()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_task_set_of_an_unknown_status_counts_as_live() {
    let odd = TASK_SET.replace("ACTIVE", "MIGRATING");
    let aws =
        Aws::always(200, services(&format!(r#"{{"serviceArn": "a", "serviceName": "shop", "taskSets": [{odd}]}}"#)));
    let service = aws.region().ecs.describe_service(&shop()).await.unwrap().unwrap();
    assert!(service.task_sets[0].is_live());
}

// S15 Redaction
#[tokio::test(start_paused = true)]
async fn a_task_definition_brings_names_and_ports_alone() {
    let aws = Aws::always(
        200,
        r#"{"taskDefinition": {"taskDefinitionArn": "arn:td:7", "status": "ACTIVE", "networkMode": "awsvpc",
            "containerDefinitions": [{"name": "web", "portMappings": [{"containerPort": 8080}],
                                      "environment": [{"name": "PASSWORD", "value": "hunter2"}]}]}}"#,
    );
    let found = aws.region().ecs.describe_task_definition("web:7").await.unwrap().unwrap();
    assert!(found.active && found.awsvpc);
    assert_eq!(found.containers, [ContainerDefinition { name: "web".to_owned(), ports: vec![8080] }]);
    assert!(!format!("{found:?}").contains("hunter2"));
}

#[tokio::test(start_paused = true)]
async fn a_task_definition_that_ecs_cannot_describe_does_not_exist() {
    let aws = Aws::always(400, ecs_error("ClientException", "Unable to describe task definition."));
    assert_eq!(aws.region().ecs.describe_task_definition("web:8").await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn stopped_tasks_are_read_page_by_page_and_up_to_200() {
    let aws = Aws::answering(|seen| {
        let asked = seen.json();
        let answer = if seen.operation == "ListTasks" {
            let page: usize = asked["nextToken"].as_str().map_or(0, |token| token.parse().unwrap());
            let arns: Vec<String> = (0..100).map(|n| format!("arn:task:{page}-{n}")).collect();
            json!({"taskArns": arns, "nextToken": (page + 1).to_string()})
        } else {
            let tasks = asked["tasks"].as_array().unwrap();
            json!({"tasks": tasks.iter().map(|arn| json!({"taskArn": arn})).collect::<Vec<_>>()})
        };
        Ok((200, answer.to_string()))
    });
    let tasks = aws.region().ecs.stopped_tasks("live", "ecs-svc/1").await.unwrap();
    assert_eq!(tasks.len(), 200);
    assert_eq!(aws.operations(), ["ListTasks", "ListTasks", "DescribeTasks", "DescribeTasks"]);
    assert_eq!(aws.seen()[0].json(), json!({"cluster": "live", "startedBy": "ecs-svc/1", "desiredStatus": "STOPPED"}));
}

#[tokio::test(start_paused = true)]
async fn the_container_that_tells_most_speaks_for_a_stopped_task() {
    let aws = Aws::answering(|seen| {
        let answer = match seen.operation.as_str() {
            "ListTasks" => r#"{"taskArns": ["arn:task:1"]}"#,
            _ => {
                r#"{"tasks": [{"taskArn": "arn:task:1", "stopCode": "EssentialContainerExited",
                    "stoppedReason": "Essential container in task exited", "startedAt": 1699999940, "stoppedAt": 1700000000,
                    "containers": [{"name": "side", "exitCode": 0},
                        {"name": "web", "exitCode": 137, "reason": "OutOfMemoryError"}]}]}"#
            }
        };
        Ok((200, answer.to_owned()))
    });
    let expected = StoppedTask {
        arn: "arn:task:1".to_owned(),
        stop_code: Some("EssentialContainerExited".to_owned()),
        stopped_reason: Some("Essential container in task exited".to_owned()),
        container: Some("web".to_owned()),
        container_reason: Some("OutOfMemoryError".to_owned()),
        exit_code: Some(137),
        started_at: Some("2023-11-14T22:12:20Z".parse().unwrap()),
        stopped_at: Some("2023-11-14T22:13:20Z".parse().unwrap()),
    };
    assert_eq!(aws.region().ecs.stopped_tasks("live", "ecs-svc/1").await.unwrap(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn no_stopped_tasks_are_no_second_call() {
    let aws = Aws::always(200, r#"{"taskArns": []}"#);
    assert_eq!(aws.region().ecs.stopped_tasks("live", "ecs-svc/1").await.unwrap(), []);
    assert_eq!(aws.operations(), ["ListTasks"]);
}

fn new_task_set() -> NewTaskSet {
    NewTaskSet {
        client_token: "5f1c7a52-7d4e-4c39-9a0e-0d8f1f0a9c11".to_owned(),
        external_id: "sluice-5f1c7a52".to_owned(),
        task_definition: "arn:td:7".to_owned(),
        target_group: "arn:tg:green".to_owned(),
        container: api::Container { name: "web".to_owned(), port: 8080 },
        template: api::TaskSetTemplate::default(),
        size: Share::from_percent(20),
        tags: vec![("sluice.dev/group".to_owned(), "default/shop".to_owned())],
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_set_is_made_with_all_that_its_template_says() {
    let aws = Aws::always(200, format!(r#"{{"taskSet": {TASK_SET}}}"#));
    let new = NewTaskSet {
        template: api::TaskSetTemplate {
            launch_type: None,
            capacity_provider_strategy: Some(vec![api::CapacityProviderStrategyItem {
                capacity_provider: "FARGATE_SPOT".to_owned(),
                weight: 3,
                base: 1,
            }]),
            network_configuration: Some(api::NetworkConfiguration {
                subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
                security_groups: vec!["sg-1".to_owned()],
                assign_public_ip: api::AssignPublicIp::Disabled,
            }),
            platform_version: Some("1.4.0".to_owned()),
            service_registries: Some(vec![api::ServiceRegistry {
                registry_arn: "arn:registry".to_owned(),
                container_name: Some("web".to_owned()),
                container_port: Some(8080),
                port: None,
            }]),
            tags: Vec::new(),
        },
        ..new_task_set()
    };
    let made = aws.region().ecs.create_task_set(&shop(), &new).await.unwrap();
    assert_eq!(made.id, "ecs-svc/1");
    assert_eq!(
        aws.seen()[0].json(),
        json!({
            "cluster": "live",
            "service": "shop",
            "clientToken": "5f1c7a52-7d4e-4c39-9a0e-0d8f1f0a9c11",
            "externalId": "sluice-5f1c7a52",
            "taskDefinition": "arn:td:7",
            "loadBalancers": [{"targetGroupArn": "arn:tg:green", "containerName": "web", "containerPort": 8080}],
            "scale": {"value": 20.0, "unit": "PERCENT"},
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1}],
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"
            }},
            "platformVersion": "1.4.0",
            "serviceRegistries": [{"registryArn": "arn:registry", "containerName": "web", "containerPort": 8080}],
            "tags": [{"key": "sluice.dev/group", "value": "default/shop"}],
        })
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_template_leaves_out_is_not_sent() {
    let aws = Aws::always(200, format!(r#"{{"taskSet": {TASK_SET}}}"#));
    let template = api::TaskSetTemplate { launch_type: Some(api::LaunchType::Fargate), ..Default::default() };
    let new = NewTaskSet { template, tags: Vec::new(), ..new_task_set() };
    aws.region().ecs.create_task_set(&shop(), &new).await.unwrap();
    let json = aws.seen()[0].json();
    assert_eq!(json["launchType"], "FARGATE");
    for absent in ["capacityProviderStrategy", "networkConfiguration", "platformVersion", "serviceRegistries", "tags"] {
        assert!(json.get(absent).is_none(), "{absent} was sent");
    }
}

#[tokio::test(start_paused = true)]
async fn scaling_promoting_and_deleting_name_the_task_set() {
    let aws = Aws::always(200, "{}");
    let ecs = aws.region().ecs;
    ecs.update_task_set(&shop(), "ecs-svc/1", Share::from_percent(60)).await.unwrap();
    ecs.update_service_primary_task_set(&shop(), "ecs-svc/1").await.unwrap();
    ecs.delete_task_set(&shop(), "ecs-svc/1").await.unwrap();
    let seen: Vec<_> = aws.seen().into_iter().map(|seen| (seen.operation.clone(), seen.json())).collect();
    assert_eq!(
        seen,
        [
            (
                "UpdateTaskSet".to_owned(),
                json!({"cluster": "live", "service": "shop", "taskSet": "ecs-svc/1",
                       "scale": {"value": 60.0, "unit": "PERCENT"}})
            ),
            (
                "UpdateServicePrimaryTaskSet".to_owned(),
                json!({"cluster": "live", "service": "shop", "primaryTaskSet": "ecs-svc/1"})
            ),
            (
                "DeleteTaskSet".to_owned(),
                json!({"cluster": "live", "service": "shop", "taskSet": "ecs-svc/1", "force": true})
            ),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn deleting_a_task_set_that_is_gone_is_a_success() {
    for (code, message) in
        [("TaskSetNotFoundException", ""), ("ClientException", "The specified task set does not exist.")]
    {
        let aws = Aws::always(400, ecs_error(code, message));
        assert_eq!(aws.region().ecs.delete_task_set(&shop(), "ecs-svc/1").await, Ok(()), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_a_task_set_of_an_unknown_service_is_an_error() {
    let aws = Aws::always(400, ecs_error("ServiceNotFoundException", "Service not found."));
    let error = aws.region().ecs.delete_task_set(&shop(), "ecs-svc/1").await.unwrap_err();
    assert_eq!(error.class, ErrorClass::NotFound);
}
