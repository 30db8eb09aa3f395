"""What tests stand on: one real PostgreSQL and one real Kafka per run, a fresh database per test.

MAKEREADY_POSTGRES_DSN and MAKEREADY_KAFKA_BOOTSTRAP name other servers than the embedded ones.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import token_hex
from typing import Protocol

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from demo.databases import ServiceDatabase
from demo.servers.choose import Servers
from demo.servers.choose import servers as running_servers
from demo.servers.postgres import Profile
from services.runtime import topics
from services.runtime.auth.issue import Issuer
from services.runtime.db import Database, Limits
from services.runtime.spec import ServiceSpec
from services.runtime.topics import Topic
from tests.databases import Templates
from tests.served import Served, serving

# An example that takes long is a busy machine's, not a fault.
settings.register_profile(
    "makeready", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("makeready")


class NewDatabase(Protocol):
    """Makes a database of a service, migrated and empty, that goes when the test ends."""

    def __call__(
        self, service: str, folders: Sequence[Path] | None = None
    ) -> Awaitable[ServiceDatabase]: ...


class OpenDatabase(Protocol):
    """Opens a new database of a service as the service does: under its application role."""

    def __call__(
        self, service: str, folders: Sequence[Path] | None = None
    ) -> Awaitable[Database]: ...


Say = Callable[..., None]
NewTopic = Callable[[], Awaitable[str]]
Serve = Callable[[ServiceSpec], Awaitable[Served]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints lines whether the test passes or not: seeds and counts are part of a proof."""

    def print_lines(*lines: str) -> None:
        with capsys.disabled():
            print("", *lines, sep="\n")  # noqa: T201 - what a proof rests on is told

    return print_lines


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers() -> AsyncIterator[Servers]:
    async with running_servers(profile=Profile.FAST) as running:
        yield running


@pytest.fixture(scope="session")
def bootstrap(servers: Servers) -> str:
    """Where the broker listens."""
    return servers.kafka.bootstrap


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def templates(servers: Servers) -> AsyncIterator[Templates]:
    made = Templates(servers.postgres)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def new_database(templates: Templates) -> AsyncIterator[NewDatabase]:
    made: list[ServiceDatabase] = []

    async def make(service: str, folders: Sequence[Path] | None = None) -> ServiceDatabase:
        made.append(await templates.clone(service, folders))
        return made[-1]

    yield make
    for database in made:
        await templates.remove(database)


@pytest_asyncio.fixture
async def open_database(new_database: NewDatabase) -> AsyncIterator[OpenDatabase]:
    opened: list[Database] = []

    async def open_one(service: str, folders: Sequence[Path] | None = None) -> Database:
        made = await new_database(service, folders)
        opened.append(await Database.open(made.app_dsn, service, Limits(connections=8)))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


@pytest_asyncio.fixture
async def fleet_database(open_database: OpenDatabase) -> Database:
    return await open_database("fleet")


@pytest_asyncio.fixture
async def hubs_database(open_database: OpenDatabase) -> Database:
    return await open_database("hubs")


@pytest_asyncio.fixture
async def capital_database(open_database: OpenDatabase) -> Database:
    return await open_database("capital")


@pytest.fixture
def new_topic(bootstrap: str) -> NewTopic:
    """Makes a topic of six partitions that no other test knows."""

    async def make() -> str:
        name = f"test.{token_hex(6)}.v1"
        topic = Topic(name=name, partitions=6, replication=1, config={})
        await topics.create(bootstrap, [topic])
        return name

    return make


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Signs tokens; its `jwks_file` is what a service verifies them with."""
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest_asyncio.fixture
async def serve(new_database: NewDatabase, issuer: Issuer) -> AsyncIterator[Serve]:
    """Serves a service from a new database until the test ends."""
    async with AsyncExitStack() as running:

        async def serve_one(spec: ServiceSpec) -> Served:
            made = await new_database(spec.name)
            return await running.enter_async_context(serving(spec, made, issuer))

        yield serve_one
