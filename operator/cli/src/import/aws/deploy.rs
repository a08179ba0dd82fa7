//! What `aws deploy` prints (CodeDeploy API reference, `ApplicationInfo`, `DeploymentGroupInfo`, `DeploymentConfigInfo`).

use serde::Deserialize;
use serde_json::Value;

/// What `get-application` prints under `application`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its name.
    pub application_name: String,
    /// `ECS`, `Lambda` or `Server`; CodeDeploy takes `Server` where it is left out.
    #[serde(default)]
    pub compute_platform: Option<String>,
}

/// What `get-deployment-group` prints under `deploymentGroupInfo`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The application.
    pub application_name: String,
    /// Its name.
    pub deployment_group_name: String,
    /// The configuration, by name.
    #[serde(default)]
    pub deployment_config_name: Option<String>,
    /// `ECS`, `Lambda` or `Server`.
    #[serde(default)]
    pub compute_platform: Option<String>,
    /// Who moves the traffic.
    #[serde(default)]
    pub service_role_arn: Option<String>,
    /// Instances by tags: EC2 only.
    #[serde(default)]
    pub ec2_tag_filters: Vec<Value>,
    /// Instances on premises by tags.
    #[serde(default)]
    pub on_premises_instance_tag_filters: Vec<Value>,
    /// Auto Scaling groups: EC2 only.
    #[serde(default)]
    pub auto_scaling_groups: Vec<Value>,
    /// SNS topics that are told.
    #[serde(default)]
    pub trigger_configurations: Vec<Trigger>,
    /// Alarms.
    #[serde(default)]
    pub alarm_configuration: Alarms,
    /// When a deployment is rolled back by itself.
    #[serde(default)]
    pub auto_rollback_configuration: AutoRollback,
    /// `BLUE_GREEN` with `WITH_TRAFFIC_CONTROL` for ECS.
    #[serde(default)]
    pub deployment_style: Option<Style>,
    /// Waits.
    #[serde(default)]
    pub blue_green_deployment_configuration: BlueGreen,
    /// Target groups and listeners.
    #[serde(default)]
    pub load_balancer_info: LoadBalancer,
    /// The service.
    #[serde(default)]
    pub ecs_services: Vec<Service>,
}

/// A topic that is told.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Trigger {
    /// Its name.
    pub trigger_name: String,
    /// The topic.
    pub trigger_target_arn: String,
    /// What it is told of.
    pub trigger_events: Vec<String>,
}

/// Alarms of a group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alarms {
    /// Whether they count.
    pub enabled: bool,
    /// Whether a deployment goes on while they cannot be read.
    pub ignore_poll_alarm_failure: bool,
    /// By name.
    pub alarms: Vec<Alarm>,
}

/// An alarm.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
}

/// When a deployment is rolled back by itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoRollback {
    /// Whether at all.
    pub enabled: bool,
    /// `DEPLOYMENT_FAILURE`, `DEPLOYMENT_STOP_ON_ALARM`, `DEPLOYMENT_STOP_ON_REQUEST`.
    pub events: Vec<String>,
}

/// How it deploys.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Style {
    /// `BLUE_GREEN` or `IN_PLACE`.
    pub deployment_type: Option<String>,
}

/// The waits of a blue/green deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BlueGreen {
    /// The wait before the original goes.
    pub terminate_blue_instances_on_deployment_success: Option<Terminate>,
    /// The wait before traffic moves.
    pub deployment_ready_option: Option<Ready>,
}

/// The wait before the original goes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terminate {
    /// `TERMINATE` or `KEEP_ALIVE`.
    pub action: Option<String>,
    /// In minutes.
    pub termination_wait_time_in_minutes: Option<u32>,
}

/// The wait before traffic moves.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ready {
    /// `STOP_DEPLOYMENT` or `CONTINUE_DEPLOYMENT`.
    pub action_on_timeout: Option<String>,
    /// In minutes.
    pub wait_time_in_minutes: Option<u32>,
}

/// Target groups and listeners.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadBalancer {
    /// One pair.
    pub target_group_pair_info_list: Vec<Pair>,
}

/// A pair of target groups, and its listeners.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pair {
    /// Two, by name.
    pub target_groups: Vec<Alarm>,
    /// The listener of production.
    pub prod_traffic_route: Option<Route>,
    /// The listener of tests.
    pub test_traffic_route: Option<Route>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Route {
    /// One listener.
    pub listener_arns: Vec<String>,
}

/// The service of a group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// Its name.
    pub service_name: String,
    /// Its cluster.
    pub cluster_name: String,
}

/// What `get-deployment-config` prints under `deploymentConfigInfo`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Its name.
    pub deployment_config_name: String,
    /// `ECS`, `Lambda` or `Server`.
    #[serde(default)]
    pub compute_platform: Option<String>,
    /// How traffic moves.
    #[serde(default)]
    pub traffic_routing_config: Option<Routing>,
}

/// How traffic moves.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Routing {
    /// `TimeBasedCanary`, `TimeBasedLinear` or `AllAtOnce`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Of a canary.
    pub time_based_canary: Option<Canary>,
    /// Of a linear one.
    pub time_based_linear: Option<Linear>,
}

/// A canary.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Canary {
    /// In percent.
    pub canary_percentage: u32,
    /// In minutes.
    pub canary_interval: u32,
}

/// Equal shares.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Linear {
    /// In percent.
    pub linear_percentage: u32,
    /// In minutes.
    pub linear_interval: u32,
}
