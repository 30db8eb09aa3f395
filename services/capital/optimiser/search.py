"""The search for a plan: from doing least, over the whole model or part by part, to the best."""

from concurrent.futures import Executor
from dataclasses import replace
from threading import Lock
from typing import Final

from services.capital.optimiser.baseline import least_decisions
from services.capital.optimiser.decomposed import DecomposedSearch
from services.capital.optimiser.greedy import greedy_decisions
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Clock, Limits, Listener, Phase, Progress
from services.capital.optimiser.mathopt_adapter import Status, Stop
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Ended, Level, Outcome, Plan
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.timing import Timing
from services.capital.optimiser.whole import WholeSearch

# Branch and bound on the whole of fewer variables proves more than parts of it do.
SMALL: Final = 2_500


class Search:
    """One run, from the plan of doing least to the best found; a plan counts once it is checked."""

    def __init__(
        self,
        terms: Terms,
        limits: Limits,
        listener: Listener,
        clock: Clock,
        *,
        executor: Executor | None = None,
        stop: Stop | None = None,
    ) -> None:
        self._terms: Final = terms
        self._limits: Final = limits
        self._timing: Final = Timing(clock, limits, stop or Stop())
        self._incumbent: Final = Incumbent(terms, limits.seed, self._timing.stall)
        self._executor: Final = executor
        self._listener: Final = listener
        # Plans are told from one thread and bounds from another.
        self._lock: Final = Lock()

    def run(self) -> Plan:
        self._incumbent.offer(least_decisions(self._terms))
        self._incumbent.offer(greedy_decisions(self._terms))
        self._heard(self._incumbent.progress(Phase.DRAFTING, Level.COST))
        status = self._search()
        plan = self._incumbent.plan()
        if plan is None:
            plan = self._incumbent.without_decisions(infeasible=status is Status.INFEASIBLE)
        return replace(plan, ended=self._ended(plan))

    def _ended(self, plan: Plan) -> Ended:
        """Return why the search ended: the first that holds of what a search ends for."""
        earlier = all(row.proved for row in plan.levels[:-1])
        holds = {
            Ended.PROVED: plan.outcome in {Outcome.OPTIMAL, Outcome.INFEASIBLE},
            Ended.GAP: plan.has_decisions and earlier and plan.cost_gap_ppm <= self._limits.gap_ppm,
            Ended.CANCELLED: self._timing.stop.interrupted,
            Ended.NO_IMPROVEMENT: self._timing.stall.is_over,
            Ended.TIME: self._timing.is_over,
        }
        return next((why for why, so in holds.items() if so), Ended.EXHAUSTED)

    def _search(self) -> Status:
        model = RenewalModel(self._terms)
        whole = WholeSearch(model, self._incumbent, self._limits, self._heard, self._timing)
        if model.program.get_num_variables() <= SMALL:
            return whole.run()
        parts = DecomposedSearch(
            model, self._incumbent, self._limits, self._heard, self._timing, self._executor
        )
        status = parts.run()
        return whole.run() if status is Status.NOTHING else status

    def _heard(self, progress: Progress) -> None:
        with self._lock:
            self._listener(progress)
