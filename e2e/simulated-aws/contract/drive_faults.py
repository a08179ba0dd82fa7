"""The errors that any call can meet, as every service spells them: faults that a test asks for, and unknown callers."""

from __future__ import annotations

import json
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from contract.clients import client, speaking
from contract.driver import Driver

# A call to each service, and its name in a fault.
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("ecs", "describe_clusters", {}),
    ("elbv2", "describe_load_balancers", {}),
    ("cloudwatch", "describe_alarms", {}),
    ("sts", "get_caller_identity", {}),
    ("lambda", "invoke", {"FunctionName": "hook"}),
    ("sns", "publish", {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:releases", "Message": "m"}),
    ("events", "put_events", {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}"}]}),
    ("ecr", "describe_images", {"repositoryName": "judged/shop"}),
]

# What a fault is called, and the statuses that it may come with.
FAULTS = {
    "throttling": (400, 429),
    "server-error": (500, 503),
    "access-denied": (400, 403),
    "expired-token": (400, 403),
}

UNKNOWN_KEY = "AKIANOBODY"


def drive(d: Driver) -> None:
    """Runs all steps."""
    d.control.send("POST", "scenario", json.dumps({"credentials": {"invalid": [UNKNOWN_KEY]}}))
    for service, call, parameters in CALLS:
        clients = {service: d.client(service)}
        if service == "cloudwatch":
            clients["cloudwatch in CBOR"] = speaking("smithy-rpc-v2-cbor", "cloudwatch", d.proxy)
        for name, made in clients.items():
            for kind, statuses in FAULTS.items():
                with d.step(f"{name} answers to the fault {kind} with an error of its own"):
                    d.control.send("POST", "faults", {"kind": kind, "service": service, "count": 1})
                    try:
                        status = _refused(made, call, parameters)
                        assert status in statuses, f"status {status}"
                    finally:
                        d.control.send("DELETE", "faults")
        with d.step(f"{service} does not know a caller whose key is unknown"):
            assert _refused(client(service, d.proxy, key=UNKNOWN_KEY), call, parameters) in (400, 403)


def _refused(made: BaseClient, call: str, parameters: dict[str, Any]) -> int:
    """The status of a refusal. Whether its code is one of the service's is for the proxy to say."""
    try:
        getattr(made, call)(**parameters)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("a result where an error should be")
