"""The whole-life cost again, vehicle-year by vehicle-year, from the tables of the problem."""

from typing import Final

from services.capital.optimiser.check.hire import hire_open_to
from services.capital.optimiser.plan import Cost, Hired, Plan, Stock
from services.capital.optimiser.problem import AgeProfile
from services.capital.optimiser.terms import Terms, Vintage, at_age

DAYS_PER_YEAR: Final = 365


def cost_of(terms: Terms, plan: Plan) -> Cost:
    """Return what the plan's stock, purchases and disposals cost, exactly.

    Sums are kept in 10^-12 pence (discount in 10^-6, index and off-road share in 10^-3 each) and
    rounded down once.
    """
    capital = _capital(terms, plan)
    running = sum(_running(terms, row) for row in plan.stock)
    lost_days = sum(_lost_days(terms, row) for row in plan.stock)
    ordering = _ordering(terms, plan)
    resale = _resale(terms, plan)
    terminal = _terminal(terms, plan)
    hire = sum(_hire(terms, row) for row in plan.hires)
    shortfall = _shortfall(terms, plan)
    over_age = _over_age(terms, plan)
    total = capital + running + lost_days + ordering - resale - terminal
    total += hire + shortfall + over_age
    return Cost(
        capital_pence=capital // 10**12,
        running_pence=running // 10**12,
        lost_days_pence=lost_days // 10**12,
        resale_pence=resale // 10**12,
        terminal_value_pence=terminal // 10**12,
        total_pence=total // 10**12,
        hire_pence=hire // 10**12,
        shortfall_pence=shortfall // 10**12,
        over_age_pence=over_age // 10**12,
        ordering_pence=ordering // 10**12,
    )


def _capital(terms: Terms, plan: Plan) -> int:
    total = 0
    for ordered in terms.problem.commitments:
        pence = ordered.vehicles * ordered.price_pence
        total += pence * terms.discount_ppm(ordered.financial_year)
    for row in plan.purchases:
        pence = row.vehicles * terms.price_pence(terms.options[row.option_id], row.delivery_year)
        total += pence * terms.discount_ppm(row.delivery_year)
    return total * 10**6


def _ordering(terms: Terms, plan: Plan) -> int:
    total = 0
    for _, option_id, year, ordered in {
        (row.trust, row.option_id, row.delivery_year, row.order_year) for row in plan.purchases
    }:
        pence = terms.order_charge_pence(terms.options[option_id], year)
        total += pence * terms.discount_ppm(ordered)
    return total * 10**6


def _running(terms: Terms, row: Stock) -> int:
    table = _profile(terms, row.vintage).running_cost_pence
    pence = row.vehicles * at_age(table, row.financial_year - row.entry_year)
    return pence * _today(terms, row.financial_year) * 10**3


def _lost_days(terms: Terms, row: Stock) -> int:
    table = _profile(terms, row.vintage).off_road_permille
    share = at_age(table, row.financial_year - row.entry_year)
    day_pence = terms.types[row.vehicle_type].lost_day_cost_pence
    return row.vehicles * share * DAYS_PER_YEAR * day_pence * _today(terms, row.financial_year)


def _resale(terms: Terms, plan: Plan) -> int:
    total = 0
    for row in plan.disposals:
        table = _profile(terms, row.vintage).resale_pence
        pence = row.vehicles * at_age(table, row.financial_year - row.entry_year)
        total += pence * _today(terms, row.financial_year)
    return total * 10**3


def _terminal(terms: Terms, plan: Plan) -> int:
    end = terms.horizon.stop
    total = 0
    for row in plan.stock:
        if row.financial_year == end - 1:
            table = _profile(terms, row.vintage).terminal_value_pence
            total += row.vehicles * at_age(table, end - row.entry_year) * _today(terms, end)
    return total * 10**3


def _hire(terms: Terms, row: Hired) -> int:
    hire = hire_open_to(terms, row.fleet)
    place = row.financial_year - terms.problem.first_financial_year
    pence = row.vehicles * hire.price_pence[place] if hire else 0
    return pence * terms.discount_ppm(row.financial_year) * 10**6


def _shortfall(terms: Terms, plan: Plan) -> int:
    """What is missing, at its price; the counts themselves are checked as figures."""
    price_pence = terms.problem.shortfall_price_pence
    missing = (
        (row.shortfall + row.vacancies) * _today(terms, row.financial_year)
        for row in plan.fleet_years
    )
    return price_pence * sum(missing) * 10**3


def _over_age(terms: Terms, plan: Plan) -> int:
    price_pence = terms.problem.over_age_price_pence
    old = (row.over_age * _today(terms, row.financial_year) for row in plan.fleet_years)
    return price_pence * sum(old) * 10**3


def _profile(terms: Terms, vintage: Vintage) -> AgeProfile:
    return terms.profile(vintage.fleet, vintage.technology)


def _today(terms: Terms, year: int) -> int:
    """Return what a pound at first-year prices is worth when spent in the year, in 10^-9."""
    return terms.price_index_permille(year) * terms.discount_ppm(year)
