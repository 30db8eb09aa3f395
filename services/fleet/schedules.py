"""What the calendar does to vehicles and their cycles. Days begin at midnight in London."""

from collections.abc import Sequence
from datetime import timedelta

from services.fleet.handlers.following import keep_all_lawful, keep_cycles_current
from services.runtime.schedule import Schedule
from services.runtime.spec import Runtime


def schedules(_: Runtime) -> Sequence[Schedule]:
    """Each finds out by itself what there is to do, so that a missed run is made good."""
    return (
        Schedule(name="keep vehicles lawful", every=timedelta(minutes=5), work=keep_all_lawful),
        Schedule(name="keep cycles current", every=timedelta(minutes=5), work=keep_cycles_current),
    )
