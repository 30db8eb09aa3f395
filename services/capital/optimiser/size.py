"""How large a problem is: variables of its model, and the most pence its cost could come to."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.terms import Fleet, Terms


def variable_count(terms: Terms) -> int:
    """Return an upper estimate of the model's variables, without building it."""
    vintages = Counter(vintage.fleet for vintage in terms.opening)
    return sum(_of_fleet(terms, fleet, vintages[fleet]) for fleet in terms.fleets)


def most_pence(terms: Terms) -> int:
    """Return more than the whole-life cost of any plan could come to, either way, in pence."""
    problem = terms.problem
    # Everything at its dearest, at once, in every year: far more than any plan, and cheap to say.
    worth = max(problem.discount_ppm, default=10**6) * max(
        problem.price_index_permille, default=10**3
    )
    each = max(_yearly_pence(terms)) + max(_prices(terms), default=0)
    each += problem.change_price_pence * 2
    each += problem.shortfall_price_pence + problem.over_age_price_pence
    each += max(_charges(terms), default=0)
    return _most_vehicles(terms) * (problem.years + 1) * each * worth // 10**9


def _of_fleet(terms: Terms, fleet: Fleet, opening: int) -> int:
    years = terms.problem.years
    options = list(terms.options_for(fleet.vehicle_type))
    technologies = len({option.technology for option in options})
    vintage_years = opening * years + technologies * years * (years + 1) // 2
    purchases = sum(
        1
        for option in options
        for year in terms.delivery_years(option)
        for _ in terms.envelopes_for(fleet.trust, option, year)
    )
    # Vehicles that can come from other trusts, and those that can be in reserve, serve as well.
    vintage_years *= 1 + sum(
        route.to_trust == fleet.trust for route in terms.problem.transfer_routes
    )
    vintage_years *= 2 if terms.reserve(fleet) else 1
    offers = (terms.remount(fleet, option.technology) for option in options)
    vintage_years *= 1 + max((row.maximum_remounts for row in offers if row), default=0) * years
    # Kept and disposed of; bought, and perhaps placed; short, vacant and perhaps hired.
    yearly = 2 + (terms.hire(fleet) is not None)
    return 2 * vintage_years + 2 * purchases + yearly * years


def _most_vehicles(terms: Terms) -> int:
    largest = (
        max(terms.establishment(fleet, year).maximum for year in terms.horizon)
        for fleet in terms.fleets
    )
    served = sum(largest) + sum(terms.opening.values()) + sum(terms.committed.values())
    return served + _most_wanted(terms)


def _most_wanted(terms: Terms) -> int:
    """Return the most vehicles that can be hired or missing in one year, where that costs."""
    problem = terms.problem
    for_hire = sum(max(row.vehicles) for row in problem.hires) * len(problem.trusts)
    missing = sum(row.required_available for row in problem.needs)
    return for_hire + _most_chargers(terms) + (missing if problem.shortfall_price_pence else 0)


def _most_chargers(terms: Terms) -> int:
    """Return the most chargers that grids carry, each kind as if it had its hub's alone."""
    stated = (max(row.maximum, default=0) for row in terms.problem.charging_sites)
    carried = (
        max(grid.kilowatts) // site.kilowatts
        for site in terms.problem.charging_sites
        if site.kilowatts and (grid := terms.grids.get((site.trust, site.hub_id)))
    )
    return sum(stated) + sum(carried)


def _yearly_pence(terms: Terms) -> Iterator[int]:
    days = 365 * max(row.lost_day_cost_pence for row in terms.problem.vehicle_types)
    for row in terms.problem.age_profiles:
        worth = max(map(abs, (*row.resale_pence, *row.terminal_value_pence)))
        yield max(row.running_cost_pence) + days + worth


def _charges(terms: Terms) -> Iterator[int]:
    # An order is of one vehicle or more, so that a charge a vehicle is more than any plan pays.
    for option in terms.problem.options:
        payments = option.lease.yearly_payment_pence if option.lease else ()
        yield max(option.order_charge_pence, default=0) + sum(payments)


def _prices(terms: Terms) -> Iterator[int]:
    for option in terms.problem.options:
        yield max(option.price_pence)
    for row in terms.problem.commitments:
        yield row.price_pence + row.cancellation_price_pence
    for hire in terms.problem.hires:
        yield max(hire.price_pence)
    for site in terms.problem.charging_sites:
        yield max(site.price_pence, default=0)
    for offer in terms.problem.remount_offers:
        yield max(offer.price_pence)
    for route in terms.problem.transfer_routes:
        yield route.cost_pence
