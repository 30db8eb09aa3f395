"""A draft that overruns what blocks share becomes a plan that does not."""

from concurrent.futures import Executor
from dataclasses import replace
from typing import Final

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.primal.elastic import Elastic
from services.capital.optimiser.engine.primal.guide import Guide
from services.capital.optimiser.engine.primal.improving import improve

# So many times dearer is what overruns while it is mended.
DEARNESS: Final = 1000.0


def mended(
    soft: Elastic,
    x: Floats,
    budget: Budget,
    guide: Guide,
    *,
    known: Floats | None,
    seed: int,
    executor: Executor | None,
) -> Floats | None:
    """Return a plan that overruns nothing, better than the known one if there is time for that.

    What was given up so that nothing overruns is little, and soon had elsewhere. None: it still
    overruns.
    """
    plan = _kept(soft, x, budget, guide, seed=seed, executor=executor)
    if plan is None or known is None:
        return plan
    least, value = soft.plain.value(known), soft.plain.value
    if value(plan) < least:
        return plan
    for better in improve(soft.plain, plan, budget, seed=seed, guide=guide, executor=executor):
        plan = better
        if value(plan) < least:
            break
    return plan


def _kept(
    soft: Elastic, x: Floats, budget: Budget, guide: Guide, *, seed: int, executor: Executor | None
) -> Floats | None:
    if soft.keeps(x):
        return soft.plainly(x)
    guide = replace(guide, x=soft.extended(guide.x))
    # Where orders are of many vehicles, to overrun a little may be cheaper than to do without one.
    program = soft.dearer(DEARNESS)
    for better in improve(program, x, budget, seed=seed, guide=guide, executor=executor):
        if soft.keeps(better):
            return soft.plainly(better)
    return None
