"""A loopback proxy that passes bytes through unchanged and holds every message against the service models.

    python contract/proxy.py --listen 127.0.0.1:0 --target http://127.0.0.1:4566 [--report FILE]

Prints `listening on http://HOST:PORT`. `GET /_contract/report` tells what was checked and what was wrong;
`GET /_contract/open/HOST:PORT` opens a further tunnel, to that target, and answers where: one proxy serves a whole suite
of tests with a simulator each. Requests under `/_sim/` pass unchecked. Each connection has a connection of its own behind it, so that what the peer does to one
happens to the other: data, the end of a stream, a reset.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import struct
import sys
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from contract.messages import Malformed, Message, Sniffer  # noqa: E402
from contract.models import services  # noqa: E402
from contract.report import Exchange, Report  # noqa: E402

_OWN = b"GET /_contract/"

# Kept, because a server that nobody holds is closed.
_servers: list[asyncio.Server] = []


class Side(asyncio.Protocol):
    """One end of a tunnel."""

    def __init__(self, tunnel: Tunnel) -> None:
        self.tunnel = tunnel
        self.transport: asyncio.Transport | None = None
        self.other: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.tunnel.made(self)

    def data_received(self, data: bytes) -> None:
        self.tunnel.passed(self, data)

    def eof_received(self) -> bool:
        """The peer has no more to say; the other side is told so, and may still answer."""
        return self.tunnel.ended(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.tunnel.lost(self, exc)

    def pause_writing(self) -> None:
        """This side takes no more; the other one must not read more."""
        if self.other and self.other.transport:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.resume_reading()


class Tunnel:
    """A client's connection and the one behind it, with an ear on both."""

    def __init__(self, target: tuple[str, int] | None, report: Report) -> None:
        # None: only the proxy's own pages are answered here.
        self._target = target
        self._report = report
        self.client = Side(self)
        self.server = Side(self)
        self.client.other, self.server.other = self.server, self.client
        self._requests: Sniffer | None = Sniffer(answers=False)
        self._answers: Sniffer | None = Sniffer(answers=True)
        self._open: deque[Exchange] = deque()

    def made(self, side: Side) -> None:
        """A connection stands: behind a client's one, another is made."""
        assert side.transport
        if side is self.client and self._target is not None:
            side.transport.pause_reading()
            asyncio.ensure_future(self._connect(self._target))
        elif side is self.server and self.client.transport:
            self.client.transport.resume_reading()

    async def _connect(self, target: tuple[str, int]) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: self.server, *target)
        except OSError:
            reset(self.client.transport)
            return
        if self.client.transport is None or self.client.transport.is_closing():
            reset(self.server.transport)

    def passed(self, side: Side, data: bytes) -> None:
        """Bytes pass from one side to the other."""
        if side is self.client:
            if data.startswith(_OWN) and (self._requests is None or self._requests.between_messages):
                asyncio.ensure_future(self._answer_itself(data))
                return
            if self._target is None:
                reset(self.client.transport)
                return
            # Before they are sent on, so that an answer always finds its request.
            self._hear_requests(data)
        assert side.other
        if side.other.transport and not side.other.transport.is_closing():
            side.other.transport.write(data)
        if side is self.server:
            self._hear_answers(data)

    def ended(self, side: Side) -> bool:
        """One side ends its stream."""
        assert side.other
        if side is self.server and self._answers:
            for answer in self._answers.finish():
                self._answered(answer)
        if side.other.transport and not side.other.transport.is_closing():
            if side is self.server:
                # Like the one behind it: what is written goes out, then the connection ends.
                side.other.transport.close()
            else:
                side.other.transport.write_eof()
        return side is self.client

    def lost(self, side: Side, error: Exception | None) -> None:
        """One side is gone, and so the other must be: reset if this one was, closed otherwise."""
        assert side.other
        if side.other.transport and not side.other.transport.is_closing():
            reset(side.other.transport) if error else side.other.transport.close()

    def _hear_requests(self, data: bytes) -> None:
        if self._requests is None:
            return
        try:
            for message in self._requests.feed(data):
                exchange = Exchange(message)
                self._open.append(exchange)
                if self._answers:
                    self._answers.waiting.append(message.method)
                if not message.path.startswith("/_sim/"):
                    self._report.submit_request(exchange)
        except (Malformed, ValueError) as error:
            self._requests = self._answers = None
            self._report.unreadable(str(error))

    def _hear_answers(self, data: bytes) -> None:
        if self._answers is None:
            return
        try:
            for message in self._answers.feed(data):
                self._answered(message)
        except (Malformed, ValueError) as error:
            self._requests = self._answers = None
            self._report.unreadable(str(error))

    def _answered(self, message: Message) -> None:
        if self._open:
            exchange = self._open.popleft()
            if not exchange.request.path.startswith("/_sim/"):
                exchange.answer = message
                self._report.submit_answer(exchange)

    async def _answer_itself(self, data: bytes) -> None:
        """The proxy's own page. Nobody asks for it often, so the connection ends with it."""
        path = data.split(b" ", 2)[1].decode("ascii", "replace")
        answer = await self._own_page(path)
        known = answer is not None
        body = json.dumps(answer or {"error": "GET /_contract/report or /_contract/open/HOST:PORT"}).encode()
        head = (
            f"HTTP/1.1 {'200 OK' if known else '404 Not Found'}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        if self.client.transport:
            self.client.transport.write(head.encode() + body)
            self.client.transport.close()


    async def _own_page(self, path: str) -> dict[str, object] | None:
        """What the proxy says itself; nothing where it has no such page."""
        if path == "/_contract/report":
            await asyncio.get_running_loop().run_in_executor(None, self._report.settle)
            return self._report.as_json()
        prefix = "/_contract/open/"
        if not path.startswith(prefix):
            return None
        try:
            target = loopback(path.removeprefix(prefix))
        except argparse.ArgumentTypeError:
            return None
        return {"url": await open_tunnel(("127.0.0.1", 0), target, self._report)}


async def open_tunnel(listen: tuple[str, int], target: tuple[str, int] | None, report: Report) -> str:
    """Listens for connections to a target, for as long as the program runs; says where."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Tunnel(target, report).client, *listen, backlog=512)
    _servers.append(server)
    host, port = server.sockets[0].getsockname()[:2]
    return f"http://{host}:{port}"


def reset(transport: asyncio.Transport | None) -> None:
    """Ends a connection with a reset instead of an orderly end."""
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def serve(listen: tuple[str, int], target: tuple[str, int] | None, file: Path | None) -> None:
    """Runs until it is told to stop by SIGINT or SIGTERM."""
    services()  # Read before the first message comes, not while it waits.
    report = Report(file)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    print(f"listening on {await open_tunnel(listen, target, report)}", flush=True)
    # The file is never old by much, for somebody who ends the proxy without a warning.
    while not stop.is_set():
        await loop.run_in_executor(None, report.write)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    for server in _servers:
        server.close()
    await loop.run_in_executor(None, report.close)


def loopback(text: str) -> tuple[str, int]:
    """An address such as 127.0.0.1:0, or a URL with one."""
    parts = urlsplit(text if "//" in text else f"//{text}")
    if parts.hostname not in ("127.0.0.1", "localhost", "::1") or parts.port is None:
        raise argparse.ArgumentTypeError("give a loopback address and a port such as 127.0.0.1:4566")
    return parts.hostname, parts.port


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=loopback, default=("127.0.0.1", 0))
    parser.add_argument("--target", type=loopback, help="where the first tunnel leads; none if not given")
    parser.add_argument("--report", type=Path, help="where to leave the report, every second")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.listen, arguments.target, arguments.report))


if __name__ == "__main__":
    main()
