"""Drives every operation that the simulator models through the contract proxy, in success and error.

    python contract/check_all.py --proxy http://127.0.0.1:PORT --simulator http://127.0.0.1:PORT

The simulator runs scenarios/shop.yaml. Ends with 1 if a step failed, if a message departs from its model, or if an
operation was not seen both to succeed and to fail.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from contract import (  # noqa: E402
    drive_cli,
    drive_cloudwatch,
    drive_composites,
    drive_ecs,
    drive_elbv2,
    drive_faults,
    drive_first_steps,
    drive_others,
    drive_unmodelled,
)
from contract.clients import report, told  # noqa: E402
from contract.driver import Driver  # noqa: E402

OPERATIONS = {
    "ecs": """CreateCluster DescribeClusters RegisterTaskDefinition DescribeTaskDefinition
        CreateService DescribeServices UpdateService DeleteService
        CreateTaskSet DescribeTaskSets UpdateTaskSet DeleteTaskSet UpdateServicePrimaryTaskSet
        ListTasks DescribeTasks StopTask TagResource ListTagsForResource
        ListServices UntagResource DeregisterTaskDefinition DeleteCluster""",
    "elbv2": """CreateLoadBalancer DescribeLoadBalancers
        CreateTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes ModifyTargetGroupAttributes
        CreateListener DescribeListeners ModifyListener CreateRule DescribeRules ModifyRule
        DescribeTargetHealth AddTags DescribeTags RegisterTargets DeregisterTargets
        DeleteRule DeleteListener DeleteTargetGroup DeleteLoadBalancer RemoveTags""",
    "cloudwatch": """DescribeAlarms GetMetricData PutMetricAlarm SetAlarmState
        PutMetricData PutCompositeAlarm DescribeAlarmHistory""",
    "lambda": "Invoke",
    "sts": "GetCallerIdentity AssumeRole AssumeRoleWithWebIdentity",
    "sns": "Publish",
    "events": "PutEvents",
    "ecr": "DescribeImages",
}

# Operations for which the service has no error that a caller could provoke with good credentials.
# One that is gone already counts as deleted.
ALWAYS_SUCCEED = {"sts:GetCallerIdentity", "elbv2:DeleteLoadBalancer"}


def coverage(seen: dict[str, Any]) -> tuple[int, list[str]]:
    """How many operations were covered, and what is missing."""
    missing = []
    names = [f"{service}:{name}" for service, text in OPERATIONS.items() for name in text.split()]
    for name in names:
        entry = seen.get(name, {"results": 0, "errors": {}})
        if not entry["results"]:
            missing.append(f"{name} was never seen to succeed")
        if not entry["errors"] and name not in ALWAYS_SUCCEED:
            missing.append(f"{name} was never seen to fail")
    return len(names), missing


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--simulator", required=True)
    arguments = parser.parse_args()
    began = time.monotonic()
    driver = Driver(arguments.proxy, arguments.simulator)
    target_group = drive_elbv2.drive(driver)
    drive_ecs.drive(driver, target_group)
    drive_first_steps.drive(driver)
    drive_cloudwatch.drive(driver)
    drive_composites.drive(driver)
    drive_others.drive(driver)
    drive_unmodelled.drive(driver)
    drive_faults.drive(driver)
    drive_cli.drive(driver)
    found = report(arguments.proxy)
    total, missing = coverage(found["operations"])
    checked, violations = found["checked"], found["violations"]
    covered = total - len({line.split()[0] for line in missing})
    print(
        f"contract: {checked['requests']} requests and {checked['responses']} answers checked, "
        f"{covered} of {total} operations covered, {driver.steps} steps, {len(driver.failures)} failed, "
        f"{len(violations)} violations ({time.monotonic() - began:.1f} s)"
    )
    for failure in driver.failures:
        print(f"  step: {failure}")
    for one in violations:
        print(f"  violation: {told(one)}")
    for line in missing:
        print(f"  coverage: {line}")
    sys.exit(1 if driver.failures or violations or missing else 0)


if __name__ == "__main__":
    main()
