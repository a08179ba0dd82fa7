"""Rows about ECS: clusters, task definitions, services, task sets and tasks."""

from __future__ import annotations

from typing import Any

from parity.rows import DONE, Pin, Refused, Row

API = "Amazon ECS API reference"
EXTERNAL = "Amazon ECS developer guide, external deployment type"
HERE = {"cluster": "$p-cluster", "service": "$p-web"}
NO_SET = "ecs-svc/1111111111111111111"
CONTAINER = {
    "name": "web", "image": "public.ecr.aws/docker/library/python:3-alpine", "command": ["python3", "-m", "http.server", "8080"],
    "essential": True, "cpu": 128, "memory": 256, "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
}
REGISTER: dict[str, Any] = {
    "family": "$p-web", "networkMode": "awsvpc", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [CONTAINER],
    "tags": [{"key": "owner", "value": "judge"}],
}
SET: dict[str, Any] = {
    **HERE, "taskDefinition": "$p-web:1", "launchType": "FARGATE",
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["$subnet_a", "$subnet_b"], "securityGroups": ["$group"], "assignPublicIp": "ENABLED"}},
}
BEHIND = {"loadBalancers": [{"targetGroupArn": "$green", "containerName": "web", "containerPort": 8080}]}


def percent(value: float) -> dict[str, Any]:
    """A scale."""
    return {"value": value, "unit": "PERCENT"}


def row(name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, source: str = API, **more: Any) -> Row:
    """A row about ECS."""
    return Row(name, "ecs", call, parameters, view, expect, source, **more)


