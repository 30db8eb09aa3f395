"""What a plan costs in revenue, trust by trust and year by year, against the budgets."""

from collections.abc import Iterator

from services.capital.optimiser.check.hire import hire_open_to
from services.capital.optimiser.check.offers import reserve_of, route_of
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import RevenueBudget
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import MoveKind, Terms, at_age


class RevenueCheck(Statement):
    """Running, leasing, hiring, ordering and receiving vehicles."""

    def _revenue_stays_within_each_budget(self) -> Iterator[Violation]:
        for budget in self.terms.problem.revenue_budgets:
            used = used_pence(self.terms, self.plan, budget)
            if used > budget.limit_pence:
                detail = f"{used} of {budget.limit_pence} pence in {budget.financial_year}"
                yield broken(Rule.REVENUE_BUDGET, budget.trust, detail)


def revenue_violations(terms: Terms, plan: Plan) -> Iterator[Violation]:
    """Yield each stated use of a budget that is not what the plan comes to."""
    budgets = {(row.trust, row.financial_year): row for row in terms.problem.revenue_budgets}
    if [(row.trust, row.financial_year) for row in plan.revenue_uses] != sorted(budgets):
        detail = "are not one for each budget, in order"
        yield Violation(rule=Rule.WELL_FORMED, subject="revenue_uses", detail=detail)
        return
    for row in plan.revenue_uses:
        limit = budgets[row.trust, row.financial_year].limit_pence
        used = used_pence(terms, plan, budgets[row.trust, row.financial_year])
        figures = limit, used, limit - used
        if (row.limit_pence, row.used_pence, row.headroom_pence) != figures:
            subject = f"{row.trust} {row.financial_year} revenue"
            detail = f"is stated otherwise than {used} of {limit} pence"
            yield Violation(rule=Rule.REVENUE_BUDGET, subject=subject, detail=detail)


def used_pence(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    """Return what the plan costs the budget's trust in its year, rounded up to whole pence."""
    today = _running(terms, plan, budget) + _received(terms, plan, budget) * 10**3
    running = today * terms.price_index_permille(budget.financial_year)
    others = _leases(terms, plan, budget) + _orders(terms, plan, budget)
    others += _cancellations(terms, plan, budget)
    return -(-running // 10**6) + others + _hires(terms, plan, budget)


def _running(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    total = 0
    for row in plan.stock:
        if (row.trust, row.financial_year) == (budget.trust, budget.financial_year):
            table = terms.profile_of(row.vintage).running_cost_pence
            reserve = reserve_of(terms, row.vintage.fleet) if row.in_reserve else None
            paid_permille = 1000 - reserve.running_saved_permille if reserve else 1000
            pence = row.vehicles * at_age(table, row.financial_year - row.entry_year)
            total += pence * paid_permille
    return total


def _received(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    """Return what vehicles given to the trust in the year cost it, in pence of the first year."""
    total = 0
    for row in plan.moves:
        place = row.to_trust, row.financial_year
        if row.kind is MoveKind.TRANSFER and place == (budget.trust, budget.financial_year):
            route = route_of(terms, row)
            total += row.vehicles * route.cost_pence if route else 0
    return total


def _leases(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    total = 0
    for row in plan.purchases:
        lease = terms.options[row.option_id].lease
        if lease is not None and row.trust == budget.trust:
            years = range(row.delivery_year, row.delivery_year + lease.term_years)
            pence = terms.lease_payment_pence(terms.options[row.option_id], row.delivery_year)
            total += row.vehicles * pence * (budget.financial_year in years)
    return total


def _orders(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    placed = {
        (row.option_id, row.delivery_year)
        for row in plan.purchases
        if (row.trust, row.order_year) == (budget.trust, budget.financial_year)
    }
    return sum(terms.order_charge_pence(terms.options[name], year) for name, year in placed)


def _cancellations(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    if budget.financial_year != terms.horizon.start:
        return 0
    prices = {
        row.commitment_id: row.cancellation_price_pence
        for row in terms.problem.commitments
        if row.trust == budget.trust
    }
    return sum(row.vehicles * prices.get(row.commitment_id, 0) for row in plan.cancellations)


def _hires(terms: Terms, plan: Plan, budget: RevenueBudget) -> int:
    total = 0
    for row in plan.hires:
        hire = hire_open_to(terms, row.fleet)
        if hire and (row.trust, row.financial_year) == (budget.trust, budget.financial_year):
            total += row.vehicles * hire.price_pence[row.financial_year - terms.horizon.start]
    return total
