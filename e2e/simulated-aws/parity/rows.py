"""What a row of the parity table is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What a row shows whose call should be refused and is not.
DONE = "'accepted'"


@dataclass(frozen=True)
class Pin:
    """How moto is known to differ: what it shows, and why that is not what AWS does."""

    shows: Any
    why: str


@dataclass(frozen=True)
class Refused:
    """The expectation that a call is refused with this code."""

    code: str


@dataclass(frozen=True)
class Row:
    """A call, the part of its answer that is judged, and what AWS is documented to show there.

    Text in `parameters` may hold `$names` of what earlier rows saved; the same names stand for those values in what is
    shown, so that expectations need no identifiers. Moments are shown as `<time>` and other identifiers as `<id>`.
    """

    # What the service does, as a sentence.
    name: str
    service: str
    # The method of boto3's client.
    call: str
    parameters: Mapping[str, Any]
    # What is judged, as JMESPath. Unused when the call is refused.
    view: str
    # What AWS shows there, or how it refuses.
    expect: Any
    # On what authority.
    source: str
    # Names for parts of the answer, as JMESPath.
    saves: Mapping[str, str] = field(default_factory=dict)
    # How moto differs, if it does.
    pin: Pin | None = None
    # Whether the service takes a while to show it. moto does nothing by itself and is asked once.
    eventually: bool = False
    # Whose credentials: the account's own, or those of the role that an earlier row assumed.
    session: str | None = None
    # Whether the request departs from the model on purpose.
    malformed: bool = False
    # Whether an AWS account is left out, because it has nothing of the kind.
    local_only: bool = False
