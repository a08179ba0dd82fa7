"""Holds a decoded value against a shape: members, types, enums, lengths, patterns and ranges."""

from __future__ import annotations

import base64
import binascii
import datetime
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import regex

from contract.models import Service, Shape


class Dialect(Enum):
    """How leaves are written."""

    JSON = "JSON"
    CBOR = "CBOR"
    TEXT = "text"


@dataclass(frozen=True)
class Problem:
    """Where a message departs from the model, and how."""

    path: str
    message: str


_INTEGER = re.compile(r"-?\d+")
_FLOAT = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?|NaN|-?Infinity")
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)")
_BITS = {"integer": 31, "long": 63, "byte": 7, "short": 15}


@functools.cache
def _pattern(source: str) -> regex.Pattern[str]:
    return regex.compile(source)


class Judge:
    """Checks values of one message against the shapes of one service."""

    def __init__(self, service: Service, dialect: Dialect) -> None:
        self._service = service
        self._dialect = dialect
        self.problems: list[Problem] = []

    def blame(self, path: str, message: str) -> None:
        """Notes a problem."""
        self.problems.append(Problem(path, message))

    def check(self, name: str, value: Any, path: str, ignore: frozenset[str] = frozenset()) -> None:
        """Checks a value against the shape of that name. `ignore` are members that travel elsewhere."""
        shape = self._service.shapes[name]
        if shape.get("document"):
            return
        if value is None:
            self.blame(path, "is null, where an absent value is left out")
            return
        kind = shape["type"]
        if kind == "structure":
            self._structure(name, shape, value, path, ignore)
        elif kind == "list":
            self._list(shape, value, path)
        elif kind == "map":
            self._map(shape, value, path)
        else:
            self._scalar(kind, shape, value, path)

    def _structure(self, name: str, shape: Shape, value: Any, path: str, ignore: frozenset[str]) -> None:
        if not isinstance(value, dict):
            self.blame(path, f"is {_kind(value)} and not a structure")
            return
        known = self._service.members(name)
        given = set()
        for wire, item in value.items():
            member = known.get(wire)
            if member is None:
                self.blame(f"{path}.{wire}", f"is no member of {name}")
                continue
            given.add(member[0])
            self.check(member[1]["shape"], item, f"{path}.{wire}")
        for needed in shape.get("required", []):
            if needed not in given and needed not in ignore:
                self.blame(f"{path}.{needed}", f"is required in {name} and missing")
        if shape.get("union") and len(given) != 1:
            self.blame(path, f"is the union {name} and has {len(given)} members instead of one")

    def _list(self, shape: Shape, value: Any, path: str) -> None:
        if not isinstance(value, list):
            self.blame(path, f"is {_kind(value)} and not a list")
            return
        self._size(shape, len(value), path, "items")
        member = shape["member"]["shape"]
        for index, item in enumerate(value):
            self.check(member, item, f"{path}[{index}]")

    def _map(self, shape: Shape, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            self.blame(path, f"is {_kind(value)} and not a map")
            return
        self._size(shape, len(value), path, "entries")
        for key, item in value.items():
            self.check(shape["key"]["shape"], key, f"{path}<{key}>")
            self.check(shape["value"]["shape"], item, f"{path}[{key!r}]")

    def _scalar(self, kind: str, shape: Shape, value: Any, path: str) -> None:
        if kind in ("string", "character"):
            if isinstance(value, str):
                self._string(shape, value, path)
            else:
                self.blame(path, f"is {_kind(value)} and not a string")
            return
        number = _READERS[self._dialect](kind, shape, value)
        if isinstance(number, str):
            self.blame(path, number)
        elif number is not None:
            self._size(shape, number, path, "")

    def _string(self, shape: Shape, value: str, path: str) -> None:
        choices = shape.get("enum")
        if choices is not None and value not in choices:
            self.blame(path, f"is {value!r}, which is none of {', '.join(choices)}")
        self._size(shape, len(value), path, "characters")
        pattern = shape.get("pattern")
        if pattern and not _pattern(pattern).fullmatch(value):
            self.blame(path, f"is {value!r}, which does not follow {pattern}")

    def _size(self, shape: Shape, size: float, path: str, unit: str) -> None:
        least, most = shape.get("min"), shape.get("max")
        if least is not None and size < least:
            self.blame(path, f"is {size} {unit} and below the minimum of {least}".replace("  ", " "))
        if most is not None and size > most:
            self.blame(path, f"is {size} {unit} and above the maximum of {most}".replace("  ", " "))


def _kind(value: Any) -> str:
    return f"the {type(value).__name__} {value!r:.60}"


def _integer(kind: str, value: int) -> int | str:
    limit = 1 << _BITS.get(kind, 63)
    return value if -limit <= value < limit else f"is {value}, which is too large for {kind}"


def _native(kind: str, shape: Shape, value: Any) -> float | int | str | None:
    """What JSON and CBOR have in common: real booleans and numbers."""
    if kind == "boolean":
        return None if isinstance(value, bool) else f"is {_kind(value)} and not a boolean"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"is {_kind(value)} and not a number"
    if kind in _BITS:
        return _integer(kind, value) if isinstance(value, int) else f"is {value}, a fraction, and not an integer"
    return value


def _json(kind: str, shape: Shape, value: Any) -> float | int | str | None:
    if kind == "timestamp":
        if shape.get("timestampFormat", "unixTimestamp") == "unixTimestamp":
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
            return None if good else f"is {_kind(value)} and not a number of seconds"
        return _text(kind, shape, value) if isinstance(value, str) else f"is {_kind(value)} and not a time as text"
    if kind == "blob":
        return _base64(value)
    return _native(kind, shape, value)


def _cbor(kind: str, shape: Shape, value: Any) -> float | int | str | None:
    if kind == "timestamp":
        return None if isinstance(value, datetime.datetime) else f"is {_kind(value)} and not tagged as a time"
    if kind == "blob":
        return len(value) if isinstance(value, bytes) else f"is {_kind(value)} and not bytes"
    return _native(kind, shape, value)


def _text(kind: str, shape: Shape, value: Any) -> float | int | str | None:
    if not isinstance(value, str):
        return f"is {_kind(value)} and not a {kind}"
    if kind in _BITS:
        return _integer(kind, int(value)) if _INTEGER.fullmatch(value) else f"is {value!r} and not an integer"
    if kind in ("float", "double"):
        return float(value) if _FLOAT.fullmatch(value) else f"is {value!r} and not a number"
    if kind == "boolean":
        return None if value in ("true", "false") else f"is {value!r} and neither true nor false"
    if kind == "timestamp":
        return None if _ISO_8601.fullmatch(value) else f"is {value!r} and not a time as ISO 8601 writes it"
    return _base64(value)


def _base64(value: Any) -> int | str:
    try:
        return len(base64.b64decode(value, validate=True))
    except (binascii.Error, TypeError, ValueError):
        return f"is {_kind(value)} and not base64"


_READERS: dict[Dialect, Callable[[str, Shape, Any], float | int | str | None]] = {
    Dialect.JSON: _json,
    Dialect.CBOR: _cbor,
    Dialect.TEXT: _text,
}
