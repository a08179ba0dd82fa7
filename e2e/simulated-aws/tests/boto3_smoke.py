"""Drives a whole release through the simulated AWS with boto3, a client that shares nothing with it.

Run the simulator with scenarios/shop.yaml, then: python boto3_smoke.py http://127.0.0.1:PORT
"""

import json
import sys
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
options = dict(
    endpoint_url=endpoint,
    region_name="eu-west-1",
    aws_access_key_id="AKIASMOKE",
    aws_secret_access_key="secret",
)
ecs = boto3.client("ecs", **options)
elb = boto3.client("elbv2", **options)
sts = boto3.client("sts", **options)

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
BLUE = ELB + "targetgroup/shop-a/73e2d6bc24d8a067"
GREEN = ELB + "targetgroup/shop-b/9f1c2e7b55aa0013"
LISTENER = ELB + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
RULE = ELB + "listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
TEST_LISTENER = ELB + "listener/app/shop/50dc6c495c0c9188/a1b2c3d4e5f60718"
HERE = dict(cluster="prod", service="shop")


def sim(path):
    with urllib.request.urlopen(f"{endpoint}/_sim/{path}") as answer:
        return json.load(answer)


def expect(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"{call.__name__} should have failed with {code}")


def until(what, check, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if check():
            return
        time.sleep(0.05)
    raise AssertionError(f"not in time: {what}")


def service():
    return ecs.describe_services(cluster="prod", services=["shop"], include=["TAGS"])["services"][0]


def task_set(identifier):
    return next((s for s in service()["taskSets"] if s["id"] == identifier), None)


def weights(blue, green):
    forward = {
        "TargetGroups": [
            {"TargetGroupArn": BLUE, "Weight": blue},
            {"TargetGroupArn": GREEN, "Weight": green},
        ],
        "TargetGroupStickinessConfig": {"Enabled": False},
    }
    action = {"Type": "forward", "ForwardConfig": forward}
    shown = elb.modify_rule(RuleArn=RULE, Actions=[action])["Rules"][0]
    groups = shown["Actions"][0]["ForwardConfig"]["TargetGroups"]
    assert {g["TargetGroupArn"]: g["Weight"] for g in groups} == {BLUE: blue, GREEN: green}, shown
    assert elb.describe_rules(RuleArns=[RULE])["Rules"][0] == shown


def healthy(group):
    found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sum(t["TargetHealth"]["State"] == "healthy" for t in found)


def create(definition, token, external_id, scale=100.0):
    return ecs.create_task_set(
        **HERE,
        taskDefinition=definition,
        clientToken=token,
        externalId=external_id,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        loadBalancers=[{"targetGroupArn": GREEN, "containerName": "web", "containerPort": 8080}],
        scale={"value": scale, "unit": "PERCENT"},
        tags=[{"key": "sluice.dev/owner", "value": "smoke"}],
    )["taskSet"]


assert sts.get_caller_identity()["Account"] == "123456789012"
blue = next(s for s in service()["taskSets"] if s["status"] == "PRIMARY")
assert blue["runningCount"] == 4 and blue["stabilityStatus"] == "STEADY_STATE", blue
assert healthy(BLUE) == 4

# A quarter of the capacity; the same token makes no second task set, another body with it is refused.
green = create("shop:42", "token-1", "sluice-1", scale=25.0)
assert green["computedDesiredCount"] == 1 and green["stabilityStatus"] == "STABILIZING", green
assert create("shop:42", "token-1", "sluice-1", scale=25.0)["id"] == green["id"]
expect("InvalidParameterException", ecs.create_task_set, **HERE, taskDefinition="shop:41", clientToken="token-1")
assert len(service()["taskSets"]) == 2
until("steady at 25 %", lambda: task_set(green["id"])["stabilityStatus"] == "STEADY_STATE" and healthy(GREEN) == 1)
ecs.update_task_set(**HERE, taskSet=green["id"], scale={"value": 100.0, "unit": "PERCENT"})
until("steady at 100 %", lambda: task_set(green["id"])["runningCount"] == 4 and healthy(GREEN) == 4)
tasks = ecs.list_tasks(cluster="prod", startedBy=green["id"])["taskArns"]
assert len(tasks) == 4
described = ecs.describe_tasks(cluster="prod", tasks=tasks)["tasks"]
assert {t["lastStatus"] for t in described} == {"RUNNING"}, described

for share in (10, 50, 100):
    weights(100 - share, share)
    time.sleep(0.2)
elb.modify_listener(
    ListenerArn=TEST_LISTENER,
    DefaultActions=[
        {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [
                    {"TargetGroupArn": BLUE, "Weight": 0},
                    {"TargetGroupArn": GREEN, "Weight": 100},
                ]
            },
        }
    ],
)
promoted = ecs.update_service_primary_task_set(**HERE, primaryTaskSet=green["id"])["taskSet"]
assert promoted["status"] == "PRIMARY"
assert service()["taskDefinition"].endswith("task-definition/shop:42")

expect("InvalidParameterException", ecs.delete_task_set, **HERE, taskSet=blue["id"])
ecs.update_task_set(**HERE, taskSet=blue["id"], scale={"value": 0.0, "unit": "PERCENT"})
until("drained", lambda: task_set(blue["id"])["runningCount"] == 0)
assert ecs.delete_task_set(**HERE, taskSet=blue["id"])["taskSet"]["status"] == "DRAINING"
until("gone", lambda: task_set(blue["id"]) is None)
assert ecs.describe_task_sets(**HERE, taskSets=[blue["id"]])["failures"][0]["reason"] == "MISSING"
stopped = ecs.list_tasks(cluster="prod", startedBy=blue["id"], desiredStatus="STOPPED")["taskArns"]
reasons = {t["stopCode"] for t in ecs.describe_tasks(cluster="prod", tasks=stopped)["tasks"]}
assert reasons == {"ServiceSchedulerInitiated"}, reasons

# Errors arrive as the clients know them.
expect("TaskSetNotFoundException", ecs.delete_task_set, **HERE, taskSet="ecs-svc/1")
expect("ClusterNotFoundException", ecs.describe_task_sets, cluster="nope", service="shop")
expect("ServiceNotActiveException", ecs.update_service, cluster="prod", service="retired", desiredCount=1)
expect("RuleNotFound", elb.describe_rules, RuleArns=[RULE[:-1] + "0"])
expect("InvalidAction", elb.describe_ssl_policies)
expect("UnknownOperationException", ecs.list_attributes, targetType="container-instance")
rules = elb.describe_rules(ListenerArn=LISTENER)["Rules"]
assert [r["Priority"] for r in rules] == ["10", "default"], rules
default = [r for r in rules if r["IsDefault"]][0]
expect("OperationNotPermitted", elb.modify_rule, RuleArn=default["RuleArn"], Actions=default["Actions"])
assert elb.describe_target_groups(TargetGroupArns=[GREEN])["TargetGroups"][0]["LoadBalancerArns"]
attributes = elb.describe_target_group_attributes(TargetGroupArn=GREEN)["Attributes"]
assert {"Key": "deregistration_delay.timeout_seconds", "Value": "2"} in attributes

traffic = sim("traffic")
assert traffic["total"] > 0 and traffic["lost"] == 0, traffic
assert sim("invariants")["total"] == 0, sim("invariants")
assert set(sim("unmodelled")) == {"ecs:ListAttributes", "elbv2:DescribeSSLPolicies"}, sim("unmodelled")
print(f"ok: {traffic['total']} requests, none lost; {sim('calls')['total']} calls, no invariant violated")
