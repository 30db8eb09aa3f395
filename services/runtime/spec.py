"""What a service is made of, and what its parts are given: the value its __main__ writes down."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from google.protobuf.descriptor import ServiceDescriptor

from services.runtime.auth.permissions import Permissions
from services.runtime.db import Database
from services.runtime.metrics import Metrics
from services.runtime.schedule import Schedule
from services.runtime.settings import Settings
from services.runtime.subscription import Subscription
from services.runtime.watch import ChangeFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What one process of a service has, for as long as it runs."""

    settings: Settings
    database: Database
    feed: ChangeFeed
    metrics: Metrics
    clock: Callable[[], datetime]


class Role(Protocol):
    """A part of a process that runs until it is told to stop."""

    ready: asyncio.Event

    async def run(self) -> None:
        """Run; set `ready` when at work; return only after stop(). To raise ends the process."""

    def stop(self) -> None:
        """Ask run() to finish what is in hand and return."""


def none(_: Runtime) -> Sequence[Subscription]:
    return ()


def no_schedules(_: Runtime) -> Sequence[Schedule]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """One service. `name` is that of its database, its consumer group and its events' source.

    `migrations` is its folder of numbered SQL; `publishes` the topics it writes to; `extra_roles`
    are roles of its own, by the name they have on the command line.
    """

    name: str
    descriptor: ServiceDescriptor
    permissions: Permissions
    api: Callable[[Runtime], object]
    migrations: Path
    publishes: Sequence[str] = ()
    subscriptions: Callable[[Runtime], Sequence[Subscription]] = none
    schedules: Callable[[Runtime], Sequence[Schedule]] = no_schedules
    extra_roles: Mapping[str, Callable[[Runtime], Role]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """As it stands in the events this service writes."""
        return f"makeready/{self.name}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role there is, in the order in which they are stopped."""
        return ("serve", "consume", *self.extra_roles, "relay")
