"""What fleet does without being asked: it follows the hubs' work, and the calendar."""

from collections.abc import Sequence
from typing import Final

from services.fleet.domain.events import StatusChanged, VehicleEvent
from services.fleet.domain.refusals import VehicleNotFound
from services.fleet.domain.road import keep_lawful
from services.fleet.domain.states import Verb
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.work import Work, follow
from services.fleet.handlers.cycling import revise_with_time, start_cycles
from services.fleet.handlers.keeping import announce, keep_all, keep_episodes
from services.fleet.repository.changes import ChangeRepository, Entry
from services.fleet.repository.hubs import HubRepository
from services.fleet.repository.vehicles import VehicleRepository
from services.kernel.ids import VehicleId
from services.runtime.tx import Tx

# Vehicles, and cycles, that one sweep takes on; the next takes the rest.
SWEEP: Final = 500


async def follow_work(tx: Tx, steps: Sequence[Work]) -> None:
    """Move vehicles as the hubs' work did, in one locked batch; what comes too late is noted."""
    await HubRepository(tx).learn({(work.hub_id, work.org) for work in steps})
    vehicles = await VehicleRepository(tx).lock_all({work.vehicle_id for work in steps})
    moved: dict[VehicleId, Vehicle] = {}
    entries: list[Entry] = []
    events: list[VehicleEvent] = []
    for work in steps:
        vehicle = moved.get(work.vehicle_id) or vehicles.get(work.vehicle_id)
        if vehicle is None:
            raise VehicleNotFound
        after, happened, overtaken = follow(vehicle, work, tx.now)
        if after is not vehicle:
            moved[after.id] = after
        events.extend(happened)
        entries.extend(_entries(happened, work))
        if overtaken is not None:
            entries.append(Entry.correcting(overtaken))
    if entries:
        await ChangeRepository(tx).save(moved.values(), entries)
    await keep_episodes(tx, events)
    announce(tx, events)
    entered = [
        moved[event.vehicle_id]
        for event in events
        if isinstance(event, StatusChanged) and event.reason is Verb.ENTER_SERVICE
    ]
    if entered:
        await start_cycles(tx, entered)


async def keep_all_lawful(tx: Tx) -> None:
    """Take vehicles off the road for what lapsed at midnight in London (rule 3)."""
    vehicles: list[Vehicle] = []
    events: list[VehicleEvent] = []
    for vehicle in await VehicleRepository(tx).lock_lapsed(tx.today, SWEEP):
        lawful, happened = keep_lawful(vehicle, vehicle.moment(None, tx.now))
        if happened:
            vehicles.append(lawful)
            events.extend(happened)
    if vehicles:
        await keep_all(tx, vehicles, events)


async def keep_cycles_current(tx: Tx) -> None:
    """Announce what falls due, and let new policies take effect, as days pass."""
    await revise_with_time(tx, SWEEP)


def _entries(events: Sequence[VehicleEvent], work: Work) -> list[Entry]:
    return [
        Entry.of(event, work.source, work.event_id)
        for event in events
        if isinstance(event, StatusChanged)
    ]
