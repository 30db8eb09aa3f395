"""A service behind its real server in the test's process: real chain, tokens and database."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc

from demo.client import OPTIONS, Channels, Client
from demo.databases import ServiceDatabase
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.db import Database
from services.runtime.metrics import Metrics
from services.runtime.roles import Serve
from services.runtime.settings import Environment, Settings
from services.runtime.spec import Runtime, ServiceSpec
from services.runtime.watch import ChangeFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A service that answers. `database` is its own, for a look behind the contract."""

    database: Database
    channel: grpc.aio.Channel
    issuer: Issuer

    def client(
        self,
        *roles: str,
        orgs: Iterable[str] = ("RYA",),
        read_orgs: Iterable[str] = (),
        subject: str = "test",
    ) -> Client:
        """Return a caller with `roles`, acting for `orgs`."""
        grant = Grant(subject=subject, roles=roles, orgs=orgs, read_orgs=read_orgs)
        token = self.issuer.token(grant, datetime.now(UTC))
        channels = Channels(fleet=self.channel, hubs=self.channel, capital=self.channel)
        return Client(channels, token)


@asynccontextmanager
async def serving(
    spec: ServiceSpec, made: ServiceDatabase, issuer: Issuer
) -> AsyncIterator[Served]:
    """Serve `spec` from the database `made`, on a port of its own."""
    settings = _settings(made, issuer)
    database = await Database.open(made.app_dsn, spec.name, settings.database_limits)
    runtime = Runtime(
        settings=settings,
        database=database,
        feed=ChangeFeed(database),
        metrics=Metrics(),
        clock=lambda: datetime.now(UTC),
    )
    role = Serve(spec, runtime)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(role.run(), name=f"serve {spec.name}")
        async with grpc.aio.insecure_channel(f"127.0.0.1:{role.port}", OPTIONS) as channel:
            yield Served(database=database, channel=channel, issuer=issuer)
        role.stop()
    await database.close()


def _settings(made: ServiceDatabase, issuer: Issuer) -> Settings:
    return Settings.model_validate(
        {
            "dsn": made.app_dsn,
            "kafka_bootstrap": "127.0.0.1:9",
            "jwks_file": issuer.jwks_file,
            "jwt_issuer": issuer.issuer,
            "jwt_audience": issuer.audience,
            "environment": Environment.DEVELOPMENT,
            "grpc_address": "127.0.0.1:0",
            "drain_seconds": 5,
            "connections": 8,
        }
    )
