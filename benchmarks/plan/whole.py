"""Rivals: the whole model given to one solver, with the time, the cores and the rules ours has.

Levels are handled in one of two ways. Priced: one minimisation of all levels at prices that put the
first far before the second and that far before cost; what its bound says of cost is what is left of
it once the plan's own earlier levels are paid. In order: each level minimised in turn for a share
of the time that is left, and held at the best plan's value for the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import isfinite
from time import monotonic
from typing import Final

from ortools.math_opt.python import mathopt

from benchmarks.plan.logs import READERS
from benchmarks.plan.trace import Trace
from services.capital.optimiser.account import Account, account_for
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.levels import standing
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level, Outcome, Plan
from services.capital.optimiser.stating import no_bounds, stated, with_bounds
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.yardstick import bound_from_solver, to_solver

CORES: Final = 2
# They are to go on to a proof as we do, and not to stop at a gap of their own.
GAP: Final = 1e-6
# Of the time left when it begins: the first level, and the second.
SHARES: Final = {Level.SHORTFALL: 0.25, Level.OVER_AGE: 0.4, Level.COST: 1.0}
# A vehicle-year over age costs as much as the dearest vehicle, one of shortfall as fifty of them.
SHORTFALL_PRICE: Final = 50


@dataclass(slots=True)
class Rival:
    """One solver at work on one problem, with the best checked plan so far."""

    terms: Terms
    solver: mathopt.SolverType
    seconds: float
    seed: int
    trace: Trace
    began: float = field(default_factory=monotonic)
    best: Account | None = None
    values: Mapping[mathopt.Variable, float] | None = None
    bounds: dict[Level, int] = field(default_factory=dict)

    def priced(self) -> Plan:
        """Minimise all levels at once."""
        model = self._model()
        prices = _prices(self.terms)
        model.minimise_priced(prices)
        bound = self._solve(model, share=1.0)
        if self.best is not None and bound is not None:
            earlier = (level for level in self.best.standing if level is not Level.COST)
            paid = sum(prices[level] * self.best.value(level) for level in earlier)
            self.bounds[Level.COST] = bound_from_solver(Level.COST, bound - paid)
        return self._plan()

    def in_order(self) -> Plan:
        """Minimise each level, and hold it."""
        model = self._model()
        for level in standing(self.terms.problem):
            model.minimise(level)
            bound = self._solve(model, SHARES[level])
            if bound is not None:
                self.bounds[level] = bound_from_solver(level, bound)
            if self.best is None:
                break
            model.hold(level, to_solver(level, self.best.value(level)))
        return self._plan()

    def _model(self) -> RenewalModel:
        """Return the model as its solver likes it best."""
        model = RenewalModel(self.terms)
        if self.solver is not mathopt.SolverType.CP_SAT:
            # Whole purchases and disposals make whole stock; saying so again leaves HiGHS planless.
            for kept in model.variables.keep.values():
                kept.integer = False
        return model

    def _solve(self, model: RenewalModel, share: float) -> float | None:
        """Solve the model as it stands, keep what is found if it passes; return the bound."""
        left = self.seconds - (monotonic() - self.began)
        result = mathopt.solve(
            model.program,
            self.solver,
            params=_parameters(self.solver, max(0.1, share * left), self.seed),
            model_params=self._start(),
            msg_cb=self._listen,
        )
        if result.has_primal_feasible_solution():
            self._keep(model, result.variable_values())
        bound = result.termination.objective_bounds.dual_bound
        return bound if isfinite(bound) else None

    def _start(self) -> mathopt.ModelSolveParameters:
        """Return the plan there is, for the next level to begin where the last one ended."""
        if self.values is None:
            return mathopt.ModelSolveParameters()
        hint = mathopt.SolutionHint(variable_values=dict(self.values))
        return mathopt.ModelSolveParameters(solution_hints=[hint])

    def _listen(self, lines: Sequence[str]) -> None:
        for line in lines:
            known = READERS[self.solver](line)
            if known is not None:
                self.trace.note(*known)

    def _keep(self, model: RenewalModel, values: Mapping[mathopt.Variable, float]) -> None:
        account = account_for(self.terms, decisions_of(model, values))
        is_better = self.best is None or account.values < self.best.values
        if is_better and not broken_rules(self.terms, stated(account, "", "")):
            self.best, self.values = account, values

    def _plan(self) -> Plan:
        content = problem_hash(self.terms.problem)
        if self.best is None:
            return Plan(problem_hash=content, outcome=Outcome.UNKNOWN)
        plan = stated(self.best, content, self.solver.name.lower(), self.seed)
        return with_bounds(plan, self.best, no_bounds(self.terms) | self.bounds)


def _parameters(solver: mathopt.SolverType, seconds: float, seed: int) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), relative_gap_tolerance=GAP, random_seed=seed
    )
    # SCIP works on one thread; HiGHS takes the number as an option of its own.
    if solver is mathopt.SolverType.CP_SAT:
        parameters.threads = CORES
    if solver is mathopt.SolverType.HIGHS:
        parameters.highs.int_options["threads"] = CORES
    return parameters


def _prices(terms: Terms) -> dict[Level, float]:
    """Price the levels that stand, in the solver's units of cost."""
    dearest = max(price for row in terms.problem.options for price in row.price_pence)
    units = dearest / PENCE_PER_COST_UNIT
    prices = {Level.SHORTFALL: SHORTFALL_PRICE * units, Level.OVER_AGE: units, Level.COST: 1.0}
    return {level: prices[level] for level in standing(terms.problem)}
