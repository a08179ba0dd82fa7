"""Rows about Elastic Load Balancing v2."""

from __future__ import annotations

from typing import Any

from parity.rows import DONE, Pin, Refused, Row

API = "Elastic Load Balancing API reference"
GUIDE = "Application Load Balancer user guide"
ELB = "arn:aws:elasticloadbalancing:$region:$account:"
NO_GROUP = ELB + "targetgroup/$p-none/0000000000000000"
NO_RULE = ELB + "listener-rule/app/$p-none/0000000000000000/0000000000000000/0000000000000000"
NO_LISTENER = ELB + "listener/app/$p-none/0000000000000000/0000000000000000"
NO_BALANCER = ELB + "loadbalancer/app/$p-none/0000000000000000"
FIXED: dict[str, Any] = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "none"},
}
GROUP: dict[str, Any] = {"Protocol": "HTTP", "Port": 8080, "VpcId": "$vpc", "TargetType": "ip", "HealthCheckPath": "/"}
PATH = [{"Field": "path-pattern", "Values": ["/shop/*"]}]
WEIGHTS = "Rules[0].Actions[0].ForwardConfig.TargetGroups[].[TargetGroupArn, Weight]"
DELAY = "deregistration_delay.timeout_seconds"


def forward(blue: int, green: int, **stickiness: Any) -> list[dict[str, Any]]:
    """A weighted forward."""
    groups = [{"TargetGroupArn": "$blue", "Weight": blue}, {"TargetGroupArn": "$green", "Weight": green}]
    return [
        {
            "Type": "forward",
            "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness or {"Enabled": False}},
        }
    ]


def row(
    name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, source: str = API, **more: Any
) -> Row:
    """A row about Elastic Load Balancing."""
    return Row(name, "elbv2", call, parameters, view, expect, source, **more)


