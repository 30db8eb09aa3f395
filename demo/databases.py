"""A database and two roles for each service on a PostgreSQL server: the owner, and the application.

The owner migrates; the application reads and writes rows, owns nothing and is bound by row level
security. docker-compose.yml does the same with deploy/postgres/init.sql.
"""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import asyncpg

from demo.servers.postgres import PostgresServer

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# Names are numbered as in format(): 1 the database, 2 its owner, 3 its application.
OWN: Final = (
    "ALTER SCHEMA public OWNER TO %2$I",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON DATABASE %1$I FROM PUBLIC",
    "GRANT CONNECT ON DATABASE %1$I TO %3$I",
    "GRANT USAGE ON SCHEMA public TO %3$I",
    "SET ROLE %2$I",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %3$I",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO %3$I",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDatabase:
    """Where one service keeps its data."""

    name: str
    owner_dsn: str = field(repr=False)
    app_dsn: str = field(repr=False)


async def prepare(
    server: PostgresServer, services: Iterable[str], suffix: str = ""
) -> dict[str, ServiceDatabase]:
    """Make what is missing, give every role a new password, and return the databases by service.

    `suffix` sets databases and roles of this run apart from those of others on the same server.
    """
    names = list(services)
    made = await asyncio.gather(*(_prepare(server, name, suffix) for name in names))
    return dict(zip(names, made, strict=True))


async def drop(server: PostgresServer, services: Iterable[str], suffix: str = "") -> None:
    """Remove the databases and roles that `prepare` makes, whoever is connected."""
    connection = await asyncpg.connect(server.superuser_dsn)
    try:
        for service in services:
            await define(connection, "DROP DATABASE IF EXISTS %I WITH (FORCE)", service + suffix)
            for role in roles(service, suffix):
                await define(connection, "DROP ROLE IF EXISTS %I", role)
    finally:
        await connection.close()


async def _prepare(server: PostgresServer, service: str, suffix: str) -> ServiceDatabase:
    name = service + suffix
    owner, app = roles(service, suffix)
    connection = await asyncpg.connect(server.superuser_dsn)
    try:
        passwords = [await _login(connection, role) for role in (owner, app)]
        await _create(connection, name, owner)
    finally:
        await connection.close()
    await _own(server.dsn(name), name, owner, app)
    return ServiceDatabase(
        name=name,
        owner_dsn=server.dsn(name, owner, passwords[0]),
        app_dsn=server.dsn(name, app, passwords[1]),
    )


async def _login(connection: Connection, role: str) -> str:
    """Make sure of a role that can log in and nothing else, and return its new password."""
    password = secrets.token_urlsafe()
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    if not known:
        await define(connection, "CREATE ROLE %I", role)
    await define(
        connection,
        "ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD %L",
        role,
        password,
    )
    return password


async def _create(connection: Connection, name: str, owner: str) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    if not known:
        await define(connection, "CREATE DATABASE %I OWNER %I TEMPLATE template0", name, owner)


async def _own(dsn: str, name: str, owner: str, app: str) -> None:
    """Let the application use what the owner makes, now and later, and nobody else."""
    connection = await asyncpg.connect(dsn)
    try:
        for template in OWN:
            await define(connection, template, name, owner, app)
    finally:
        await connection.close()


async def define(connection: Connection, template: str, *names: str) -> None:
    """Run a statement that takes names: %I is an identifier, %L a literal, as in format()."""
    statement = await connection.fetchval(
        "SELECT format($1, VARIADIC $2::text[])", template, list(names)
    )
    await connection.execute(statement)


def roles(service: str, suffix: str = "") -> tuple[str, str]:
    """Return the names of a service's owner and of its application role."""
    return f"{service}{suffix}_owner", f"{service}{suffix}_app"
