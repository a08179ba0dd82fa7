"""HTTP/1.1 messages, cut out of a stream of bytes that flows by."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass
class Message:
    """A request or an answer, complete."""

    start: tuple[str, str, str]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def method(self) -> str:
        """A request's method."""
        return self.start[0]

    @property
    def path(self) -> str:
        """A request's path, still percent-encoded, without its query string."""
        return self.start[1].split("?", 1)[0]

    @property
    def query(self) -> str:
        """A request's query string."""
        return self.start[1].partition("?")[2]

    @property
    def status(self) -> int:
        """An answer's status."""
        return int(self.start[1])

    @property
    def content_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").split(";")[0].strip()

    def content(self) -> bytes:
        """The body, unpacked if it was packed."""
        if self.headers.get("content-encoding") == "gzip":
            try:
                return gzip.decompress(self.body)
            except (OSError, EOFError, zlib.error) as error:
                raise ValueError(f"the body is no gzip: {error}") from error
        return self.body

    def label(self) -> str:
        """The request in a word, for messages."""
        return f"{self.method} {unquote(self.path)}"


class Malformed(Exception):
    """The bytes are no HTTP message."""


@dataclass
class Sniffer:
    """Takes bytes as they come and gives messages as they are complete."""

    answers: bool
    # For answers: the methods of the requests that still wait, because a HEAD has an answer without a body.
    waiting: list[str] = field(default_factory=list)
    _buffer: bytearray = field(default_factory=bytearray)
    _message: Message | None = None
    _length: int | None = 0
    _chunked: bool = False

    def feed(self, data: bytes) -> list[Message]:
        """Takes bytes; gives the messages that they complete."""
        self._buffer += data
        found = []
        while (message := self._next()) is not None:
            if not (self.answers and 100 <= message.status < 200):
                found.append(message)
        return found

    def finish(self) -> list[Message]:
        """The stream is over: an answer without a length ends here."""
        if self._message is None or self._length is not None or self._chunked:
            return []
        message, self._message = self._message, None
        message.body = bytes(self._buffer)
        self._buffer.clear()
        return [message]

    @property
    def between_messages(self) -> bool:
        """Whether the next byte begins a new message."""
        return self._message is None and not self._buffer

    def _next(self) -> Message | None:
        if self._message is None and not self._head():
            return None
        message = self._message
        assert message is not None
        if self._chunked:
            body = self._chunks()
        elif self._length is None:
            return None
        elif len(self._buffer) < self._length:
            return None
        else:
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
        if body is None:
            return None
        message.body = body
        self._message = None
        return message

    def _head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        start = lines[0].split(" ", 2)
        if len(start) < 2:
            raise Malformed(f"no start line: {lines[0]!r:.80}")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        self._message = Message((start[0], start[1], start[2] if len(start) > 2 else ""), headers)
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        declared = headers.get("content-length")
        self._length = int(declared) if declared else None if self.answers else 0
        if self.answers:
            interim = 100 <= self._message.status < 200
            method = self.waiting[0] if self.waiting else "POST"
            if self.waiting and not interim:
                self.waiting.pop(0)
            if interim or method == "HEAD" or self._message.status in (204, 304):
                self._length, self._chunked = 0, False
        return True

    def _chunks(self) -> bytes | None:
        """The body, if the last chunk is here."""
        body, at = bytearray(), 0
        while True:
            end = self._buffer.find(b"\r\n", at)
            if end < 0:
                return None
            size = int(bytes(self._buffer[at:end]).split(b";")[0], 16)
            at = end + 2
            if size == 0:
                # Trailers end with an empty line; without any, that is the next one.
                stop = self._buffer.find(b"\r\n", at) if self._buffer[at : at + 2] == b"\r\n" else -1
                stop = at if stop == at else self._buffer.find(b"\r\n\r\n", at)
                if stop < 0:
                    return None
                del self._buffer[: stop + (2 if stop == at else 4)]
                return bytes(body)
            if len(self._buffer) < at + size + 2:
                return None
            body += self._buffer[at : at + size]
            at += size + 2
