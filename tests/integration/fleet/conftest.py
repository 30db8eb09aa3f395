"""Fleet served in this process over real gRPC, on a database and by a clock of the tests' own."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

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
from tests.databases import Templates
from tests.integration.fleet.stage import Clock, Fleet

# As a replica, since the history refuses to be emptied by anybody else.
EMPTY: Final = """
    SET session_replication_role = replica;
    TRUNCATE vehicle, vrm_history, status_history, vor_episode, defect, odometer_reading,
             life_policy, replacement_cycle, disposal, hub, outbox, outbox_stream, request_log;
    SET session_replication_role = origin;
"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(servers: Servers, templates: Templates, issuer: Issuer) -> AsyncIterator[Fleet]:
    """One server on one database for all tests of fleet."""
    made = await templates.clone("fleet")
    clock = Clock()
    database = await Database.open(made.app_dsn, "fleet", Limits(connections=8), clock)
    feed = ChangeFeed(database)
    listening = asyncio.create_task(feed.run())
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
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield Fleet(database, clock, superuser, channel, issuer)
    await server.stop(timedelta(0))
    listening.cancel()
    await asyncio.wait([listening])
    await superuser.close()
    await database.close()
    await templates.remove(made)


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(served: Fleet) -> Fleet:
    """Fleet with an empty register, at ten in the morning."""
    await served.do(EMPTY)
    served.open()
    return served
