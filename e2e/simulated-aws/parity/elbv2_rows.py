"""What rows about Elastic Load Balancing have in common."""

from __future__ import annotations

from typing import Any

from parity.rows import Row

API = "Elastic Load Balancing API reference"
GUIDE = "Application Load Balancer user guide"
NETWORK_GUIDE = "Network Load Balancer user guide"
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
CONNECTIONS: dict[str, Any] = {"Protocol": "TCP", "Port": 9000, "VpcId": "$vpc", "TargetType": "ip"}
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


def divided(one: int, other: int) -> list[dict[str, Any]]:
    """A weighted forward of connections."""
    groups = [{"TargetGroupArn": "$tcp_a", "Weight": one}, {"TargetGroupArn": "$tcp_b", "Weight": other}]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


def row(
    name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, source: str = API, **more: Any
) -> Row:
    """A row about Elastic Load Balancing."""
    return Row(name, "elbv2", call, parameters, view, expect, source, **more)
