"""A service as a process: what it needs, its roles side by side, and its end in order.

`python -m services.<name> [role ...]` runs the roles named, by default all of them; `migrate`
brings the database up to date; `parked` looks after events that could not be applied.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from services.kernel.errors import Unavailable
from services.runtime import parked_command, roles, topics
from services.runtime.adoption import Desks
from services.runtime.db import Database
from services.runtime.health import Health
from services.runtime.kafka import ProducerSettings
from services.runtime.metrics import Metrics
from services.runtime.migrate import MigrationRefused, migrate, missing
from services.runtime.settings import OwnerSettings, Settings, SettingsInvalid
from services.runtime.spec import Runtime, ServiceSpec
from services.runtime.supervisor import Supervisor
from services.runtime.telemetry import configure_logs, exporting
from services.runtime.topics import TopicsWrong
from services.runtime.version import VERSION
from services.runtime.watch import ChangeFeed

log = structlog.get_logger()

CLOSE_SECONDS: Final = 3.0


class SchemaBehind(Exception):
    """The database has not had all migrations of this build."""


# Why a process does not start, each a sentence an operator can act on.
NOT_STARTED: Final = (
    SettingsInvalid,
    SchemaBehind,
    MigrationRefused,
    TopicsWrong,
    Unavailable,
    KafkaError,
    OSError,
)


def run(spec: ServiceSpec, argv: Sequence[str]) -> int:
    """Do what the command line says; return the process's exit code: 0 only for a clean end."""
    try:
        match list(argv):
            case ["migrate"]:
                return _run(lambda: _migrate(spec))
            case ["parked", *rest]:
                return _run(lambda: _parked(spec, rest))
            case names if set(names) <= set(spec.roles):
                return _run(lambda: _serve(spec, names or spec.roles))
    except NOT_STARTED as fault:
        sys.stderr.write(f"{spec.name}: {type(fault).__name__}: {fault}\n")
        return 1
    choices = " ".join(f"[{role}]" for role in spec.roles)
    sys.stderr.write(f"usage: python -m services.{spec.name} {choices} | migrate | parked …\n")
    return 2


def _run(work: Callable[[], Coroutine[None, None, int]]) -> int:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415 - there is none on Windows

    return uvloop.new_event_loop


async def _serve(spec: ServiceSpec, names: Sequence[str]) -> int:
    """Run the roles `names` until a signal comes or one of them fails."""
    settings = Settings.read()
    configure_logs(spec.name, VERSION, settings.log_level)
    with exporting(spec.name, VERSION, settings.otlp_endpoint):
        return await _run_roles(spec, settings, names)


async def _run_roles(spec: ServiceSpec, settings: Settings, names: Sequence[str]) -> int:
    async with _runtime(spec, settings) as runtime:
        await _require_schema(spec, runtime.database)
        await _require_topics(spec, runtime, names)
        metrics = runtime.metrics
        health = Health(metrics.registry, metrics.loop_lag_seconds, runtime.database.ping)
        parts = {name: roles.build(name, spec, runtime) for name in spec.roles if name in names}
        async with await health.serve(settings.health_address):
            try:
                is_clean = await Supervisor(parts, health, settings.drain_seconds).run()
            except ExceptionGroup as failures:
                log.critical("role_failed", exc_info=failures)
                return 1
    return 0 if is_clean else 1


@asynccontextmanager
async def _runtime(spec: ServiceSpec, settings: Settings) -> AsyncIterator[Runtime]:
    def clock() -> datetime:
        return datetime.now(UTC)

    limits = settings.database_limits
    database = await Database.open(settings.dsn, f"makeready-{spec.name}", limits, clock)
    try:
        feed = ChangeFeed(database)
        yield Runtime(
            settings=settings, database=database, feed=feed, metrics=Metrics(), clock=clock
        )
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await database.close()


async def _require_schema(spec: ServiceSpec, database: Database) -> None:
    connection = await database.connect()
    try:
        behind = await missing(connection, [spec.migrations])
    finally:
        await connection.close()
    if behind:
        raise SchemaBehind(f"not yet migrated: {', '.join(behind)}")


async def _require_topics(spec: ServiceSpec, runtime: Runtime, names: Sequence[str]) -> None:
    """Services look at topics and never make them; who only serves needs no broker."""
    read = [each.topic for each in spec.subscriptions(runtime)] if "consume" in names else []
    written = list(spec.publishes) if "relay" in names else []
    if read or written:
        largest_bytes = ProducerSettings().batch_bytes
        await topics.require(runtime.settings.kafka_bootstrap, read + written, largest_bytes)


async def _migrate(spec: ServiceSpec) -> int:
    for name in await migrate(OwnerSettings.read().owner_dsn, [spec.migrations]):
        sys.stdout.write(f"applied {name}\n")
    return 0


async def _parked(spec: ServiceSpec, arguments: Sequence[str]) -> int:
    order = parked_command.parse(spec.name, arguments)
    async with _runtime(spec, Settings.read()) as runtime:
        desks = Desks(runtime.database, spec.name, spec.subscriptions(runtime))
        return await parked_command.carry_out(order, desks)
