"""Task sets and tasks: every modelled operation of ECS on them, in its success and its errors."""

from __future__ import annotations

from typing import Any

from contract.driver import Driver, recent

HERE = {"cluster": "judged", "service": "web"}
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"]}}
TAGS = [{"key": "owner", "value": "judge / ü + x"}, {"key": "empty", "value": ""}]
UNKNOWN = "ecs-svc/1111111111111111111"


def drive(d: Driver, target_group: str) -> None:
    """Runs all steps."""
    _task_sets(d, target_group)
    _primary_and_tasks(d)


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
    refusals: list[tuple[str, dict[str, Any], str]] = [
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
    ]
    for what, change, code in refusals:
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
        changed = ecs.update_task_set(**HERE, taskSet=first(d)["id"], scale={"value": 75.0, "unit": "PERCENT"})[
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


def first(d: Driver) -> dict[str, Any]:
    """The task set with the external id."""
    sets = d.client("ecs").describe_task_sets(**HERE)["taskSets"]
    return next(one for one in sets if one.get("externalId") == "judge-a")


def _primary_and_tasks(d: Driver) -> None:
    ecs, bad = d.client("ecs"), d.client("ecs", malformed=True)
    with d.step("the primary's settings are those of the service"):
        one = first(d)
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
        d.until("three tasks run", lambda: first(d)["runningCount"] == 3)
        d.until("the task set is steady", lambda: first(d)["stabilityStatus"] == "STEADY_STATE")
        pages = ecs.get_paginator("list_tasks").paginate(
            cluster="judged", startedBy=first(d)["id"], PaginationConfig={"PageSize": 2}
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
        arn = ecs.list_tasks(cluster="judged", startedBy=first(d)["id"])["taskArns"][0]
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
