"""What decisions come to in revenue, against each trust's budget of a year."""

from collections.abc import Iterator

from services.capital.optimiser.flows import Flows
from services.capital.optimiser.plan import RevenueUse
from services.capital.optimiser.problem import RevenueBudget, TrustCode
from services.capital.optimiser.revenue import PARTS_PER_PENNY, Revenue


def revenue_uses(flows: Flows) -> Iterator[RevenueUse]:
    """Yield each budget's use, in order of trust and year; what is used is rounded up to pence."""
    for budget in sorted(flows.terms.problem.revenue_budgets, key=_place):
        used = revenue_pence(flows, *_place(budget))
        yield RevenueUse(
            trust=budget.trust,
            financial_year=budget.financial_year,
            limit_pence=budget.limit_pence,
            used_pence=used,
            headroom_pence=budget.limit_pence - used,
        )


def revenue_pence(flows: Flows, trust: TrustCode, year: int) -> int:
    """Return what the trust spends in revenue in the year, rounded up to whole pence."""
    return -(-sum(_spent(flows, trust, year)) // PARTS_PER_PENNY)


def _place(budget: RevenueBudget) -> tuple[TrustCode, int]:
    return budget.trust, budget.financial_year


def _spent(flows: Flows, trust: TrustCode, year: int) -> Iterator[int]:
    revenue = Revenue(flows.terms)
    for (vintage, served), vehicles in flows.serving.items():
        if (vintage.trust, served) == (trust, year):
            yield vehicles * revenue.running(vintage, year)
    for (fleet, hired_in), vehicles in flows.hired.items():
        if (fleet.trust, hired_in) == (trust, year):
            yield vehicles * revenue.hire(fleet, year)
    for row in flows.decisions.moves:
        if (row.target.trust, row.financial_year) == (trust, year):
            yield row.vehicles * revenue.receiving(row.move)
    yield from _spent_on_orders(flows, trust, year)


def _spent_on_orders(flows: Flows, trust: TrustCode, year: int) -> Iterator[int]:
    revenue = Revenue(flows.terms)
    for row in flows.decisions.purchases:
        if row.trust == trust:
            yield row.vehicles * revenue.lease(row.option_id, row.delivery_year, year)
    for buyer, option_id, delivery_year in flows.orders:
        if buyer == trust:
            yield revenue.ordering(option_id, delivery_year, year)
    for cancelled in flows.decisions.cancellations:
        if flows.terms.on_order[cancelled.commitment_id].trust == trust:
            yield cancelled.vehicles * revenue.cancelling(cancelled.commitment_id, year)
