//! What the API server asks of names, ids and ARNs, and what it says to who wrote something else: a sentence with an
//! example. Rules and no patterns of OpenAPI, because of those it says only the regular expression.
//!
//! The operator asks the same once more, by [`crate::well_formed`]: what is stored may be older than the definitions.

use kube::core::Rule;

/// A name of Kubernetes: labels of DNS, with dots between them.
const OBJECT_NAME: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// How ARNs of Elastic Load Balancing begin.
const BALANCING: &str = "^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:";

/// Names and ids of 16 digits and lower case letters: AWS gives hexadecimal ones, and promises nothing.
const TARGET_GROUP: &str = "targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-z]{16}$";
const LISTENER: &str = "listener/(app|net|gwy)/[A-Za-z0-9-]{1,32}/[0-9a-z]{16}/[0-9a-z]{16}$";
const LISTENER_RULE: &str = "listener-rule/(app|net|gwy)/[A-Za-z0-9-]{1,32}/[0-9a-z]{16}/[0-9a-z]{16}/[0-9a-z]{16}$";

/// A rule that the field matches one of the patterns.
fn matches(patterns: &[&str], message: &str) -> Rule {
    let tests: Vec<String> = patterns.iter().map(|pattern| format!("self.matches(r'{pattern}')")).collect();
    Rule::new(tests.join(" || ")).message(message)
}

/// The same for each item of a list.
fn all_match(pattern: &str, message: &str) -> Rule {
    Rule::new(format!("self.all(one, one.matches(r'{pattern}'))")).message(message)
}

/// CEL of a length of time in hours, minutes and seconds.
pub const IS_DURATION: &str = "self != '' && self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,6}s)?$')";

/// A bound on a length of time. What is none is told by the rule of its type, and by that alone.
pub fn duration_within(bound: &str) -> Rule {
    Rule::new(format!("!({IS_DURATION}) || ({bound})"))
}

pub fn object_name() -> Rule {
    matches(&[OBJECT_NAME], "write the name of an object: lower case letters, digits, hyphens and dots, such as shop")
}

pub fn config_name() -> Rule {
    let pattern = "^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$";
    matches(&[pattern], "write the name of a configuration, such as CodeDeployDefault.ECSCanary10Percent5Minutes")
}

pub fn region() -> Rule {
    matches(&["^[a-z]{2}(-[a-z]+)+-[0-9]$"], "write the code of a region, such as eu-west-1")
}

pub fn regions() -> Rule {
    all_match("^[a-z]{2}(-[a-z]+)+-[0-9]$", "regions: write codes of regions, such as eu-west-1")
}

pub fn cluster() -> Rule {
    matches(&["^[A-Za-z0-9_-]+$"], "write the name of the cluster and not its ARN, such as prod")
}

pub fn service() -> Rule {
    matches(&["^[A-Za-z0-9_-]+$"], "write the name of the service and not its ARN, such as shop")
}

pub fn container() -> Rule {
    matches(
        &["^[A-Za-z0-9_-]+$"],
        "write the name of a container: letters, digits, hyphens and underscores, such as web",
    )
}

pub fn task_definition() -> Rule {
    matches(
        &[
            "^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:task-definition/)?[A-Za-z0-9_-]{1,255}:[1-9][0-9]{0,9}$",
            "^[A-Za-z0-9_-]{1,255}$",
        ],
        "name a registered revision by its number, such as shop:42, or a family, such as shop, for its newest; \":latest\" is not taken",
    )
}

pub fn family() -> Rule {
    matches(
        &["^[A-Za-z0-9_-]+$"],
        "images.family: write the family of a task definition without a number, such as shop",
    )
}

/// Where an image is, its repository, and its tag or digest, as the reference of the Distribution project has them.
pub fn images() -> Rule {
    let pattern = "^([a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$";
    Rule::new(format!("self.all(name, self[name].matches(r'{pattern}'))")).message(
        "images.containers: write images by the names of their containers, such as web: registry.example.com/shop@sha256:... or web: shop:1.2.3",
    )
}

