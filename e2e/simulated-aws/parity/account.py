"""The table against a real account, and the removal of everything that it made.

Nobody has run this yet: it was written without an account at hand. It makes one internal load balancer, three target
groups, up to three Fargate tasks of a quarter of a vCPU for some minutes, two alarms and some messages; all names begin
with `sluice-parity-`. Removal comes last whatever happened before, does one thing after the other, goes on when one of
them fails, and ends with a list of what it could not remove.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from parity.backends import Backend, Refusal, account
from parity.rows import Row
from parity.runner import Run


def run(rows: Sequence[Row]) -> int:
    """Runs the rows, prints where AWS differs from what the table says, and removes what they made."""
    try:
        backend = account()
    except Refusal as refusal:
        print(f"parity: {refusal}")
        return 2
    wrong: list[str] = []
    try:
        for row in rows:
            seen = Run(backend).one(row)
            if seen != row.expect:
                wrong.append(f"{row.name}: AWS shows {seen!r} and not {row.expect!r} ({row.source})")
    finally:
        left = remove(backend)
    print(f"parity: {len(rows)} steps against {backend.names['account']}, {len(wrong)} not as the table says")
    for line in [*wrong, *(f"NOT REMOVED, remove it yourself: {line}" for line in left)]:
        print(f"  {line}")
    return 1 if wrong or left else 0


def remove(backend: Backend) -> list[str]:
    """Removes all that the table can have made; what could not be removed."""
    prefix = backend.names["p"]
    ecs, elb, alarms = backend.client("ecs"), backend.client("elbv2"), backend.client("cloudwatch")
    left: list[str] = []

    def attempt(what: str, action: Callable[[], Any], times: int = 20) -> None:
        """Tries until it works, or until it turns out that there is nothing to remove."""
        for _ in range(times):
            try:
                action()
                return
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if "NotFound" in code or "NotActive" in code or code == "MissingException":
                    return
                problem = str(error)
            except BotoCoreError as error:
                problem = str(error)
            time.sleep(15)
        left.append(f"{what}: {problem}")

    cluster, service = f"{prefix}-cluster", f"{prefix}-web"
    attempt(f"task sets of {service}", lambda: _task_sets_gone(ecs, cluster, service))
    attempt(f"service {service}", lambda: ecs.delete_service(cluster=cluster, service=service, force=True))
    attempt(f"load balancer {prefix}-lb", lambda: _load_balancer(elb, f"{prefix}-lb"))
    for name in ("blue", "green", "spare"):
        attempt(f"target group {prefix}-{name}", partial(_target_group, elb, f"{prefix}-{name}"))
    attempt(f"cluster {cluster}", lambda: ecs.delete_cluster(cluster=cluster))
    attempt(f"task definitions of {service}", lambda: _definitions(ecs, service))
    attempt(f"alarms {prefix}", lambda: alarms.delete_alarms(AlarmNames=[f"{prefix}-errors", f"{prefix}-quiet"]))
    return left


def _task_sets_gone(ecs: BaseClient, cluster: str, service: str) -> None:
    sets = [
        one["taskSetArn"]
        for found in ecs.describe_services(cluster=cluster, services=[service])["services"]
        for one in found.get("taskSets", [])
    ]
    for arn in sets:
        ecs.delete_task_set(cluster=cluster, service=service, taskSet=arn, force=True)
    if sets:
        raise ClientError({"Error": {"Code": "Draining", "Message": f"{len(sets)} task sets"}}, "DeleteTaskSet")


def _load_balancer(elb: BaseClient, name: str) -> None:
    for found in elb.describe_load_balancers(Names=[name])["LoadBalancers"]:
        elb.delete_load_balancer(LoadBalancerArn=found["LoadBalancerArn"])


def _target_group(elb: BaseClient, name: str) -> None:
    for found in elb.describe_target_groups(Names=[name])["TargetGroups"]:
        elb.delete_target_group(TargetGroupArn=found["TargetGroupArn"])


def _definitions(ecs: BaseClient, family: str) -> None:
    for arn in ecs.list_task_definitions(familyPrefix=family)["taskDefinitionArns"]:
        ecs.deregister_task_definition(taskDefinition=arn)
