"""Runs the rows of the table against one backend."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Sequence
from string import Template
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from parity.backends import Backend
from parity.rows import Refused, Row

_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{16,32}(?![0-9a-f])|\d{19}"
)


def filled(value: Any, names: dict[str, str]) -> Any:
    """Parameters with the values that `$names` stand for."""
    if isinstance(value, str):
        return Template(value).substitute(names) if "$" in value else value
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(item, names) for item in value]
    return value


def shown(value: Any, names: dict[str, str]) -> Any:
    """A part of an answer with identifiers and moments as what they stand for."""
    if isinstance(value, str):
        for name in sorted(names, key=lambda name: -len(names[name])):
            value = value.replace(names[name], f"${name}")
        return _IDENTIFIER.sub("<id>", value)
    if isinstance(value, datetime.datetime):
        return "<time>"
    if isinstance(value, dict):
        return {key: shown(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item, names) for item in value]
    return value


class Run:
    """The rows' answers from one backend, as far as the rows judge them."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.answers: dict[str, Any] = {}

    def all(self, rows: Sequence[Row]) -> Run:
        """Runs all rows, in their order."""
        for row in rows:
            self.answers[row.name] = self.one(row)
        return self

    def one(self, row: Row, patience: float = 20) -> Any:
        """What one row shows; asked again for a while if it is expected to become so."""
        deadline = time.monotonic() + (patience if self.backend.endpoint else patience * 30)
        while True:
            seen = self._ask(row)
            if seen == row.expect or not row.eventually or not self.backend.moves or time.monotonic() > deadline:
                return seen
            time.sleep(0.1 if self.backend.endpoint else 5)

    def _ask(self, row: Row) -> Any:
        names = self.backend.names
        try:
            parameters = filled(row.parameters, names)
            client = self.backend.client(row.service, row.session, row.malformed)
        except KeyError as missing:
            return f"cannot ask: nothing saved as {missing}"
        try:
            answer = getattr(client, row.call)(**parameters)
        except ClientError as error:
            return Refused(error.response["Error"]["Code"])
        except BotoCoreError as error:
            return f"cannot ask: {error}"
        answer.pop("ResponseMetadata", None)
        for name, path in row.saves.items():
            value = jmespath.search(path, answer)
            if isinstance(value, str):
                names[name] = value
            elif isinstance(value, dict):
                self.backend.sessions[name] = value
        return shown(jmespath.search(row.view, answer), names)
