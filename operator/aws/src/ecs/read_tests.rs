use crate::ports::ServiceName;
use crate::testing::Aws;

/// A service as ECS answers for it, with these fields beside.
async fn described(fields: &str) -> sluice_plan::observation::Service {
    let service = format!(
        r#"{{"services": [{{"serviceArn": "arn:old", "serviceName": "old", "status": "ACTIVE", "desiredCount": 4, "runningCount": 3,
             {fields}}}], "failures": []}}"#
    );
    let name = ServiceName { cluster: "live".to_owned(), service: "old".to_owned() };
    Aws::always(200, service).region().ecs.describe_service(&name).await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_service_stands_where_it_registers_its_tasks_whatever_deploys_it() {
    let set = |status: &str, group: &str, revision: u8| {
        format!(
            r#"{{"id": "{group}", "taskSetArn": "arn:ts:{group}", "status": "{status}", "taskDefinition": "arn:td:{revision}",
                 "loadBalancers": [{{"targetGroupArn": "arn:tg:{group}"}}]}}"#
        )
    };
    let own = r#""loadBalancers": [{"targetGroupArn": "arn:tg:own"}]"#;
    let ecs = format!(r#""deploymentController": {{"type": "ECS"}}, "taskDefinition": "arn:td:7", {own}"#);
    let native = r#""taskDefinition": "arn:td:7", "loadBalancers": [{"targetGroupArn": "arn:tg:blue",
        "advancedConfiguration": {"alternateTargetGroupArn": "arn:tg:green"}}]"#;
    let sets = [set("ACTIVE", "green", 8), set("PRIMARY", "blue", 7), set("DRAINING", "gone", 6)].join(",");
    let code_deploy = format!(r#""deploymentController": {{"type": "CODE_DEPLOY"}}, {own}, "taskSets": [{sets}]"#);
    let external =
        format!(r#""deploymentController": {{"type": "EXTERNAL"}}, "taskSets": [{}]"#, set("ACTIVE", "blue", 7));
    let table: [(&str, String, &[&str]); 5] = [
        ("deployed by ECS", ecs, &["arn:tg:own"]),
        ("moved by ECS between two target groups", native.to_owned(), &["arn:tg:blue", "arn:tg:green"]),
        ("deployed by CodeDeploy", code_deploy, &["arn:tg:blue", "arn:tg:green"]),
        ("without a PRIMARY", external, &["arn:tg:blue"]),
        ("without a load balancer", r#""taskDefinition": "arn:td:7""#.to_owned(), &[]),
    ];
    for (what, fields, groups) in table {
        let service = described(&fields).await;
        assert_eq!(service.target_groups, groups, "{what}");
        assert_eq!((service.task_definition.as_deref(), service.running), (Some("arn:td:7"), 3), "{what}");
    }
}
