"""Rows about what a first script meets: lists, what is given up again, targets by hand, composite alarms, metrics."""

from __future__ import annotations

from typing import Any

from parity.elbv2_rows import GROUP, NO_GROUP
from parity.rows import DONE, Pin, Refused, Row

ECS = "Amazon ECS API reference"
ELB = "Elastic Load Balancing API reference"
CLOUDWATCH = "Amazon CloudWatch API reference"
COMPOSITE = "Amazon CloudWatch user guide, composite alarms"
HERE = {"cluster": "$p-first"}
SERVICE: dict[str, Any] = {**HERE, "desiredCount": 0, "deploymentController": {"type": "EXTERNAL"}}
BOTH = ["MetricAlarm", "CompositeAlarm"]
WATCHED: dict[str, Any] = {
    "Namespace": "$p",
    "MetricName": "Queue",
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 100.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "ignore",
}


def ecs(name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, **more: Any) -> Row:
    """A row about ECS."""
    return Row(name, "ecs", call, parameters, view, expect, ECS, **more)


def elb(name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, **more: Any) -> Row:
    """A row about Elastic Load Balancing."""
    return Row(name, "elbv2", call, parameters, view, expect, ELB, **more)


def cloudwatch(
    name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, source: str = CLOUDWATCH, **more: Any
) -> Row:
    """A row about CloudWatch."""
    return Row(name, "cloudwatch", call, parameters, view, expect, source, **more)


