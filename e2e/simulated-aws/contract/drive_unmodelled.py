"""What the simulator does not model: the service's own error and a line in the report, never an empty success."""

from __future__ import annotations

import http.client
import socket
import struct
from typing import Any
from urllib.parse import urlsplit

from contract.driver import Driver

# Service, method, parameters, the service's error, and the line in /_sim/unmodelled.
OPERATIONS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("ecs", "list_attributes", {"targetType": "container-instance"}, "UnknownOperationException", "ecs:ListAttributes"),
    ("ecs", "run_task", {"taskDefinition": "judged:1"}, "UnknownOperationException", "ecs:RunTask"),
    ("elbv2", "describe_ssl_policies", {}, "InvalidAction", "elbv2:DescribeSSLPolicies"),
    ("elbv2", "describe_account_limits", {}, "InvalidAction", "elbv2:DescribeAccountLimits"),
    ("cloudwatch", "list_dashboards", {}, "UnknownOperationException", "cloudwatch:ListDashboards"),
    ("sts", "get_session_token", {}, "InvalidAction", "sts:GetSessionToken"),
    ("sns", "list_topics", {}, "InvalidAction", "sns:ListTopics"),
    ("events", "list_rules", {}, "UnknownOperationException", "events:ListRules"),
    ("ecr", "describe_repositories", {}, "UnknownOperationException", "ecr:DescribeRepositories"),
    ("lambda", "list_functions", {}, "UnknownOperationException", "lambda:GET /2015-03-31/functions"),
]

# Service, method, parameters, the service's error, and what the line in /_sim/unmodelled holds.
PARAMETERS: list[tuple[str, str, dict[str, Any], str, str, str]] = [
    (
        "ecs",
        "create_cluster",
        {"clusterName": "y", "serviceConnectDefaults": {"namespace": "n"}},
        "InvalidParameterException",
        "ecs:CreateCluster",
        "serviceConnectDefaults",
    ),
    (
        "ecs",
        "update_service",
        {"cluster": "prod", "service": "shop", "availabilityZoneRebalancing": "ENABLED"},
        "InvalidParameterException",
        "ecs:UpdateService",
        "availabilityZoneRebalancing",
    ),
    (
        "elbv2",
        "create_listener",
        {"LoadBalancerArn": "x", "DefaultActions": [], "AlpnPolicy": ["None"]},
        "ValidationError",
        "elbv2:CreateListener",
        "AlpnPolicy",
    ),
    ("elbv2", "modify_rule", {"RuleArn": "x", "Transforms": []}, "ValidationError", "elbv2:ModifyRule", "Transforms"),
]


def drive(d: Driver) -> None:
    """Runs all steps."""
    for service, method, parameters, code, line in OPERATIONS:
        before = _count(d, line)
        d.refused(f"{line} is not modelled and says so", code, getattr(d.client(service), method), **parameters)
        with d.step(f"{line} is in the report of what is not modelled"):
            assert _count(d, line) == before + 1, d.control.get("unmodelled")
    for service, method, parameters, code, operation, name in PARAMETERS:
        d.refused(
            f"{name} of {operation} is not modelled and says so", code, getattr(d.client(service), method), **parameters
        )
        with d.step(f"{name} of {operation} is in the report of what is not modelled"):
            lines = d.control.get("unmodelled")
            assert any(operation in line and name in line for line in lines), lines
    _strangers(d)
    _resets(d)


def _count(d: Driver, line: str) -> int:
    return dict(d.control.get("unmodelled")).get(line, 0)


def _strangers(d: Driver) -> None:
    """Callers that no service knows."""
    with d.step("a request without a signature is refused"):
        for headers, body in (
            (
                {
                    "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeClusters",
                    "content-type": "application/x-amz-json-1.1",
                },
                "{}",
            ),
            ({"content-type": "application/x-www-form-urlencoded"}, "Action=DescribeRules&Version=2015-12-01"),
        ):
            status, text = _raw(d, headers, body)
            assert status in (400, 403) and b"MissingAuthenticationToken" in text, text
    with d.step("a request for no service is refused"):
        status, text = _raw(
            d,
            {"x-amz-target": "Moon.Land", "content-type": "application/x-amz-json-1.1", "x-contract": "malformed"},
            "{}",
        )
        assert status == 400 and b"UnknownOperationException" in text, text


def _raw(d: Driver, headers: dict[str, str], body: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(d.proxy).netloc, timeout=5)
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _resets(d: Driver) -> None:
    """The proxy hides nothing: a connection that the simulator ends without an answer ends for the client, too."""
    for kind in ("reset-before", "reset-after"):
        with d.step(f"the fault {kind} reaches the client through the proxy"):
            d.control.send(
                "POST", "faults", {"kind": kind, "service": "ecs", "operation": "DescribeClusters", "count": 1}
            )
            try:
                d.client("ecs").describe_clusters()
                raise AssertionError("an answer where the connection should have ended")
            except AssertionError:
                raise
            except Exception as error:
                assert "Connection" in type(error).__name__, repr(error)
            finally:
                d.control.send("DELETE", "faults")
            assert d.client("ecs").describe_clusters()["clusters"] is not None
    with d.step("a client that resets its connection harms nobody else"):
        host, port = urlsplit(d.proxy).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as rude:
            rude.sendall(b"POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\nhalf")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert d.client("ecs").describe_clusters()["clusters"] is not None
