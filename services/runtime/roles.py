"""The roles every service has: serve answers calls, consume reads events, relay sends them."""

import asyncio
import time
from datetime import timedelta
from typing import Final

from services.runtime import idempotency, inbox
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Verifier
from services.runtime.consumer import Consumer, Reading
from services.runtime.kafka import ConsumerSettings
from services.runtime.relay import Relay, Sending
from services.runtime.rpc.server import Edge, RpcServer, Service
from services.runtime.schedule import Schedule, Scheduler
from services.runtime.settings import Environment
from services.runtime.spec import Role, Runtime, ServiceSpec
from services.runtime.tx import Tx

# Topics keep events for 90 days; what comes again later than this is known by its version.
INBOX_KEPT: Final = timedelta(days=120)


class Serve:
    """Answers calls, and listens for the changes its streams wait for."""

    def __init__(self, spec: ServiceSpec, runtime: Runtime) -> None:
        self.ready = asyncio.Event()
        self._runtime = runtime
        self._stopping = asyncio.Event()
        service = Service(
            descriptor=spec.descriptor, permissions=spec.permissions, api=spec.api(runtime)
        )
        settings = runtime.settings
        self._server = RpcServer(service, _edge(runtime), settings.grpc_address)

    @property
    def port(self) -> int:
        """Where it listens, whatever port was asked for."""
        return self._server.port

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._runtime.feed.run(), name="change feed")
            await self._server.start()
            self.ready.set()
            await self._stopping.wait()
            await self._server.stop(timedelta(seconds=self._runtime.settings.drain_seconds / 2))
            listening.cancel()


def consume(spec: ServiceSpec, runtime: Runtime) -> Role:
    """Return this process as a member of the service's consumer group."""
    settings = runtime.settings
    reading = Reading(
        group=spec.name,
        bootstrap=settings.kafka_bootstrap,
        subscriptions=spec.subscriptions(runtime),
        settings=ConsumerSettings(session_ms=round(settings.kafka_session_seconds * 1000)),
    )
    return Consumer(runtime.database, reading, runtime.metrics.consumer)


def relay(spec: ServiceSpec, runtime: Runtime) -> Role:
    """Return this process as a candidate for the service's one relay, which runs its schedules."""
    sending = Sending(source=spec.source, bootstrap=runtime.settings.kafka_bootstrap)
    schedules = (*HOUSEKEEPING, *spec.schedules(runtime))
    scheduler = Scheduler(runtime.database, schedules, runtime.metrics)
    return Relay(runtime.database, sending, runtime.metrics.relay, scheduler.run)


def build(name: str, spec: ServiceSpec, runtime: Runtime) -> Role:
    """Return the role called `name`, which must be one of the service's."""
    match name:
        case "serve":
            return Serve(spec, runtime)
        case "consume":
            return consume(spec, runtime)
        case "relay":
            return relay(spec, runtime)
    return spec.extra_roles[name](runtime)


async def _prune_inbox(tx: Tx) -> None:
    await inbox.prune(tx, INBOX_KEPT)


HOUSEKEEPING: Final = (
    Schedule(name="prune inbox", every=timedelta(minutes=10), work=_prune_inbox),
    Schedule(name="prune request log", every=timedelta(hours=1), work=idempotency.prune),
)


def _edge(runtime: Runtime) -> Edge:
    settings = runtime.settings
    verifier = Verifier(
        keys=KeyFile(settings.jwks_file, time.monotonic),
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        clock=lambda: runtime.clock().timestamp(),
    )
    return Edge(
        database=runtime.database,
        verifier=verifier,
        registry=runtime.metrics.registry,
        limits=settings.rpc_limits,
        reflection=settings.environment is Environment.DEVELOPMENT,
        tls=settings.tls(),
    )
