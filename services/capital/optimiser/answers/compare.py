"""Two plans side by side: money by fund and year, vehicles moved, rules newly broken or cured."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from services.capital.optimiser.answers.difference import Difference, differences
from services.capital.optimiser.answers.refusal import bought_by
from services.capital.optimiser.check import violations
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule, Violation

# About how a plan is stated, and not whether it may be.
STATED: Final = frozenset({Rule.WELL_FORMED, Rule.HONEST_PROOF})

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMoved:
    """What a holder's fund pays in a year, commitments included, by the first plan and second."""

    holder: str
    fund: str
    financial_year: int
    before_pence: int
    after_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VehiclesMoved:
    """Vehicles bought, or disposed of, by the first plan and the second. `what` names them."""

    bought: bool
    what: tuple[str, ...]
    financial_year: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """From a first plan to a second. Rows that are the same in both are left out."""

    levels: tuple[Difference, ...]
    money: tuple[MoneyMoved, ...]
    vehicles: tuple[VehiclesMoved, ...]
    broken: tuple[Violation, ...]
    cured: tuple[Violation, ...]

    @property
    def purchases_moved(self) -> int:
        """How many vehicles the second buys that the first does not."""
        return sum(max(0, row.after - row.before) for row in self.vehicles if row.bought)


def compare(problem: Problem, before: Plan, after: Plan) -> Comparison:
    """Compare the plans by the problem's rules; either may have been made for another problem."""
    first, second = _broken(problem, before), _broken(problem, after)
    return Comparison(
        levels=differences(before, after),
        money=tuple(_money(problem, before, after)),
        vehicles=(*_bought(before, after), *_gone(before, after)),
        broken=tuple(row for row in second if row not in first),
        cured=tuple(row for row in first if row not in second),
    )


def _broken(problem: Problem, plan: Plan) -> list[Violation]:
    """Return the rules of the problem that the plan breaks, whichever problem it was made for."""
    theirs = replace(plan, problem_hash=problem_hash(problem))
    return [row for row in violations(problem, theirs) if row.rule not in STATED]


def _money(problem: Problem, before: Plan, after: Plan) -> Iterator[MoneyMoved]:
    funds = {row.envelope_id: (row.holder, row.fund) for row in problem.envelopes}
    paid = [Counter[tuple[str, str, int]]() for _ in (before, after)]
    for plan, total in zip((before, after), paid, strict=True):
        for use in plan.envelope_uses:
            holder, fund = funds.get(use.envelope_id, (use.envelope_id, ""))
            total[holder, fund, use.financial_year] += use.committed_pence + use.spent_pence
    for key, first, second in _changed(*paid):
        holder, fund, year = key
        yield MoneyMoved(
            holder=holder,
            fund=fund,
            financial_year=year,
            before_pence=first,
            after_pence=second,
        )


def _bought(before: Plan, after: Plan) -> Iterator[VehiclesMoved]:
    for key, first, second in _changed(bought_by(before), bought_by(after)):
        yield _moved(key[:2], key[2], first, second, bought=True)


def _gone(before: Plan, after: Plan) -> Iterator[VehiclesMoved]:
    gone = [
        {(row.vintage, row.financial_year): row.vehicles for row in plan.disposals}
        for plan in (before, after)
    ]
    for (vintage, year), first, second in _changed(*gone):
        yield _moved(tuple(map(str, vintage)), year, first, second, bought=False)


def _moved(
    what: tuple[str, ...], year: int, before: int, after: int, *, bought: bool
) -> VehiclesMoved:
    return VehiclesMoved(bought=bought, what=what, financial_year=year, before=before, after=after)


def _changed(before: Mapping[Key, int], after: Mapping[Key, int]) -> Iterator[tuple[Key, int, int]]:
    for key in sorted({*before, *after}, key=str):
        first, second = before.get(key, 0), after.get(key, 0)
        if first != second:
            yield key, first, second
