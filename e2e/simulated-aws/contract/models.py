"""The service models that botocore ships, as the contract that messages are held against."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any
from urllib.parse import unquote

from botocore.loaders import Loader

SERVICES = ("ecs", "elbv2", "cloudwatch", "lambda", "sts", "sns", "events", "ecr")

Shape = Mapping[str, Any]


@dataclass(frozen=True)
class DeclaredError:
    """An error that the model declares: its shape, and what goes over the wire for it."""

    shape: str
    code: str
    status: int
    sender: bool


@dataclass(frozen=True)
class Operation:
    """An operation of a service."""

    service: Service
    name: str
    model: Mapping[str, Any]

    @property
    def input(self) -> str | None:
        """The name of the shape of the request."""
        return (self.model.get("input") or {}).get("shape")

    @property
    def output(self) -> str | None:
        """The name of the shape of the answer."""
        return (self.model.get("output") or {}).get("shape")

    @property
    def result_wrapper(self) -> str | None:
        """The element around an answer in XML."""
        return (self.model.get("output") or {}).get("resultWrapper")

    @functools.cached_property
    def errors(self) -> dict[str, DeclaredError]:
        """The declared errors, by the name of their shape."""
        return {entry["shape"]: self.service.error(entry["shape"]) for entry in self.model.get("errors", [])}


class Service:
    """A service's model."""

    def __init__(self, name: str) -> None:
        raw = Loader().load_service_model(name, "service-2")
        self.name = name
        self.metadata: Mapping[str, Any] = raw["metadata"]
        self.shapes: Mapping[str, Shape] = raw["shapes"]
        self.operations = {key: Operation(self, key, value) for key, value in raw["operations"].items()}
        self._members: dict[str, dict[str, tuple[str, Mapping[str, Any]]]] = {}

    @property
    def query_compatible(self) -> bool:
        """Whether errors carry the code of the former query protocol in a header, too."""
        return "awsQueryCompatible" in self.metadata

    def error(self, shape: str) -> DeclaredError:
        """What goes over the wire for an error shape."""
        model = self.shapes[shape]
        trait = model.get("error") or {}
        fault = bool(model.get("fault"))
        status = trait.get("httpStatusCode", 500 if fault else 400)
        return DeclaredError(shape, trait.get("code", shape), status, trait.get("senderFault", status < 500))

    def members(self, shape: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """A structure's members by the name they have on the wire: the model's name and the reference."""
        if shape not in self._members:
            references = self.shapes[shape].get("members", {})
            self._members[shape] = {ref.get("locationName", key): (key, ref) for key, ref in references.items()}
        return self._members[shape]

    @functools.cached_property
    def routes(self) -> list[tuple[str, Pattern[str], Operation]]:
        """Method and path of every operation, for services that speak REST; longest templates first."""
        found = []
        for operation in self.operations.values():
            http = operation.model.get("http", {})
            template = http.get("requestUri", "/").split("?")[0]
            parts = re.split(r"(\{[^}]+\})", template)
            path = "".join(
                (
                    f"(?P<{part[1:-1].rstrip('+')}>{'.+' if part.endswith('+}') else '[^/]+'})"
                    if part.startswith("{")
                    else re.escape(part)
                )
                for part in parts
            )
            found.append((http.get("method", "POST"), re.compile(path + "/?"), operation))
        return sorted(found, key=lambda route: -len(route[1].pattern))

    def route(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a method and a path lead to, and the labels of the path."""
        for wanted, pattern, operation in self.routes:
            match = pattern.fullmatch(path) if wanted == method else None
            if match:
                return operation, {label: unquote(value) for label, value in match.groupdict().items()}
        return None


@functools.cache
def services() -> dict[str, Service]:
    """All services that the simulator speaks for."""
    return {name: Service(name) for name in SERVICES}


@functools.cache
def by_target() -> dict[str, Service]:
    """Services by the prefix of `x-amz-target`, which is also the service's name in a CBOR path."""
    return {s.metadata["targetPrefix"]: s for s in services().values() if "targetPrefix" in s.metadata}


@functools.cache
def by_version() -> dict[str, Service]:
    """Services of the query protocol by their version."""
    speak = [s for s in services().values() if "query" in s.metadata.get("protocols", [])]
    return {s.metadata["apiVersion"]: s for s in speak}
