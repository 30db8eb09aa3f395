"""Waits until a process says that it is ready, on its health port."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

POLL_SECONDS: Final = 0.03
ASK_SECONDS: Final = 2.0
OK: Final = b" 200 "


class NotReady(Exception):
    """A process did not become ready; the message carries the end of its log."""


async def wait_until_ready(
    port: int, deadline: timedelta, hopeless: Callable[[], str | None]
) -> None:
    """Return once /ready answers 200; raise NotReady when it is `hopeless`, or too late.

    `hopeless` returns why there is no point in waiting on, or None.
    """
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + deadline.total_seconds()
    while not await is_ready(port):
        if reason := hopeless():
            raise NotReady(reason)
        if loop.time() > give_up_at:
            raise NotReady(f"not ready within {deadline.total_seconds():.0f} s")
        await asyncio.sleep(POLL_SECONDS)


async def is_ready(port: int) -> bool:
    """Ask /ready once. False too while nobody listens."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return OK in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
