"""Every modelled operation of ECS, in its success and its errors."""

from __future__ import annotations

import datetime
from typing import Any

from contract.driver import Driver

HERE = {"cluster": "judged", "service": "web"}
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"]}}
TAGS = [{"key": "owner", "value": "judge / ü + x"}, {"key": "empty", "value": ""}]
UNKNOWN = "ecs-svc/1111111111111111111"


def recent(moment: datetime.datetime) -> bool:
    """Whether a time is today's, give or take the simulated clock's speed."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return abs((moment - now).total_seconds()) < 86_400


def drive(d: Driver, target_group: str) -> None:
    """Runs all steps; `target_group` is one that a listener uses and that no task set needs."""
    _clusters_and_definitions(d)
    _services(d)
    _task_sets(d, target_group)
    _primary_and_tasks(d)
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


def _task_sets(d: Driver, target_group: str) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    create: dict[str, Any] = dict(
        **HERE,
        taskDefinition="judged:1",
        launchType="FARGATE",
        networkConfiguration=SUBNETS,
        externalId="judge-a",
        clientToken="set-1",
        scale={"value": 33.4, "unit": "PERCENT"},
        tags=TAGS,
        loadBalancers=[{"targetGroupArn": target_group, "containerName": "web", "containerPort": 8080}],
    )
    with d.step("a task set is created with its share rounded up, and the same token creates no second one"):
        made = ecs.create_task_set(**create)["taskSet"]
        assert made["computedDesiredCount"] == 2 and made["stabilityStatus"] == "STABILIZING", made
        assert made["scale"] == {"value": 33.4, "unit": "PERCENT"} and made["externalId"] == "judge-a", made
        assert ecs.create_task_set(**create)["taskSet"]["id"] == made["id"]
    d.refused(
        "the same token with another request is refused",
        "InvalidParameterException",
        ecs.create_task_set,
        **create | {"externalId": "judge-b"},
    )
    fresh = {key: value for key, value in create.items() if key != "clientToken"}
    for what, change, code in [
        ("in no cluster", {"cluster": "x"}, "ClusterNotFoundException"),
        ("in no service", {"service": "x"}, "ServiceNotFoundException"),
        ("in a service that was deleted", {"cluster": "prod", "service": "retired"}, "ServiceNotActiveException"),
        ("in a service with the ECS controller", {"cluster": "prod", "service": "native"}, "InvalidParameterException"),
        ("of no task definition", {"taskDefinition": "x:1"}, "ClientException"),
        (
            "without a network",
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": []}}},
            "InvalidParameterException",
        ),
        ("with a scale above 100", {"scale": {"value": 101.0, "unit": "PERCENT"}}, "InvalidParameterException"),
        ("with two target groups", {"loadBalancers": create["loadBalancers"] * 2}, "InvalidParameterException"),
        (
            "with a launch type and a strategy",
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "InvalidParameterException",
        ),
    ]:
        d.refused(f"a task set {what} is refused", code, ecs.create_task_set, **fresh | change)
    d.refused(
        "a task set with a scale in tasks is refused",
        "InvalidParameterException",
        bad.create_task_set,
        **fresh | {"scale": {"value": 1, "unit": "COUNT"}},
    )
    d.refused(
        "a task set without a task definition is refused", "InvalidParameterException", bad.create_task_set, **HERE
    )
    with d.step("task sets are described, all and by id, with tags on request, and a missing one is a failure"):
        every = ecs.describe_task_sets(**HERE)["taskSets"]
        shown = ecs.describe_task_sets(**HERE, taskSets=[every[0]["id"], UNKNOWN], include=["TAGS"])
        assert recent(shown["taskSets"][0]["createdAt"]) and len(shown["taskSets"][0]["tags"]) == 2, shown
        assert shown["failures"][0]["reason"] == "MISSING", shown["failures"]
    d.refused(
        "task sets of an ECS service are refused",
        "InvalidParameterException",
        ecs.describe_task_sets,
        cluster="prod",
        service="native",
    )
    d.refused(
        "task sets of no service are refused",
        "ServiceNotFoundException",
        ecs.describe_task_sets,
        cluster="judged",
        service="x",
    )
    with d.step("the scale of a task set changes"):
        changed = ecs.update_task_set(**HERE, taskSet=_first(d)["id"], scale={"value": 75.0, "unit": "PERCENT"})[
            "taskSet"
        ]
        assert changed["computedDesiredCount"] == 3 and changed["updatedAt"] >= changed["createdAt"], changed
    d.refused(
        "an unknown task set cannot change",
        "TaskSetNotFoundException",
        ecs.update_task_set,
        **HERE,
        taskSet=UNKNOWN,
        scale={"value": 1.0, "unit": "PERCENT"},
    )
    d.refused(
        "a task set without a scale cannot change",
        "InvalidParameterException",
        bad.update_task_set,
        **HERE,
        taskSet=UNKNOWN,
    )
    with d.step("a service has five task sets at most"):
        for _ in range(4):
            ecs.create_task_set(
                **HERE,
                taskDefinition="judged:2",
                launchType="FARGATE",
                networkConfiguration=SUBNETS,
                scale={"value": 0.0, "unit": "PERCENT"},
            )
    d.refused("a sixth task set is refused", "InvalidParameterException", ecs.create_task_set, **fresh)


def _first(d: Driver) -> dict[str, Any]:
    """The task set with the external id."""
    sets = d.client("ecs").describe_task_sets(**HERE)["taskSets"]
    return next(one for one in sets if one.get("externalId") == "judge-a")


def _primary_and_tasks(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("the primary's settings are those of the service"):
        one = _first(d)
        assert (
            ecs.update_service_primary_task_set(**HERE, primaryTaskSet=one["taskSetArn"])["taskSet"]["status"]
            == "PRIMARY"
        )
        service = ecs.describe_services(cluster="judged", services=["web"])["services"][0]
        assert (
            service["taskDefinition"].endswith("judged:1") and service["loadBalancers"] == one["loadBalancers"]
        ), service
    d.refused(
        "an unknown task set cannot become the primary",
        "TaskSetNotFoundException",
        ecs.update_service_primary_task_set,
        **HERE,
        primaryTaskSet=UNKNOWN,
    )
    with d.step("tasks reach their count, and are listed page by page and described"):
        d.until("three tasks run", lambda: _first(d)["runningCount"] == 3)
        d.until("the task set is steady", lambda: _first(d)["stabilityStatus"] == "STEADY_STATE")
        pages = ecs.get_paginator("list_tasks").paginate(
            cluster="judged", startedBy=_first(d)["id"], PaginationConfig={"PageSize": 2}
        )
        sizes = [len(page["taskArns"]) for page in pages]
        assert sizes == [2, 1], sizes
        arns = ecs.list_tasks(cluster="judged", serviceName="web", desiredStatus="RUNNING")["taskArns"]
        tasks = ecs.describe_tasks(cluster="judged", tasks=[*arns, "f" * 32], include=["TAGS"])
        assert {task["lastStatus"] for task in tasks["tasks"]} == {"RUNNING"} and len(tasks["failures"]) == 1, tasks
        assert all(recent(task["startedAt"]) and task["group"] == "service:web" for task in tasks["tasks"]), tasks
    d.refused(
        "tasks of no service are refused", "ServiceNotFoundException", ecs.list_tasks, cluster="judged", serviceName="x"
    )
    d.refused(
        "a page of 101 tasks is refused", "InvalidParameterException", ecs.list_tasks, cluster="judged", maxResults=101
    )
    d.refused(
        "tasks that wait are refused",
        "InvalidParameterException",
        bad.list_tasks,
        cluster="judged",
        desiredStatus="MOON",
    )
    d.refused(
        "tasks without names are refused", "InvalidParameterException", ecs.describe_tasks, cluster="judged", tasks=[]
    )
    d.refused(
        "tasks in no cluster are refused", "ClusterNotFoundException", ecs.describe_tasks, cluster="x", tasks=["a"]
    )
    with d.step("a task that is stopped says so, and stays listed"):
        arn = ecs.list_tasks(cluster="judged", startedBy=_first(d)["id"])["taskArns"][0]
        stopped = ecs.stop_task(cluster="judged", task=arn, reason="judged")["task"]
        assert stopped["desiredStatus"] == "STOPPED" and stopped["stopCode"] == "UserInitiated", stopped
        d.until(
            "it is stopped",
            lambda: ecs.describe_tasks(cluster="judged", tasks=[arn])["tasks"][0]["lastStatus"] == "STOPPED",
        )
        assert arn in ecs.list_tasks(cluster="judged", desiredStatus="STOPPED")["taskArns"]
    d.refused(
        "an unknown task cannot stop", "InvalidParameterException", ecs.stop_task, cluster="judged", task="f" * 32
    )


def _tags(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("tags are added to a task set and listed"):
        arn = _first(d)["taskSetArn"]
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
        taskSet=_first(d)["id"],
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
        assert ecs.delete_task_set(**HERE, taskSet=_first(d)["id"], force=True)["taskSet"]["status"] == "DRAINING"
        sets = lambda: ecs.describe_task_sets(**HERE)["taskSets"]  # noqa: E731
        d.until("it is gone", lambda: all(one.get("externalId") != "judge-a" for one in sets()))
    with d.step("a service that is deleted becomes inactive and stays describable"):
        deleted = ecs.delete_service(**HERE, force=True)["service"]
        assert deleted["status"] == "DRAINING" and deleted["desiredCount"] == 0, deleted
        status = lambda: ecs.describe_services(cluster="judged", services=["web"])["services"][0][
            "status"
        ]  # noqa: E731
        d.until("it is inactive", lambda: status() == "INACTIVE")
