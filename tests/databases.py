"""A database per test: cloned from its service's template, which is migrated once per run."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from demo.databases import ServiceDatabase, define, drop, prepare, roles
from demo.servers.postgres import PostgresServer
from services.runtime.migrate import migrate

SERVICES: Final = Path(__file__).parent.parent / "services"


def migrations_of(service: str) -> Path:
    """Return the folder of a service's migrations."""
    return SERVICES / service / "migrations"


@dataclass(slots=True)
class Templates:
    """Makes databases on one server. Roles and names carry the run, so that runs may share it."""

    server: PostgresServer
    run: str = field(default_factory=lambda: f"_t{secrets.token_hex(3)}")
    _templates: dict[str, ServiceDatabase] = field(default_factory=dict)
    _clones: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def clone(self, service: str, folders: Sequence[Path] | None = None) -> ServiceDatabase:
        """Return a new database of `service`, migrated and empty.

        `folders` replace the service's own migrations, for services only tests have.
        """
        async with self._lock:
            template = await self._template(service, folders)
            self._clones += 1
            name = f"{template.name}_{self._clones}"
            owner, app = roles(service, self.run)
            create = "CREATE DATABASE %I OWNER %I TEMPLATE %I"
            await self._define(create, name, owner, template.name)
            await self._define("REVOKE ALL ON DATABASE %I FROM PUBLIC", name)
            await self._define("GRANT CONNECT ON DATABASE %I TO %I", name, app)
        return ServiceDatabase(
            name=name,
            owner_dsn=_elsewhere(template.owner_dsn, name),
            app_dsn=_elsewhere(template.app_dsn, name),
        )

    async def remove(self, database: ServiceDatabase) -> None:
        """Drop a database, whoever is connected."""
        await self._define("DROP DATABASE IF EXISTS %I WITH (FORCE)", database.name)

    async def close(self) -> None:
        """Drop what is left of the run."""
        await drop(self.server, self._templates, self.run)

    async def _template(self, service: str, folders: Sequence[Path] | None) -> ServiceDatabase:
        if service not in self._templates:
            made = await prepare(self.server, [service], self.run)
            await migrate(made[service].owner_dsn, folders or [migrations_of(service)])
            self._templates[service] = made[service]
        return self._templates[service]

    async def _define(self, statement: str, *names: str) -> None:
        connection = await asyncpg.connect(self.server.superuser_dsn)
        try:
            await define(connection, statement, *names)
        finally:
            await connection.close()


def _elsewhere(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
