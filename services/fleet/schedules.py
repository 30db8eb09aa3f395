"""What the calendar does to vehicles and their cycles. Days begin at midnight in London."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.fleet.handlers.following import keep_all_lawful, keep_cycles_current
from services.runtime.schedule import Schedule
from services.runtime.spec import Runtime

# So long after midnight a vehicle may still look lawful; DeployVehicle itself asks the day.
SWEEP_EVERY: Final = timedelta(minutes=5)


def schedules(_: Runtime) -> Sequence[Schedule]:
    """Each finds out by itself what there is to do, so that a missed run is made good."""
    return (
        Schedule(name="keep vehicles lawful", every=SWEEP_EVERY, work=keep_all_lawful),
        Schedule(name="keep cycles current", every=SWEEP_EVERY, work=keep_cycles_current),
    )
