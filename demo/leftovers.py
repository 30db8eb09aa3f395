"""What an earlier run left on servers that outlive it. A day is played on empty ones only."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from demo.events import reader
from demo.mirror import asked_until
from demo.servers.postgres import PostgresServer


class Leftovers(Exception):
    """The servers are not empty; says what is there."""

    def __init__(self, what: str, names: Iterable[str]) -> None:
        super().__init__(
            f"an earlier run left its data in the {what} {', '.join(names)}: give --reset to"
            " remove the services' databases and topics, or name empty servers"
        )


async def refuse_used(server: PostgresServer, services: Iterable[str]) -> None:
    """Raise Leftovers when a service has ever published anything from its database."""
    if used := [name for name in services if await has_published(server, name)]:
        raise Leftovers("databases", used)


async def refuse_records(bootstrap: str, topics: Iterable[str]) -> None:
    """Raise Leftovers when a topic holds a record."""
    if held := await holding_records(bootstrap, topics):
        raise Leftovers("topics", held)


async def remove_topics(bootstrap: str, topics: Iterable[str]) -> None:
    """Remove topics and all that is on them."""
    async with administration(bootstrap) as admin:
        if gone := await known(admin, topics):
            await admin.delete_topics(gone)

        async def still_there() -> str:
            return ", ".join(await known(admin, gone))

        await asked_until(still_there)


async def has_published(server: PostgresServer, service: str) -> bool:
    try:
        connection = await asyncpg.connect(server.dsn(service))
    except asyncpg.InvalidCatalogNameError:
        return False
    try:
        known = await connection.fetchval("SELECT to_regclass('public.outbox_stream') IS NOT NULL")
        query = "SELECT EXISTS (SELECT FROM outbox_stream)"
        return bool(known and await connection.fetchval(query))
    finally:
        await connection.close()


async def holding_records(bootstrap: str, topics: Iterable[str]) -> list[str]:
    """Return those of the topics that are there and hold a record."""
    async with administration(bootstrap) as admin:
        there = await known(admin, topics)
    if not there:
        return []
    async with reader(bootstrap, there) as consumer:
        partitions = consumer.assignment()
        first = await consumer.beginning_offsets(partitions)
        last = await consumer.end_offsets(partitions)
    return sorted({one.topic for one in partitions if last[one] > first[one]})


@asynccontextmanager
async def administration(bootstrap: str) -> AsyncGenerator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def known(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> list[str]:
    """Return those of the topics that are there."""
    return sorted(set(topics) & set(await admin.list_topics()))
