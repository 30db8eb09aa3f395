"""What a vehicle-year of a level weighs beside a pound, where all levels are minimised at once."""

from typing import Final

from services.capital.optimiser.objective import PENCE_PER_COST_UNIT
from services.capital.optimiser.plan import Level
from services.capital.optimiser.terms import Terms

# A vehicle-year over age weighs as the dearest option, and one of shortfall as so many of it.
SHORTFALL_WEIGHT: Final = 50


def weights(terms: Terms) -> dict[Level, float]:
    """Return each level's weight in the solver's units of cost: a way to plans, not proofs."""
    pence = max((price for row in terms.options.values() for price in row.price_pence), default=0)
    dearest = max(1.0, pence / PENCE_PER_COST_UNIT)
    return {Level.SHORTFALL: SHORTFALL_WEIGHT * dearest, Level.OVER_AGE: dearest, Level.COST: 1.0}
