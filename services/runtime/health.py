"""Liveness, readiness and metrics over HTTP, on a port that no load on the service can block."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

HEARTBEAT_SECONDS: Final = 0.5
MAX_LAG_SECONDS: Final = 5.0
# For a request to arrive, and for the database to answer when somebody asks whether we are ready.
REQUEST_SECONDS: Final = 5.0
PING_SECONDS: Final = 0.2
MAX_REQUEST_BYTES: Final = 8_192
PLAIN: Final = "text/plain; charset=utf-8"
STATUS: Final = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Not Ready"}


class Health:
    """GET /live, /ready and /metrics.

    Live is a process whose event loop turns: nothing else that may be away restarts it. Ready is
    one that was told so and whose database answers within 200 ms.
    """

    def __init__(
        self, registry: CollectorRegistry, lag: Gauge, ping: Callable[[], Awaitable[None]]
    ) -> None:
        self.is_ready = False
        self._registry = registry
        self._lag = lag
        self._ping = ping
        self._lag_seconds = 0.0

    async def serve(self, address: str) -> asyncio.Server:
        """Listen on "host:port"; the caller closes the server."""
        host, _, port = address.rpartition(":")
        return await asyncio.start_server(
            self._answer, host.strip("[]"), int(port), limit=MAX_REQUEST_BYTES
        )

    async def beat(self) -> None:
        """Measure, for ever, how late the event loop is."""
        while True:
            due_seconds = time.monotonic() + HEARTBEAT_SECONDS
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._lag_seconds = max(time.monotonic() - due_seconds, 0.0)
            self._lag.set(self._lag_seconds)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
            status, kind, body = await self._respond(request)
            head = (
                f"HTTP/1.1 {status} {STATUS[status]}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _respond(self, request: bytes) -> tuple[int, str, bytes]:
        method, path, *_ = [*request.split(maxsplit=2), b"", b""]
        if method != b"GET":
            return 405, PLAIN, b"only GET\n"
        match path.partition(b"?")[0]:
            case b"/live":
                return _verdict(self._sick())
            case b"/ready":
                return _verdict(await self._unready())
            case b"/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(self._registry)
        return 404, PLAIN, b"/live, /ready or /metrics\n"

    def _sick(self) -> str:
        late = self._lag_seconds > MAX_LAG_SECONDS
        return f"the event loop was {self._lag_seconds:.1f} s late" if late else ""

    async def _unready(self) -> str:
        if not self.is_ready:
            return "starting or draining"
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._ping()
        except TimeoutError:
            return "the database does not answer"
        return ""


def _verdict(fault: str) -> tuple[int, str, bytes]:
    return (503, PLAIN, f"{fault}\n".encode()) if fault else (200, PLAIN, b"ok\n")
