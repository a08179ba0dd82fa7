//! What has another counterpart here than one would think, or none: the rows of the tables of `docs/import.md`, by which a
//! report tells of it.

/// One thing, and what to do instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Counterpart {
    /// The field, as AWS calls it.
    pub field: &'static str,
    /// What becomes of it.
    pub here: &'static str,
    /// What to do instead; nothing where it is empty.
    pub remedy: &'static str,
}

macro_rules! counterparts {
    ($(#[$table:meta])* $list:ident: $($(#[$doc:meta])* $name:ident = [$field:expr, $here:expr, $remedy:expr];)*) => {
        $($(#[$doc])* pub static $name: Counterpart = Counterpart { field: $field, here: $here, remedy: $remedy };)*
        $(#[$table])*
        pub static $list: &[&Counterpart] = &[$(&$name),*];
    };
}

counterparts! {
    /// What CodeDeploy says.
    CODE_DEPLOY:
    /// Topics that are told.
    TRIGGERS = ["triggerConfigurations", "none: no SNS. Kubernetes Events tell the same",
        "have an exporter of Events tell the channel, or an alert on the operator's metrics"];
    /// Failures.
    ROLLBACK_ON_FAILURE = ["autoRollbackConfiguration without DEPLOYMENT_FAILURE", "every failure returns the traffic",
        "to look at a release before it returns, give a hook `onFailure: Pause`"];
    /// Alarms.
    ROLLBACK_ON_ALARM = ["autoRollbackConfiguration without DEPLOYMENT_STOP_ON_ALARM", "an alarm returns the traffic",
        "to stay where it is until the alarm is over, write `alarms.onAlarm: Pause`"];
    /// Stops.
    ROLLBACK_ON_REQUEST = ["autoRollbackConfiguration without DEPLOYMENT_STOP_ON_REQUEST", "a stop always returns the traffic",
        "to leave it where it is, pause the Deployment"];
    /// Alarms that do not count.
    ALARMS_OFF = ["alarmConfiguration.enabled: false, with alarms", "left out: no alarm is read",
        "to watch them, write them into `alarms.names`"];
    /// The original stays.
    KEEP_ALIVE = ["terminateBlueInstancesOnDeploymentSuccess.action: KEEP_ALIVE", "none: the original goes after `bake`",
        "write a `bake` of up to 48h"];
    /// A wait without a length.
    READY_WITHOUT_WAIT = ["deploymentReadyOption: STOP_DEPLOYMENT without waitTimeInMinutes", "left out: it waits for nobody",
        "to wait for a person, write `ready: {wait: 30m}`"];
    /// Equal shares of a percent.
    SMALL_LINEAR = ["timeBasedLinear.linearPercentage: 1", "2 percent after twice the interval: at most 50 increments",
        "for other shares write `steps`"];
    /// Hooks.
    HOOKS = ["Hooks of the AppSpec", "`hooks`, with the same functions, which return their verdict instead of calling back",
        "change each function before its first release: three lines, in docs/codedeploy.md"];
    /// A function elsewhere.
    FOREIGN_FUNCTION = ["a hook's function of another account or region", "written as it is, and refused before a release begins",
        "name a function of the group's account and region"];
    /// What a pipeline fills in.
    PLACEHOLDER = ["<TASK_DEFINITION> in the AppSpec", "what the service runs is released",
        "have the pipeline write `revision.images` or `revision.taskDefinition` of the Application"];
    /// The role.
    SERVICE_ROLE = ["serviceRoleArn", "the operator's own role, as far as the AwsBinding admits",
        "give that role what docs/iam-policy.json has"];
    /// What is of EC2.
    INSTANCES = ["ec2TagFilters, onPremisesInstanceTagFilters, autoScalingGroups", "none: of EC2 and on-premises only", ""];
}

counterparts! {
    /// What the service has, whoever deploys it.
    SERVICE:
    /// Failed tasks.
    BREAKER = ["deploymentCircuitBreaker", "in every release: half of the desired count, from 3 to 200, and always a rollback", ""];
    /// Commands in tasks.
    EXECUTE = ["enableExecuteCommand", "left out: ECS does not list it among what a service with EXTERNAL takes",
        "try `aws ecs update-service --enable-execute-command` on the new service"];
    /// Service discovery.
    REGISTRIES = ["serviceRegistries", "`taskSet.serviceRegistries`: both services are found until the old one is gone",
        "whoever finds them by name reaches both, whatever the weights say: begin with a small `deploymentConfig`"];
    /// A third target group.
    FOREIGN_TARGET_GROUP = ["a rule that forwards to a target group outside the pair", "refused before a release begins",
        "take it out of the rule before the move"];
    /// Two have traffic.
    DIVIDED = ["a rule that gives weight to both of the pair", "refused before a release begins",
        "wait until the deployment in progress has ended, and import again"];
    /// A deployment in progress.
    IN_PROGRESS = ["a deployment in progress: several task sets or deployments", "what the PRIMARY has is written",
        "wait until it has ended, and import again"];
    /// Several rules on a listener of tests.
    TEST_ROUTES = ["several rules of the test listener", "`testRoute` is one: the first",
        "name another one in `loadBalancer.testRoute`"];
    /// A listener of tests elsewhere.
    FOREIGN_TEST_ROUTE = ["a test listener of another load balancer", "left out: a target group fits one load balancer",
        "make a listener or a rule for tests on the load balancer of production"];
    /// Rules that nobody saw.
    RULES_UNSEEN = ["a listener whose rules were not handed in", "its default action is the route",
        "hand in `aws elbv2 describe-rules` too, so that a rule that forwards to the pair is not missed"];
    /// Late weights.
    NETWORK = ["a Network Load Balancer with increments below ten minutes", "refused before a release begins",
        "take CodeDeployDefault.ECSCanary10Percent15Minutes or CodeDeployDefault.ECSAllAtOnce: docs/network-load-balancers.md"];
    /// No tasks.
    NO_TASKS = ["desiredCount: 0", "nothing can be adopted from it", "scale it up before the move"];
    /// One target group.
    ONE_TARGET_GROUP = ["a service with one target group", "a second one has to be made",
        "the report has the command: the idle one of the pair"];
    /// No load balancer.
    NO_LOAD_BALANCER = ["a service without a load balancer", "nothing is adopted: the new service works beside the old one",
        "scale the old one down once the new one has succeeded, as the report says"];
}

counterparts! {
    /// What ECS says of its own deployments.
    NATIVE:
    /// Rolling updates.
    ROLLING = ["strategy: ROLLING", "CodeDeployDefault.ECSCanary10Percent5Minutes: two task sets, and weights between them",
        "choose another `deploymentConfig`"];
    /// Its own weights.
    OWN_SHIFT = ["strategy: BLUE_GREEN, LINEAR, CANARY", "such a service moves between two target groups by itself, and is not adopted",
        "turn it to ROLLING before the move: the report has the command"];
    /// Who writes the weights.
    BALANCER_ROLE = ["advancedConfiguration.roleArn", "the operator's own role, as far as the AwsBinding admits",
        "give that role what docs/iam-policy.json has"];
    /// What a function is told.
    FUNCTIONS = ["lifecycleHooks with a function", "the same function and answers, and another event",
        "read the fields of docs/hooks.md in the function; `hookDetails` is `payload`"];
    /// Who invokes it.
    HOOK_ROLE = ["lifecycleHooks[].roleArn", "the operator's own role invokes it", "give that role lambda:InvokeFunction on it"];
    /// Test traffic.
    TEST_SHIFT = ["lifecycleHooks at TEST_TRAFFIC_SHIFT", "`AfterAllowTestTraffic`, once test traffic has moved", ""];
    /// The way back.
    HOOKS_ON_ROLLBACK = ["lifecycleHooks at PRODUCTION_TRAFFIC_SHIFT on the way back", "`AfterStep` runs on the way there alone",
        "add the function at `OnRollback`"];
    /// Pauses where there are none.
    LOST_PAUSE = ["a PAUSE hook at RECONCILE_SERVICE, PRE_SCALE_UP or POST_PRODUCTION_TRAFFIC_SHIFT", "left out: nobody is waited for there",
        "before: `suspend: true` of the group; after: a longer `bake`, which `skipTo: End` ends"];
    /// Long pauses.
    LONG_PAUSE = ["timeoutInMinutes above 7200", "120h, the longest wait", ""];
    /// Stages that are new.
    UNKNOWN_STAGE = ["a lifecycle stage that is not known here", "left out", "see docs/hooks.md for the events that there are"];
    /// Alarms that only tell.
    ALARMS_TELL = ["alarms.rollback: false", "an alarm returns the traffic",
        "to stay where it is until the alarm is over, write `alarms.onAlarm: Pause`"];
}
