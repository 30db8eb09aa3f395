"""From a committed event in fleet to its committed effect in capital: how soon, how many a second.

Both ends are read from PostgreSQL's own commit timestamps: what is measured measures nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final
from uuid import uuid4

import asyncpg
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as fleet
from makeready.fleet.v1 import vehicle_pb2

from benchmarks import announce, bare_kafka, load
from benchmarks.bare_kafka import Latency
from benchmarks.result import Row, duration, rate
from benchmarks.stable import SCOPE, SUBJECT
from demo.client import Channels, Client, each
from demo.mirror import asked_until
from demo.platform import Member, Platform, Setup
from services.runtime.auth.issue import Grant
from services.runtime.db import Database

VEHICLES: Final = 3_000
PER_SECOND: Final = 300
BACKLOG_TRANSACTION: Final = 500
PATIENCE: Final = timedelta(minutes=2)
SETTINGS: Final = {"MAKEREADY_CALLS_PER_SECOND": "100000", "MAKEREADY_BURST_CALLS": "100000"}
MEMBERS: Final = (
    Member(name="fleet", service="fleet", roles=("serve", "relay")),
    Member(name="capital", service="capital", roles=("consume",)),
)


async def measure(rounds: int, events: int) -> list[Row]:
    """Measure latency at 300 a second, and the rate at which a backlog is worked off."""
    by_events: list[Latency] = []
    by_calls: list[Latency] = []
    rates: list[float] = []
    async with Platform(Setup(members=MEMBERS, settings=SETTINGS)) as platform:
        bare = [await bare_kafka.latency(platform.bootstrap, PER_SECOND) for _ in range(rounds)]
        bare_rates = [await bare_kafka.rate(platform.bootstrap, events) for _ in range(rounds)]
        yard = Yard(platform)
        for _ in range(rounds):
            vehicle_ids = await yard.register()
            by_events.append(await yard.latency_of_events(vehicle_ids))
            by_calls.append(await yard.latency_of_calls(vehicle_ids))
            rates.append(await yard.backlog(vehicle_ids, events))
    return [
        *_durations(f"{PER_SECOND} events/s, commit to effect", by_events, bare),
        *_durations(f"{PER_SECOND} DeployVehicle/s, commit to effect", by_calls, bare),
        rate("outbox to effect", "bare-kafka", "events/s", rates, bare_rates),
    ]


def _durations(case: str, found: Sequence[Latency], bare: Sequence[Latency]) -> Iterator[Row]:
    for name, read in (("p50", attrgetter("p50_ms")), ("p99", attrgetter("p99_ms"))):
        ours, theirs = list(map(read, found)), list(map(read, bare))
        yield duration(f"{case} {name}", "bare-kafka", "ms", ours, theirs)


class Yard:
    """Vehicles of synthetic data, and what happens to them in fleet and capital."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._fleet = platform.servers.postgres.dsn(platform.databases["fleet"].name)
        self._capital = platform.servers.postgres.dsn(platform.databases["capital"].name)
        self._next = 0

    async def register(self) -> list[str]:
        """Register vehicles as any caller would, and wait until capital knows them."""
        grant = Grant(subject=SUBJECT, roles=["fleet.manager"], orgs=["RYA"])
        numbers = range(self._next, self._next + VEHICLES)
        self._next += VEHICLES
        hub_id = str(uuid4())
        async with self._platform.channel("fleet") as channel:
            # Nobody but fleet serves here.
            channels = Channels(fleet=channel, hubs=channel, capital=channel)
            client = Client(channels, self._platform.token(grant))
            vehicle_ids = await each(numbers, lambda number: _registered(client, number, hub_id))
        await self._settled()
        return vehicle_ids

    async def latency_of_events(self, vehicle_ids: Sequence[str]) -> Latency:
        """Commit an event for each vehicle at an even pace, and compare the commits."""
        dsn = self._platform.databases["fleet"].app_dsn
        await announce.elsewhere(
            announce.Orders(dsn=dsn, vehicle_ids=list(vehicle_ids), per_second=PER_SECOND)
        )
        # The stream's head is written by the event's own transaction.
        return await self._compare(
            "events",
            """
            SELECT key::uuid AS vehicle_id, pg_xact_commit_timestamp(xmin) AS at
              FROM outbox_stream
             WHERE topic = 'fleet.vehicle.v1'
               AND key = ANY ($1::text[])
            """,
            vehicle_ids,
        )

    async def latency_of_calls(self, vehicle_ids: Sequence[str]) -> Latency:
        """Deploy each vehicle once, at an even pace, and compare the commits."""
        token = self._platform.token(Grant(subject=SUBJECT, roles=["fleet.manager"], orgs=["RYA"]))
        await load.elsewhere(
            load.Orders(
                address=self._platform.address("fleet"),
                method="DeployVehicle",
                token=token,
                vehicle_ids=list(vehicle_ids),
                per_second=PER_SECOND,
                seconds=60,
            )
        )
        return await self._compare(
            "calls",
            """
            SELECT vehicle_id, pg_xact_commit_timestamp(xmin) AS at
              FROM status_history
             WHERE to_state = 'DEPLOYED'
               AND vehicle_id = ANY ($1::uuid[])
            """,
            vehicle_ids,
        )

    async def _compare(self, what: str, causes_sql: str, vehicle_ids: Sequence[str]) -> Latency:
        """Return what lay between the commits of causes in fleet and of effects in capital."""
        await self._settled()
        causes = await self._commits(self._fleet, causes_sql, vehicle_ids)
        effects = await self._commits(
            self._capital,
            """
            SELECT id AS vehicle_id, pg_xact_commit_timestamp(xmin) AS at
              FROM known_vehicle
             WHERE id = ANY ($1::uuid[])
            """,
            vehicle_ids,
        )
        found = Latency.of([(effects[key] - at) / _MILLISECOND for key, at in causes.items()])
        pace = (len(causes) - 1) / (max(causes.values()) - min(causes.values())).total_seconds()
        print(f"  {pace:.0f} {what}/s: p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms")
        return found

    async def backlog(self, vehicle_ids: Sequence[str], events: int) -> float:
        """Fill the outbox while nobody sends, then have it sent; return effects a second."""
        # The reader stays up: what is measured is a standing backlog, not a process that starts.
        await self._platform.stop("fleet")
        await self._fill(vehicle_ids, events)
        await self._execute(self._capital, "TRUNCATE inbox")
        await self._platform.start(MEMBERS[0])
        await self._platform.ready("fleet")
        await self._settled()
        found = await self._rate(events)
        print(f"  backlog of {events:,}: {found:,.0f} events/s")
        return found

    async def _fill(self, vehicle_ids: Sequence[str], events: int) -> None:
        database = await Database.open(self._platform.databases["fleet"].app_dsn, "bench")
        try:
            for first in range(0, events, BACKLOG_TRANSACTION):
                numbers = range(first, min(first + BACKLOG_TRANSACTION, events))
                async with database.write(SCOPE) as tx:
                    announce.announce(tx, vehicle_ids, numbers)
        finally:
            await database.close()

    async def _rate(self, events: int) -> float:
        connection = await asyncpg.connect(self._capital)
        try:
            batches = await connection.fetch(
                """
                SELECT pg_xact_commit_timestamp(xmin) AS at, count(*) AS events
                  FROM inbox
                 GROUP BY 1
                 ORDER BY 1
                """
            )
        finally:
            await connection.close()
        if sum(batch["events"] for batch in batches) != events:
            raise RuntimeError("capital has not seen every event once")
        # From the first batch's commit on, so that the relay's own start is left out.
        span: timedelta = batches[-1]["at"] - batches[0]["at"]
        return (events - int(batches[0]["events"])) / span.total_seconds()

    async def _settled(self) -> None:
        """Return once fleet's outbox is empty and capital has come as far as fleet has."""
        outbox, capital = await asyncpg.connect(self._fleet), await asyncpg.connect(self._capital)
        sent = "SELECT sum(version) FROM outbox_stream WHERE topic = $1"
        seen = "SELECT sum(version) FROM inbox_position WHERE topic = $1"

        async def missing() -> str:
            told, heard = (
                await outbox.fetchval(sent, announce.TOPIC),
                await capital.fetchval(seen, announce.TOPIC),
            )
            return "" if told == heard else f"capital to have heard {told} events, not {heard}"

        try:
            await asked_until(missing, PATIENCE)
        finally:
            await outbox.close()
            await capital.close()

    async def _commits(
        self, dsn: str, sql: str, vehicle_ids: Sequence[str]
    ) -> dict[object, datetime]:
        connection = await asyncpg.connect(dsn)
        try:
            return {
                row["vehicle_id"]: row["at"] for row in await connection.fetch(sql, vehicle_ids)
            }
        finally:
            await connection.close()

    async def _execute(self, dsn: str, sql: str) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