pub fn commit() -> Rule {
    matches(&["^[0-9a-f]{7,64}$"], "source.commitSha: write 7 to 64 hexadecimal digits in lower case, such as 9f1c2e7")
}

pub fn run_url() -> Rule {
    matches(
        &[r"^https?://[^\p{C}\p{Z}]+$"],
        "source.runUrl: write a URL without spaces, such as https://ci.example.com/runs/1017",
    )
}

pub fn one_line(field: &str, example: &str) -> Rule {
    matches(&[r"^[^\p{C}\p{Zl}\p{Zp}]+$"], &format!("{field}: write it in one line, such as {example}"))
}

pub fn target_groups() -> Rule {
    all_match(
        &format!("{BALANCING}{TARGET_GROUP}"),
        "loadBalancer.targetGroups: write ARNs of target groups, such as arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-a/73e2d6bc24d8a067",
    )
}

pub fn rule_is_no_listener() -> Rule {
    Rule::new(format!("!self.matches(r'{BALANCING}{LISTENER}')")).message(
        "productionRoutes: this is a listener: write {listener: ...} for its default rule, or name one of its rules",
    )
}

pub fn listener_rule() -> Rule {
    matches(
        &[&format!("{BALANCING}{LISTENER_RULE}"), &format!("{BALANCING}{LISTENER}")],
        "productionRoutes: write the ARN of a listener rule, such as arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee",
    )
}

pub fn listener_is_no_rule() -> Rule {
    Rule::new(format!("!self.matches(r'{BALANCING}{LISTENER_RULE}')"))
        .message("productionRoutes: this is a listener rule: write {listenerRule: ...}")
}

pub fn listener() -> Rule {
    matches(
        &[&format!("{BALANCING}{LISTENER}"), &format!("{BALANCING}{LISTENER_RULE}")],
        "productionRoutes: write the ARN of a listener, such as arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2",
    )
}

pub fn subnets() -> Rule {
    all_match("^subnet-[A-Za-z0-9]+$", "subnets: write ids of subnets, such as subnet-0a1b2c3d4e5f60718")
}

pub fn security_groups() -> Rule {
    all_match("^sg-[A-Za-z0-9]+$", "securityGroups: write ids of security groups, such as sg-0a1b2c3d4e5f60718")
}

pub fn capacity_provider() -> Rule {
    matches(&["^[A-Za-z0-9_-]+$"], "write the name of a capacity provider, such as FARGATE_SPOT")
}

pub fn platform_version() -> Rule {
    matches(&["^[A-Za-z0-9.]+$"], "write a platform version, such as LATEST or 1.4.0")
}

pub fn tag_text() -> Rule {
    matches(
        &[r"^[\p{L}\p{N} _.:/=+@-]*$"],
        "write letters, digits, spaces and the characters _.:/=+@- in a tag, such as team or cost-center",
    )
}

pub fn tag_key_is_free() -> Rule {
    Rule::new("!self.lowerAscii().startsWith('aws:') && !self.startsWith('sluice.dev/')")
        .message("taskSet.tags: keys that begin with aws: or sluice.dev/ are taken: choose another one, such as team")
}

pub fn registry() -> Rule {
    matches(
        &["^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:[0-9]{12}:service/srv-[A-Za-z0-9_-]+$"],
        "write the ARN of a service of Cloud Map as the registry, such as arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-utcrh6wavdkggqtk",
    )
}

pub fn window_name() -> Rule {
    matches(
        &["^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"],
        "windows: write a name of letters, digits and hyphens, such as office",
    )
}

pub fn window_from() -> Rule {
    matches(
        &["^([01][0-9]|2[0-3]):[0-5][0-9]$"],
        "windows: write from as hours and minutes of a day, such as \"09:00\"",
    )
}

