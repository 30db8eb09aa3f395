"""Fleet served in this process over real gRPC, with a database and a clock of the test's own."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import grpc.aio
import pytest_asyncio
from makeready.fleet.v1 import fleet_service_pb2 as pb
from prometheus_client import CollectorRegistry

from demo.servers.choose import Servers
from services.fleet.api.fleet import FleetApi
from services.fleet.permissions import PERMISSIONS
from services.runtime.auth.issue import Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Verifier
from services.runtime.db import Database, Limits
from services.runtime.rpc.server import Edge, RpcServer, Service
from services.runtime.watch import ChangeFeed
from tests.conftest import NewDatabase
from tests.integration.fleet.stage import Clock, Fleet


@pytest_asyncio.fixture
async def fleet(
    servers: Servers, new_database: NewDatabase, issuer: Issuer
) -> AsyncIterator[Fleet]:
    made = await new_database("fleet")
    clock = Clock()
    database = await Database.open(made.app_dsn, "fleet", Limits(connections=8), clock)
    feed = ChangeFeed(database)
    service = Service(
        descriptor=pb.DESCRIPTOR.services_by_name["FleetService"],
        permissions=PERMISSIONS,
        api=FleetApi(database, feed, clock),
    )
    verifier = Verifier(
        keys=KeyFile(issuer.jwks_file, time.monotonic),
        issuer=issuer.issuer,
        audience=issuer.audience,
        clock=time.time,
    )
    edge = Edge(database=database, verifier=verifier, registry=CollectorRegistry())
    server = RpcServer(service, edge, "127.0.0.1:0")
    superuser = await asyncpg.connect(servers.postgres.dsn(made.name))
    await server.start()
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{server.port}")
    listening = asyncio.create_task(feed.run())
    yield Fleet(database, clock, superuser, channel, issuer)
    listening.cancel()
    await asyncio.wait([listening])
    await channel.close()
    await server.stop(timedelta(0))
    await superuser.close()
    await database.close()
