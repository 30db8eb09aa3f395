"""Roles side by side: what happens to the process once all of them are ready."""

import asyncio
import gc
import os
import signal
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Gauge

from services.runtime.health import Health
from services.runtime.supervisor import Supervisor
from tests.eventually import eventually


class Idle:
    """A role that is ready at once and does nothing until it is stopped."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        self.ready.set()
        await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()


@pytest.fixture
def thawed() -> Iterator[None]:
    """Leave the tests' own process as it was."""
    yield
    gc.unfreeze()


async def test_what_a_ready_process_is_made_of_is_not_looked_through_for_garbage_again(
    thawed: None,
) -> None:
    registry = CollectorRegistry()

    async def ping() -> None:
        """Answer."""

    health = Health(registry, Gauge("lag", "Lag.", registry=registry), ping)
    running = asyncio.create_task(Supervisor({"serve": Idle()}, health, 1.0).run())

    async def is_ready() -> bool:
        return health.is_ready

    await eventually(is_ready, expected=True)

    frozen = gc.get_freeze_count()
    os.kill(os.getpid(), signal.SIGTERM)

    assert await running
    assert frozen > 0
