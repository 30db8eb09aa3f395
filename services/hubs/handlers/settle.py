"""What every act at a hub ends with: the board put in order, kept, and told of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.hubs.domain.board import Act, Board, Change, Settled
from services.hubs.domain.job import JobEvent
from services.hubs.domain.throughput import hours_touched
from services.hubs.repository.boards import BoardRepository
from services.hubs.repository.jobs import JobRepository
from services.hubs.repository.traces import (
    Touched,
    TraceRepository,
    entering,
    leaving,
    starting,
    stopping,
)
from services.hubs.wire.jobs import JOB_TOPIC, event_to_proto
from services.hubs.wire.throughput import THROUGHPUT_TOPIC, forecast_to_proto
from services.kernel.calendar import hour_bounds
from services.runtime.tx import Tx


async def settle(tx: Tx, board: Board, acts: Iterable[Act], as_of: datetime) -> Settled:
    """Settle `acts` at one hub, whose lock is held.

    `as_of` is when they happened in the world, and not the clock: a day that is entered late is
    planned and promised as it was lived.
    """
    settled = board.settle(acts, as_of)
    await keep(tx, [settled])
    announce(tx, settled.events)
    return settled


async def keep(tx: Tx, settlements: Sequence[Settled]) -> None:
    """Save what has changed at hubs, and tell of the crews that will lack a vehicle."""
    changes = [change for settled in settlements for change in settled.changes]
    if changes:
        await JobRepository(tx).save(changes)
        await _trace(tx, changes)
    traces = TraceRepository(tx)
    if passed := [one for settled in settlements for one in settled.passed]:
        await traces.outlive(passed)
    if touched := _touched(tx, changes):
        await traces.touch(touched)
    await _forecast(tx, settlements)
    # What is published wakes the streams of WatchBoard by itself; a pause, say, publishes nothing.
    if changes and not any(settled.events for settled in settlements):
        await traces.ring()


def announce(tx: Tx, events: Iterable[JobEvent]) -> None:
    """Tell the others what happened to jobs, in the order given."""
    for event in events:
        key = str(event.job.vehicle_id)
        tx.publish(JOB_TOPIC, key, event.job.org, event_to_proto(event), event.occurred_at)


async def _trace(tx: Tx, changes: Sequence[Change]) -> None:
    """Note which vehicles came on bays or left them, and at which work began or stopped."""
    traces = TraceRepository(tx)
    # Ends go before beginnings: a bay that one vehicle leaves another may enter at that instant.
    left, stopped = leaving(changes), stopping(changes)
    if left or stopped:
        await traces.end(left, stopped)
    entered, begun = entering(changes), starting(changes)
    if entered or begun:
        await traces.begin(entered, begun)


def _touched(tx: Tx, changes: Iterable[Change]) -> set[Touched]:
    """Return the hours to measure, or to measure again. Hours to come will be measured anyway."""
    this_hour, _ = hour_bounds(tx.now)
    return {
        (change.after.org, change.after.hub_id, hour)
        for change in changes
        for hour in hours_touched(change)
        if hour <= this_hour
    }


async def _forecast(tx: Tx, settlements: Iterable[Settled]) -> None:
    news = [(settled.hub, one) for settled in settlements for one in settled.forecasts]
    if not news:
        return
    await BoardRepository(tx).save_forecasts(news)
    for hub, forecast in news:
        message = forecast_to_proto(forecast, hub.org)
        tx.publish(THROUGHPUT_TOPIC, str(hub.id), hub.org, message, forecast.forecast_at)