ROWS: list[Row] = [
    ecs(
        "first steps: a cluster is created",
        "create_cluster",
        {"clusterName": "$p-first"},
        "cluster.status",
        "ACTIVE",
        saves={"first": "cluster.clusterArn"},
    ),
    *[
        ecs(
            f"first steps: service {name} is created",
            "create_service",
            SERVICE | {"serviceName": f"$p-{name}"},
            "service.status",
            "ACTIVE",
            saves={name: "service.serviceArn"},
        )
        for name in ("one", "two")
    ],
    ecs("services are listed by their ARNs", "list_services", HERE, "sort(serviceArns)", ["$one", "$two"]),
    ecs(
        "a page of services is as long as asked",
        "list_services",
        {**HERE, "maxResults": 1},
        "[length(serviceArns), type(nextToken)]",
        [1, "string"],
        pin=Pin([2, "null"], "moto lists all services in one page"),
    ),
    ecs(
        "services of a cluster that does not exist are not listed",
        "list_services",
        {"cluster": "$p-none"},
        DONE,
        Refused("ClusterNotFoundException"),
    ),
    ecs(
        "a resource is tagged twice",
        "tag_resource",
        {"resourceArn": "$one", "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]},
        "@",
        {},
    ),
    ecs("one tag is removed", "untag_resource", {"resourceArn": "$one", "tagKeys": ["a"]}, "@", {}),
    ecs(
        "the other tag is left",
        "list_tags_for_resource",
        {"resourceArn": "$one"},
        "tags",
        [{"key": "b", "value": "2"}],
    ),
    ecs(
        "a task definition to give up is registered",
        "register_task_definition",
        {"family": "$p-first", "containerDefinitions": [{"name": "web", "image": "web:1", "memory": 128}]},
        "taskDefinition.status",
        "ACTIVE",
    ),
    ecs(
        "a family without a revision is not deregistered",
        "deregister_task_definition",
        {"taskDefinition": "$p-first"},
        DONE,
        Refused("ClientException"),
    ),
    ecs(
        "a deregistered task definition is INACTIVE",
        "deregister_task_definition",
        {"taskDefinition": "$p-first:1"},
        "taskDefinition.status",
        "INACTIVE",
    ),
    ecs(
        "an INACTIVE task definition stays describable",
        "describe_task_definition",
        {"taskDefinition": "$p-first:1"},
        "taskDefinition.[revision, status]",
        [1, "INACTIVE"],
    ),
    ecs(
        "a cluster with services is not deleted",
        "delete_cluster",
        HERE,
        DONE,
        Refused("ClusterContainsServicesException"),
        pin=Pin("accepted", "moto deletes a cluster that has services"),
    ),
    *[
        ecs(
            f"first steps: service {name} is deleted",
            "delete_service",
            {**HERE, "service": f"$p-{name}"},
            "service.serviceName",
            f"$p-{name}",
        )
        for name in ("one", "two")
    ],
    ecs("an empty cluster is deleted", "delete_cluster", HERE, "cluster.status", "INACTIVE"),
    ecs(
        "a deleted cluster is described as INACTIVE",
        "describe_clusters",
        {"clusters": ["$p-first"]},
        "clusters[].status",
        ["INACTIVE"],
    ),
    elb(
        "a target group for addresses by hand is created",
        "create_target_group",
        {"Name": "$p-hand", **GROUP},
        "TargetGroups[0].TargetType",
        "ip",
        saves={"hand": "TargetGroups[0].TargetGroupArn"},
    ),
    elb(
        "an address is registered",
        "register_targets",
        {"TargetGroupArn": "$hand", "Targets": [{"Id": "10.9.0.10", "Port": 8080}]},
        "@",
        {},
    ),
    elb(
        "an address in a group without a listener is unused",
        "describe_target_health",
        {"TargetGroupArn": "$hand"},
        "TargetHealthDescriptions[].[Target.Id, Target.Port, TargetHealth.State]",
        [["10.9.0.10", 8080, "unused"]],
        eventually=True,
        pin=Pin(
            [["10.9.0.10", 8080, "healthy"]], "moto's targets are healthy at once, with a listener and without one"
        ),
    ),
    elb(
        "a target group that does not exist takes no targets",
        "register_targets",
        {"TargetGroupArn": NO_GROUP, "Targets": [{"Id": "10.9.0.10"}]},
        DONE,
        Refused("TargetGroupNotFound"),
    ),
    elb(
        "what is no address is not registered",
        "register_targets",
        {"TargetGroupArn": "$hand", "Targets": [{"Id": "moon"}]},
        DONE,
        Refused("ValidationError"),
        pin=Pin("accepted", "moto takes anything for an address"),
    ),
    elb(
        "an address is deregistered",
        "deregister_targets",
        {"TargetGroupArn": "$hand", "Targets": [{"Id": "10.9.0.10", "Port": 8080}]},
        "@",
        {},
    ),
    elb(
        "an address that is not registered is deregistered without an error",
        "deregister_targets",
        {"TargetGroupArn": "$hand", "Targets": [{"Id": "10.9.0.99", "Port": 8080}]},
        "@",
        {},
        pin=Pin(Refused("InvalidTarget"), "moto refuses what AWS documents to succeed"),
    ),
    cloudwatch(
        "a number is published",
        "put_metric_data",
        {"Namespace": "$p", "MetricData": [{"MetricName": "Queue", "Value": 150.0}]},
        "@",
        {},
    ),
    cloudwatch(
        "nobody publishes in a namespace of AWS",
        "put_metric_data",
        {"Namespace": "AWS/ECS", "MetricData": [{"MetricName": "Queue", "Value": 150.0}]},
        DONE,
        Refused("InvalidParameterValue"),
        pin=Pin("accepted", "moto checks no namespaces"),
    ),
    cloudwatch(
        "a datum has a value of one kind",
        "put_metric_data",
        {"Namespace": "$p", "MetricData": [{"MetricName": "Queue", "Value": 1.0, "Values": [1.0]}]},
        DONE,
        Refused("InvalidParameterCombination"),
        pin=Pin(Refused("InvalidParameterValue"), "the model has a code of its own for what cannot go together"),
    ),
    cloudwatch(
        "an alarm watches what is published",
        "put_metric_alarm",
        WATCHED | {"AlarmName": "$p-queue"},
        "@",
        {},
    ),
    cloudwatch(
        "a composite alarm is made of it",
        "put_composite_alarm",
        {"AlarmName": "$p-page", "AlarmRule": "ALARM($p-queue) AND NOT FALSE"},
        "@",
        {},
        COMPOSITE,
        pin=Pin(Refused("500"), "moto has no PutCompositeAlarm"),
    ),
    cloudwatch(
        "a rule that names an alarm that does not exist is refused",
        "put_composite_alarm",
        {"AlarmName": "$p-never", "AlarmRule": "ALARM($p-none)"},
        DONE,
        Refused("ValidationError"),
        COMPOSITE,
        pin=Pin(Refused("500"), "moto has no PutCompositeAlarm"),
    ),
    cloudwatch(
        "a rule that is none is refused",
        "put_composite_alarm",
        {"AlarmName": "$p-never", "AlarmRule": "ALARM("},
        DONE,
        Refused("ValidationError"),
        COMPOSITE,
        pin=Pin(Refused("500"), "moto has no PutCompositeAlarm"),
    ),
    cloudwatch(
        "the alarm goes off",
        "set_alarm_state",
        {"AlarmName": "$p-queue", "StateValue": "ALARM", "StateReason": "parity"},
        "@",
        {},
    ),
    cloudwatch(
        "a composite alarm goes off with its alarm",
        "describe_alarms",
        {"AlarmNames": ["$p-page"], "AlarmTypes": BOTH},
        "[MetricAlarms, CompositeAlarms[].[AlarmName, StateValue]]",
        [[], [["$p-page", "ALARM"]]],
        COMPOSITE,
        eventually=True,
        pin=Pin([[], []], "moto has no PutCompositeAlarm"),
    ),
    cloudwatch(
        "without types only metric alarms are described",
        "describe_alarms",
        {"AlarmNames": ["$p-page", "$p-queue"]},
        "[MetricAlarms[].AlarmName, CompositeAlarms || `[]`]",
        [["$p-queue"], []],
    ),
    cloudwatch(
        "a history tells that an alarm was made and went off",
        "describe_alarm_history",
        {"AlarmName": "$p-queue", "ScanBy": "TimestampAscending"},
        "AlarmHistoryItems[].HistoryItemType | [contains(@, 'ConfigurationUpdate'), contains(@, 'StateUpdate')]",
        [True, True],
        pin=Pin(Refused("500"), "moto has no DescribeAlarmHistory"),
    ),
    cloudwatch(
        "a page of a history that does not exist is refused",
        "describe_alarm_history",
        {"AlarmName": "$p-queue", "NextToken": "moon"},
        DONE,
        Refused("InvalidNextToken"),
        pin=Pin(Refused("500"), "moto has no DescribeAlarmHistory"),
    ),
]
