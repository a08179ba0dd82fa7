"""What rows about ECS have in common."""

from __future__ import annotations

from typing import Any

from parity.rows import Row

API = "Amazon ECS API reference"
EXTERNAL = "Amazon ECS developer guide, external deployment type"
HERE = {"cluster": "$p-cluster", "service": "$p-web"}
NO_SET = "ecs-svc/1111111111111111111"
CONTAINER = {
    "name": "web",
    "image": "public.ecr.aws/docker/library/python:3-alpine",
    "command": ["python3", "-m", "http.server", "8080"],
    "essential": True,
    "cpu": 128,
    "memory": 256,
    "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
}
REGISTER: dict[str, Any] = {
    "family": "$p-web",
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "requiresCompatibilities": ["FARGATE"],
    "containerDefinitions": [CONTAINER],
    "tags": [{"key": "owner", "value": "judge"}],
}
SET: dict[str, Any] = {
    **HERE,
    "taskDefinition": "$p-web:1",
    "launchType": "FARGATE",
    "networkConfiguration": {
        "awsvpcConfiguration": {
            "subnets": ["$subnet_a", "$subnet_b"],
            "securityGroups": ["$group"],
            "assignPublicIp": "ENABLED",
        }
    },
}
BEHIND = {"loadBalancers": [{"targetGroupArn": "$green", "containerName": "web", "containerPort": 8080}]}


def percent(value: float) -> dict[str, Any]:
    """A scale."""
    return {"value": value, "unit": "PERCENT"}


def row(
    name: str, call: str, parameters: dict[str, Any], view: str, expect: Any, source: str = API, **more: Any
) -> Row:
    """A row about ECS."""
    return Row(name, "ecs", call, parameters, view, expect, source, **more)
