"""Every modelled operation of ECS, in its success and its errors."""

from __future__ import annotations

from typing import Any

from contract import drive_task_sets
from contract.drive_task_sets import HERE, TAGS, UNKNOWN, first
from contract.driver import Driver, recent


def drive(d: Driver, target_group: str) -> None:
    """Runs all steps; `target_group` is one that a listener uses and that no task set needs."""
    _clusters_and_definitions(d)
    _services(d)
    drive_task_sets.drive(d, target_group)
    _tags(d)
    _deletion(d)


def _clusters_and_definitions(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("a cluster is created with tags, and created again without a second one"):
        first = ecs.create_cluster(clusterName="judged", tags=TAGS)["cluster"]
        again = ecs.create_cluster(clusterName="judged")["cluster"]
        assert first["clusterArn"] == again["clusterArn"] and first["status"] == "ACTIVE", again
    d.refused(
        "a tag of AWS's own is refused",
        "InvalidParameterException",
        ecs.create_cluster,
        clusterName="x",
        tags=[{"key": "aws:x", "value": "y"}],
    )
    with d.step("clusters are described with tags on request, and a missing one is a failure and no error"):
        shown = ecs.describe_clusters(clusters=["judged", "nowhere"], include=["TAGS", "STATISTICS", "SETTINGS"])
        assert {tag["key"]: tag["value"] for tag in shown["clusters"][0]["tags"]} == {
            t["key"]: t["value"] for t in TAGS
        }
        assert [failure["reason"] for failure in shown["failures"]] == ["MISSING"], shown["failures"]
        assert not ecs.describe_clusters(clusters=["judged"])["clusters"][0].get("tags")
    d.refused(
        "an unknown word in include is refused", "InvalidParameterException", bad.describe_clusters, include=["MOON"]
    )
    container = {"name": "web", "image": "registry/web:1", "portMappings": [{"containerPort": 8080}], "essential": True}
    with d.step("a task definition is registered and shown again as it was sent"):
        register: dict[str, Any] = dict(
            family="judged",
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[container],
            tags=TAGS,
        )
        for revision in (1, 2):
            made = ecs.register_task_definition(**register)
            assert made["taskDefinition"]["revision"] == revision and len(made["tags"]) == 2, made
        shown = ecs.describe_task_definition(taskDefinition="judged:1", include=["TAGS"])
        assert shown["taskDefinition"]["containerDefinitions"][0]["portMappings"][0]["containerPort"] == 8080
        assert recent(shown["taskDefinition"]["registeredAt"]) and len(shown["tags"]) == 2, shown
        assert ecs.describe_task_definition(taskDefinition="judged")["taskDefinition"]["revision"] == 2
    d.refused(
        "a task definition without containers is refused",
        "ClientException",
        ecs.register_task_definition,
        family="judged",
        containerDefinitions=[],
    )
    d.refused(
        "a task definition without a family is refused",
        "ClientException",
        bad.register_task_definition,
        containerDefinitions=[container],
    )
    d.refused(
        "an unknown task definition is refused",
        "ClientException",
        ecs.describe_task_definition,
        taskDefinition="judged:99",
    )


def _services(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    create: dict[str, Any] = dict(
        cluster="judged",
        serviceName="web",
        desiredCount=3,
        schedulingStrategy="REPLICA",
        deploymentController={"type": "EXTERNAL"},
        tags=TAGS,
        clientToken="judge-1",
    )
    with d.step("a service with the EXTERNAL controller is created, and the same token creates no second one"):
        made = ecs.create_service(**create)["service"]
        assert made["status"] == "ACTIVE" and made["deploymentController"] == {"type": "EXTERNAL"}, made
        assert ecs.create_service(**create)["service"]["serviceArn"] == made["serviceArn"]
    d.refused(
        "another service of that name is refused",
        "InvalidParameterException",
        ecs.create_service,
        **create | {"clientToken": "judge-2"},
    )
    d.refused(
        "a service in no cluster is refused",
        "ClusterNotFoundException",
        ecs.create_service,
        **create | {"cluster": "x"},
    )
    d.refused(
        "a service with a controller that does not exist is refused",
        "InvalidParameterException",
        bad.create_service,
        **create | {"serviceName": "y", "deploymentController": {"type": "MOON"}},
    )
    with d.step("services are described with tags, task sets and times, and a missing one is a failure"):
        shown = ecs.describe_services(cluster="judged", services=["web", "gone"], include=["TAGS"])
        service = shown["services"][0]
        assert recent(service["createdAt"]) and len(service["tags"]) == 2 and service["taskSets"] == [], service
        assert shown["failures"][0]["reason"] == "MISSING", shown
    d.refused(
        "eleven services at a time are refused",
        "InvalidParameterException",
        ecs.describe_services,
        cluster="judged",
        services=["web"] * 11,
    )
    d.refused(
        "services without names are refused", "InvalidParameterException", bad.describe_services, cluster="judged"
    )
    d.refused(
        "services in no cluster are refused",
        "ClusterNotFoundException",
        ecs.describe_services,
        cluster="x",
        services=["web"],
    )
    with d.step("the desired count changes"):
        assert ecs.update_service(**HERE, desiredCount=4)["service"]["desiredCount"] == 4
    d.refused(
        "the task definition belongs to the task set",
        "InvalidParameterException",
        ecs.update_service,
        **HERE,
        taskDefinition="judged:1",
    )
    d.refused(
        "an unknown service cannot change",
        "ServiceNotFoundException",
        ecs.update_service,
        cluster="judged",
        service="x",
    )
    d.refused(
        "a service that was deleted cannot change",
        "ServiceNotActiveException",
        ecs.update_service,
        cluster="prod",
        service="retired",
        desiredCount=1,
    )
    d.refused(
        "a desired count is a number", "InvalidParameterException", bad.update_service, **HERE, desiredCount="many"
    )


def _tags(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("tags are added to a task set and listed"):
        arn = first(d)["taskSetArn"]
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "added", "value": "1"}])
        tags = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        assert {"key": "added", "value": "1"} in tags and len(tags) == 3, tags
    gone = "arn:aws:ecs:eu-west-1:123456789012:task-set/judged/web/" + UNKNOWN
    d.refused(
        "what does not exist takes no tags", "ResourceNotFoundException", ecs.tag_resource, resourceArn=gone, tags=TAGS
    )
    d.refused(
        "an ARN of nothing has no tags",
        "InvalidParameterException",
        ecs.list_tags_for_resource,
        resourceArn="arn:aws:ecs",
    )
    d.refused("tags have keys", "InvalidParameterException", bad.tag_resource, resourceArn=gone, tags=[{"key": ""}])


