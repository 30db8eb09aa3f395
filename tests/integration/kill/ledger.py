"""The checker: what every service says it told, against what every other says it heard and did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from demo.mirror import asked_until
from demo.platform import Platform
from demo.process import ROOT
from services.runtime import topics

READS: Final[Mapping[str, tuple[str, ...]]] = {
    "fleet": ("hubs.job.v1", "capital.renewal.v1"),
    "hubs": ("fleet.vehicle.v1",),
    "capital": ("fleet.vehicle.v1", "fleet.replacement-cycle.v1", "hubs.throughput.v1"),
}
PARTITIONS: Final = {
    topic.name: topic.partitions
    for topic in topics.read(ROOT / "deploy" / "kafka" / "topics.yaml", replication=1)
}
# The last one killed starts again first, on a machine that may be busy.
PATIENCE: Final = timedelta(seconds=120)
Streams = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Events told, and how many of them were not heard, heard twice, or told out of order."""

    told: int
    lost: int
    doubled: int
    out_of_order: int
    repeats_absorbed: int
    parked: int


class Ledger:
    """Looks into the three databases and the topics, past every service."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        postgres = platform.servers.postgres
        self._dsns = {name: postgres.dsn(each.name) for name, each in platform.databases.items()}

    async def settled(self) -> None:
        """Return once nothing waits to be told or heard."""
        await asked_until(self._unsettled, PATIENCE)

    async def findings(self) -> Findings:
        """Compare everything that was told with everything that was heard."""
        told = await self._told()
        heard = {name: await self._heard(name) for name in READS}
        lost = sum(
            max(0, version - heard[reader].get(stream, 0))
            for stream, version in told.items()
            for reader, read in READS.items()
            if stream[0] in read
        )
        order = await self._order(told)
        return Findings(
            told=sum(told.values()),
            lost=lost + order["missing"],
            doubled=await self._doubled(told),
            out_of_order=order["out of order"],
            repeats_absorbed=order["repeats"],
            parked=await self._parked(),
        )

    async def count(self, service: str, sql: str) -> Counter[str]:
        """Return the counts of a query of two columns: a key and how often."""
        return Counter({str(row[0]): row[1] for row in await self._rows(service, sql)})

    async def _unsettled(self) -> str:
        told = await self._told()
        for reader, read in READS.items():
            heard = await self._heard(reader)
            behind = [s for s, v in told.items() if s[0] in read and heard.get(s, 0) != v]
            if behind:
                return f"{reader} to hear of {len(behind)} keys, as {behind[0]}"
        return ""

    async def _told(self) -> Streams:
        told: Streams = {}
        for service in READS:
            rows = await self._rows(service, "SELECT topic, key, version FROM outbox_stream")
            told |= {(row["topic"], row["key"]): row["version"] for row in rows}
        return told

    async def _heard(self, reader: str) -> Streams:
        rows = await self._rows(reader, "SELECT topic, key, version FROM inbox_position")
        return {(row["topic"], row["key"]): row["version"] for row in rows}

    async def _doubled(self, told: Streams) -> int:
        """Count effects beyond one for each event: what capital counted as it applied them."""
        rows = await self._rows(
            "capital", "SELECT topic, sum(events_applied) AS n FROM freshness GROUP BY topic"
        )
        applied = {row["topic"]: int(row["n"]) for row in rows}
        once = Counter[str]()
        for (topic, _), version in told.items():
            once[topic] += version
        return sum(max(0, count - once[topic]) for topic, count in applied.items())

    async def _parked(self) -> int:
        found = 0
        for service in READS:
            rows = await self._rows(
                service,
                "SELECT (SELECT count(*) FROM parked_event) + (SELECT count(*) FROM dead_event)",
            )
            found += int(rows[0][0])
        return found

    async def _order(self, told: Streams) -> Counter[str]:
        """Read every topic from its beginning: versions of a key come first in their order."""
        reached: Streams = {}
        found: Counter[str] = Counter()
        for topic in sorted({topic for topic, _ in told}):
            for key, version in await self._read(topic):
                last = reached.get((topic, key), 0)
                reached[topic, key] = max(last, version)
                found["repeats"] += version <= last
                found["out of order"] += version > last + 1
        found["missing"] = sum(version - reached.get(stream, 0) for stream, version in told.items())
        return found

    async def _read(self, topic: str) -> list[tuple[str, int]]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._platform.bootstrap, enable_auto_commit=False
        )
        await consumer.start()
        try:
            partitions = [TopicPartition(topic, n) for n in range(PARTITIONS[topic])]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            ends = await consumer.end_offsets(partitions)
            records: list[tuple[str, int]] = []
            while any([await consumer.position(tp) < end for tp, end in ends.items()]):
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    records += [((r.key or b"").decode(), _version(r.headers)) for r in batch]
        finally:
            await consumer.stop()
        return records

    async def _rows(self, service: str, sql: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._dsns[service])
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()


def _version(headers: Sequence[tuple[str, bytes]]) -> int:
    return int(dict(headers)["ce_aggregateversion"])
