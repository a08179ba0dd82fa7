"""What was checked, and what was found, counted by a thread of its own so that no message waits for its verdict."""

from __future__ import annotations

import json
import queue
import sys
import threading
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.answer_check import AnswerCheck
from contract.messages import Message
from contract.request_check import Checked, check_request
from contract.values import Problem

# More different violations than anybody reads.
_KEPT = 1000


@dataclass
class Exchange:
    """A request, and the answer once there is one; checked in the order in which they are submitted."""

    request: Message
    answer: Message | None = None
    checked: Checked | None = None


@dataclass
class _Operation:
    requests: int = 0
    results: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Report:
    """Checks exchanges in the background and keeps the figures."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._queue: queue.SimpleQueue[tuple[Exchange, bool] | threading.Event | None] = queue.SimpleQueue()
        self._requests = 0
        self._answers = 0
        self._malformed = 0
        self._unread = 0
        self._operations: dict[str, _Operation] = {}
        self._violations: Counter[tuple[str, str, str, str, str]] = Counter()
        self._written: tuple[int, int, int] | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def submit_request(self, exchange: Exchange) -> None:
        """A request has passed by."""
        self._queue.put((exchange, False))

    def submit_answer(self, exchange: Exchange) -> None:
        """The answer has passed by; its request was submitted before."""
        self._queue.put((exchange, True))

    def unreadable(self, reason: str) -> None:
        """Bytes passed by that are no HTTP."""
        self._unread += 1
        self._violations[("?", "?", "request", "$", f"is no HTTP: {reason}")] += 1

    def settle(self) -> None:
        """Waits until everything that was submitted is checked."""
        done = threading.Event()
        self._queue.put(done)
        done.wait()

    def _figures(self) -> tuple[int, int, int]:
        return self._requests, self._answers, self._violations.total()

    def close(self) -> None:
        """Checks what is left, and writes the file."""
        self._queue.put(None)
        self._thread.join()
        self.write()

    def as_json(self) -> dict[str, Any]:
        """The figures and the violations."""
        return {
            "checked": {"requests": self._requests, "responses": self._answers},
            "malformedOnPurpose": self._malformed,
            "operations": {
                name: {"requests": it.requests, "results": it.results, "errors": dict(sorted(it.errors.items()))}
                for name, it in sorted(self._operations.items())
            },
            "violations": [
                {
                    "service": key[0],
                    "operation": key[1],
                    "direction": key[2],
                    "path": key[3],
                    "message": key[4],
                    "count": n,
                }
                for key, n in self._violations.items()
            ],
        }

    def write(self) -> None:
        """Writes the file, if there is to be one; never half of it."""
        if self._file and (figures := self._figures()) != self._written:
            self._written = figures
            draft = self._file.with_name(self._file.name + ".new")
            draft.write_text(json.dumps(self.as_json(), indent=1) + "\n")
            draft.replace(self._file)

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            exchange, answered = item
            try:
                self._answer(exchange) if answered else self._request(exchange)
            except Exception as error:  # A mistake in the checker must be seen, and must not stop the traffic.
                traceback.print_exc(file=sys.stderr)
                self._blame(
                    exchange.checked or Checked(),
                    "response" if answered else "request",
                    Problem("$", f"broke the checker: {error!r}"),
                )

    def _request(self, exchange: Exchange) -> None:
        checked = exchange.checked = check_request(exchange.request)
        self._requests += 1
        entry = self._operations.setdefault(_name(checked), _Operation())
        entry.requests += 1
        if checked.marked:
            self._malformed += 1
            if not checked.problems:
                self._blame(checked, "request", Problem("$", "is marked as malformed, and follows the model"))
            return
        for problem in checked.problems:
            self._blame(checked, "request", problem)

    def _answer(self, exchange: Exchange) -> None:
        assert exchange.checked and exchange.answer
        check = AnswerCheck(exchange.checked, exchange.answer).run()
        self._answers += 1
        entry = self._operations.setdefault(_name(exchange.checked), _Operation())
        if exchange.answer.status < 300:
            entry.results += 1
        else:
            entry.errors[check.code or str(exchange.answer.status)] += 1
        for problem in check.problems:
            self._blame(exchange.checked, "response", problem)

    def _blame(self, checked: Checked, direction: str, problem: Problem) -> None:
        service = checked.service.name if checked.service else "?"
        key = (service, checked.name, direction, problem.path, problem.message)
        if key in self._violations or len(self._violations) < _KEPT:
            self._violations[key] += 1


def _name(checked: Checked) -> str:
    return f"{checked.service.name if checked.service else '?'}:{checked.name}"
