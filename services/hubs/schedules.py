"""What hubs does by the clock: measures hours that are over, looks ahead to crews that start."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from services.hubs.handlers.measure import foresee_shortfalls, measure_hours
from services.runtime.schedule import Schedule
from services.runtime.spec import Runtime

# A touched hour is left alone for so long after it was last touched: a day that is played back, or
# entered late, is then measured once and not at every record.
QUIET: Final = timedelta(seconds=2)


def schedules(_: Runtime) -> Sequence[Schedule]:
    return (
        Schedule(
            name="measure hours",
            every=timedelta(seconds=1),
            work=partial(measure_hours, quiet=QUIET),
        ),
        Schedule(name="foresee shortfalls", every=timedelta(minutes=1), work=foresee_shortfalls),
    )
