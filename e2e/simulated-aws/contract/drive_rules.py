"""Rules, their conditions and their actions: in their success and their errors."""

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


def drive(d: Driver, made: Made) -> None:
    """Runs all steps."""
    _rules(d, made)
    _actions(d, made)


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
    authentications: list[dict[str, Any]] = [
        {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": OIDC},
        {"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": COGNITO},
    ]
    for action in authentications:
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
