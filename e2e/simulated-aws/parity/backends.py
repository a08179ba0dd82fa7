"""Whom the table is run against: the simulator, moto, or a real account."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from contract.clients import Control, client

REGION = "us-east-1"


@dataclass
class Backend:
    """Clients, and the names that rows may use from the beginning."""

    name: str
    endpoint: str | None
    names: dict[str, str]
    # Whether the world moves by itself, so that some things are seen after a while only.
    moves: bool
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    _clients: dict[tuple[str, str | None, bool], BaseClient] = field(default_factory=dict)

    def client(self, service: str, session: str | None = None, malformed: bool = False) -> BaseClient:
        """A client with the account's own credentials, or with those of a session."""
        key = (service, session, malformed)
        if key not in self._clients:
            self._clients[key] = self._make(service, self.sessions[session] if session else None, malformed)
        return self._clients[key]

    def _make(self, service: str, session: dict[str, str] | None, malformed: bool) -> BaseClient:
        if self.endpoint is None:
            keys = session or {}
            return boto3.client(
                service,
                config=Config(retries={"mode": "adaptive", "total_max_attempts": 8}),
                aws_access_key_id=keys.get("AccessKeyId"),
                aws_secret_access_key=keys.get("SecretAccessKey"),
                aws_session_token=keys.get("SessionToken"),
            )
        key = session["AccessKeyId"] if session else "AKIAPARITY"
        made = client(service, self.endpoint, region=REGION, key=key, malformed=malformed)
        if session:
            made._request_signer._credentials.token = session["SessionToken"]
        return made


def simulator(endpoint: str, control: str) -> Backend:
    """The simulator, behind its contract proxy. moto has every function, and answers as one does that succeeds."""
    seed = {"region": REGION, "topics": ["parity-topic"], "functions": [{"name": "parity-hook"}]}
    Control(control).send("POST", "scenario", json.dumps(seed))
    names = {"p": "parity", "account": "123456789012", "region": REGION, "vpc": "vpc-0123456789abcdef0"}
    names |= {
        "subnet_a": "subnet-0123456789abcdef0",
        "subnet_b": "subnet-0123456789abcdef1",
        "group": "sg-0123456789abcdef0",
    }
    names["topic"] = f"arn:aws:sns:{REGION}:123456789012:parity-topic"
    return Backend("simulator", endpoint, names, moves=True)


def moto(endpoint: str, direct: str) -> Backend:
    """moto's server, behind a contract proxy; what the table does not create is made past it."""
    body = json.dumps({"lambda": {"use_docker": False}}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{direct}/moto-api/config", body, method="POST"), timeout=20).read()
    ec2 = client("ec2", direct, region=REGION)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="parity", Description="parity", VpcId=vpc)["GroupId"]
    topic = client("sns", direct, region=REGION).create_topic(Name="parity-topic")["TopicArn"]
    names = {"p": "parity", "account": "123456789012", "region": REGION, "vpc": vpc, "topic": topic}
    return Backend(
        "moto", endpoint, names | {"subnet_a": subnets[0], "subnet_b": subnets[1], "group": group}, moves=False
    )


class Refusal(Exception):
    """A real account is not touched."""


def account() -> Backend:
    """A real account: refused unless the caller says twice that it may cost money.

    Needs AWS_PARITY_I_ACCEPT_COSTS=yes, AWS_PARITY_SUBNETS (two public ones of one VPC, comma-separated),
    AWS_PARITY_SECURITY_GROUP and AWS_PARITY_TOPIC (an ARN). Everything that it makes has a name that begins with
    `sluice-parity-` and a random part.
    """
    if os.environ.get("AWS_PARITY_I_ACCEPT_COSTS") != "yes":
        raise Refusal(
            "AWS=1 makes a load balancer and Fargate tasks; set AWS_PARITY_I_ACCEPT_COSTS=yes if you pay for that"
        )
    missing = [
        n for n in ("AWS_PARITY_SUBNETS", "AWS_PARITY_SECURITY_GROUP", "AWS_PARITY_TOPIC") if not os.environ.get(n)
    ]
    if missing:
        raise Refusal(f"set {', '.join(missing)}")
    first, second = os.environ["AWS_PARITY_SUBNETS"].split(",")
    subnets: list[dict[str, Any]] = boto3.client("ec2").describe_subnets(SubnetIds=[first, second])["Subnets"]
    names = {
        "p": f"sluice-parity-{uuid.uuid4().hex[:6]}",
        "account": boto3.client("sts").get_caller_identity()["Account"],
        "region": boto3.client("ecs").meta.region_name,
        "vpc": subnets[0]["VpcId"],
        "subnet_a": first,
        "subnet_b": second,
        "group": os.environ["AWS_PARITY_SECURITY_GROUP"],
        "topic": os.environ["AWS_PARITY_TOPIC"],
    }
    return Backend("aws", None, names, moves=True)
