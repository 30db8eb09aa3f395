"""The price of a no: a decision of a plan forced the other way, and what that is proved to cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.capital.optimiser.answers.difference import Difference, differences, never_less
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.other_way import other_way, subjects
from services.capital.optimiser.answers.rulings import (
    allowed,
    in_words,
    narrows,
    ruled,
    ruled_before,
)
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.problem.ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a ruling against the plan costs, level by level: between best plans, where proved.

    `instead_of` is what had been ruled on the same thing: what lifting it saves is in the levels
    too. `outcome` INFEASIBLE: it cannot be so. Without `plan`: nothing was sought, or found, in
    time.
    """

    ruling: Ruling
    outcome: Outcome
    instead_of: Ruling | None = None
    levels: tuple[Difference, ...] = ()
    plan: Plan | None = None

    @property
    def sentence(self) -> str:
        """Say what was forced, and what had been ruled before."""
        before = self.instead_of
        return in_words(self.ruling) + (f" (ruled {allowed(before)})" if before else "")


def price_of_no(problem: Problem, plan: Plan, ruling: Ruling, workshop: Workshop) -> Refusal:
    """Force the ruling, plan again, and return what it costs against the problem's best plan.

    It stands in place of what the problem rules on the same thing, if anything.
    """
    workshop.knows(problem, plan)
    before = ruled_before(problem, ruling)
    other = workshop.plan(ruled(problem, ruling), in_words(ruling))
    outcome = Outcome.UNKNOWN if other is None else other.outcome
    if other is None or not other.has_decisions:
        return Refusal(ruling=ruling, instead_of=before, outcome=outcome)
    levels = differences(plan, other)
    # One more thing that must hold makes no best plan better; one less may.
    if narrows(ruling, before):
        levels = never_less(levels)
    return Refusal(ruling=ruling, instead_of=before, outcome=outcome, levels=levels, plan=other)


def refusals(problem: Problem, plan: Plan, workshop: Workshop) -> Iterator[Refusal]:
    """Yield the price of a no to each thing the plan decides on, as effort allows."""
    for subject in subjects(problem, plan):
        if workshop.is_spent:
            return
        yield price_of_no(problem, plan, other_way(problem, plan, subject), workshop)
