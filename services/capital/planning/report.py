"""How far a solve is: the last word of its solver, told when there is news."""

from datetime import timedelta
from typing import Final

from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.domain.plan import Progress

COST: Final = "whole-life cost"
LEVELS: Final = {
    RenewalPlan.LEVEL_SHORTFALL: "shortfall",
    RenewalPlan.LEVEL_OVER_AGE: "over age",
    RenewalPlan.LEVEL_COST: COST,
}
PHASES: Final = {
    RenewalSolve.PHASE_DRAFTING: "first plan",
    RenewalSolve.PHASE_IMPROVING: "better plans",
}


class Report:
    """What the solver said last, and whether that was told."""

    def __init__(self) -> None:
        self._last: Progress | None = None
        self._told: Progress | None = None

    async def hear(self, said: RenewalSolve.Progress) -> None:
        self._last = progress_from(said)

    def news(self) -> Progress | None:
        """Return what was said since this was asked last; None: nothing."""
        news = self._last if self._last is not self._told else None
        self._told = self._last
        return news


def progress_from(said: RenewalSolve.Progress) -> Progress:
    """Read progress; only of the level of cost are the figures pence."""
    in_pence = said.level == RenewalPlan.LEVEL_COST
    return Progress(
        phase=PHASES.get(said.phase) or LEVELS.get(said.level, ""),
        incumbent_pence=said.incumbent if in_pence and said.HasField("incumbent") else None,
        bound_pence=said.bound if in_pence and said.HasField("bound") else None,
        elapsed=timedelta(seconds=said.elapsed_seconds),
    )
