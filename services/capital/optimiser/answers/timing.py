"""Money now against money later: a pound of this year or the next, and the worth of carrying it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.capital.optimiser.answers.difference import Difference, differences, never_more
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.prices import LimitPrice
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Envelope, Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a million pounds of an envelope is worth, and of the one that follows it, at the margin.

    Prices are of the relaxation, all levels at theirs, in pence.
    """

    envelope: Envelope
    later: Envelope
    this_year_pence: int
    next_year_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryForward:
    """What carrying unspent money into the next year changes, level by level; a saving is negative.

    `stated`: as the problem allows it, against none. `in_full`: all of it, against what is allowed.
    Empty: not sought in time, or no plan.
    """

    stated: tuple[Difference, ...]
    in_full: tuple[Difference, ...]


def timings(problem: Problem, prices: Sequence[LimitPrice]) -> Iterator[Timing]:
    """Yield each envelope beside what holds the same money a year later, where either is worth any.

    Of one holder, fund and year there may be several envelopes, each for vehicles of its own.
    """
    worth = {
        row.limit.subject: row.dual_pence
        for row in prices
        if row.limit.rule is Rule.ENVELOPE_ALLOCATION
    }
    money = Money(problem)
    priced = [row for row in money.envelopes.values() if row.envelope_id in worth]
    for row in sorted(priced, key=lambda row: (row.holder, row.fund, row.financial_year)):
        after = row.financial_year + 1
        # Where none is for the same vehicles, what is for others may pay for some of them too.
        for later in money.same(row, after) or money.alike(row, after):
            now, then = worth[row.envelope_id], worth.get(later.envelope_id, 0)
            if now or then:
                yield Timing(envelope=row, later=later, this_year_pence=now, next_year_pence=then)


def carry_forward(problem: Problem, plan: Plan, workshop: Workshop) -> CarryForward:
    """Return what carrying forward is worth: as it is allowed, and if all of it were."""
    workshop.knows(problem, plan)
    none = replace(
        problem,
        envelopes=tuple(replace(row, carry_forward_pence=0) for row in problem.envelopes),
    )
    stated = _gain(none, problem, workshop) if none != problem else ()
    return CarryForward(stated=stated, in_full=_gain(problem, _in_full(problem), workshop))


def _gain(first: Problem, second: Problem, workshop: Workshop) -> tuple[Difference, ...]:
    plans = [workshop.plan(problem, "carrying money forward") for problem in (first, second)]
    before, after = plans
    if before is None or after is None or not (before.has_decisions and after.has_decisions):
        return ()
    return never_more(differences(before, after))


def _in_full(problem: Problem) -> Problem:
    """Let each envelope carry all it holds, where it is clear to which."""
    money = Money(problem)
    rows = []
    for row in problem.envelopes:
        clear = len(money.alike(row, row.financial_year + 1)) == 1
        may = clear and not row.over_planning_permille
        rows.append(replace(row, carry_forward_pence=row.allocation_pence) if may else row)
    return replace(problem, envelopes=tuple(rows))
