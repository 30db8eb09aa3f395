"""Shares over age that are fair: the worst share as small as can be, or their product as large."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, takewhile
from math import log
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.highs_log import unreported
from services.capital.optimiser.mathopt_adapter import Answer, Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Decisions, Level, Plan
from services.capital.optimiser.problem import Guarantee, Problem, TrustCode
from services.capital.optimiser.starting import columns_of
from services.capital.optimiser.terms import Terms

# Tangents to the logarithm at places so far apart: its error stays below 0.003.
RATIO: Final = 1.15
# Vehicle-years are whole: less than this of one is the solver's tolerance.
TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a choice guarantees each trust.

    Of so many trusts, the worst off first, it is `proved` that this is what the choice gives them.
    `kept_by` keeps the guarantees, where they were found by what keeps them all.
    """

    guarantees: tuple[Guarantee, ...]
    proved: int
    kept_by: Decisions | None = None


class _Shares:
    """The model of all trusts together, no shorter of vehicles in all than the plan without."""

    def __init__(self, problem: Problem, without: Plan, workshop: Workshop) -> None:
        self.model: Final = RenewalModel(Terms(problem))
        self._workshop: Final = workshop
        missing = sum(row.shortfall + row.vacancies for row in without.fleet_years)
        self.model.hold(Level.SHORTFALL, missing)
        # Without a plan to begin from, several trusts' many years may give none in time.
        columns, values = columns_of(self.model, without.decisions)
        self._known: dict[int, float] = dict(zip(columns.tolist(), values.tolist(), strict=True))
        sizes = vehicle_years(self.model.terms)
        self.vehicle_years: Final = {trust: years for trust, years in sizes.items() if years}
        # Shares are written as of the largest trust's vehicle-years, near the numbers of vehicles.
        self._largest: Final = max(self.vehicle_years.values(), default=1)
        self.over_age: Final = {
            trust: mathopt.fast_sum(self.model.over_age_at(trust)) for trust in self.vehicle_years
        }

    def minimise(
        self, objective: mathopt.LinearTypes, subject: str, followers: int | None = None
    ) -> Answer:
        self._workshop.tell(subject)
        self.model.program.minimize(objective)
        effort = self._workshop.look(followers)
        answer = minimise(self.model.program, effort, unreported, hint=self._known)
        if answer.values is not None:
            self._known = {variable.id: value for variable, value in answer.values.items()}
        return answer

    def sum_of_worst(self, worst: int) -> mathopt.LinearSum:
        """Return what is no less than the sum of so many largest shares, and no more at its least.

        For any threshold, that many times it and what shares are above it come to the sum or more.
        """
        program, most = self.model.program, self._largest
        threshold = program.add_variable(lb=0, ub=most, name=f"share_of_worst[{worst}]")
        above = []
        for trust, old in self.over_age.items():
            beyond = program.add_variable(lb=0, ub=most, name=f"above_share[{worst},{trust}]")
            share = old * (most / self.vehicle_years[trust])
            program.add_linear_constraint(threshold + beyond >= share)
            above.append(beyond)
        return worst * threshold + mathopt.fast_sum(above)

    def hold(self, total: mathopt.LinearSum, shares: Fraction) -> None:
        """Let no solution have more than these shares in sum."""
        most = float(shares * self._largest) + TOLERANCE
        self.model.program.add_linear_constraint(total <= most)

    def worst_first(self, answer: Answer) -> list[Fraction]:
        """Return the shares over age of a solution, exactly, the largest first."""
        values = answer.values or {}
        old = {trust: _whole(self.model.over_age_at(trust), values) for trust in self.over_age}
        shares = (Fraction(old[trust], years) for trust, years in self.vehicle_years.items())
        return sorted(shares, reverse=True)

    def better(self, known: Answer | None, found: Answer, worst: int) -> Answer | None:
        """Return whichever has less in its worst shares; None: neither has a solution."""
        if known is None or found.values is None:
            return known if found.values is None else found
        before, after = (sum(self.worst_first(answer)[:worst]) for answer in (known, found))
        return found if after < before else known

    def fewest(self, answer: Answer | None) -> Answer | None:
        """Return a solution of as good shares with the fewest over age in all; None: none is."""
        objective = mathopt.fast_sum(list(self.over_age.values()))
        found = self.minimise(objective, "fewest over age at these shares", followers=0)
        return answer if found.values is None else found

    def promise(self, answer: Answer | None, proved: int) -> Promise | None:
        if answer is None or answer.values is None:
            return None
        guarantees = (
            Guarantee(
                trust=trust,
                most_shortfall=_whole(self.model.missing_at(trust), answer.values),
                most_over_age=_whole(self.model.over_age_at(trust), answer.values),
            )
            for trust in self.vehicle_years
        )
        kept_by = decisions_of(self.model, answer.values)
        return Promise(guarantees=tuple(guarantees), proved=proved, kept_by=kept_by)


def leximin(problem: Problem, without: Plan, workshop: Workshop) -> Promise | None:
    """Return guarantees under which the worst share over age is least, then the next worst.

    The sum of the worst shares is made as small as can be, of one, of two and so on, each held for
    those after it. So nobody is settled at a share that one solution happens to give: who is worst
    off is often a choice between whole vehicles, and only some choices leave the others better
    off. What choice there is at the end, the fewest over age in all decide.
    """
    shares = _Shares(problem, without, workshop)
    trusts, proved = len(shares.vehicle_years), 0
    best: Answer | None = None
    for worst in range(1, trusts + 1):
        total = shares.sum_of_worst(worst)
        answer = shares.minimise(total, f"worst {worst} of {trusts}", followers=trusts - worst + 1)
        best = shares.better(best, answer, worst)
        if best is None:
            return None
        sums = shares.worst_first(best)[:worst]
        if answer.status is Status.PROVED and proved == worst - 1:
            # Nobody after one who has nothing over age has any.
            proved = worst if sums[-1] else trusts
        shares.hold(total, sum(sums, Fraction()))
        if not sums[-1]:
            break
    return shares.promise(shares.fewest(best), proved)


def nash(problem: Problem, without: Plan, workshop: Workshop) -> Promise | None:
    """Return guarantees under which the product of vehicle-years within age is greatest."""
    shares = _Shares(problem, without, workshop)
    worth = [_logarithm(shares, trust) for trust in shares.vehicle_years]
    answer = shares.minimise(-mathopt.fast_sum(worth), "product of shares")
    trusts = len(shares.vehicle_years)
    return shares.promise(answer, trusts if answer.status is Status.PROVED else 0)


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
