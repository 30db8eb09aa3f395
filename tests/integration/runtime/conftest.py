"""A yard: the runtime's tables and one of vehicles, new for every test, and who comes there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import pytest_asyncio

from demo.servers.choose import Servers
from services.kernel.ids import OdsCode
from services.runtime.db import Database, Limits
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from tests.conftest import NewDatabase

RYA, RX1 = OdsCode("RYA"), OdsCode("RX1")
MIGRATIONS: Final = Path(__file__).parent / "yard" / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A database of one test: as the application, as the owner, and as the server's superuser."""

    name: str
    app_dsn: str
    owner_dsn: str
    superuser_dsn: str


@pytest_asyncio.fixture
async def site(servers: Servers, new_database: NewDatabase) -> Site:
    made = await new_database("yard", [MIGRATIONS])
    return Site(
        name=made.name,
        app_dsn=made.app_dsn,
        owner_dsn=made.owner_dsn,
        superuser_dsn=servers.postgres.dsn(made.name),
    )


@pytest_asyncio.fixture
async def superuser(site: Site) -> AsyncIterator["Connection"]:
    """Sees every row: what a test asserts on, and nothing a service could be given."""
    connection = await asyncpg.connect(site.superuser_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def database(site: Site) -> AsyncIterator[Database]:
    database = await Database.open(site.app_dsn, "test", Limits(connections=8))
    yield database
    await database.close()


@pytest.fixture
def manager() -> Scope:
    return Scope(subject="alice", roles=frozenset({"fleet.manager"}), orgs=frozenset({RYA}))


@pytest.fixture
def planner() -> Scope:
    roles = frozenset({"system.planner"})
    return Scope(subject="iris", roles=roles, read_orgs=frozenset({RYA, RX1}))
