"""The whole-life cost again, vehicle-year by vehicle-year, from the tables of the problem."""

from collections import Counter

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.check.cancelling import cancelling_pence
from services.capital.optimiser.check.hire import hire_open_to
from services.capital.optimiser.check.ledger import charger_pence
from services.capital.optimiser.check.offers import remount_pence, reserve_of, route_of
from services.capital.optimiser.check.tiers import PricesPaid
from services.capital.optimiser.plan import Cost, Hired, Moved, Plan, Stock
from services.capital.optimiser.problem import AgeProfile
from services.capital.optimiser.problem.periods import days_in
from services.capital.optimiser.terms import MoveKind, Terms, Vintage, at_age


def cost_of(terms: Terms, plan: Plan) -> Cost:
    """Return what the plan's stock, purchases and disposals cost, exactly.

    Sums are kept in 10^-12 pence (discount in 10^-6, index and off-road share in 10^-3 each) and
    rounded down once.
    """
    weights = {
        "capital_pence": _capital(terms, plan),
        "running_pence": sum(_running(terms, row) for row in plan.stock),
        "lost_days_pence": sum(_lost_days(terms, row) for row in plan.stock),
        "ordering_pence": _ordering(terms, plan),
        "lease_pence": _lease(terms, plan),
        "cancelling_pence": cancelling_pence(terms, plan)
        * terms.discount_ppm(terms.horizon.start)
        * 10**6,
        "resale_pence": _resale(terms, plan),
        "terminal_value_pence": _terminal(terms, plan),
        "hire_pence": sum(_hire(terms, row) for row in plan.hires),
        "transfer_pence": sum(_transfer(terms, row) for row in plan.moves),
        "charger_pence": sum(_chargers(terms, row) for row in plan.chargers),
        "remount_pence": sum(_remount(terms, row) for row in plan.moves),
        "change_pence": _changes(terms, plan),
        "shortfall_pence": _shortfall(terms, plan),
        "over_age_pence": _over_age(terms, plan),
    }
    proceeds = weights["resale_pence"] + weights["terminal_value_pence"]
    total = sum(weights.values()) - 2 * proceeds
    pence = {name: weight // 10**12 for name, weight in weights.items()}
    return Cost(total_pence=total // 10**12, **pence)


def _capital(terms: Terms, plan: Plan) -> int:
    total = 0
    for ordered in terms.problem.commitments:
        pence = ordered.vehicles * ordered.price_pence
        total += pence * terms.discount_ppm(ordered.financial_year)
    paid = PricesPaid(terms, plan)
    for row in plan.purchases:
        option = terms.options[row.option_id]
        if option.lease is None:
            left = price = paid.pence(row)
            for part in option.instalments:
                pence = price * part.permille // 1000
                # A plan may state an order that no horizon has room for; it is refused elsewhere.
                year = max(terms.horizon.start, row.delivery_year - part.years_before_delivery)
                total += row.vehicles * pence * terms.discount_ppm(year)
                left -= pence
            total += row.vehicles * left * terms.discount_ppm(row.delivery_year)
    return total * 10**6


def _lease(terms: Terms, plan: Plan) -> int:
    total = 0
    for row in plan.purchases:
        lease = terms.options[row.option_id].lease
        if lease is not None:
            pence = terms.lease_payment_pence(terms.options[row.option_id], row.delivery_year)
            years = range(row.delivery_year, row.delivery_year + lease.term_years)
            worth = sum(terms.discount_ppm(year) for year in terms.horizon if year in years)
            total += row.vehicles * pence * worth
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
    # A vehicle in reserve runs less: the saving is in thousandths too.
    reserve = reserve_of(terms, row.vintage.fleet) if row.in_reserve else None
    paid_permille = 1000 - reserve.running_saved_permille if reserve else 1000
    return pence * _today(terms, row.financial_year) * paid_permille


def _chargers(terms: Terms, row: ChargersBought) -> int:
    site = next(site for site in terms.problem.charging_sites if site.site_id == row.site_id)
    pence = row.chargers * charger_pence(site, row, terms)
    return pence * terms.discount_ppm(row.financial_year) * 10**6


def _remount(terms: Terms, row: Moved) -> int:
    pence = remount_pence(terms, row) if row.kind is MoveKind.REMOUNT else 0
    return row.vehicles * pence * terms.discount_ppm(row.financial_year) * 10**6


def _transfer(terms: Terms, row: Moved) -> int:
    route = route_of(terms, row) if row.kind is MoveKind.TRANSFER else None
    pence = row.vehicles * route.cost_pence if route else 0
    return pence * _today(terms, row.financial_year) * 10**3


def _lost_days(terms: Terms, row: Stock) -> int:
    if row.in_reserve:
        return 0
    table = _profile(terms, row.vintage).off_road_permille
    share = at_age(table, row.financial_year - row.entry_year)
    day_pence = terms.types[row.vehicle_type].lost_day_cost_pence
    return (
        row.vehicles
        * share
        * days_in(row.financial_year)
        * day_pence
        * _today(terms, row.financial_year)
    )


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


def _changes(terms: Terms, plan: Plan) -> int:
    """Vehicles more or fewer than approved, each order of a trust, option and year for itself."""
    differing: Counter[tuple[str, str, int]] = Counter()
    for bought in plan.purchases:
        differing[bought.trust, bought.option_id, bought.delivery_year] += bought.vehicles
    for before in terms.problem.approved_orders:
        differing[before.trust, before.option_id, before.financial_year] -= before.vehicles
    worth = sum(abs(n) * _today(terms, year) for (_, _, year), n in differing.items())
    return terms.problem.change_price_pence * worth * 10**3


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
    return terms.profile(vintage.fleet, vintage.technology, vintage.band)


def _today(terms: Terms, year: int) -> int:
    """Return what a pound at first-year prices is worth when spent in the year, in 10^-9."""
    return terms.price_index_permille(year) * terms.discount_ppm(year)
