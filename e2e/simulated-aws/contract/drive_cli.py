"""The AWS CLI against the simulator, through the proxy: what an operator would type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from contract.driver import Driver

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
RULE = ELB + "listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
LISTENER = ELB + "listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
BLUE = ELB + "targetgroup/shop-a/73e2d6bc24d8a067"
GREEN = ELB + "targetgroup/shop-b/9f1c2e7b55aa0013"


class Cli:
    """The command line client of this interpreter's environment, with no configuration of anybody's."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._environment = {
            "PATH": os.defpath,
            "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": "AKIACLI",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begins a command."""
        program = Path(sys.executable).with_name("aws")
        command = [sys.executable, str(program), "--endpoint-url", self._endpoint, "--output", "json", *words]
        return subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    @staticmethod
    def end(process: subprocess.Popen[str]) -> tuple[int, Any, str]:
        """Its exit status, its output as JSON, and what it complained about."""
        out, complaint = process.communicate(timeout=60)
        return process.returncode, json.loads(out) if out.strip() else None, complaint

    def __call__(self, *words: str) -> Any:
        """Runs a command that must succeed."""
        status, out, complaint = self.end(self.start(*words))
        assert status == 0, complaint.strip()
        return out


def drive(d: Driver) -> None:
    """Runs all steps; those that do not depend on each other at the same time, because the client starts slowly."""
    aws = Cli(d.proxy)
    here = ("--cluster", "prod", "--service", "shop")
    forward = {"TargetGroups": [{"TargetGroupArn": BLUE, "Weight": 95}, {"TargetGroupArn": GREEN, "Weight": 5}]}
    network = "awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1],assignPublicIp=DISABLED}"
    # For this service the command passes page sizes on, and leaves the following of markers to its user.
    rules = ("elbv2", "describe-rules", "--listener-arn", LISTENER, "--page-size", "1")
    started = {
        "services": aws.start(
            "ecs", "describe-services", "--cluster", "prod", "--services", "shop", "--include", "TAGS"
        ),
        "set": aws.start(
            "ecs",
            "create-task-set",
            *here,
            "--task-definition",
            "shop:42",
            "--launch-type",
            "FARGATE",
            "--network-configuration",
            network,
            "--scale",
            "value=50,unit=PERCENT",
            "--load-balancers",
            f"targetGroupArn={GREEN},containerName=web,containerPort=8080",
        ),
        "rule": aws.start(
            "elbv2",
            "modify-rule",
            "--rule-arn",
            RULE,
            "--actions",
            json.dumps([{"Type": "forward", "ForwardConfig": forward}]),
        ),
        "tasks": aws.start("ecs", "list-tasks", "--cluster", "prod", "--service-name", "shop", "--page-size", "1"),
        "rules": aws.start(*rules),
        "gone": aws.start("ecs", "delete-task-set", *here, "--task-set", "ecs-svc/1"),
        "no-rule": aws.start("elbv2", "describe-rules", "--rule-arns", RULE[:-1] + "0"),
        "alarms": aws.start("cloudwatch", "describe-alarms", "--alarm-name-prefix", "judged", "--page-size", "2"),
    }
    ended = {name: aws.end(process) for name, process in started.items()}
    with d.step("the CLI shows a service, its task sets and its times"):
        service = _good(ended["services"])["services"][0]
        assert service["serviceName"] == "shop" and service["taskSets"] and service["createdAt"], service
    with d.step("the CLI makes a task set"):
        made = _good(ended["set"])["taskSet"]
        assert made["computedDesiredCount"] == 2 and made["loadBalancers"][0]["containerPort"] == 8080, made
        aws("ecs", "delete-task-set", *here, "--task-set", made["id"], "--force")
    with d.step("the CLI shifts weights"):
        shown = _good(ended["rule"])["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
        assert [group["Weight"] for group in shown] == [95, 5], shown
    with d.step("the CLI follows pages of tasks, of alarms and of rules to their end"):
        arns = _good(ended["tasks"])["taskArns"]
        assert len(arns) >= 4 and len(set(arns)) == len(arns), arns
        page = _good(ended["rules"])
        found = [rule["Priority"] for rule in page["Rules"]]
        while page.get("NextMarker"):
            page = aws(*rules, "--marker", page["NextMarker"])
            found += [rule["Priority"] for rule in page["Rules"]]
        assert found == ["10", "default"], found
        assert len(_good(ended["alarms"])["MetricAlarms"]) == 6, ended["alarms"]
    with d.step("the CLI tells errors by their names"):
        for name, code in (("gone", "TaskSetNotFoundException"), ("no-rule", "RuleNotFound")):
            status, _, complaint = ended[name]
            assert status != 0 and f"({code})" in complaint, complaint


def _good(ended: tuple[int, Any, str]) -> Any:
    status, out, complaint = ended
    assert status == 0, complaint.strip()
    return out
