"""What fleet and hubs told, kept: each batch read once and written once, whatever its size."""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from zlib import crc32

from services.capital.domain.fleet import as_told
from services.capital.domain.hub import MeasuredCapacity, MeasuredHour
from services.capital.domain.known import Heard
from services.capital.repository.fleet import FleetRepository
from services.capital.repository.hubs import HubRepository
from services.capital.repository.known import KnownRepository
from services.capital.wire.facts import cycle_from, measured_from, told_from
from services.runtime.events import Event
from services.runtime.tx import Tx

SHARDS: Final = 16


async def keep_vehicles(tx: Tx, events: Sequence[Event]) -> None:
    facts = [told_from(event.message) for event in events]
    fleet = FleetRepository(tx)
    known = await fleet.known({fact.vehicle_id for fact in facts})
    await fleet.save(as_told(known, facts).values(), _heard(events))


async def keep_cycles(tx: Tx, events: Sequence[Event]) -> None:
    # Each event tells the whole cycle, so the last one of a vehicle tells all.
    last = {cycle.vehicle_id: cycle for cycle in (cycle_from(event.message) for event in events)}
    await FleetRepository(tx).save_cycles(last.values(), _heard(events))


async def keep_hubs(tx: Tx, events: Sequence[Event]) -> None:
    measured = [measured_from(event.message) for event in events]
    hours = {(row.hub_id, row.hour): row for row in measured if isinstance(row, MeasuredHour)}
    capacities = {row.hub_id: row for row in measured if isinstance(row, MeasuredCapacity)}
    hubs = HubRepository(tx)
    if hours:
        await hubs.save_hours(hours.values())
    if capacities:
        await hubs.save_capacities(capacities.values())
    # Last: a batch that shares the count waits here for the other to commit.
    await KnownRepository(tx).count(_heard(events))


def _heard(events: Sequence[Event]) -> Heard:
    first = events[0]
    return Heard(
        topic=first.topic,
        shard=crc32(first.key.encode()) % SHARDS,
        by_trust=Counter(event.org for event in events),
    )
