"""What fleet reads of the others: the hubs' work on vehicles, and the dates of approved plans."""

from collections.abc import Sequence

from makeready.capital.v1 import plan_events_pb2 as capital
from makeready.hubs.v1 import hub_events_pb2 as hubs

from services.fleet.handlers.cycling import schedule
from services.fleet.handlers.following import follow_work
from services.fleet.wire.events import schedules_of, work_of
from services.runtime.events import Event
from services.runtime.spec import Runtime
from services.runtime.subscription import Subscription, types_of
from services.runtime.tx import Tx


def subscriptions(_: Runtime) -> Sequence[Subscription]:
    return (
        Subscription(
            topic="hubs.job.v1",
            source="makeready/hubs",
            types=types_of(
                hubs.MakeReadyStarted,
                hubs.MakeReadyBlocked,
                hubs.MakeReadyCompleted,
                hubs.MakeReadyCancelled,
            ),
            apply=_follow_jobs,
            aggregate="vehicle",
        ),
        Subscription(
            topic="capital.renewal.v1",
            source="makeready/capital",
            types=types_of(capital.ReplacementScheduled),
            apply=_note_dates,
            aggregate="vehicle",
        ),
    )


async def _follow_jobs(tx: Tx, events: Sequence[Event]) -> None:
    await follow_work(tx, [work_of(event) for event in events])


async def _note_dates(tx: Tx, events: Sequence[Event]) -> None:
    await schedule(tx, schedules_of(events))