pub fn window_to() -> Rule {
    matches(
        &["^([01][0-9]|2[0-3]):[0-5][0-9]$", "^24:00$"],
        "windows: write to as hours and minutes of a day, such as \"16:00\" or \"24:00\"",
    )
}

pub fn time_zone() -> Rule {
    matches(
        &["^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"],
        "windows: write timeZone as the name of a time zone of the IANA database, such as Europe/Berlin or UTC",
    )
}

pub fn alarm_names() -> Rule {
    all_match(
        r"^[^\p{C}\p{Zl}\p{Zp}*?]+$",
        "alarms.names: write names of alarms in one line and without wildcards, such as shop-5xx",
    )
}

pub fn alarms_are_no_arns() -> Rule {
    Rule::new("self.all(one, !one.startsWith('arn:'))").message(
        "alarms.names: write the name of an alarm of the group's account and region and not its ARN, such as shop-5xx",
    )
}

pub fn step_name() -> Rule {
    matches(&[r"^[^\p{C}\p{Zl}\p{Zp}]+$"], "steps: write a name in one line, such as half")
}

pub fn hook_name() -> Rule {
    matches(
        &["^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"],
        "hooks: write a name of lower case letters, digits and hyphens, such as smoke",
    )
}

pub fn function() -> Rule {
    matches(
        &["^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]{1,64}$"],
        "hooks: write the name or the ARN of a Lambda function without a version or an alias, such as shop-smoke",
    )
}

pub fn qualifier() -> Rule {
    matches(&["^([$]LATEST|[A-Za-z0-9_-]+)$"], "hooks: write a version or an alias as the qualifier, such as live")
}

/// Words by which `approvals` and `skipTo` mean something else.
pub fn step_name_is_free() -> Rule {
    Rule::new("!(self in ['Ready', 'Bake', 'End']) && !self.matches('^[0-9]+$')")
        .message("steps: Ready, Bake, End and numbers mean something else: write another name, such as half")
}

pub fn arn_patterns() -> Rule {
    all_match(
        "^(arn:[^[:space:][:cntrl:]]+|[*])$",
        "allowedArns: write patterns of ARNs, such as arn:aws:ecs:eu-west-1:123456789012:service/prod/*",
    )
}

pub fn name_patterns(example: &str) -> Rule {
    all_match("^[A-Za-z0-9_*-]+$", &format!("write patterns of names, such as {example}"))
}

pub fn repository_patterns() -> Rule {
    all_match("^[a-z0-9._/*-]+$", "allowedRepositories: write repositories of ECR or patterns of them, such as acme/*")
}

pub fn host_name() -> Rule {
    matches(
        &["^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?[.])*[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"],
        "allowedHookHosts: write the name of a host in lower case and not its address, such as gate.example.com",
    )
}

pub fn object_name_patterns(list: &str, example: &str) -> Rule {
    all_match("^[a-z0-9.*-]+$", &format!("{list}: write names of objects or patterns of them, such as {example}"))
}

/// What else a URL has to be, the operator asks (`HookUrl`).
pub fn hook_url() -> Rule {
    matches(
        &["^https://[a-z0-9.-]+(:[1-9][0-9]{0,4})?([/?].*)?$"],
        "write an https URL with a host in lower case, such as https://gate.example.com/check",
    )
}

pub fn probe_url() -> Rule {
    matches(
        &["^https://[a-z0-9.-]+(:[1-9][0-9]{0,4})?([/?].*)?$"],
        "write an https URL with a host in lower case, such as https://shop.example.com/healthz",
    )
}

pub fn probe_path() -> Rule {
    matches(
        &["^/[!$%-;=?-Z_a-z~\\[\\]]*$"],
        "health.http.path: write a path that begins with a slash, such as /healthz",
    )
}

pub fn address_blocks() -> Rule {
    Rule::new("self.all(one, isCIDR(one))")
        .message("privateAddresses: write blocks of addresses, such as 10.20.0.0/16 or fd00:1::/32")
}
