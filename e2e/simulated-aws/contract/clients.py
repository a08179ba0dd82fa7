"""boto3's clients, pointed at an endpoint: they share nothing with the simulator."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from unittest import mock

import botocore.model
import botocore.session
from botocore.client import BaseClient
from botocore.config import Config

from contract.request_check import MALFORMED, MARK

REGION = "eu-west-1"
KEY = "AKIAJUDGE"


def client(service: str, endpoint: str, *, region: str = REGION, key: str = KEY, malformed: bool = False) -> BaseClient:
    """A client that asks once and does not repeat itself.

    One for malformed requests checks no parameters, and marks what it sends as malformed on purpose.
    """
    session = botocore.session.Session()
    config = Config(
        retries={"total_max_attempts": 1},
        parameter_validation=not malformed,
        inject_host_prefix=False,
        connect_timeout=5,
        read_timeout=20,
    )
    made = session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        config=config,
    )
    if malformed:

        def mark(params: dict[str, Any], **_: Any) -> None:
            params["headers"][MARK] = MALFORMED

        made.meta.events.register("before-call.*.*", mark)
    return made


def speaking(protocol: str, service: str, endpoint: str, **options: Any) -> BaseClient:
    """A client that speaks one of several protocols that the service has, whichever botocore would prefer."""
    with mock.patch.object(botocore.model, "PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", (protocol,)):
        made = client(service, endpoint, **options)
        # The model is asked once and remembers.
        assert made.meta.service_model.resolved_protocol == protocol
    return made


class Control:
    """The simulator's control interface."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def get(self, path: str) -> Any:
        """GET /_sim/PATH."""
        with urllib.request.urlopen(f"{self._endpoint}/_sim/{path}", timeout=10) as answer:
            return json.load(answer)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """POST, PUT or DELETE /_sim/PATH; text goes as it is and everything else as JSON."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self._endpoint}/_sim/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} /_sim/{path}: {error.read().decode()}") from error


def report(proxy: str) -> dict[str, Any]:
    """The proxy's report."""
    with urllib.request.urlopen(f"{proxy}/_contract/report", timeout=30) as answer:
        return json.load(answer)


def told(violation: dict[str, Any]) -> str:
    """A violation as a line of text."""
    where = f"{violation['service']}:{violation['operation']} {violation['direction']} {violation['path']}"
    return f"{where} {violation['message']} ({violation['count']}x)"
