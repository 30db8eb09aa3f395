"""Waits for what another task or process will bring about, never for a fixed time; says figures."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")
POLL_SECONDS: Final = 0.02


async def eventually(
    look: Callable[[], Awaitable[T]],
    expected: Callable[[T], bool] | T,
    within_seconds: float = 60.0,
) -> T:
    """Look again and again until it is as `expected`; fail with what was seen last."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_seconds
    while not _fits(seen := await look(), expected):
        if loop.time() > deadline:
            raise AssertionError(f"after {within_seconds} s it is still {seen!r}")
        await asyncio.sleep(POLL_SECONDS)
    return seen


def _fits(seen: T, expected: Callable[[T], bool] | T) -> bool:
    return expected(seen) if callable(expected) else seen == expected


def say(line: str) -> None:
    """Print a figure or a seed: pytest shows it with -s, and with every failure."""
    sys.stdout.write(f"{line}\n")
