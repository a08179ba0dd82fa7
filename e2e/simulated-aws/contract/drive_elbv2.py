"""Every modelled operation of Elastic Load Balancing v2, in its success and its errors."""

from __future__ import annotations

from typing import Any

from contract import drive_rules
from contract.drive_rules import (
    FIXED,
    NO_BALANCER,
    NO_GROUP,
    NO_LISTENER,
    NO_RULE,
    PREFIX,
    Made,
    forward,
)
from contract.driver import Driver


def drive(d: Driver) -> str:
    """Runs all steps; the target group that it gives is used by a listener and by no task set."""
    made = Made()
    _balancers_and_groups(d, made)
    _listeners(d, made)
    drive_rules.drive(d, made)
    _tags(d, made)
    return made.green


def _balancers_and_groups(d: Driver, made: Made) -> None:
    elb, bad = d.client("elbv2"), d.client("elbv2", malformed=True)
    create: dict[str, Any] = dict(
        Name="judged",
        Subnets=["subnet-1", "subnet-2"],
        SecurityGroups=["sg-1"],
        Scheme="internal",
        Type="application",
        Tags=[{"Key": "owner", "Value": "judge + co"}],
    )
    with d.step("a load balancer is created, and created again without a second one"):
        made.balancer = elb.create_load_balancer(**create)["LoadBalancers"][0]["LoadBalancerArn"]
        again = elb.create_load_balancer(**create)["LoadBalancers"][0]
        assert again["LoadBalancerArn"] == made.balancer and again["CreatedTime"].tzinfo, again
    d.refused("a load balancer without subnets is refused", "ValidationError", elb.create_load_balancer, Name="bare")
    d.refused(
        "a load balancer of another kind is refused",
        "ValidationError",
        bad.create_load_balancer,
        Name="moon",
        Type="moon",
        Subnets=["subnet-1"],
    )
    with d.step("load balancers are described by name, and page by page"):
        assert elb.describe_load_balancers(Names=["judged"])["LoadBalancers"][0]["Scheme"] == "internal"
        pages = list(elb.get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 1}))
        assert [len(page["LoadBalancers"]) for page in pages] == [1, 1], pages
    d.refused(
        "an unknown load balancer is not found",
        "LoadBalancerNotFound",
        elb.describe_load_balancers,
        LoadBalancerArns=[NO_BALANCER],
    )
    group: dict[str, Any] = dict(
        Protocol="HTTP",
        Port=8080,
        VpcId="vpc-1",
        TargetType="ip",
        HealthCheckPath="/up",
        HealthCheckIntervalSeconds=10,
        HealthCheckTimeoutSeconds=4,
        HealthyThresholdCount=3,
        UnhealthyThresholdCount=2,
        Matcher={"HttpCode": "200-299"},
    )
    with d.step("target groups are created with their settings"):
        made.blue, made.green, made.spare = (
            elb.create_target_group(Name=f"judged-{name}", **group)["TargetGroups"][0]["TargetGroupArn"]
            for name in ("blue", "green", "spare")
        )
        shown = elb.describe_target_groups(TargetGroupArns=[made.blue])["TargetGroups"][0]
        assert (
            shown["LoadBalancerArns"] == [] and shown["Matcher"] == {"HttpCode": "200-299"} and shown["Port"] == 8080
        ), shown
    d.refused(
        "another target group of that name is refused",
        "DuplicateTargetGroupName",
        elb.create_target_group,
        Name="judged-blue",
        **group | {"Port": 81},
    )
    d.refused(
        "a target group of another kind is refused",
        "ValidationError",
        bad.create_target_group,
        Name="y",
        **group | {"TargetType": "moon"},
    )
    with d.step("target groups are described page by page"):
        pages = elb.get_paginator("describe_target_groups").paginate(
            Names=["judged-blue", "judged-green", "judged-spare"], PaginationConfig={"PageSize": 2}
        )
        assert [len(page["TargetGroups"]) for page in pages] == [2, 1]
    d.refused("an unknown target group is not found", "TargetGroupNotFound", elb.describe_target_groups, Names=["x"])
    with d.step("attributes change and are shown"):
        elb.modify_target_group_attributes(
            TargetGroupArn=made.blue, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "3600"}]
        )
        shown = elb.describe_target_group_attributes(TargetGroupArn=made.blue)["Attributes"]
        assert {"Key": "deregistration_delay.timeout_seconds", "Value": "3600"} in shown, shown
    d.refused(
        "a delay above an hour is refused",
        "ValidationError",
        elb.modify_target_group_attributes,
        TargetGroupArn=made.blue,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "3601"}],
    )
    d.refused(
        "an unknown target group has no attributes",
        "TargetGroupNotFound",
        elb.describe_target_group_attributes,
        TargetGroupArn=NO_GROUP,
    )
    d.refused(
        "an unknown target group cannot change",
        "TargetGroupNotFound",
        elb.modify_target_group_attributes,
        TargetGroupArn=NO_GROUP,
        Attributes=[],
    )


