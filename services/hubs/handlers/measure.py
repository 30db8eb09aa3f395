"""What hubs got through, measured by the clock, and what capital is told of it."""

from datetime import datetime, timedelta
from typing import Final

from services.hubs.domain.capacity import commissioning_capacity
from services.hubs.domain.coverage import NOTICE
from services.hubs.domain.hub import HOUR
from services.hubs.domain.throughput import HubHour, Span, measure
from services.hubs.handlers.settle import announce, keep
from services.hubs.repository.boards import BoardRepository
from services.hubs.repository.capacity import CapacityRepository
from services.hubs.repository.hours import HourRepository
from services.hubs.repository.hubs import HubRepository
from services.hubs.repository.throughput import ThroughputRepository
from services.hubs.wire.throughput import THROUGHPUT_TOPIC, capacity_to_proto, hour_to_message
from services.kernel.calendar import hour_bounds
from services.kernel.ids import HubId, OdsCode
from services.runtime.tx import Tx

# Hours measured in one transaction, at most.
HOURS_AT_ONCE: Final = 1_000


async def measure_hours(tx: Tx, quiet: timedelta) -> None:
    """Measure every hub's hours that are over, and again those touched since.

    A touched hour is measured once nothing more was recorded of it for the time `quiet`.
    """
    hours = HourRepository(tx)
    due = await hours.due(hour_bounds(tx.now)[0], tx.now - quiet, HOURS_AT_ONCE)
    if not due:
        return
    # Before the facts are read: what is recorded meanwhile is then touched anew, and not lost.
    await hours.untouch(due)
    measured = [measure(facts) for facts in await hours.facts(due)]
    for hour in await hours.save(measured):
        message = hour_to_message(hour)
        tx.publish(THROUGHPUT_TOPIC, str(hour.hub_id), hour.org, message, hour.hour + HOUR)
    await hours.advance(due)
    await _derive(tx, {hour.hub_id: hour.org for hour in measured})


async def foresee_shortfalls(tx: Tx) -> None:
    """Settle the hubs at which crews start soon, as things stand now, though nothing happened."""
    hub_ids = await HubRepository(tx).starting(tx.now, tx.now + NOTICE)
    if not hub_ids:
        return
    boards = await BoardRepository(tx).locked(hub_ids, tx.now, tx.now)
    settlements = [board.settle((), tx.now) for board in boards.values()]
    await keep(tx, settlements)
    for settled in settlements:
        announce(tx, settled.events)


async def get_throughput(
    tx: Tx, hub_id: HubId, begin: datetime, end: datetime
) -> tuple[list[HubHour], Span]:
    """Return the hours measured, and the whole time from the jobs themselves."""
    await HubRepository(tx).get(hub_id)
    throughput = ThroughputRepository(tx)
    return (
        await throughput.measured(hub_id, begin, end),
        await throughput.span(hub_id, begin, end),
    )


async def _derive(tx: Tx, hubs: dict[HubId, OdsCode]) -> None:
    """Renew what follows from hours and jobs: the time work takes, what can be commissioned."""
    repository = CapacityRepository(tx)
    await repository.measure_work(hubs)
    observed = await repository.observed(hubs)
    capacities = {hub_id: commissioning_capacity(one) for hub_id, one in observed.items()}
    for hub_id in await repository.save(capacities):
        message = capacity_to_proto(hub_id, hubs[hub_id], capacities[hub_id], tx.now)
        tx.publish(THROUGHPUT_TOPIC, str(hub_id), hubs[hub_id], message, tx.now)
