"""The value of buying together: prices by the volume of all trusts, against each trust's own."""

from dataclasses import replace

from services.capital.optimiser.answers.difference import Difference, differences, never_more
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem


def buying_together(problem: Problem, plan: Plan, workshop: Workshop) -> tuple[Difference, ...]:
    """Return what joint volumes change, level by level; a saving is negative.

    Empty: no option has tiers that trusts reach together, or what each alone comes to was not
    found in time.
    """
    apart = replace(
        problem, options=tuple(replace(row, joint_tiers=False) for row in problem.options)
    )
    if apart == problem:
        return ()
    alone = workshop.plan(apart, "each trust's own volume")
    if alone is None or not alone.has_decisions:
        return ()
    # Together they buy at least as many as any of them alone.
    return never_more(differences(alone, plan))
