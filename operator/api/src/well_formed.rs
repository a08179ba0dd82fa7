//! Whether texts are what the API server asks of them today: what is stored may be older than its definitions, and one
//! that is not well-formed goes neither to AWS nor into the path of a request.

use crate::arn::Arn;

/// Whether a text can be the name of an object of Kubernetes. One that cannot has characters that would change the path
/// of a request that it is put into.
#[must_use]
pub fn is_object_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_edge = |one: Option<char>| one.is_some_and(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
        is_edge(label.chars().next())
            && is_edge(label.chars().next_back())
            && label.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether a text is a name as ECS gives them: of a cluster, a service, a container, a family, a capacity provider.
#[must_use]
pub fn is_ecs_name(text: &str) -> bool {
    is_made_of(text, 255, |one| one.is_ascii_alphanumeric() || one == '-' || one == '_')
}

/// Whether a text is an id such as `subnet-0a1b2c3d`, with this beginning.
#[must_use]
pub fn is_id(text: &str, beginning: &str) -> bool {
    text.strip_prefix(beginning).is_some_and(|rest| is_made_of(rest, 64, |one| one.is_ascii_alphanumeric()))
}

/// Whether a text can stand in a tag: what AWS takes in all services (Tag Editor user guide, naming limits).
#[must_use]
pub fn is_tag_text(text: &str) -> bool {
    text.chars().count() <= 256 && text.chars().all(|one| one.is_alphanumeric() || " _.:/=+@-".contains(one))
}

/// Whether a text can be the name of an alarm: 1 to 255 characters in one line (CloudWatch API reference, PutMetricAlarm).
/// One with a wildcard, or an ARN, names something else.
#[must_use]
pub fn is_alarm_name(text: &str) -> bool {
    let is_one_line = crate::message::blanked(text) == text;
    let count = text.chars().count();
    is_one_line && (1..=255).contains(&count) && !text.contains(['*', '?']) && !text.starts_with("arn:")
}

/// Whether a text is `family:revision`, or the ARN of a task definition with its revision.
#[must_use]
pub fn is_task_definition(text: &str) -> bool {
    let short = match Arn::parse(text) {
        Ok(arn) if is_arn_of(&arn, "ecs") => match arn.resource.strip_prefix("task-definition/") {
            Some(short) => short.to_owned(),
            None => return false,
        },
        Ok(_) => return false,
        Err(_) => text.to_owned(),
    };
    short.split_once(':').is_some_and(|(family, revision)| {
        is_ecs_name(family) && !revision.starts_with('0') && is_made_of(revision, 10, |one| one.is_ascii_digit())
    })
}

/// Whether a text names one revision of a task definition, or a family for its newest.
#[must_use]
pub fn names_task_definition(text: &str) -> bool {
    is_ecs_name(text) || is_task_definition(text)
}

/// Whether a text is the name of a Lambda function.
#[must_use]
pub fn is_function_name(text: &str) -> bool {
    is_made_of(text, 64, |one| one.is_ascii_alphanumeric() || one == '-' || one == '_')
}

/// Whether a text is the name of a Lambda function, or its ARN without a version or an alias.
#[must_use]
pub fn is_function(text: &str) -> bool {
    match Arn::parse(text) {
        Ok(arn) => is_arn_of(&arn, "lambda") && arn.resource.strip_prefix("function:").is_some_and(is_function_name),
        Err(_) => is_function_name(text),
    }
}

/// Whether a text is a version or an alias of a Lambda function.
#[must_use]
pub fn is_qualifier(text: &str) -> bool {
    text == "$LATEST" || is_made_of(text, 128, |one| one.is_ascii_alphanumeric() || one == '-' || one == '_')
}

/// Whether a text is the ARN of a target group.
#[must_use]
pub fn is_target_group(text: &str) -> bool {
    resource(text, "elasticloadbalancing").is_some_and(|parts| match &parts[..] {
        [kind, name, id] => kind == "targetgroup" && is_balancer_name(name) && is_balancer_id(id),
        _ => false,
    })
}

/// Whether a text is the ARN of a listener rule.
#[must_use]
pub fn is_listener_rule(text: &str) -> bool {
    resource(text, "elasticloadbalancing")
        .is_some_and(|parts| parts.len() == 6 && parts[0] == "listener-rule" && is_below_a_balancer(&parts[1..]))
}

/// Whether a text is the ARN of a listener.
#[must_use]
pub fn is_listener(text: &str) -> bool {
    resource(text, "elasticloadbalancing")
        .is_some_and(|parts| parts.len() == 5 && parts[0] == "listener" && is_below_a_balancer(&parts[1..]))
}

/// Whether a text is the ARN of a service of Cloud Map, in which tasks are registered.
#[must_use]
pub fn is_registry(text: &str) -> bool {
    resource(text, "servicediscovery").is_some_and(|parts| match &parts[..] {
        [kind, id] => kind == "service" && id.starts_with("srv-") && is_ecs_name(id),
        _ => false,
    })
}

/// `app/NAME/ID/LISTENER` and what follows.
fn is_below_a_balancer(parts: &[String]) -> bool {
    ["app", "net", "gwy"].contains(&parts[0].as_str())
        && is_balancer_name(&parts[1])
        && parts[2..].iter().all(|id| is_balancer_id(id))
}

/// The parts of the resource of an ARN of this service of AWS.
fn resource(text: &str, service: &str) -> Option<Vec<String>> {
    let arn = Arn::parse(text).ok().filter(|arn| is_arn_of(arn, service))?;
    Some(arn.resource.split('/').map(str::to_owned).collect())
}

fn is_arn_of(arn: &Arn, service: &str) -> bool {
    let is_word =
        |text: &str| is_made_of(text, 32, |one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-');
    arn.service == service
        && arn.partition.starts_with("aws")
        && is_word(&arn.partition)
        && is_word(&arn.region)
        && arn.account.len() == 12
        && is_made_of(&arn.account, 12, |one| one.is_ascii_digit())
}

fn is_balancer_name(text: &str) -> bool {
    is_made_of(text, 32, |one| one.is_ascii_alphanumeric() || one == '-')
}

/// An id of Elastic Load Balancing. Those seen are hexadecimal, which AWS documents nowhere.
fn is_balancer_id(text: &str) -> bool {
    text.len() == 16 && is_made_of(text, 16, |one| one.is_ascii_digit() || one.is_ascii_lowercase())
}

fn is_made_of(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.len() <= most && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

    #[test]
    fn names_of_objects_are_those_that_kubernetes_takes() {
        for name in ["shop", "prod-1", "a.b-c.d", "0", &"x".repeat(253)] {
            assert!(is_object_name(name), "{name}");
        }
        let bad = [
            "",
            "prod?x",
            "../deploymentgroups/prod",
            "prod/status",
            "prod%2fstatus",
            "Prod",
            "-a",
            "a-",
            "a..b",
            ".",
            "a\nb",
            "a b",
            &"x".repeat(254),
        ];
        for name in bad {
            assert!(!is_object_name(name), "{name}");
        }
    }

    #[test]
    fn arns_have_names_and_ids_and_nothing_else() {
        let (group, listener) = (
            format!("{ELB}:targetgroup/shop-a/73e2d6bc24d8a067"),
            format!("{ELB}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"),
        );
        let rule = format!("{ELB}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee");
        assert!(is_target_group(&group) && is_listener(&listener) && is_listener_rule(&rule));
        assert!(is_target_group(&group.replace("arn:aws:", "arn:aws-us-gov:")));
        assert!(is_target_group(&group.replace("73e2", "g3z2")) && !is_target_group(&group.replace("73e2", "73E2")));
        let spoil: [(&str, &str); 10] = [
            ("shop", "*"),
            ("shop", "shop,other"),
            ("shop", "shop other"),
            ("shop", "x/../shop"),
            ("shop", "shop\n"),
            ("123456789012", "12345"),
            ("eu-west-1", "*"),
            ("arn:aws:", "arn:x:"),
            ("elasticloadbalancing", "ecs"),
            ("shop", "shop\u{1b}"),
        ];
        for (from, to) in spoil {
            for arn in [&group, &listener, &rule] {
                let bad = arn.replacen(from, to, 1);
                assert!(!is_target_group(&bad) && !is_listener(&bad) && !is_listener_rule(&bad), "{bad:?}");
            }
        }
        for (arn, longer) in [(&group, "0"), (&listener, "/"), (&rule, "/1"), (&rule, "Z")] {
            let bad = format!("{arn}{longer}");
            assert!(!is_target_group(&bad) && !is_listener(&bad) && !is_listener_rule(&bad), "{bad:?}");
        }
        assert!(!is_listener(&rule) && !is_listener_rule(&listener) && !is_target_group(&rule));
    }

    #[test]
    fn names_of_alarms_are_in_one_line_and_name_one_alarm_of_the_group_s_region() {
        for name in ["shop-5xx", "TargetTracking-service/prod/shop-AlarmHigh-0b9a", "Fehler über 1 %", &"ü".repeat(255)]
        {
            assert!(is_alarm_name(name), "{name}");
        }
        let arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-5xx";
        for name in ["", "shop-*", "shop-?xx", "shop\n5xx", "shop\u{1b}[2J", "shop\u{2028}5xx", arn, &"x".repeat(256)] {
            assert!(!is_alarm_name(name), "{name:?}");
        }
    }

    #[test]
    fn task_definitions_registries_and_ids_are_told_from_what_is_none() {
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:42";
        let registry = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-utcrh6wavdkggqtk";
        assert!(is_task_definition("shop:42") && is_task_definition(arn) && is_registry(registry));
        for bad in [
            "shop",
            "shop:latest",
            "shop:0",
            "shop:042",
            "sh op:1",
            "x/shop:1",
            "arn:aws:ecs:eu-west-1:1:task-definition/shop:1",
            registry,
        ] {
            assert!(!is_task_definition(bad), "{bad}");
        }
        for bad in [
            arn,
            "srv-1",
            &registry.replace("srv-", "srv-*"),
            &registry.replace("service/", "namespace/"),
            &format!("{registry}/../srv-1"),
        ] {
            assert!(!is_registry(bad), "{bad}");
        }
        assert!(
            is_id("subnet-0a1b2c3d", "subnet-")
                && !is_id("sg-1", "subnet-")
                && !is_id("subnet-", "subnet-")
                && !is_id("subnet-1,subnet-2", "subnet-")
        );
        assert!(is_ecs_name("FARGATE_SPOT") && !is_ecs_name("x\ny") && !is_ecs_name("") && !is_ecs_name("a*"));
    }
}
