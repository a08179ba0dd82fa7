"""What a first script of boto3 meets: lists, tags that go, what is given up again, and targets by hand."""

from __future__ import annotations

from typing import Any

from contract.driver import Driver, recent

CLUSTER = "judged-first"
CONTAINER = {"name": "web", "image": "registry/web:1", "essential": True}
NO_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0000000000000000"


def drive(d: Driver) -> None:
    """Runs all steps."""
    _lists(d)
    _tags(d)
    _definitions(d)
    _clusters(d)
    _targets(d)
    _deletions(d)


def _lists(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("services are listed page by page"):
        ecs.create_cluster(clusterName=CLUSTER)
        for number in (1, 2, 3):
            ecs.create_service(
                cluster=CLUSTER,
                serviceName=f"web-{number}",
                desiredCount=0,
                deploymentController={"type": "EXTERNAL"},
            )
        pages = list(
            ecs.get_paginator("list_services").paginate(
                cluster=CLUSTER, schedulingStrategy="REPLICA", PaginationConfig={"PageSize": 2}
            )
        )
        assert [len(page["serviceArns"]) for page in pages] == [2, 1], pages
    d.refused(
        "services of a cluster that does not exist are refused",
        "ClusterNotFoundException",
        ecs.list_services,
        cluster="nowhere",
    )
    d.refused(
        "services by a launch type that does not exist are refused",
        "InvalidParameterException",
        bad.list_services,
        cluster=CLUSTER,
        launchType="MOON",
    )


def _tags(d: Driver) -> None:
    ecs = d.client("ecs")
    with d.step("a tag is removed by its key"):
        arn = ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]["clusterArn"]
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        ecs.untag_resource(resourceArn=arn, tagKeys=["a", "never"])
        assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    d.refused(
        "what is no resource has no tags to remove",
        "InvalidParameterException",
        ecs.untag_resource,
        resourceArn="arn:aws:ecs:eu-west-1:123456789012:moon/1",
        tagKeys=["a"],
    )


def _definitions(d: Driver) -> None:
    ecs = d.client("ecs")
    with d.step("a deregistered task definition is INACTIVE and describable"):
        ecs.register_task_definition(family="judged-first", containerDefinitions=[CONTAINER])
        gone = ecs.deregister_task_definition(taskDefinition="judged-first:1")["taskDefinition"]
        assert gone["status"] == "INACTIVE" and recent(gone["deregisteredAt"]), gone
        shown = ecs.describe_task_definition(taskDefinition="judged-first:1")["taskDefinition"]
        assert shown["status"] == "INACTIVE", shown
    d.refused(
        "a family without a revision is not deregistered",
        "ClientException",
        ecs.deregister_task_definition,
        taskDefinition="judged-first",
    )


def _clusters(d: Driver) -> None:
    ecs = d.client("ecs")
    d.refused(
        "a cluster with services is not deleted",
        "ClusterContainsServicesException",
        ecs.delete_cluster,
        cluster=CLUSTER,
    )
    with d.step("an empty cluster is deleted"):
        for number in (1, 2, 3):
            ecs.delete_service(cluster=CLUSTER, service=f"web-{number}")
        assert ecs.delete_cluster(cluster=CLUSTER)["cluster"]["status"] == "INACTIVE"
        assert ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]["status"] == "INACTIVE"
    d.refused("a deleted cluster is not found", "ClusterNotFoundException", ecs.delete_cluster, cluster=CLUSTER)


def _targets(d: Driver) -> None:
    elb = d.client("elbv2")
    with d.step("addresses are registered, and unused in a group that no listener uses"):
        group = elb.create_target_group(Name="judged-hand", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
        named: dict[str, Any] = {"TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}
        targets = [{"Id": "10.8.0.1", "Port": 8080}, {"Id": "10.8.0.2"}]
        elb.register_targets(**named, Targets=targets)

        def states() -> list[str]:
            shown = elb.describe_target_health(**named)["TargetHealthDescriptions"]
            return [one["TargetHealth"]["State"] for one in shown]

        d.until("unused", lambda: states() == ["unused", "unused"])
    with d.step("a deregistered address drains and goes, and one that was never there is no error"):
        elb.deregister_targets(**named, Targets=[targets[0], {"Id": "10.8.0.9"}])
        shown = elb.describe_target_health(**named, Targets=targets[:1])["TargetHealthDescriptions"][0]
        assert shown["TargetHealth"]["State"] == "draining", shown
        d.until("gone", lambda: len(states()) == 1)
    d.refused(
        "an address that is none is refused", "ValidationError", elb.register_targets, **named, Targets=[{"Id": "moon"}]
    )
    for call in (elb.register_targets, elb.deregister_targets):
        d.refused(
            f"{call.__name__} of a group that does not exist is refused",
            "TargetGroupNotFound",
            call,
            TargetGroupArn=NO_GROUP,
            Targets=[{"Id": "10.8.0.1"}],
        )


def _deletions(d: Driver) -> None:
    elb = d.client("elbv2")
    made: dict[str, str] = {}
    with d.step("a load balancer with all that belongs to it is made"):
        made["balancer"] = elb.create_load_balancer(Name="judged-gone", Subnets=["subnet-1", "subnet-2"])[
            "LoadBalancers"
        ][0]["LoadBalancerArn"]
        group = elb.create_target_group(Name="judged-gone", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
        made["group"] = group["TargetGroups"][0]["TargetGroupArn"]
        action = {"Type": "forward", "TargetGroupArn": made["group"]}
        listener = elb.create_listener(
            LoadBalancerArn=made["balancer"], Protocol="HTTP", Port=80, DefaultActions=[action]
        )
        made["listener"] = listener["Listeners"][0]["ListenerArn"]
        rule = elb.create_rule(
            ListenerArn=made["listener"],
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
            Actions=[action],
        )
        made["rule"] = rule["Rules"][0]["RuleArn"]
    with d.step("tags are removed by their keys"):
        elb.add_tags(ResourceArns=[made["group"]], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        elb.remove_tags(ResourceArns=[made["group"]], TagKeys=["a", "never"])
        shown = elb.describe_tags(ResourceArns=[made["group"]])["TagDescriptions"][0]["Tags"]
        assert shown == [{"Key": "b", "Value": "2"}], shown
    d.refused(
        "tags of a target group that does not exist are not removed",
        "TargetGroupNotFound",
        elb.remove_tags,
        ResourceArns=[NO_GROUP],
        TagKeys=["a"],
    )
    d.refused(
        "a target group in use is not deleted",
        "ResourceInUse",
        elb.delete_target_group,
        TargetGroupArn=made.get("group", NO_GROUP),
    )
    with d.step("a rule, a listener, a target group and a load balancer are deleted"):
        elb.delete_rule(RuleArn=made["rule"])
        elb.delete_listener(ListenerArn=made["listener"])
        elb.delete_target_group(TargetGroupArn=made["group"])
        elb.delete_load_balancer(LoadBalancerArn=made["balancer"])
    d.refused("a rule that is gone is not found", "RuleNotFound", elb.delete_rule, RuleArn=made.get("rule", "x"))
    d.refused(
        "a listener that is gone is not found",
        "ListenerNotFound",
        elb.delete_listener,
        ListenerArn=made.get("listener", "x"),
    )
