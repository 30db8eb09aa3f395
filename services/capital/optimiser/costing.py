"""What decisions cost over the vehicles' lives, part by part."""

from collections.abc import Sequence

from services.capital.optimiser.costs import WEIGHT_PER_PENNY, Costs
from services.capital.optimiser.flows import Flows
from services.capital.optimiser.plan import Cost, FleetYear, Level
from services.capital.optimiser.stability import changes
from services.capital.optimiser.terms import MoveKind


def cost_of(flows: Flows, fleet_years: Sequence[FleetYear]) -> Cost:
    """Return the parts, each rounded down, and their exact sum, rounded down once."""
    costs = Costs(flows.terms)
    spent = _bought(flows, costs) | _served(flows, costs) | _priced(fleet_years, costs)
    spent["change_pence"] = _changed(flows, costs)
    earned = _earned(flows, costs)
    total = sum(spent.values()) - sum(earned.values())
    parts = {name: weight // WEIGHT_PER_PENNY for name, weight in (spent | earned).items()}
    return Cost(total_pence=total // WEIGHT_PER_PENNY, **parts)


def _bought(flows: Flows, costs: Costs) -> dict[str, int]:
    bought = [(flows.terms.options[row.option_id], row) for row in flows.decisions.purchases]
    prices = sum(
        row.vehicles * costs.price(option, row.delivery_year, flows.price_pence(row))
        for option, row in bought
    )
    leases = sum(row.vehicles * costs.lease(option, row.delivery_year) for option, row in bought)
    charges = sum(
        costs.ordering(flows.terms.options[option_id], delivery_year)
        for _, option_id, delivery_year in flows.orders
    )
    chargers = sum(row.chargers * costs.charge(row.key) for row in flows.decisions.chargers)
    return {
        "charger_pence": chargers,
        "remount_pence": _moved(flows, costs, MoveKind.REMOUNT),
        "capital_pence": costs.committed() + prices,
        "lease_pence": leases,
        "cancelling_pence": sum(
            row.vehicles * costs.cancelling(row.commitment_id)
            for row in flows.decisions.cancellations
        ),
        "ordering_pence": charges,
    }


def _moved(flows: Flows, costs: Costs, kind: MoveKind) -> int:
    moves = (row for row in flows.decisions.moves if row.kind is kind)
    return sum(row.vehicles * costs.move(row.move) for row in moves)


def _served(flows: Flows, costs: Costs) -> dict[str, int]:
    serving = flows.serving.items()
    return {
        "running_pence": sum(n * costs.running(*key) for key, n in serving),
        "lost_days_pence": sum(n * costs.lost_days(*key) for key, n in serving),
        "hire_pence": sum(n * costs.hire(*key) for key, n in flows.hired.items()),
        "transfer_pence": _moved(flows, costs, MoveKind.TRANSFER),
    }


def _changed(flows: Flows, costs: Costs) -> int:
    if not flows.terms.problem.change_price_pence:
        return 0
    differing = changes(flows.terms.problem, flows.decisions.purchases)
    return sum(n * costs.change(year) for (_, _, year), n in differing.items())


def _priced(fleet_years: Sequence[FleetYear], costs: Costs) -> dict[str, int]:
    return {
        "shortfall_pence": sum(
            (row.shortfall + row.vacancies) * costs.priced(Level.SHORTFALL, row.financial_year)
            for row in fleet_years
        ),
        "over_age_pence": sum(
            row.over_age * costs.priced(Level.OVER_AGE, row.financial_year) for row in fleet_years
        ),
    }


def _earned(flows: Flows, costs: Costs) -> dict[str, int]:
    end = flows.terms.horizon[-1]
    left = ((vintage, n) for (vintage, year), n in flows.serving.items() if year == end)
    return {
        "resale_pence": sum(n * costs.resale(*key) for key, n in flows.disposed.items()),
        "terminal_value_pence": sum(n * costs.terminal_value(vintage) for vintage, n in left),
    }
