"""Tells which operation a request is meant for, and holds its parameters against the model."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import cbor2

from contract.messages import Message
from contract.models import Operation, Service, by_target, by_version, services
from contract.trees import FormReader, form_parameters
from contract.values import Dialect, Judge, Problem

# A request with this header is wrong on purpose: it must depart from the model, and its answer must be an error.
MARK = "x-contract"
MALFORMED = "malformed"

# Headers of REST that belong to the transport and not to an operation.
_TRANSPORT = ("x-amz-date", "x-amz-security-token", "x-amz-user-agent", "x-amz-content-sha256", "x-amz-id-2")


@dataclass
class Checked:
    """A request as far as it was understood, and what is wrong with it."""

    service: Service | None = None
    operation: Operation | None = None
    # The operation's name as the request spells it, even if the model has none of that name.
    name: str = "?"
    protocol: str = "?"
    problems: list[Problem] = field(default_factory=list)
    marked: bool = False
    query_mode: bool = False


def parse_json(content: bytes) -> Any:
    """A JSON body; an empty one is an empty object."""
    return json.loads(content) if content else {}


def parse_cbor(content: bytes) -> Any:
    """A CBOR body, which must end where its one value ends."""
    if not content:
        return {}
    stream = io.BytesIO(content)
    value = cbor2.CBORDecoder(stream, read_size=1).decode()
    if stream.read():
        raise ValueError("there are bytes behind the value")
    return value


def check_request(request: Message) -> Checked:
    """Finds the operation and everything that is wrong with the request."""
    checked = Checked(marked=request.headers.get(MARK) == MALFORMED)
    try:
        _dispatch(request, checked)
    except (ValueError, UnicodeDecodeError, cbor2.CBORDecodeError) as error:
        checked.problems.append(Problem("$", f"cannot be read: {error}"))
    if checked.operation is None and not checked.problems:
        checked.problems.append(Problem("$", f"is meant for no operation of the model: {request.label()}"))
    return checked


def _dispatch(request: Message, checked: Checked) -> None:
    target = request.headers.get("x-amz-target")
    if target:
        _json(request, checked, target)
    elif request.path.startswith("/service/"):
        _cbor(request, checked)
    elif request.content_type == "application/x-www-form-urlencoded" or request.path == "/":
        _query(request, checked)
    else:
        _rest(request, checked)


def _found(checked: Checked, service: Service | None, name: str, protocol: str) -> None:
    checked.service, checked.name, checked.protocol = service, name, protocol
    checked.operation = service.operations.get(name) if service else None


def _judge(checked: Checked, dialect: Dialect, value: Any) -> None:
    """Holds the parameters against the shape of the operation's input."""
    assert checked.operation and checked.service
    judge = Judge(checked.service, dialect)
    if checked.operation.input:
        judge.check(checked.operation.input, value, "$")
    elif value:
        judge.blame("$", "has parameters, and the operation takes none")
    checked.problems += judge.problems


def _content_type(request: Message, checked: Checked, wanted: str) -> None:
    if request.content_type != wanted:
        checked.problems.append(Problem("content-type", f"is {request.content_type!r} and not {wanted}"))


def _json(request: Message, checked: Checked, target: str) -> None:
    prefix, _, name = target.partition(".")
    _found(checked, by_target().get(prefix), name, "json")
    if checked.operation is None or checked.service is None:
        return
    checked.query_mode = request.headers.get("x-amzn-query-mode") == "true"
    _content_type(request, checked, f"application/x-amz-json-{checked.service.metadata['jsonVersion']}")
    _judge(checked, Dialect.JSON, parse_json(request.content()))


def _cbor(request: Message, checked: Checked) -> None:
    parts = request.path.split("/")
    if len(parts) != 5 or parts[3] != "operation":
        return
    _found(checked, by_target().get(parts[2]), parts[4], "cbor")
    if checked.operation is None:
        return
    checked.query_mode = request.headers.get("x-amzn-query-mode") == "true"
    if request.headers.get("smithy-protocol") != "rpc-v2-cbor":
        checked.problems.append(Problem("smithy-protocol", "is not rpc-v2-cbor"))
    if checked.operation.input:
        _content_type(request, checked, "application/cbor")
    _judge(checked, Dialect.CBOR, parse_cbor(request.content()))


def _query(request: Message, checked: Checked) -> None:
    form = request.content() or request.query.encode()
    head, tree = form_parameters(form)
    service = by_version().get(head.get("Version", ""))
    _found(checked, service, head.get("Action", ""), "query")
    if checked.operation is None or service is None:
        return
    judge = Judge(service, Dialect.TEXT)
    if checked.operation.input:
        shape = checked.operation.input
        judge.check(shape, FormReader(service, judge).read(shape, tree, "$"), "$")
    elif tree:
        judge.blame("$", "has parameters, and the operation takes none")
    checked.problems += judge.problems


def _rest(request: Message, checked: Checked) -> None:
    for service in services().values():
        if service.metadata["protocol"] != "rest-json":
            continue
        route = service.route(request.method, request.path)
        if route:
            operation, labels = route
            _found(checked, service, operation.name, "rest-json")
            _rest_parameters(request, checked, operation, labels)
            return


def _rest_parameters(request: Message, checked: Checked, operation: Operation, labels: dict[str, str]) -> None:
    service = operation.service
    judge = Judge(service, Dialect.TEXT)
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    elsewhere: set[str] = set()
    headers: set[str] = set()
    shape = service.shapes[operation.input] if operation.input else {}
    for name, reference in shape.get("members", {}).items():
        location, wire = reference.get("location"), reference.get("locationName", name)
        sources = {"uri": labels, "querystring": query, "header": request.headers}
        if location not in sources:
            continue
        key = wire.lower() if location == "header" else wire
        headers.add(key)
        if key in sources[location]:
            elsewhere.add(name)
            judge.check(reference["shape"], sources[location][key], f"{location}.{wire}")
            query.pop(key, None) if location == "querystring" else None
        elif name in shape.get("required", []):
            judge.blame(f"{location}.{wire}", "is required and missing")
            elsewhere.add(name)
    for unknown in query:
        judge.blame(f"querystring.{unknown}", f"is no parameter of {operation.name}")
    for header in request.headers:
        foreign = header.startswith("x-amz-") and header not in headers and header not in _TRANSPORT
        if foreign:
            judge.blame(f"header.{header}", f"is no parameter of {operation.name}")
    checked.problems += judge.problems
    if operation.input and "payload" not in shape:
        body = Judge(service, Dialect.JSON)
        body.check(operation.input, parse_json(request.content()), "$", frozenset(elsewhere))
        checked.problems += body.problems
