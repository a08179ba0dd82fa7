"""Every modelled operation of Elastic Load Balancing v2, in its success and its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract.driver import Driver

PREFIX = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
NO_GROUP = PREFIX + "targetgroup/x/0000000000000000"
NO_BALANCER = PREFIX + "loadbalancer/app/x/0000000000000000"
NO_LISTENER = PREFIX + "listener/app/x/0000000000000000/0000000000000000"
NO_RULE = PREFIX + "listener-rule/app/x/0000000000000000/0000000000000000/0000000000000000"
FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "a <b> & 'c'"},
}
OIDC = {
    "Issuer": "https://id.example.com",
    "AuthorizationEndpoint": "https://id.example.com/a",
    "TokenEndpoint": "https://id.example.com/t",
    "UserInfoEndpoint": "https://id.example.com/u",
    "ClientId": "client",
    "ClientSecret": "secret",
    "SessionTimeout": 3600,
    "AuthenticationRequestExtraParams": {"display": "page", "prompt": "login"},
    "OnUnauthenticatedRequest": "deny",
}
COGNITO = {
    "UserPoolArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc",
    "UserPoolClientId": "c",
    "UserPoolDomain": "d",
}
REDIRECT = {
    "Protocol": "HTTPS",
    "Port": "443",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
    "StatusCode": "HTTP_301",
}


@dataclass
class Made:
    """What was made."""

    balancer: str = NO_BALANCER
    listener: str = NO_LISTENER
    rule: str = NO_RULE
    blue: str = NO_GROUP
    green: str = NO_GROUP
    spare: str = NO_GROUP


def forward(*groups: tuple[str, int], stickiness: int = 0) -> dict[str, Any]:
    """A weighted forward."""
    config: dict[str, Any] = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]}
    config["TargetGroupStickinessConfig"] = (
        {"Enabled": True, "DurationSeconds": stickiness} if stickiness else {"Enabled": False}
    )
    return {"Type": "forward", "ForwardConfig": config}


def drive(d: Driver) -> str:
    """Runs all steps; the target group that it gives is used by a listener and by no task set."""
    made = Made()
    _balancers_and_groups(d, made)
    _listeners(d, made)
    _rules(d, made)
    _actions(d, made)
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


def _rules(d: Driver, made: Made) -> None:
    elb, bad = d.client("elbv2"), d.client("elbv2", malformed=True)
    create: dict[str, Any] = dict(
        ListenerArn=made.listener,
        Priority=10,
        Actions=[forward((made.blue, 999), (made.green, 0), stickiness=60)],
        Conditions=[{"Field": "path-pattern", "Values": ["/a/*", "/b?c=<d>&e"]}],
    )
    with d.step("a rule is created, and its conditions and actions shown as they were sent"):
        shown = elb.create_rule(**create)["Rules"][0]
        made.rule = shown["RuleArn"]
        config = shown["Actions"][0]["ForwardConfig"]
        assert config["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 60}, shown
        assert (
            shown["Conditions"][0]["PathPatternConfig"] == {"Values": ["/a/*", "/b?c=<d>&e"]}
            and shown["Priority"] == "10"
        ), shown
    d.refused("another rule of that priority is refused", "PriorityInUse", elb.create_rule, **create)
    d.refused(
        "a rule of no listener is refused", "ListenerNotFound", elb.create_rule, **create | {"ListenerArn": NO_LISTENER}
    )
    d.refused(
        "a rule for no target group is refused",
        "TargetGroupNotFound",
        elb.create_rule,
        **create | {"Priority": 11, "Actions": [forward((NO_GROUP, 1))]},
    )
    d.refused(
        "a rule without a priority is refused",
        "ValidationError",
        bad.create_rule,
        ListenerArn=made.listener,
        Conditions=[],
        Actions=[FIXED],
    )
    d.refused("a priority above 50000 is refused", "ValidationError", bad.create_rule, **create | {"Priority": 50001})
    with d.step("rules are described in their order, page by page, the default one last"):
        for priority in (9, 100):
            elb.create_rule(**create | {"Priority": priority})
        pages = elb.get_paginator("describe_rules").paginate(
            ListenerArn=made.listener, PaginationConfig={"PageSize": 3}
        )
        assert [[rule["Priority"] for rule in page["Rules"]] for page in pages] == [["9", "10", "100"], ["default"]]
    d.refused("an unknown rule is not found", "RuleNotFound", elb.describe_rules, RuleArns=[NO_RULE])
    d.refused(
        "rules of an unknown listener are not found", "ListenerNotFound", elb.describe_rules, ListenerArn=NO_LISTENER
    )
    d.refused(
        "rules of a listener and by name are refused",
        "ValidationError",
        elb.describe_rules,
        ListenerArn=made.listener,
        RuleArns=[made.rule],
    )
    with d.step("weights change, and conditions stay"):
        for blue, green in ((900, 99), (0, 999), (1, 0)):
            shown = elb.modify_rule(RuleArn=made.rule, Actions=[forward((made.blue, blue), (made.green, green))])[
                "Rules"
            ][0]
            assert [g["Weight"] for g in shown["Actions"][0]["ForwardConfig"]["TargetGroups"]] == [blue, green], shown
            assert elb.describe_rules(RuleArns=[made.rule])["Rules"] == [shown] and shown["Conditions"], shown
    d.refused("an unknown rule cannot change", "RuleNotFound", elb.modify_rule, RuleArn=NO_RULE, Actions=[FIXED])
    default = next(
        (rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=made.listener)["Rules"] if rule["IsDefault"]),
        NO_RULE,
    )
    d.refused(
        "the default rule cannot change by itself",
        "OperationNotPermitted",
        elb.modify_rule,
        RuleArn=default,
        Actions=[FIXED],
    )
    d.refused("a rule is named", "ValidationError", bad.modify_rule, Actions=[FIXED])
    with d.step("a target group without targets has no health to describe, and an unknown target is unused"):
        assert elb.describe_target_health(TargetGroupArn=made.blue)["TargetHealthDescriptions"] == []
        target = {"Id": "10.0.0.1", "Port": 8080}
        shown = elb.describe_target_health(TargetGroupArn=made.blue, Targets=[target])["TargetHealthDescriptions"]
        assert shown[0]["TargetHealth"]["Reason"] == "Target.NotRegistered", shown
        group = PREFIX + "targetgroup/shop-a/73e2d6bc24d8a067"
        states = {
            t["TargetHealth"]["State"]
            for t in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        }
        assert states == {"healthy"}, states
    d.refused(
        "an unknown target group has no health",
        "TargetGroupNotFound",
        elb.describe_target_health,
        TargetGroupArn=NO_GROUP,
    )


def _actions(d: Driver, made: Made) -> None:
    elb, bad = d.client("elbv2"), d.client("elbv2", malformed=True)
    last = forward((made.blue, 1)) | {"Order": 2}
    for action in (
        {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": OIDC},
        {"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": COGNITO},
    ):
        with d.step(f"{action['Type']} before a forward is kept, its secret not shown"):
            shown = elb.modify_rule(RuleArn=made.rule, Actions=[action, last])["Rules"][0]["Actions"]
            key = next(name for name in action if name.endswith("Config"))
            sent = {k: v for k, v in action[key].items() if k != "ClientSecret"}
            assert {k: v for k, v in shown[0][key].items() if k in action[key]} == sent, shown
    with d.step("a redirect is kept"):
        shown = elb.modify_rule(RuleArn=made.rule, Actions=[{"Type": "redirect", "RedirectConfig": REDIRECT}])["Rules"][
            0
        ]["Actions"]
        assert shown[0]["RedirectConfig"] == REDIRECT, shown
    with d.step("an OIDC secret is kept on request"):
        elb.modify_rule(
            RuleArn=made.rule, Actions=[{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": OIDC}, last]
        )
        kept = {k: v for k, v in OIDC.items() if k != "ClientSecret"} | {"UseExistingClientSecret": True}
        elb.modify_rule(
            RuleArn=made.rule, Actions=[{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": kept}, last]
        )
    for what, actions, code in [
        ("a weight above 999", [forward((made.blue, 1000), (made.green, 0))], "ValidationError"),
        ("a stickiness above a week", [forward((made.blue, 1), stickiness=604_801)], "ValidationError"),
        ("two forwards", [forward((made.blue, 1)) | {"Order": 1}, last], "InvalidLoadBalancerAction"),
        ("six target groups", [forward(*((f"{PREFIX}targetgroup/g{i}/{i:016}", 1) for i in range(6)))], None),
    ]:
        d.refused(
            f"{what} is refused",
            code or "TooManyUniqueTargetGroupsPerLoadBalancer",
            elb.modify_rule,
            RuleArn=made.rule,
            Actions=actions,
        )
    d.refused(
        "an action of another type is refused",
        "ValidationError",
        bad.modify_rule,
        RuleArn=made.rule,
        Actions=[{"Type": "moon"}],
    )
    conditions = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2"}, {"Value": "x"}]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
    ]
    with d.step("conditions of every kind are kept"):
        shown = elb.modify_rule(RuleArn=made.rule, Conditions=conditions)["Rules"][0]["Conditions"]
        assert [{k: v for k, v in one.items() if k != "Values"} for one in shown] == conditions, shown
    d.refused(
        "a rule without conditions is refused", "ValidationError", elb.modify_rule, RuleArn=made.rule, Conditions=[]
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
