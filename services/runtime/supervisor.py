"""Roles side by side in one process: all ready or not ready, all stopped in order, or all ended."""

import asyncio
import gc
import os
import signal
from collections.abc import Mapping
from typing import Final

import structlog

from services.runtime.health import Health
from services.runtime.spec import Role

log = structlog.get_logger()

# Of the time a process has to stop. Calls go first, then what feeds the outbox, then the outbox.
SHARES: Final = {"serve": 0.5, "relay": 0.25}
OTHER_SHARE: Final = 0.25
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class RoleEnded(Exception):
    """A role returned without having been asked to."""


class Supervisor:
    """Runs `roles`, which are in the order in which they are to stop."""

    def __init__(self, roles: Mapping[str, Role], health: Health, drain_seconds: float) -> None:
        self._roles = roles
        self._health = health
        self._drain_seconds = drain_seconds
        self._asked = asyncio.Event()
        self._stopping: set[str] = set()

    async def run(self) -> bool:
        """Run until a signal comes; whether every role then ended in its time.

        Raises an ExceptionGroup with what a role raised, once the others are cancelled.
        """
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._ask)
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(self._health.beat(), name="heartbeat"),
                tasks.create_task(self._announce(), name="announce"),
            ]
            running = {name: tasks.create_task(self._keep(name), name=name) for name in self._roles}
            await self._asked.wait()
            self._health.is_ready = False
            late = [name for name, task in running.items() if await self._is_late(name, task)]
            for helper in helpers:
                helper.cancel()
        return not late

    def _ask(self) -> None:
        """Stop in order; asked a second time, end at once."""
        if self._asked.is_set():
            os._exit(1)
        log.info("stopping")
        self._asked.set()

    async def _keep(self, name: str) -> None:
        await self._roles[name].run()
        if name not in self._stopping:
            raise RoleEnded(name)

    async def _announce(self) -> None:
        for role in self._roles.values():
            await role.ready.wait()
        # What a process is made of stays: to look through it for garbage stopped everything for
        # 70 ms each time, every few seconds under load.
        gc.collect()
        gc.freeze()
        self._health.is_ready = not self._asked.is_set()
        log.info("ready", roles=list(self._roles))

    async def _is_late(self, name: str, task: "asyncio.Task[None]") -> bool:
        """Stop a role, and cut it off when its time is over."""
        self._stopping.add(name)
        self._roles[name].stop()
        seconds = self._drain_seconds * SHARES.get(name, OTHER_SHARE)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            log.error("stopped_late", role=name, seconds=seconds)
            task.cancel()
        return not done