BASICS: list[Row] = [
    row("a cluster is created", "create_cluster", {"clusterName": "$p-cluster", "tags": [{"key": "owner", "value": "judge"}]},
        "cluster.[clusterName, status, runningTasksCount, pendingTasksCount, activeServicesCount]", ["$p-cluster", "ACTIVE", 0, 0, 0], saves={"cluster": "cluster.clusterArn"}),
    row("a cluster that exists is not created twice", "create_cluster", {"clusterName": "$p-cluster"}, "cluster.clusterArn", "$cluster"),
    row("clusters are described with tags on request", "describe_clusters", {"clusters": ["$p-cluster"], "include": ["TAGS"]}, "clusters[].[clusterArn, tags]", [["$cluster", [{"key": "owner", "value": "judge"}]]],
        pin=Pin([['$cluster', None]], "moto keeps no tags that CreateCluster brings when they are asked for by include")),
    row("clusters are described by ARN, without tags unless they are asked for", "describe_clusters", {"clusters": ["$cluster"]}, "clusters[].[clusterName, tags || `[]`]", [["$p-cluster", []]]),
    row("a cluster that does not exist is a failure and no error", "describe_clusters", {"clusters": ["$p-none"]}, "[clusters, failures[].reason]", [[], ["MISSING"]]),
    row("a task definition is registered as revision 1", "register_task_definition", REGISTER,
        "taskDefinition.[family, revision, status, networkMode, cpu, memory, requiresCompatibilities, containerDefinitions[0].name]",
        ["$p-web", 1, "ACTIVE", "awsvpc", "256", "512", ["FARGATE"], "web"], saves={"definition": "taskDefinition.taskDefinitionArn"}),
    row("the next registration is revision 2", "register_task_definition", REGISTER, "[taskDefinition.revision, tags]", [2, [{"key": "owner", "value": "judge"}]],
        pin=Pin([2, None], "moto leaves tags out of the answer to RegisterTaskDefinition")),
    row("a family without a revision is its latest one", "describe_task_definition", {"taskDefinition": "$p-web"}, "taskDefinition.revision", 2),
    row("a task definition is described with tags on request", "describe_task_definition", {"taskDefinition": "$p-web:1", "include": ["TAGS"]}, "[taskDefinition.taskDefinitionArn, tags]", ["$definition", [{"key": "owner", "value": "judge"}]]),
    row("a task definition that does not exist is refused", "describe_task_definition", {"taskDefinition": "$p-none:1"}, DONE, Refused("ClientException")),
    row("a task definition without containers is refused", "register_task_definition", {"family": "$p-none", "containerDefinitions": []}, DONE, Refused("ClientException"),
        pin=Pin('accepted', "moto checks no container definitions")),
    row("a service with the EXTERNAL controller has neither task definition nor deployments", "create_service",
        {"cluster": "$p-cluster", "serviceName": "$p-web", "desiredCount": 3, "deploymentController": {"type": "EXTERNAL"}, "schedulingStrategy": "REPLICA", "tags": [{"key": "owner", "value": "judge"}]},
        "service.[serviceName, status, desiredCount, deploymentController.type, clusterArn, taskDefinition]", ["$p-web", "ACTIVE", 3, "EXTERNAL", "$cluster", None], EXTERNAL,
        saves={"service": "service.serviceArn"}),
    row("a service in a cluster that does not exist is refused", "create_service", {"cluster": "$p-none", "serviceName": "$p-web", "desiredCount": 1, "deploymentController": {"type": "EXTERNAL"}}, DONE, Refused("ClusterNotFoundException")),
    row("a service is described by name", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[].[serviceArn, status, desiredCount, deploymentController.type]", [["$service", "ACTIVE", 3, "EXTERNAL"]]),
    row("a service without task sets has neither running nor pending tasks", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[].[runningCount, pendingCount]", [[0, 0]], EXTERNAL,
        pin=Pin([[0, 3]], "moto counts the desired tasks as pending")),
    row("a service states when it was created", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[0].createdAt", "<time>",
        pin=Pin(None, "moto leaves createdAt out when there are no deployments")),
    row("a service is described by ARN, with tags on request", "describe_services", {"cluster": "$p-cluster", "services": ["$service"], "include": ["TAGS"]}, "services[].[serviceName, tags]", [["$p-web", [{"key": "owner", "value": "judge"}]]]),
    row("a service that does not exist is a failure and no error", "describe_services", {"cluster": "$p-cluster", "services": ["$p-none"]}, "[services, failures[].reason]", [[], ["MISSING"]]),
    row("services in a cluster that does not exist are refused", "describe_services", {"cluster": "$p-none", "services": ["$p-web"]}, DONE, Refused("ClusterNotFoundException")),
    row("eleven services at a time are refused", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"] * 11}, DONE, Refused("InvalidParameterException"),
        pin=Pin('accepted', "moto has no limit")),
    row("a service that does not exist cannot be updated", "update_service", {"cluster": "$p-cluster", "service": "$p-none", "desiredCount": 1}, DONE, Refused("ServiceNotFoundException")),
    row("a task definition cannot be set on a service whose releases are task sets", "update_service", {**HERE, "taskDefinition": "$p-web:2"}, DONE, Refused("InvalidParameterException"), EXTERNAL,
        pin=Pin('accepted', "moto does not look at the deployment controller")),
    row("tags are added to a service", "tag_resource", {"resourceArn": "$service", "tags": [{"key": "added", "value": "1"}]}, "@", {}),
    row("tags of a service are listed", "list_tags_for_resource", {"resourceArn": "$service"}, "sort_by(tags, &key)", [{"key": "added", "value": "1"}, {"key": "owner", "value": "judge"}]),
    row("a second service of the same name is refused", "create_service", {"cluster": "$p-cluster", "serviceName": "$p-web", "desiredCount": 3, "deploymentController": {"type": "EXTERNAL"}}, DONE, Refused("InvalidParameterException"),
        pin=Pin('accepted', "moto replaces the service")),
]

TASK_SETS: list[Row] = [
    row("a task set's share of the desired count is rounded up", "create_task_set", {**SET, **BEHIND, "scale": percent(50.0), "externalId": "$p-a", "clientToken": "$p-token", "tags": [{"key": "owner", "value": "judge"}]},
        "taskSet.[status, stabilityStatus, computedDesiredCount, runningCount, externalId, scale, launchType]", ["ACTIVE", "STABILIZING", 2, 0, "$p-a", percent(50.0), "FARGATE"],
        saves={"set": "taskSet.taskSetArn", "set_id": "taskSet.id"},
        pin=Pin(['ACTIVE', 'STEADY_STATE', None, None, '$p-a', {'value': 50.0, 'unit': 'PERCENT'}, 'FARGATE'], "moto has no counts, and every task set is steady from the beginning")),
    row("a task set states its service, cluster, task definition and load balancer", "describe_task_sets", {**HERE, "taskSets": ["$set"]},
        "taskSets[].[taskSetArn, serviceArn, clusterArn, taskDefinition, loadBalancers, networkConfiguration.awsvpcConfiguration.subnets]",
        [["$set", "$service", "$cluster", "$definition", [{"targetGroupArn": "$green", "containerName": "web", "containerPort": 8080}], ["$subnet_a", "$subnet_b"]]]),
    row("a task set shows its state, scale, launch type and external id", "describe_task_sets", {**HERE, "taskSets": ["$set"]},
        "taskSets[].[status, scale, launchType, externalId, createdAt]", [["ACTIVE", percent(50.0), "FARGATE", "$p-a", "<time>"]]),
    row("the same client token with the same request makes no second task set", "create_task_set",
        {**SET, **BEHIND, "scale": percent(50.0), "externalId": "$p-a", "clientToken": "$p-token", "tags": [{"key": "owner", "value": "judge"}]}, "taskSet.taskSetArn", "$set",
        pin=Pin('arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', "moto ignores client tokens")),
    row("the same client token with another request is refused", "create_task_set", {**SET, "externalId": "$p-b", "clientToken": "$p-token"}, DONE, Refused("InvalidParameterException"),
        pin=Pin('accepted', "moto ignores client tokens")),
    row("a task set of a service that does not exist is refused", "create_task_set", {**SET, "service": "$p-none"}, DONE, Refused("ServiceNotFoundException")),
    row("a task set in a cluster that does not exist is refused", "create_task_set", {**SET, "cluster": "$p-none"}, DONE, Refused("ClusterNotFoundException")),
    row("a scale above 100 per cent is refused", "create_task_set", {**SET, "scale": percent(101.0)}, DONE, Refused("InvalidParameterException"),
        pin=Pin('accepted', "moto checks no scale")),
    row("two target groups in a task set are refused", "create_task_set", {**SET, "loadBalancers": BEHIND["loadBalancers"] * 2}, DONE, Refused("InvalidParameterException"), EXTERNAL,
        pin=Pin('accepted', "moto checks no load balancers of task sets")),
    row("a target group that no listener uses is refused", "create_task_set", {**SET, "loadBalancers": [{"targetGroupArn": "$spare", "containerName": "web", "containerPort": 8080}]}, DONE, Refused("InvalidParameterException"), "terraform-provider-aws, issues on CreateTaskSet",
        pin=Pin('accepted', "moto checks no load balancers of task sets")),
    row("a container that the task definition lacks is refused", "create_task_set", {**SET, "loadBalancers": [{"targetGroupArn": "$green", "containerName": "other", "containerPort": 8080}]}, DONE, Refused("InvalidParameterException"),
        pin=Pin('accepted', "moto checks no load balancers of task sets")),
    row("a task definition that does not exist is refused for a task set", "create_task_set", {**SET, "taskDefinition": "$p-none:1"}, DONE, Refused("ClientException"),
        pin=Pin('accepted', "moto makes the task set before it looks for the task definition")),
    row("task sets show tags on request", "describe_task_sets", {**HERE, "taskSets": ["$set"], "include": ["TAGS"]}, "taskSets[].tags", [[{"key": "owner", "value": "judge"}]]),
    row("task sets show no tags unless they are asked for", "describe_task_sets", {**HERE, "taskSets": ["$set"]}, "taskSets[].[taskSetArn, tags || `[]`]", [["$set", []]]),
    row("task sets are found by id", "describe_task_sets", {**HERE, "taskSets": ["$set_id"]}, "taskSets[].taskSetArn", ["$set"]),
    row("a task set that does not exist is a failure and no error", "describe_task_sets", {**HERE, "taskSets": [NO_SET]}, "[taskSets, failures[].reason]", [[], ["MISSING"]],
        pin=Pin([[], None], "moto reports no failures")),
    row("task sets of a service that does not exist are refused", "describe_task_sets", {"cluster": "$p-cluster", "service": "$p-none"}, DONE, Refused("ServiceNotFoundException")),
    row("task sets in a cluster that does not exist are refused", "describe_task_sets", {"cluster": "$p-none", "service": "$p-web"}, DONE, Refused("ClusterNotFoundException")),
    row("a service embeds its task sets", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[0].taskSets[].[taskSetArn, status, externalId]", [["$set", "ACTIVE", "$p-a"]],
        pin=Pin([['$set', 'ACTIVE', '$p-a'], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', '$p-a'], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', '$p-b'], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', ''], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', ''], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', ''], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', ''], ['arn:aws:ecs:$region:$account:task-set/$p-cluster/$p-web/ecs-svc/<id>', 'ACTIVE', '']], "moto made a task set for every request that AWS refuses")),
    row("a task set reaches its count and is steady", "describe_task_sets", {**HERE, "taskSets": ["$set"]}, "taskSets[].[computedDesiredCount, runningCount, pendingCount, stabilityStatus]", [[2, 2, 0, "STEADY_STATE"]], eventually=True,
        pin=Pin([[None, None, None, 'STEADY_STATE']], "moto has no counts")),
    row("tasks are listed by the task set that started them", "list_tasks", {"cluster": "$p-cluster", "startedBy": "$set_id"}, "length(taskArns)", 2,
        pin=Pin(0, "moto's tasks are started by the account")),
    row("tasks are listed by their service", "list_tasks", {"cluster": "$p-cluster", "serviceName": "$p-web"}, "length(taskArns)", 2, saves={"task": "taskArns[0]"},
        pin=Pin(5, "moto does not filter by service, and rounds the number of tasks down")),
    row("a task names the task set and the service that it belongs to", "describe_tasks", {"cluster": "$p-cluster", "tasks": ["$task"]}, "tasks[].[lastStatus, desiredStatus, startedBy, group, taskDefinitionArn]", [["RUNNING", "RUNNING", "$set_id", "service:$p-web", "$definition"]],
        pin=Pin([['DEACTIVATING', 'RUNNING', '$account', 'family:$p-web', '$definition']], "moto's tasks belong to no service; a describe moves them on")),
    row("a task that does not exist is a failure and no error", "describe_tasks", {"cluster": "$p-cluster", "tasks": ["f" * 32]}, "[tasks, failures[].reason]", [[], ["MISSING"]],
        pin=Pin([[], []], "moto reports no failures")),
    row("tasks of a service that does not exist are refused", "list_tasks", {"cluster": "$p-cluster", "serviceName": "$p-none"}, DONE, Refused("ServiceNotFoundException"),
        pin=Pin('accepted', "moto does not look for the service")),
    row("tasks in a cluster that does not exist are refused", "list_tasks", {"cluster": "$p-none"}, DONE, Refused("ClusterNotFoundException")),
    row("a higher scale computes a higher count", "update_task_set", {**HERE, "taskSet": "$set", "scale": percent(100.0)}, "taskSet.[scale, computedDesiredCount]", [percent(100.0), 3],
        pin=Pin([{'value': 100.0, 'unit': 'PERCENT'}, None], "moto has no counts")),
    row("more tasks run after that", "describe_task_sets", {**HERE, "taskSets": ["$set"]}, "taskSets[].runningCount", [3], eventually=True,
        pin=Pin([], "moto has no counts")),
    row("a task set that does not exist cannot be scaled", "update_task_set", {**HERE, "taskSet": NO_SET, "scale": percent(1.0)}, DONE, Refused("TaskSetNotFoundException"),
        pin=Pin(Refused('500'), "moto fails with an IndexError")),
    row("another desired count of the service computes another count of the task set", "update_service", {**HERE, "desiredCount": 2}, "service.[desiredCount, taskSets[0].computedDesiredCount]", [2, 2],
        pin=Pin([2, None], "moto has no counts")),
    row("the primary is set by ARN", "update_service_primary_task_set", {**HERE, "primaryTaskSet": "$set"}, "taskSet.[taskSetArn, status]", ["$set", "PRIMARY"]),
    row("the service repeats what its primary states", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[0].[taskDefinition, loadBalancers[0].targetGroupArn, launchType]", ["$definition", "$green", "FARGATE"], EXTERNAL,
        pin=Pin(['$definition', '$green', 'EC2'], "moto mirrors task definition and load balancers, and no launch type")),
    row("a second task set is created beside the primary", "create_task_set", {**SET, "taskDefinition": "$p-web:2", "scale": percent(0.0), "externalId": "$p-c"}, "taskSet.status", "ACTIVE", saves={"other": "taskSet.taskSetArn", "other_id": "taskSet.id"}),
    row("the primary is set by id, too", "update_service_primary_task_set", {**HERE, "primaryTaskSet": "$other_id"}, "taskSet.[taskSetArn, status]", ["$other", "PRIMARY"],
        pin=Pin(['$other', 'ACTIVE'], "moto compares full ARNs only, and makes all others ACTIVE")),
    row("the former primary is active", "describe_task_sets", {**HERE, "taskSets": ["$set", "$other"]}, "sort(taskSets[].status)", ["ACTIVE", "PRIMARY"],
        pin=Pin(['ACTIVE', 'ACTIVE'], "moto set no primary by id")),
    row("a task set that does not exist cannot become the primary", "update_service_primary_task_set", {**HERE, "primaryTaskSet": NO_SET}, DONE, Refused("TaskSetNotFoundException"),
        pin=Pin(Refused('500'), "moto fails with an IndexError")),
    row("the primary is not deleted without force", "delete_task_set", {**HERE, "taskSet": "$other"}, DONE, Refused("InvalidParameterException"), "terraform-provider-aws PR 30839 (the exact rule is unverified)",
        pin=Pin('accepted', "moto deletes without conditions")),
    row("a task set that is scaled above 0 is not deleted without force", "delete_task_set", {**HERE, "taskSet": "$set"}, DONE, Refused("InvalidParameterException"), "Amazon ECS API reference, DeleteTaskSet, force (unverified for an ACTIVE one)",
        pin=Pin('accepted', "moto deletes without conditions")),
    row("a third task set fits", "create_task_set", {**SET, "scale": percent(0.0)}, "taskSet.status", "ACTIVE"),
    row("a fourth task set fits", "create_task_set", {**SET, "scale": percent(0.0)}, "taskSet.status", "ACTIVE"),
    row("a fifth task set fits", "create_task_set", {**SET, "scale": percent(0.0)}, "taskSet.status", "ACTIVE"),
    row("a sixth task set is refused", "create_task_set", {**SET, "scale": percent(0.0)}, DONE, Refused("InvalidParameterException"), "AWS support articles: 5 deployments exist on the service",
        pin=Pin('accepted', "moto has no limit")),
    row("a task set that is deleted with force drains", "delete_task_set", {**HERE, "taskSet": "$set", "force": True}, "taskSet.[taskSetArn, status]", ["$set", "DRAINING"], EXTERNAL,
        pin=Pin(Refused('ClientException'), "moto has deleted it before, without force")),
    row("a task set that is deleted is gone after a while", "describe_task_sets", {**HERE, "taskSets": ["$set"]}, "[taskSets, failures[].reason]", [[], ["MISSING"]], eventually=True,
        pin=Pin([[], None], "moto reports no failures")),
    row("a task set that does not exist cannot be deleted", "delete_task_set", {**HERE, "taskSet": NO_SET}, DONE, Refused("TaskSetNotFoundException"),
        pin=Pin(Refused('ClientException'), "moto answers ClientException; the model has TaskSetNotFoundException")),
    row("a service with tasks wanted is not deleted without force", "delete_service", HERE, DONE, Refused("InvalidParameterException")),
    row("a service is deleted with force", "delete_service", {**HERE, "force": True}, "service.[serviceArn, status, desiredCount]", ["$service", "DRAINING", 0],
        pin=Pin(['$service', 'INACTIVE', 2], "moto has no DRAINING: the service is inactive at once, its desired count untouched")),
    row("a service that was deleted is described as inactive", "describe_services", {"cluster": "$p-cluster", "services": ["$p-web"]}, "services[].status", ["INACTIVE"], eventually=True),
    row("a service that was deleted cannot be updated", "update_service", {**HERE, "desiredCount": 1}, DONE, Refused("ServiceNotActiveException"),
        pin=Pin('accepted', "moto updates what is inactive")),
    row("a service that does not exist cannot be deleted", "delete_service", {"cluster": "$p-cluster", "service": "$p-none"}, DONE, Refused("ServiceNotFoundException")),
]
