"""A relay and a consumer of the scratch service inside the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

from services.runtime.consumer import Consumer, Reading
from services.runtime.db import Database
from services.runtime.kafka import ProducerSettings
from services.runtime.metrics import Metrics
from services.runtime.relay import Relay, Sending
from services.runtime.subscription import Subscription
from tests.integration.runtime.scratch.service import SOURCE


class GaveUp(Exception):
    """A relay that would have ended its process."""


def give_up(reason: str) -> NoReturn:
    raise GaveUp(reason)


@asynccontextmanager
async def relaying(
    database: Database, bootstrap: str, settings: ProducerSettings | None = None
) -> AsyncIterator[Metrics]:
    """Relay the outbox of `database` for the length of the block."""
    sending = Sending(source=SOURCE, bootstrap=bootstrap, settings=settings or ProducerSettings())
    metrics = Metrics()
    relay = Relay(database, sending, metrics.relay, give_up=give_up)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run())
        yield metrics
        relay.stop()


@asynccontextmanager
async def consuming(
    database: Database, bootstrap: str, subscription: Subscription
) -> AsyncIterator[Metrics]:
    """Read `subscription` into `database` for the length of the block."""
    reading = Reading(
        group=f"group.{subscription.topic}", bootstrap=bootstrap, subscriptions=[subscription]
    )
    metrics = Metrics()
    consumer = Consumer(database, reading, metrics.consumer)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(consumer.run())
        yield metrics
        consumer.stop()
