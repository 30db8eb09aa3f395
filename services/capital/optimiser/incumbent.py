"""The best plan so far: decisions count once their account is worked out and breaks no rule."""

from threading import Lock
from typing import Final

from services.capital.optimiser.account import Account, account_for
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.levels import standing, undiluted_pence
from services.capital.optimiser.limits import Phase, Progress
from services.capital.optimiser.mathopt_adapter import engine
from services.capital.optimiser.plan import Decisions, Level, Outcome, Plan
from services.capital.optimiser.proof import is_proved
from services.capital.optimiser.stall import Stall
from services.capital.optimiser.stating import no_bounds, stated, with_bounds
from services.capital.optimiser.terms import Terms


class Incumbent:
    """One problem's best plan, and what is proved of every plan as good at the levels before."""

    def __init__(self, terms: Terms, seed: int, stall: Stall | None = None) -> None:
        self.best: Account | None = None
        self.levels: Final = standing(terms.problem)
        self._nothing: Final = no_bounds(terms)
        self._bounds: Final = dict(self._nothing)
        self._terms: Final = terms
        self._seed: Final = seed
        self._hash: Final = problem_hash(terms.problem)
        self._stall: Final = stall
        # Plans and bounds come from several threads.
        self._lock: Final = Lock()

    def offer(self, decisions: Decisions) -> bool:
        """Take the decisions if they are better than the best and break no rule."""
        account = account_for(self._terms, decisions)
        best = self.best
        if best is not None and account.values >= best.values:
            return False
        if not self._keeps_rules(account):
            return False
        with self._lock:
            # Another may have come meanwhile, while this one was looked at.
            if self.best is not None and account.values >= self.best.values:
                return False
            self._forget(account, self.best)
            self.best = account
            self._note()
        return True

    def is_plan(self, decisions: Decisions) -> bool:
        """Whether the decisions break no rule, however good they are."""
        return self._keeps_rules(account_for(self._terms, decisions))

    def value(self, level: Level) -> int | None:
        return None if self.best is None else self.best.value(level)

    @property
    def priced_pence(self) -> int:
        """Return what of the best plan's cost is the price of other levels."""
        best = self.best
        return 0 if best is None else best.cost.total_pence - undiluted_pence(best.cost)

    def bound(self, level: Level) -> int:
        """Return what no plan as good at the earlier levels is below."""
        with self._lock:
            return self._bounds[level]

    def prove(self, level: Level, bound: int, held: tuple[int, ...]) -> None:
        """Note a bound that holds for plans with these values, or less, at the earlier levels."""
        with self._lock:
            if self.best is not None and _within(self._held(self.best, level), held):
                self._bounds[level] = max(self._bounds[level], bound)
                self._note()

    def is_proved(self, level: Level) -> bool:
        best = self.best
        return best is not None and is_proved(level, best.value(level), self.bound(level))

    def gap_ppm(self) -> int | None:
        """Return the gap of cost, relative to what is not another level's price."""
        return self.progress(Phase.PROVING, Level.COST).gap_ppm

    def diluted_ppm(self, ppm: int) -> int:
        """Return what a gap is of all of the best plan's cost, other levels' prices and all."""
        value = self.value(Level.COST) or 0
        return ppm * abs(value - self.priced_pence) // max(1, abs(value))

    def progress(self, phase: Phase, level: Level) -> Progress:
        """Return how the level stands."""
        value, bound = self.value(level), self.bound(level)
        nothing = level is Level.COST and bound == self._nothing[level]
        return Progress(
            phase=phase,
            level=level,
            incumbent=value,
            bound=None if nothing else bound if value is None else min(value, bound),
            priced=self.priced_pence if level is Level.COST else 0,
        )

    def held(self, level: Level) -> tuple[int, ...]:
        """Return what the best plan comes to at the levels before this one."""
        return () if self.best is None else self._held(self.best, level)

    def plan(self) -> Plan | None:
        """Return the best plan with what is proved of it."""
        best = self.best
        if best is None:
            return None
        plan = stated(best, self._hash, engine(), self._seed)
        return with_bounds(plan, best, {level: self.bound(level) for level in Level})

    def without_decisions(self, *, infeasible: bool) -> Plan:
        """Return the answer that there is no plan, or that none was found."""
        return Plan(
            problem_hash=self._hash,
            outcome=Outcome.INFEASIBLE if infeasible else Outcome.UNKNOWN,
            engine=engine(),
            seed=self._seed,
        )

    def _keeps_rules(self, account: Account) -> bool:
        return not broken_rules(self._terms, stated(account, self._hash, engine(), self._seed))

    def _note(self) -> None:
        if self._stall is not None and self.best is not None:
            self._stall.note(self.best.values, [self._bounds[level] for level in self.levels])

    def _held(self, account: Account, level: Level) -> tuple[int, ...]:
        return account.values[: self.levels.index(level)]

    def _forget(self, better: Account, best: Account | None) -> None:
        """Drop the bounds that need not hold of plans as good as the better one."""
        for level in self.levels:
            # Less at an earlier level leaves fewer plans; more at one leaves others.
            if best and not _within(self._held(better, level), self._held(best, level)):
                self._bounds[level] = self._nothing[level]


def _within(values: tuple[int, ...], held: tuple[int, ...]) -> bool:
    return all(value <= most for value, most in zip(values, held, strict=True))
