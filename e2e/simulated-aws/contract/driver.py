"""Runs steps against the simulator and keeps count of what did not go as it should."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from contract.clients import Control, client


def recent(moment: datetime.datetime) -> bool:
    """Whether a time is today's, give or take the simulated clock's speed."""
    now = datetime.datetime.now(datetime.UTC)
    return abs((moment - now).total_seconds()) < 86_400


class Driver:
    """Clients, the control interface, and the outcome so far."""

    def __init__(self, proxy: str, simulator: str) -> None:
        self.proxy = proxy
        self.simulator = simulator
        self.control = Control(simulator)
        self.steps = 0
        self.failures: list[str] = []
        self._clients: dict[tuple[str, bool], BaseClient] = {}

    def client(self, service: str, malformed: bool = False) -> BaseClient:
        """A client that goes through the proxy."""
        key = (service, malformed)
        if key not in self._clients:
            self._clients[key] = client(service, self.proxy, malformed=malformed)
        return self._clients[key]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step that fails if its body raises; the ones after it run all the same."""
        self.steps += 1
        try:
            yield
        except Exception as error:  # Whatever it is, it is this step's failure and not the end of all steps.
            self.failures.append(f"{name}: {type(error).__name__}: {error}")

    def refused(self, name: str, code: str, call: Callable[..., Any], **arguments: Any) -> None:
        """A step whose call is refused with that code."""
        with self.step(name):
            try:
                answer = call(**arguments)
            except ClientError as error:
                found = error.response["Error"]["Code"]
                assert found == code, f"{found} ({error.response['Error']['Message']}) instead of {code}"
                assert error.response["Error"]["Message"], "an error without a message"
                return
            answer.pop("ResponseMetadata", None)
            raise AssertionError(f"a result instead of {code}: {str(answer):.200}")

    def until(self, what: str, check: Callable[[], bool], seconds: float = 15) -> None:
        """Waits for something to become so."""
        deadline = time.monotonic() + seconds
        while not check():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}")
            time.sleep(0.05)
