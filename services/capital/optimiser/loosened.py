"""The model with every purchase in it, also those that no envelope or line has room for."""

from dataclasses import replace
from typing import Final

from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Terms

# More than any envelope holds, or any line or hub delivers.
AMPLE_PENCE: Final = 10**13
AMPLE_VEHICLES: Final = 100_000
# The rules whose limits are ample in the variables, and stand in the rows.
AMPLE: Final = frozenset(
    {
        Rule.ENVELOPE_ALLOCATION,
        Rule.SPENDING_CEILING,
        Rule.CONVERTER_SLOTS,
        Rule.CHASSIS_ALLOTMENT,
        Rule.COMMISSIONING_CAPACITY,
        Rule.HUB_COMMISSIONING,
        Rule.GRID_CAPACITY,
    }
)


def loosened(problem: Problem, *, supply: bool = False) -> RenewalModel:
    """Return a model whose rows set the problem's limits, and whose variables do not.

    A variable no larger than its money allows, or left out where there is none, is right for a
    search and hides what one more pound would do; `supply` does as much for lines and hubs.
    """
    model = RenewalModel(Terms(_ample(problem, supply=supply)))
    limits = {row.name: row for row in RenewalModel(Terms(problem)).program.linear_constraints()}
    for row in model.program.linear_constraints():
        limit = limits.get(row.name)
        # Other rows are as they should be, and may hold what is bought now that it can be.
        if limit is not None and row.name.partition("[")[0] in AMPLE:
            row.lower_bound, row.upper_bound = limit.lower_bound, limit.upper_bound
    return model


def _ample(problem: Problem, *, supply: bool) -> Problem:
    money = tuple(replace(row, allocation_pence=AMPLE_PENCE) for row in problem.envelopes)
    # A ceiling bounds what an envelope under it could pay, and so the purchases from it.
    ceilings = tuple(replace(row, limit_pence=AMPLE_PENCE) for row in problem.ceilings)
    ample = replace(problem, envelopes=money, ceilings=ceilings)
    if not supply:
        return ample
    places = (AMPLE_VEHICLES,) * problem.years
    return replace(
        ample,
        supply_lines=tuple(replace(row, vehicles=places) for row in problem.supply_lines),
        commissioning=tuple(replace(row, vehicles=places) for row in problem.commissioning),
        charging_sites=tuple(
            replace(row, maximum=places) if row.price_pence else row
            for row in problem.charging_sites
        ),
    )