ROWS: list[Row] = [
    row(
        "a load balancer is created and given an ARN and a DNS name",
        "create_load_balancer",
        {"Name": "$p-lb", "Subnets": ["$subnet_a", "$subnet_b"], "SecurityGroups": ["$group"], "Scheme": "internal"},
        "LoadBalancers[0].[LoadBalancerName, Scheme, Type, IpAddressType, CreatedTime]",
        ["$p-lb", "internal", "application", "ipv4", "<time>"],
        saves={"lb": "LoadBalancers[0].LoadBalancerArn"},
    ),
    row(
        "a load balancer is found by its name",
        "describe_load_balancers",
        {"Names": ["$p-lb"]},
        "LoadBalancers[].LoadBalancerArn",
        ["$lb"],
    ),
    row(
        "a load balancer that does not exist is not found",
        "describe_load_balancers",
        {"LoadBalancerArns": [NO_BALANCER]},
        DONE,
        Refused("LoadBalancerNotFound"),
    ),
    row(
        "a target group is created with its health check",
        "create_target_group",
        {"Name": "$p-blue", **GROUP},
        "TargetGroups[0].[TargetGroupName, Protocol, Port, VpcId, TargetType, HealthCheckPath, HealthCheckPort, HealthCheckEnabled, Matcher.HttpCode]",
        ["$p-blue", "HTTP", 8080, "$vpc", "ip", "/", "traffic-port", True, "200"],
        saves={"blue": "TargetGroups[0].TargetGroupArn"},
    ),
    row(
        "a second target group has an ARN of its own",
        "create_target_group",
        {"Name": "$p-green", **GROUP},
        "TargetGroups[0].TargetGroupName",
        "$p-green",
        saves={"green": "TargetGroups[0].TargetGroupArn"},
    ),
    row(
        "a third target group stays without a listener",
        "create_target_group",
        {"Name": "$p-spare", **GROUP},
        "TargetGroups[0].LoadBalancerArns || `[]`",
        [],
        saves={"spare": "TargetGroups[0].TargetGroupArn"},
    ),
    row(
        "a target group of the same name with other settings is refused",
        "create_target_group",
        {"Name": "$p-blue", **GROUP, "Port": 81},
        DONE,
        Refused("DuplicateTargetGroupName"),
    ),
    row(
        "a target group that does not exist is not found",
        "describe_target_groups",
        {"TargetGroupArns": [NO_GROUP]},
        DONE,
        Refused("TargetGroupNotFound"),
    ),
    row(
        "target groups are found by their names",
        "describe_target_groups",
        {"Names": ["$p-green"]},
        "TargetGroups[].TargetGroupArn",
        ["$green"],
    ),
    row(
        "a new target group is used by no load balancer",
        "describe_target_groups",
        {"TargetGroupArns": ["$blue"]},
        "TargetGroups[0].LoadBalancerArns",
        [],
    ),
    row(
        "the deregistration delay can be changed",
        "modify_target_group_attributes",
        {"TargetGroupArn": "$blue", "Attributes": [{"Key": DELAY, "Value": "30"}]},
        f"Attributes[?Key=='{DELAY}'].Value",
        ["30"],
    ),
    row(
        "the deregistration delay is shown as it was changed",
        "describe_target_group_attributes",
        {"TargetGroupArn": "$blue"},
        f"Attributes[?Key=='{DELAY}'].Value",
        ["30"],
    ),
    row(
        "new groups route by round robin, without stickiness and without slow start",
        "describe_target_group_attributes",
        {"TargetGroupArn": "$green"},
        "sort_by(Attributes[?Key=='load_balancing.algorithm.type' || Key=='slow_start.duration_seconds' || Key=='stickiness.enabled'], &Key)[].Value",
        ["round_robin", "0", "false"],
        GUIDE,
    ),
    row(
        "the deregistration delay may be an hour",
        "modify_target_group_attributes",
        {"TargetGroupArn": "$spare", "Attributes": [{"Key": DELAY, "Value": "3600"}]},
        f"Attributes[?Key=='{DELAY}'].Value",
        ["3600"],
        GUIDE,
        pin=Pin(Refused("ValidationError"), "moto's maximum is 3599 s"),
    ),
    row(
        "a deregistration delay above an hour is refused",
        "modify_target_group_attributes",
        {"TargetGroupArn": "$spare", "Attributes": [{"Key": DELAY, "Value": "3601"}]},
        DONE,
        Refused("ValidationError"),
        GUIDE,
    ),
    row(
        "attributes of a target group that does not exist are not found",
        "describe_target_group_attributes",
        {"TargetGroupArn": NO_GROUP},
        DONE,
        Refused("TargetGroupNotFound"),
    ),
    row(
        "a listener is created with a default action",
        "create_listener",
        {"LoadBalancerArn": "$lb", "Protocol": "HTTP", "Port": 80, "DefaultActions": [FIXED]},
        "Listeners[0].[LoadBalancerArn, Protocol, Port, DefaultActions[0].Type, DefaultActions[0].FixedResponseConfig]",
        ["$lb", "HTTP", 80, "fixed-response", FIXED["FixedResponseConfig"]],
        saves={"listener": "Listeners[0].ListenerArn"},
    ),
    row(
        "a second listener on the same port is refused",
        "create_listener",
        {"LoadBalancerArn": "$lb", "Protocol": "HTTP", "Port": 80, "DefaultActions": forward(1, 0)},
        DONE,
        Refused("DuplicateListener"),
        pin=Pin("accepted", "moto compares the port with ARNs, so its check never fires"),
    ),
    row(
        "a listener of a load balancer that does not exist is refused",
        "create_listener",
        {"LoadBalancerArn": NO_BALANCER, "Protocol": "HTTP", "Port": 81, "DefaultActions": [FIXED]},
        DONE,
        Refused("LoadBalancerNotFound"),
    ),
    row(
        "listeners are shown by load balancer",
        "describe_listeners",
        {"LoadBalancerArn": "$lb"},
        "Listeners[].[ListenerArn, Port]",
        [["$listener", 80]],
        pin=Pin(
            [["$listener", 80], ["arn:aws:elasticloadbalancing:$region:$account:listener/app/$p-lb/<id>/<id>", 80]],
            "moto made the second listener",
        ),
    ),
    row(
        "a listener that does not exist is not found",
        "describe_listeners",
        {"ListenerArns": [NO_LISTENER]},
        DONE,
        Refused("ListenerNotFound"),
    ),
    row(
        "a rule is created with weights",
        "create_rule",
        {"ListenerArn": "$listener", "Priority": 10, "Conditions": PATH, "Actions": forward(100, 0)},
        "Rules[0].[Priority, IsDefault, Actions[0].Type, Conditions[0].Field, Conditions[0].Values]",
        ["10", False, "forward", "path-pattern", ["/shop/*"]],
        saves={"rule": "Rules[0].RuleArn"},
    ),
    row(
        "a rule of a priority that is taken is refused",
        "create_rule",
        {"ListenerArn": "$listener", "Priority": 10, "Conditions": PATH, "Actions": forward(1, 1)},
        DONE,
        Refused("PriorityInUse"),
    ),
    row(
        "a rule of a listener that does not exist is refused",
        "create_rule",
        {"ListenerArn": NO_LISTENER, "Priority": 11, "Conditions": PATH, "Actions": [FIXED]},
        DONE,
        Refused("ListenerNotFound"),
    ),
    row(
        "a rule for a target group that does not exist is refused",
        "create_rule",
        {
            "ListenerArn": "$listener",
            "Priority": 12,
            "Conditions": PATH,
            "Actions": [{"Type": "forward", "TargetGroupArn": NO_GROUP}],
        },
        DONE,
        Refused("TargetGroupNotFound"),
    ),
    row(
        "the default rule has no conditions and the listener's actions",
        "describe_rules",
        {"ListenerArn": "$listener"},
        "Rules[?IsDefault].[Priority, Conditions, Actions[0].Type]",
        [["default", [], "fixed-response"]],
    ),
    row(
        "a rule shows its target groups and weights",
        "describe_rules",
        {"RuleArns": ["$rule"]},
        WEIGHTS,
        [["$blue", 100], ["$green", 0]],
    ),
    row(
        "a rule that does not exist is not found",
        "describe_rules",
        {"RuleArns": [NO_RULE]},
        DONE,
        Refused("RuleNotFound"),
    ),
    row(
        "weights change",
        "modify_rule",
        {"RuleArn": "$rule", "Actions": forward(95, 5)},
        WEIGHTS,
        [["$blue", 95], ["$green", 5]],
    ),
    row(
        "conditions that are not sent stay",
        "describe_rules",
        {"RuleArns": ["$rule"]},
        "Rules[0].Conditions[0].[Field, Values]",
        ["path-pattern", ["/shop/*"]],
    ),
    row(
        "actions that are not sent stay",
        "modify_rule",
        {"RuleArn": "$rule", "Conditions": [{"Field": "host-header", "Values": ["shop.example.com"]}]},
        WEIGHTS,
        [["$blue", 95], ["$green", 5]],
    ),
    row(
        "conditions that are sent replace all others",
        "describe_rules",
        {"RuleArns": ["$rule"]},
        "Rules[0].Conditions[].[Field, Values]",
        [["host-header", ["shop.example.com"]]],
    ),
    row(
        "stickiness between target groups is kept",
        "modify_rule",
        {"RuleArn": "$rule", "Actions": forward(1, 1, Enabled=True, DurationSeconds=120)},
        "Rules[0].Actions[0].ForwardConfig.TargetGroupStickinessConfig",
        {"Enabled": True, "DurationSeconds": 120},
    ),
    row(
        "a weight of 999 is the highest",
        "modify_rule",
        {"RuleArn": "$rule", "Actions": forward(999, 0)},
        WEIGHTS,
        [["$blue", 999], ["$green", 0]],
        GUIDE,
    ),
    row(
        "a weight above 999 is refused",
        "modify_rule",
        {"RuleArn": "$rule", "Actions": forward(1000, 0)},
        DONE,
        Refused("ValidationError"),
        GUIDE,
        pin=Pin("accepted", "moto checks no weights"),
    ),
    row(
        "stickiness for more than a week is refused",
        "modify_rule",
        {"RuleArn": "$rule", "Actions": forward(1, 1, Enabled=True, DurationSeconds=604_801)},
        DONE,
        Refused("ValidationError"),
        GUIDE,
        pin=Pin("accepted", "moto checks no stickiness"),
    ),
    row(
        "a refused change changes nothing",
        "describe_rules",
        {"RuleArns": ["$rule"]},
        WEIGHTS,
        [["$blue", 999], ["$green", 0]],
        pin=Pin([["$blue", 1], ["$green", 1]], "moto did not refuse it"),
    ),
    row(
        "a rule that does not exist cannot change",
        "modify_rule",
        {"RuleArn": NO_RULE, "Actions": [FIXED]},
        DONE,
        Refused("RuleNotFound"),
    ),
    row(
        "a listener's default action changes",
        "modify_listener",
        {"ListenerArn": "$listener", "DefaultActions": forward(7, 3)},
        "Listeners[0].DefaultActions[0].ForwardConfig.TargetGroups[].Weight",
        [7, 3],
    ),
    row(
        "the default rule repeats the listener's default action",
        "describe_rules",
        {"ListenerArn": "$listener"},
        "Rules[?IsDefault].Actions[0].ForwardConfig.TargetGroups[].Weight",
        [7, 3],
        saves={"default_rule": "Rules[?IsDefault] | [0].RuleArn"},
    ),
    row(
        "the default rule cannot be changed as a rule",
        "modify_rule",
        {"RuleArn": "$default_rule", "Actions": [FIXED]},
        DONE,
        Refused("OperationNotPermitted"),
        "aws-mechanics.md 5.3 (the name of the error is unverified)",
        pin=Pin("accepted", "moto does not protect the default rule"),
    ),
    row(
        "a listener that does not exist cannot change",
        "modify_listener",
        {"ListenerArn": NO_LISTENER, "DefaultActions": [FIXED]},
        DONE,
        Refused("ListenerNotFound"),
    ),
    row(
        "a listener's default action for a target group that does not exist is refused",
        "modify_listener",
        {"ListenerArn": "$listener", "DefaultActions": [{"Type": "forward", "TargetGroupArn": NO_GROUP}]},
        DONE,
        Refused("TargetGroupNotFound"),
        pin=Pin("accepted", "moto does not check the actions of ModifyListener"),
    ),
    row(
        "a rule of a lower priority can be made later",
        "create_rule",
        {
            "ListenerArn": "$listener",
            "Priority": 5,
            "Conditions": [{"Field": "path-pattern", "Values": ["/first/*"]}],
            "Actions": [FIXED],
        },
        "Rules[0].Priority",
        "5",
    ),
    row(
        "rules are shown in the order in which they are tried",
        "describe_rules",
        {"ListenerArn": "$listener"},
        "Rules[].Priority",
        ["5", "10", "default"],
        "aws-mechanics.md 5.3",
        pin=Pin(["10", "5", "default"], "moto sorts no priorities: rules come in the order of their creation"),
    ),
    row(
        "target groups that a listener forwards to know their load balancer",
        "describe_target_groups",
        {"TargetGroupArns": ["$green"]},
        "TargetGroups[0].LoadBalancerArns",
        ["$lb"],
        pin=Pin(["$lb", "$lb"], "moto appends the load balancer with every rule that is made, and looks at no change"),
    ),
    row(
        "a target group that no listener uses has no load balancer",
        "describe_target_groups",
        {"TargetGroupArns": ["$spare"]},
        "TargetGroups[0].LoadBalancerArns",
        [],
    ),
    row(
        "a target group without targets has no health",
        "describe_target_health",
        {"TargetGroupArn": "$green"},
        "TargetHealthDescriptions",
        [],
    ),
    row(
        "a target that is not registered is unused",
        "describe_target_health",
        {"TargetGroupArn": "$green", "Targets": [{"Id": "10.9.0.4", "Port": 8080}]},
        "TargetHealthDescriptions[].TargetHealth.[State, Reason]",
        [["unused", "Target.NotRegistered"]],
        pin=Pin([["unavailable", "Target.NotRegistered"]], "moto has no states of targets"),
    ),
    row(
        "health of a target group that does not exist is not found",
        "describe_target_health",
        {"TargetGroupArn": NO_GROUP},
        DONE,
        Refused("TargetGroupNotFound"),
    ),
    row(
        "tags are added to a rule",
        "add_tags",
        {"ResourceArns": ["$rule"], "Tags": [{"Key": "owner", "Value": "parity"}]},
        "@",
        {},
    ),
    row(
        "tags of a rule are shown",
        "describe_tags",
        {"ResourceArns": ["$rule"]},
        "TagDescriptions[].[ResourceArn, Tags]",
        [["$rule", [{"Key": "owner", "Value": "$p"}]]],
    ),
    row(
        "tags of a rule that does not exist are not found",
        "describe_tags",
        {"ResourceArns": [NO_RULE]},
        DONE,
        Refused("RuleNotFound"),
        pin=Pin("accepted", "moto describes tags of rules that it does not have"),
    ),
]
