"""Work that may fail: what to wait out, what to hand back. The consumer's one wide `except`."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final, TypeVar

import structlog

from services.kernel.errors import Conflict, Exhausted, Refusal, Unavailable
from services.runtime.faults import Fault, Reason

T = TypeVar("T")
log = structlog.get_logger()

# While the database is away or busy; the last one is repeated.
PAUSES_SECONDS: Final = (0.05, 0.2, 1.0, 2.0)
# Kinds the runtime itself raises about the database; a service's own refusals are their subclasses.
TROUBLE: Final = (Unavailable, Exhausted, Conflict)


def is_trouble(error: Exception) -> bool:
    """Whether the database was away or busy: the same work may pass later, and says nothing."""
    return type(error) in TROUBLE


async def failure_of(work: Callable[[], Awaitable[None]]) -> Exception | None:
    """Run `work` once; return what it raised."""
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - whatever a handler raises must not stop the others
        return error
    return None


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` until the database lets it; raise what it raises otherwise."""
    for pause in chain(PAUSES_SECONDS, repeat(PAUSES_SECONDS[-1])):
        try:
            return await work()
        except TROUBLE as error:
            if not is_trouble(error):
                raise
            log.warning("database_trouble", error=str(error), pause_seconds=pause)
        await asyncio.sleep(pause)
    raise AssertionError("unreachable")


def fault_of(error: Exception) -> Fault:
    """Return how an event failed whose handler raised `error`; its text is not kept."""
    if isinstance(error, Refusal):
        return Fault(Reason.REFUSED, f"{error.reason}: {error.message}")
    return Fault(Reason.HANDLER_BUG, f"the handler raised {type(error).__name__}")
