"""Limits beside money and lines: what hubs commission, chargers, grids, and revenue."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from services.capital.optimiser.answers.limit import Limit, limits_of
from services.capital.optimiser.problem import (
    ChargingSite,
    Commissioning,
    GridConnection,
    Problem,
    RevenueBudget,
)
from services.capital.optimiser.rules import Rule, Unit
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.variables import label


def every_limit(problem: Problem) -> Iterator[Limit]:
    """Yield every limit that has an amount: money, lines, hubs, chargers, grids, revenue."""
    yield from limits_of(problem)
    terms = Terms(problem)
    for row in problem.commissioning:
        for place in range(problem.years):
            yield _of_hub(row, place, terms)
    for site in problem.charging_sites:
        yield _of_chargers(site, terms)
        if site.price_pence and site.maximum:
            yield _of_site_grid(site, terms)
    for grid in problem.grid_connections:
        yield _of_hub_grid(grid, terms)
    for budget in problem.revenue_budgets:
        yield _of_revenue(budget)


def _of_hub(row: Commissioning, place: int, terms: Terms) -> Limit:
    year, hub_id = terms.horizon[place], row.hub_id
    rule = Rule.COMMISSIONING_CAPACITY if hub_id is None else Rule.HUB_COMMISSIONING
    rows = [label(rule, (row.trust, year))]
    if hub_id is not None:
        among = (
            sorted(hub.hub_id or "" for hub in confined.hubs)
            for confined in terms.confined(row.trust)
            if row in confined.hubs
        )
        rows = [label(rule, (row.trust, "+".join(hubs), year)) for hubs in among]
    return Limit(
        rule=rule,
        subject=hub_id or row.trust,
        financial_year=year,
        owner=row.trust,
        fund="",
        unit=Unit.VEHICLES,
        amount=row.vehicles[place],
        called=f"commissioning at {hub_id or row.trust} {year}",
        holds=tuple((name, 1.0) for name in rows),
        changed=partial(_with_hub, row, place),
    )


def _with_hub(hub: Commissioning, place: int, problem: Problem, amount: int) -> Problem:
    rows = []
    for row in problem.commissioning:
        table = list(row.vehicles)
        if (row.trust, row.hub_id) == (hub.trust, hub.hub_id):
            table[place] = amount
        rows.append(replace(row, vehicles=tuple(table)))
    return replace(problem, commissioning=tuple(rows))


def _of_chargers(site: ChargingSite, terms: Terms) -> Limit:
    """Return how many chargers there are in the first year; one more is there throughout."""
    return Limit(
        rule=Rule.CHARGER_CAPACITY,
        subject=site.site_id,
        financial_year=None,
        owner=site.trust,
        fund="",
        unit=Unit.CHARGERS,
        amount=site.chargers[0],
        called=f"chargers at {site.site_id}",
        holds=tuple(_of_site(site, terms)),
        changed=partial(_with_chargers, site),
    )


def _of_site(site: ChargingSite, terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield the rows that its chargers hold: the site's own, or those of sites together."""
    each = float(site.vehicles_per_charger_permille)
    for year in terms.horizon:
        yield label(Rule.CHARGER_CAPACITY, (site.site_id, year)), each
        for confined in terms.confined_to_chargers(site.trust):
            if site in confined.hubs:
                names = ["+".join(one.site_id for one in confined.hubs)]
                named = names if terms.stations(site.trust) else []
                yield label(Rule.CHARGER_CAPACITY, (site.trust, *named, year)), each


def _with_chargers(site: ChargingSite, problem: Problem, amount: int) -> Problem:
    more = amount - site.chargers[0]
    return _with_site(
        site, problem, lambda row: replace(row, chargers=_by_more(row.chargers, more))
    )


def _with_site(
    site: ChargingSite, problem: Problem, change: Callable[[ChargingSite], ChargingSite]
) -> Problem:
    rows = (change(row) if row.site_id == site.site_id else row for row in problem.charging_sites)
    return replace(problem, charging_sites=tuple(rows))


def _by_more(table: tuple[int, ...], more: int) -> tuple[int, ...]:
    return tuple(max(0, n + more) for n in table)


def _of_site_grid(site: ChargingSite, terms: Terms) -> Limit:
    rows = (label(Rule.GRID_CAPACITY, (site.site_id, year)) for year in terms.horizon)

    def changed(problem: Problem, amount: int) -> Problem:
        more = amount - site.maximum[0]
        return _with_site(
            site, problem, lambda row: replace(row, maximum=_by_more(row.maximum, more))
        )

    return Limit(
        rule=Rule.GRID_CAPACITY,
        subject=site.site_id,
        financial_year=None,
        owner=site.hub_id or site.trust,
        fund="",
        unit=Unit.CHARGERS,
        amount=site.maximum[0],
        called=f"grid of {site.site_id}",
        holds=tuple((name, 1.0) for name in rows),
        changed=changed,
    )


def _of_hub_grid(grid: GridConnection, terms: Terms) -> Limit:
    def changed(problem: Problem, amount: int) -> Problem:
        more = amount - grid.kilowatts[0]
        rows = (
            replace(row, kilowatts=_by_more(row.kilowatts, more))
            if (row.trust, row.hub_id) == (grid.trust, grid.hub_id)
            else row
            for row in problem.grid_connections
        )
        return replace(problem, grid_connections=tuple(rows))

    return Limit(
        rule=Rule.GRID_CAPACITY,
        subject=grid.hub_id,
        financial_year=None,
        owner=grid.hub_id,
        fund="",
        unit=Unit.KILOWATTS,
        amount=grid.kilowatts[0],
        called=f"connection of {grid.hub_id}",
        holds=tuple(_of_connection(grid, terms)),
        changed=changed,
    )


def _of_connection(grid: GridConnection, terms: Terms) -> Iterator[tuple[str, float]]:
    for year in terms.horizon:
        yield label(Rule.GRID_CAPACITY, (grid.trust, grid.hub_id, year)), 1.0
        for site in terms.sites.get(grid.trust, ()):
            if site.hub_id == grid.hub_id and not site.maximum:
                yield label(Rule.GRID_CAPACITY, (site.site_id, year)), 1 / site.kilowatts


def _of_revenue(budget: RevenueBudget) -> Limit:
    def changed(problem: Problem, amount: int) -> Problem:
        named = budget.trust, budget.financial_year
        rows = (
            replace(row, limit_pence=amount) if (row.trust, row.financial_year) == named else row
            for row in problem.revenue_budgets
        )
        return replace(problem, revenue_budgets=tuple(rows))

    return Limit(
        rule=Rule.REVENUE_BUDGET,
        subject=budget.trust,
        financial_year=budget.financial_year,
        owner=budget.trust,
        fund="",
        unit=Unit.PENCE,
        amount=budget.limit_pence,
        called=f"revenue of {budget.trust} {budget.financial_year}",
        holds=((label(Rule.REVENUE_BUDGET, (budget.trust, budget.financial_year)), 1.0),),
        changed=changed,
    )
