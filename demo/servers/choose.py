"""The two servers everything here runs on: those the environment names, or our own."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass
from pathlib import Path

from demo.servers.child import Progress, silent
from demo.servers.kafka import KafkaServer, kafka
from demo.servers.postgres import PostgresServer, Profile, postgres


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """A PostgreSQL server with its superuser, and a Kafka broker."""

    postgres: PostgresServer
    kafka: KafkaServer


@asynccontextmanager
async def servers(
    directory: Path | None = None,
    profile: Profile = Profile.DURABLE,
    progress: Progress = silent,
    environment: Mapping[str, str] = os.environ,
) -> AsyncIterator[Servers]:
    """Run for the length of the block the servers that `environment` does not name.

    MAKEREADY_POSTGRES_DSN (a superuser's) and MAKEREADY_KAFKA_BOOTSTRAP name them. Without a
    `directory` the data go with the block.
    """
    with home(directory) as place:
        database = chosen_postgres(environment, place / "postgres", profile, progress)
        broker = chosen_kafka(environment, place / "kafka", progress)
        async with AsyncExitStack() as running:
            async with asyncio.TaskGroup() as starting:
                postgres_started = starting.create_task(running.enter_async_context(database))
                kafka_started = starting.create_task(running.enter_async_context(broker))
            yield Servers(postgres=postgres_started.result(), kafka=kafka_started.result())


def chosen_postgres(
    environment: Mapping[str, str], directory: Path, profile: Profile, progress: Progress
) -> AbstractAsyncContextManager[PostgresServer]:
    dsn = environment.get("MAKEREADY_POSTGRES_DSN")
    return nullcontext(PostgresServer.parse(dsn)) if dsn else postgres(directory, profile, progress)


def chosen_kafka(
    environment: Mapping[str, str], directory: Path, progress: Progress
) -> AbstractAsyncContextManager[KafkaServer]:
    bootstrap = environment.get("MAKEREADY_KAFKA_BOOTSTRAP")
    return (
        nullcontext(KafkaServer(bootstrap=bootstrap)) if bootstrap else kafka(directory, progress)
    )


@contextmanager
def home(directory: Path | None) -> Iterator[Path]:
    """Yield `directory`, or a temporary one that goes with the block."""
    if directory is not None:
        yield directory
        return
    with tempfile.TemporaryDirectory(prefix="makeready-") as temporary:
        yield Path(temporary)