def _deletion(d: Driver) -> None:
    ecs = d.client("ecs")
    d.refused(
        "the primary is deleted with force only",
        "InvalidParameterException",
        ecs.delete_task_set,
        **HERE,
        taskSet=first(d)["id"],
    )
    d.refused(
        "an unknown task set cannot be deleted",
        "TaskSetNotFoundException",
        ecs.delete_task_set,
        **HERE,
        taskSet=UNKNOWN,
    )
    d.refused(
        "a service with tasks is deleted with force only", "InvalidParameterException", ecs.delete_service, **HERE
    )
    d.refused(
        "an unknown service cannot be deleted",
        "ServiceNotFoundException",
        ecs.delete_service,
        cluster="judged",
        service="x",
    )
    with d.step("a task set that is deleted drains and is gone"):
        assert ecs.delete_task_set(**HERE, taskSet=first(d)["id"], force=True)["taskSet"]["status"] == "DRAINING"
        sets = lambda: ecs.describe_task_sets(**HERE)["taskSets"]  # noqa: E731
        d.until("it is gone", lambda: all(one.get("externalId") != "judge-a" for one in sets()))
    with d.step("a service that is deleted becomes inactive and stays describable"):
        deleted = ecs.delete_service(**HERE, force=True)["service"]
        assert deleted["status"] == "DRAINING" and deleted["desiredCount"] == 0, deleted
        status = lambda: ecs.describe_services(cluster="judged", services=["web"])["services"][0][
            "status"
        ]  # noqa: E731
        d.until("it is inactive", lambda: status() == "INACTIVE")