def _listeners(d: Driver, made: Made) -> None:
    elb, bad = d.client("elbv2"), d.client("elbv2", malformed=True)
    create: dict[str, Any] = dict(LoadBalancerArn=made.balancer, Protocol="HTTP", Port=80, DefaultActions=[FIXED])
    with d.step("a listener is created, and its default action shown as it was sent"):
        shown = elb.create_listener(**create)["Listeners"][0]
        made.listener = shown["ListenerArn"]
        assert shown["DefaultActions"][0]["FixedResponseConfig"] == FIXED["FixedResponseConfig"], shown
        elb.create_listener(**create | {"Port": 81})
    d.refused(
        "another listener on that port is refused",
        "DuplicateListener",
        elb.create_listener,
        **create | {"DefaultActions": [forward((made.blue, 1))]},
    )
    d.refused(
        "a listener of no load balancer is refused",
        "LoadBalancerNotFound",
        elb.create_listener,
        **create | {"LoadBalancerArn": NO_BALANCER},
    )
    d.refused(
        "a listener for no target group is refused",
        "TargetGroupNotFound",
        elb.create_listener,
        **create | {"Port": 82, "DefaultActions": [forward((NO_GROUP, 1))]},
    )
    d.refused(
        "a listener without actions is refused",
        "ValidationError",
        bad.create_listener,
        LoadBalancerArn=made.balancer,
        Protocol="HTTP",
        Port=83,
    )
    with d.step("listeners are described page by page"):
        pages = elb.get_paginator("describe_listeners").paginate(
            LoadBalancerArn=made.balancer, PaginationConfig={"PageSize": 1}
        )
        assert [len(page["Listeners"]) for page in pages] == [1, 1]
    d.refused(
        "an unknown listener is not found", "ListenerNotFound", elb.describe_listeners, ListenerArns=[NO_LISTENER]
    )
    d.refused(
        "a page of 401 listeners is refused",
        "ValidationError",
        bad.describe_listeners,
        LoadBalancerArn=made.balancer,
        PageSize=401,
    )
    with d.step("default actions are replaced, and the default rule is the same"):
        action = forward((made.blue, 100), (made.green, 0))
        shown = elb.modify_listener(ListenerArn=made.listener, DefaultActions=[action])["Listeners"][0]
        assert [g["Weight"] for g in shown["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]] == [100, 0], shown
        default = next(rule for rule in elb.describe_rules(ListenerArn=made.listener)["Rules"] if rule["IsDefault"])
        assert default["Priority"] == "default" and default["Actions"] == shown["DefaultActions"], default
        attached = elb.describe_target_groups(TargetGroupArns=[made.green])["TargetGroups"][0]
        assert attached["LoadBalancerArns"] == [made.balancer], attached
    d.refused(
        "an unknown listener cannot change",
        "ListenerNotFound",
        elb.modify_listener,
        ListenerArn=NO_LISTENER,
        DefaultActions=[FIXED],
    )
    d.refused(
        "a target group of another load balancer is refused",
        "TargetGroupAssociationLimit",
        elb.modify_listener,
        ListenerArn=made.listener,
        DefaultActions=[forward((PREFIX + "targetgroup/shop-a/73e2d6bc24d8a067", 1))],
    )


def _tags(d: Driver, made: Made) -> None:
    elb = d.client("elbv2")
    with d.step("a load balancer shows the tags it was made with, and takes more"):
        elb.add_tags(ResourceArns=[made.balancer], Tags=[{"Key": "added", "Value": "1"}])
        shown = elb.describe_tags(ResourceArns=[made.balancer])["TagDescriptions"][0]
        assert {tag["Key"]: tag.get("Value") for tag in shown["Tags"]} == {"owner": "judge + co", "added": "1"}, shown
    d.refused("what does not exist has no tags", "LoadBalancerNotFound", elb.describe_tags, ResourceArns=[NO_BALANCER])
    d.refused(
        "what does not exist takes no tags",
        "RuleNotFound",
        elb.add_tags,
        ResourceArns=[NO_RULE],
        Tags=[{"Key": "a", "Value": "b"}],
    )
