"""What a plan spends, by the trust and type it buys for and the year that it scores in."""

from collections import Counter

from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Fleet, Terms


def capital_by_fleet_year(problem: Problem, plan: Plan) -> Counter[tuple[Fleet, int]]:
    """Return pence of capital, vehicles on order before the plan included (domain rule 25)."""
    terms = Terms(problem)
    spent: Counter[tuple[Fleet, int]] = Counter()
    for row in problem.commitments:
        spent[Fleet(row.trust, row.vehicle_type), row.financial_year] += row.cost_pence
    for bought in plan.purchases:
        option = terms.options[bought.option_id]
        price_pence = terms.price_pence(option, bought.delivery_year)
        fleet = Fleet(bought.trust, option.vehicle_type)
        spent[fleet, bought.delivery_year] += bought.vehicles * price_pence
    return spent
