"""Shares over age that are fair: the worst share as small as can be, or their product as large."""

from collections.abc import Iterable, Mapping
from itertools import count, takewhile
from math import log
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.highs_log import unreported
from services.capital.optimiser.mathopt_adapter import Answer, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level, Plan
from services.capital.optimiser.problem import Guarantee, Problem, TrustCode
from services.capital.optimiser.terms import Terms

# Tangents to the logarithm at places so far apart: its error stays below 0.003.
RATIO: Final = 1.15
# Vehicle-years are whole: less than this of one is the solver's tolerance.
TOLERANCE: Final = 1e-6


class _Shares:
    """The model of all trusts together, no shorter of vehicles in all than the plan without."""

    def __init__(self, problem: Problem, without: Plan, workshop: Workshop) -> None:
        self.model: Final = RenewalModel(Terms(problem))
        self._workshop: Final = workshop
        missing = sum(row.shortfall + row.vacancies for row in without.fleet_years)
        self.model.hold(Level.SHORTFALL, missing)
        sizes = vehicle_years(self.model.terms)
        self.vehicle_years: Final = {trust: years for trust, years in sizes.items() if years}
        self.over_age: Final = {
            trust: mathopt.fast_sum(self.model.over_age_at(trust)) for trust in self.vehicle_years
        }

    def minimise(self, objective: mathopt.LinearTypes, subject: str) -> Answer:
        self._workshop.tell(subject)
        self.model.program.minimize(objective)
        return minimise(self.model.program, self._workshop.look(), unreported)

    def guarantees(self, answer: Answer) -> tuple[Guarantee, ...] | None:
        if answer.values is None:
            return None
        return tuple(
            Guarantee(
                trust=trust,
                most_shortfall=_whole(self.model.missing_at(trust), answer.values),
                most_over_age=_whole(self.model.over_age_at(trust), answer.values),
            )
            for trust in self.vehicle_years
        )


def leximin(problem: Problem, without: Plan, workshop: Workshop) -> tuple[Guarantee, ...] | None:
    """Return guarantees under which the worst share over age is least, then the next worst.

    Round by round: the worst share is minimised, those who have it are settled at it, and the rest
    go on. Where whole vehicles leave a choice who has it, the fewest over age in all decides.
    """
    shares = _Shares(problem, without, workshop)
    open_trusts = set(shares.vehicle_years)
    answer: Answer | None = None
    while open_trusts:
        answer = _round(shares, open_trusts)
        if answer.values is None:
            return None
        open_trusts -= _settle(shares, open_trusts, answer.values)
    return shares.guarantees(answer) if answer else ()


def _round(shares: _Shares, open_trusts: set[TrustCode]) -> Answer:
    program = shares.model.program
    worst = program.add_variable(lb=0, ub=1, name="worst_share")
    rows = [
        program.add_linear_constraint(shares.over_age[trust] <= shares.vehicle_years[trust] * worst)
        for trust in sorted(open_trusts)
    ]
    answer = shares.minimise(worst, f"worst share of {len(open_trusts)}")
    if answer.values is not None:
        worst.upper_bound = min(1.0, answer.values[worst] + TOLERANCE)
        fewest = shares.minimise(
            mathopt.fast_sum(list(shares.over_age.values())), "fewest over age at it"
        )
        answer = fewest if fewest.values is not None else answer
    for row in rows:
        program.delete_linear_constraint(row)
    program.delete_variable(worst)
    return answer


def _settle(
    shares: _Shares, open_trusts: set[TrustCode], values: Mapping[mathopt.Variable, float]
) -> set[TrustCode]:
    """Hold whoever has the worst share at it."""
    old = {trust: _whole(shares.model.over_age_at(trust), values) for trust in open_trusts}
    share = {trust: old[trust] / shares.vehicle_years[trust] for trust in open_trusts}
    settled = {trust for trust in open_trusts if share[trust] >= max(share.values())}
    for trust in settled:
        shares.model.program.add_linear_constraint(shares.over_age[trust] <= old[trust])
    return settled


def nash(problem: Problem, without: Plan, workshop: Workshop) -> tuple[Guarantee, ...] | None:
    """Return guarantees under which the product of vehicle-years within age is greatest."""
    shares = _Shares(problem, without, workshop)
    worth = [_logarithm(shares, trust) for trust in shares.vehicle_years]
    return shares.guarantees(shares.minimise(-mathopt.fast_sum(worth), "product of shares"))


def _logarithm(shares: _Shares, trust: TrustCode) -> mathopt.Variable:
    """Return a variable no greater than the logarithm of the trust's vehicle-years within age."""
    years = shares.vehicle_years[trust]
    # One more than there are, so that a trust with all over age has a logarithm too.
    within = years + 1 - shares.over_age[trust]
    worth = shares.model.program.add_variable(lb=0, ub=log(years + 1), name=f"worth[{trust}]")
    for place in takewhile(lambda place: place < years + 1, (RATIO**n for n in count())):
        tangent = log(place) + (within - place) * (1 / place)
        shares.model.program.add_linear_constraint(worth <= tangent)
    return worth


def vehicle_years(terms: Terms) -> dict[TrustCode, int]:
    """Return each trust's most vehicle-years under a target age: what its share is of."""
    years = dict.fromkeys(sorted(terms.problem.trusts), 0)
    for fleet in terms.fleets:
        for year in terms.horizon:
            if terms.policy(fleet, year).target_age_years:
                years[fleet.trust] += terms.establishment(fleet, year).maximum
    return years


def _whole(variables: Iterable[mathopt.Variable], values: Mapping[mathopt.Variable, float]) -> int:
    return sum(round(values[variable]) for variable in variables)