_MILLISECOND: Final = timedelta(milliseconds=1)


async def _registered(client: Client, number: int, hub_id: str) -> str:
    request = fleet.RegisterVehicleRequest(
        trust="RYA",
        fleet_number=f"B{number}",
        vrm=_mark(number),
        vin=f"ZFA25000{number:09d}",
        vehicle_type=kind.VEHICLE_TYPE_DCA,
        technology=kind.TECHNOLOGY_DIESEL,
        home_hub_id=hub_id,
        in_service_on="2024-05-01",
        first_registered_on="2024-04-20",
        mot_expires_on="2099-04-19",
        tax_expires_on="2099-04-19",
        opening_state=vehicle_pb2.VEHICLE_STATE_MADE_READY,
    )
    reply = await client(client.fleet.RegisterVehicle, request)
    return reply.vehicle.vehicle_id


def _mark(number: int) -> str:
    """Return a current-style registration mark of its own for each number under 650,000."""
    letters = "ABCDEFGHJKLMNOPRSTUVWXYZ"[number // 27_648 % 24]
    rest, pair = divmod(number, 48)
    last = [*"ABCDEFGHJKLMNOPRSTUVWXYZ"]
    tail = last[rest % 24] + last[rest // 24 % 24] + letters
    return f"BX{pair + 2:02d}{tail}"
