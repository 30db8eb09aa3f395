"""The search for a plan: draft one, improve it nearby, then better each level or prove it best."""

from typing import Final

from services.capital.optimiser.account import Account, account_for
from services.capital.optimiser.baseline import least_decisions
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.levels import standing
from services.capital.optimiser.limits import Clock, Limits, Listener, Phase, Progress
from services.capital.optimiser.mathopt_adapter import (
    Answer,
    Effort,
    Status,
    engine,
    minimise,
)
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.neighbourhood import near
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Decisions, Level, Outcome, Plan
from services.capital.optimiser.proof import PPM
from services.capital.optimiser.size import most_pence
from services.capital.optimiser.stating import stated, with_bounds
from services.capital.optimiser.terms import Terms
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
LEAST_SECONDS: Final = 0.05
# Twice around: a plan found at three vehicles' distance may have better ones at one.
RADII: Final = (1, 2, 3, 1, 2, 3)
DRAFT_GAP: Final = 1e-5
# Drafts price a vehicle-year over age as the dearest option, and one of shortfall at so many of it.
SHORTFALL_PRICE: Final = 50


class Search:
    """One run, from the plan of doing least to the best found; a plan counts once it is checked."""

    def __init__(self, terms: Terms, limits: Limits, listener: Listener, clock: Clock) -> None:
        self._clock: Final = clock
        self._deadline: Final = clock() + limits.seconds
        self._terms: Final = terms
        self._limits: Final = limits
        self._listener: Final = listener
        self._hash: Final = problem_hash(terms.problem)
        self._model: Final = RenewalModel(terms)

    def run(self) -> Plan:
        best, status = self._draft(self._better(None, least_decisions(self._terms)))
        if best is None:
            return self._without_decisions(status)
        if status is Status.FOUND:
            best = self._improve(best)
        bounds = {}
        for level in standing(self._terms.problem):
            bounds[level], best = self._settle(level, best)
        # Only now: looking at a later level may better an earlier one that was not proved.
        return with_bounds(self._stated(best), best, bounds)

    def _draft(self, best: Account | None) -> tuple[Account | None, Status]:
        """Minimise all levels at once, priced: a good plan soon, and a proof that there is none."""
        self._model.minimise_priced(_prices(self._terms))
        share = FIRST_DRAFT_SHARE if best is None else DRAFT_SHARE
        answer = self._solve(Level.COST, Phase.DRAFTING, best, self._effort(share, DRAFT_GAP))
        if answer.status is Status.INFEASIBLE and best is not None:
            raise SolverFault("HiGHS calls infeasible what a checked plan satisfies")
        return self._with_answer(best, answer), answer.status

    def _improve(self, best: Account) -> Account:
        """Look for better plans near the best, again near each that is found."""
        self._model.minimise_priced(_prices(self._terms))
        for radius in RADII:
            with near(self._model, best.decisions, radius):
                effort = self._effort(NEAR_SHARE, DRAFT_GAP)
                answer = self._solve(Level.COST, Phase.IMPROVING, best, effort)
            best = self._with_answer(best, answer) or best
        return best

    def _settle(self, level: Level, best: Account) -> tuple[int, Account]:
        """Better the level or prove it, and hold what it came to; return its bound."""
        before, gap = best.value(level), self._limits.gap_ppm if level is Level.COST else 0
        bound, best = self._prove(level, best, gap, PROOF_SHARES[level])
        # The gap asked for is proved; a little more time often proves far less, or everything.
        if gap and bound == bound_without_improvement(level, best.value(level), gap):
            closer, best = self._prove(level, best, 0, CLOSING_SHARE)
            bound = max(bound, closer)
        if level is not Level.COST:
            self._model.hold(level, best.value(level))
            best = self._improve(best) if best.value(level) < before else best
        return bound, best

    def _prove(
        self, level: Level, best: Account, gap_ppm: int, share: float
    ) -> tuple[int, Account]:
        """Look for a plan better at the level by enough to matter; finding none is a proof.

        Returns what no plan is below: those outside what was looked for, and those inside it.
        """
        before = best.value(level)
        # HiGHS takes no starting solution from MathOpt; a row that only better plans can meet lets
        # it prune as if it knew the best, and an empty model is proved empty in moments.
        held = self._model.hold(level, to_solver(level, improvement(level, before, gap_ppm)))
        self._model.minimise(level)
        answer = self._solve(level, Phase.PROVING, best, self._effort(share, gap_ppm / PPM))
        self._model.release(held)
        bound = bound_without_improvement(level, before, gap_ppm)
        if answer.status is not Status.INFEASIBLE:
            bound = min(bound, self._solver_bound(level, answer))
        return bound, self._with_answer(best, answer) or best

    def _solver_bound(self, level: Level, answer: Answer) -> int:
        if answer.bound is None:
            return -most_pence(self._terms) if level is Level.COST else 0
        return bound_from_solver(level, answer.bound)

    def _solve(self, level: Level, phase: Phase, best: Account | None, effort: Effort) -> Answer:
        """Minimise the model as it stands, telling the listener how the level stands meanwhile."""
        known = None if best is None else best.value(level)
        self._listener(Progress(phase=phase, level=level, incumbent=known, bound=None))

        def report(found: float | None, bound: float | None) -> None:
            if phase is Phase.PROVING and known is not None:
                self._listener(_progress(level, known, found, bound))

        return minimise(self._model.program, effort, report)

    def _effort(self, share: float, relative_gap: float) -> Effort:
        # Where nodes are to end a step, its share of the time must not.
        part = share if self._limits.nodes is None else 1.0
        return Effort(
            seconds=max(LEAST_SECONDS, part * (self._deadline - self._clock())),
            relative_gap=relative_gap,
            seed=self._limits.seed,
            nodes=self._limits.nodes,
        )

    def _with_answer(self, best: Account | None, answer: Answer) -> Account | None:
        if answer.values is None:
            return best
        return self._better(best, decisions_of(self._model, answer.values))

    def _better(self, best: Account | None, decisions: Decisions) -> Account | None:
        """Return the decisions' account if it is better than the best and breaks no rule."""
        account = account_for(self._terms, decisions)
        better = best is None or account.values < best.values
        if better and not broken_rules(self._terms, self._stated(account)):
            return account
        return best

    def _stated(self, account: Account) -> Plan:
        return stated(account, self._hash, engine(), self._limits.seed)

    def _without_decisions(self, status: Status) -> Plan:
        infeasible = status is Status.INFEASIBLE
        return Plan(
            problem_hash=self._hash,
            outcome=Outcome.INFEASIBLE if infeasible else Outcome.UNKNOWN,
            engine=engine(),
            seed=self._limits.seed,
        )


def _prices(terms: Terms) -> dict[Level, float]:
    """Price the levels in the solver's units of cost."""
    pence = max((price for row in terms.options.values() for price in row.price_pence), default=0)
    dearest = max(1.0, pence / PENCE_PER_COST_UNIT)
    return {Level.SHORTFALL: SHORTFALL_PRICE * dearest, Level.OVER_AGE: dearest, Level.COST: 1.0}


def _progress(level: Level, known: int, found: float | None, bound: float | None) -> Progress:
    incumbent = min(known, known if found is None else from_solver(level, found))
    # What is looked for is better than what is known; the bound is of that alone.
    sound = None if bound is None else min(incumbent, bound_from_solver(level, bound))
    return Progress(phase=Phase.PROVING, level=level, incumbent=incumbent, bound=sound)
