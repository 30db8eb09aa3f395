"""What the levels minimise, as expressions over the variables."""

from collections.abc import Iterator
from typing import Final, assert_never

from ortools.math_opt.python import mathopt

from services.capital.optimiser.costs import WEIGHT_PER_PENNY, Costs
from services.capital.optimiser.plan import Level
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.variables import Variables

# Conditioning: cost is in thousands of pounds, so that its numbers stay near those of vehicles.
PENCE_PER_COST_UNIT: Final = 100_000
WEIGHT_PER_COST_UNIT: Final = WEIGHT_PER_PENNY * PENCE_PER_COST_UNIT


def expression(level: Level, terms: Terms, variables: Variables) -> mathopt.LinearBase:
    """Return vehicle-years for the first two levels, thousands of pounds for cost."""
    match level:
        case Level.SHORTFALL:
            return mathopt.fast_sum([*variables.short.values(), *variables.vacant.values()])
        case Level.OVER_AGE:
            return mathopt.fast_sum(kept for kept, _ in _over_age(terms, variables))
        case Level.COST:
            weighed = (
                weight / WEIGHT_PER_COST_UNIT * part for part, weight in _cost(terms, variables)
            )
            return mathopt.fast_sum(weighed) + Costs(terms).committed() / WEIGHT_PER_COST_UNIT
    assert_never(level)


def _over_age(terms: Terms, variables: Variables) -> Iterator[tuple[mathopt.Variable, int]]:
    for (vintage, year), kept in variables.keep.items():
        if terms.policy_of(vintage, year).is_over_age(vintage.age_in(year)):
            yield kept, year


def _cost(terms: Terms, variables: Variables) -> Iterator[tuple[mathopt.Variable, int]]:
    costs = Costs(terms)
    for key, bought in variables.buy.items():
        yield bought, costs.purchase(terms.options[key.option_id], key.delivery_year)
    for name, cancelled in variables.cancel.items():
        yield cancelled, costs.cancelling(name) - costs.refund(name)
    for saving, saved in variables.saving.items():
        yield saved, -costs.saving(terms.options[saving.buy.option_id], *saving.at)
    for order, placed in variables.place.items():
        yield placed, costs.ordering(terms.options[order.option_id], order.delivery_year)
    for (vintage, year), kept in variables.keep.items():
        # What is still there at the end is worth the service it has left.
        ends = year == terms.horizon[-1]
        yield kept, costs.service(vintage, year) - ends * costs.terminal_value(vintage)
    for (vintage, year), disposed in variables.dispose.items():
        yield disposed, -costs.resale(vintage, year)
    yield from _beside(variables, costs)
    yield from _priced_levels(terms, variables, costs)


def _beside(variables: Variables, costs: Costs) -> Iterator[tuple[mathopt.Variable, int]]:
    """What is done beside buying, keeping and disposing."""
    for move, moved in variables.move.items():
        yield moved, costs.move(move)
    for order, counts in variables.changed.items():
        for changed in counts:
            yield changed, costs.change(order.delivery_year)
    for charge, chargers in variables.charge.items():
        yield chargers, costs.charge(charge)
    for (fleet, year), hired in variables.hire.items():
        yield hired, costs.hire(fleet, year)


def _priced_levels(
    terms: Terms, variables: Variables, costs: Costs
) -> Iterator[tuple[mathopt.Variable, int]]:
    """What the problem prices in pounds is cost like any other."""
    for missing in (variables.short, variables.vacant):
        for (_, year), vehicles in missing.items():
            yield vehicles, costs.priced(Level.SHORTFALL, year)
    for kept, year in _over_age(terms, variables):
        yield kept, costs.priced(Level.OVER_AGE, year)
