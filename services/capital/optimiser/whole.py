"""Branch and bound on the whole model, level by level: for problems too small to take apart."""

from dataclasses import replace
from typing import Final

from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.highs_log import Report
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Limits, Listener, Phase, Progress
from services.capital.optimiser.mathopt_adapter import Answer, Effort, Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.neighbourhood import near
from services.capital.optimiser.plan import Decisions, Level
from services.capital.optimiser.proof import PPM
from services.capital.optimiser.stall import Sight
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.timing import LEAST_SECONDS, Timing
from services.capital.optimiser.weights import weights
from services.capital.optimiser.yardstick import (
    bound_from_solver,
    bound_without_improvement,
    from_solver,
    improvement,
    to_solver,
)

# Of the seconds that remain when it begins, what each step may use.
DRAFT_SHARE: Final = 0.35
# Where not even the plan of doing least keeps the rules, a first plan is worth most of the time.
FIRST_DRAFT_SHARE: Final = 0.8
NEAR_SHARE: Final = 0.07
PROOF_SHARES: Final = {Level.SHORTFALL: 0.2, Level.OVER_AGE: 0.4, Level.COST: 1.0}
CLOSING_SHARE: Final = 0.1
# Twice around: a plan found at three vehicles' distance may have better ones at one.
RADII: Final = (1, 2, 3, 1, 2, 3)
DRAFT_GAP: Final = 1e-5
# Each try is so many times as long as the one before it.
LONGER: Final = 3


class WholeSearch:
    """Drafts a plan, improves it nearby, then betters each level or proves it best."""

    def __init__(
        self,
        model: RenewalModel,
        incumbent: Incumbent,
        limits: Limits,
        listener: Listener,
        timing: Timing,
    ) -> None:
        self._model: Final = model
        self._terms: Final[Terms] = model.terms
        self._incumbent: Final = incumbent
        self._limits: Final = limits
        self._listener: Final = listener
        self._timing: Final = timing

    def run(self) -> Status:
        """Leave the best plan with the incumbent; INFEASIBLE: there proved to be none."""
        self._timing.stall.begin()
        status = self._draft()
        if self._incumbent.best is None:
            return status
        if status is Status.FOUND:
            self._improve(self._best)
        for level in self._incumbent.levels:
            self._settle(level)
        return Status.FOUND

    def _draft(self) -> Status:
        """Minimise all levels at once, priced: a good plan soon, and a proof that there is none."""
        self._model.minimise_priced(weights(self._terms))
        known = self._incumbent.best is not None
        share = DRAFT_SHARE if known else FIRST_DRAFT_SHARE
        answer = self._solve(Level.COST, Phase.DRAFTING, self._effort(share, DRAFT_GAP))
        if answer.status is Status.INFEASIBLE and known:
            raise SolverFault("HiGHS calls infeasible what a checked plan satisfies")
        self._take(answer)
        return answer.status

    def _improve(self, decisions: Decisions) -> None:
        """Look for better plans near the best, again near each that is found."""
        self._model.minimise_priced(weights(self._terms))
        for radius in RADII:
            with near(self._model, decisions, radius):
                effort = self._effort(NEAR_SHARE, DRAFT_GAP)
                self._take(self._solve(Level.COST, Phase.IMPROVING, effort))
            decisions = self._best

    def _settle(self, level: Level) -> None:
        """Better the level or prove it, and hold what it came to."""
        before, gap = self._value(level), 0
        if level is Level.COST:
            gap = self._incumbent.diluted_ppm(self._limits.gap_ppm)
        self._prove(level, gap, PROOF_SHARES[level])
        # The gap asked for is proved; a little more time often proves far less, or everything.
        if gap and self._incumbent.bound(level) >= self._proved_without(level, gap):
            self._prove(level, 0, CLOSING_SHARE)
        if level is not Level.COST:
            self._model.hold(level, self._value(level))
            if self._value(level) < before:
                self._improve(self._best)

    def _prove(self, level: Level, gap_ppm: int, share: float) -> None:
        """Look for a plan better at the level by enough to matter; finding none is a proof.

        What no plan is below: those outside what was looked for, and those inside it.
        """
        before, earlier = self._value(level), self._incumbent.held(level)
        # HiGHS takes no starting solution from MathOpt; a row that only better plans can meet lets
        # it prune as if it knew the best, and an empty model is proved empty in moments.
        held = self._model.hold(level, to_solver(level, improvement(level, before, gap_ppm)))
        self._model.minimise(level)
        answer = self._solve(level, Phase.PROVING, self._effort(share, gap_ppm / PPM))
        self._model.release(held)
        bound = bound_without_improvement(level, before, gap_ppm)
        if answer.status is not Status.INFEASIBLE:
            inside = None if answer.bound is None else bound_from_solver(level, answer.bound)
            bound = min(bound, self._incumbent.bound(level) if inside is None else inside)
        self._incumbent.prove(level, bound, earlier)
        self._take(answer)

    @property
    def _best(self) -> Decisions:
        best = self._incumbent.best
        return Decisions() if best is None else best.decisions

    def _value(self, level: Level) -> int:
        value = self._incumbent.value(level)
        return 0 if value is None else value

    def _proved_without(self, level: Level, gap_ppm: int) -> int:
        return bound_without_improvement(level, self._value(level), gap_ppm)

    def _solve(self, level: Level, phase: Phase, effort: Effort) -> Answer:
        """Minimise the model as it stands, telling the listener how the level stands meanwhile."""
        stands = replace(self._incumbent.progress(phase, level), bound=None)
        self._listener(stands)

        sight = Sight()

        def report(found: float | None, bound: float | None) -> None:
            if sight.is_new(found, bound):
                self._timing.stall.stir()
            if phase is Phase.PROVING and stands.incumbent is not None:
                self._listener(_proved(stands, stands.incumbent, found, bound))

        answer = self._minimised(effort, report)
        self._timing.end_part()
        return answer

    def _minimised(self, effort: Effort, report: Report) -> Answer:
        """Minimise as long as is given; where a search may stall, in ever longer tries.

        HiGHS hears no interruption: whether it still got anywhere is asked after each.
        """
        until, seconds = self._timing.now() + effort.seconds, self._timing.patience
        while True:
            tried = replace(effort, seconds=min(seconds, effort.seconds))
            answer = minimise(self._model.program, tried, report, self._timing.stop)
            is_last = seconds >= effort.seconds or self._timing.is_over
            if is_last or answer.status in {Status.PROVED, Status.INFEASIBLE}:
                return answer
            seconds *= LONGER
            effort = replace(effort, seconds=max(LEAST_SECONDS, until - self._timing.now()))

    def _effort(self, share: float, relative_gap: float) -> Effort:
        # Where nodes are to end a step, its share of the time must not.
        part = share if self._limits.nodes is None else 1.0
        return Effort(
            seconds=self._timing.part(part),
            relative_gap=relative_gap,
            seed=self._limits.seed,
            nodes=self._limits.nodes,
        )

    def _take(self, answer: Answer) -> None:
        if answer.values is not None:
            self._incumbent.offer(decisions_of(self._model, answer.values))


def _proved(stands: Progress, known: int, found: float | None, bound: float | None) -> Progress:
    """Return how a level stands with what the solver tells of it."""
    incumbent = min(known, known if found is None else from_solver(stands.level, found))
    # What is looked for is better than what is known; the bound is of that alone.
    sound = None if bound is None else min(incumbent, bound_from_solver(stands.level, bound))
    return replace(stands, incumbent=incumbent, bound=sound)
