"""Work of capital that recurs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.capital.repository.queue import prune_log
from services.runtime.schedule import Schedule
from services.runtime.spec import Runtime

PRUNE_QUEUE_LOG: Final = Schedule(name="prune queue log", every=timedelta(hours=1), work=prune_log)


def schedules(_: Runtime) -> Sequence[Schedule]:
    return (PRUNE_QUEUE_LOG,)
