"""The conditions of reserves, routes, workshops, hire and grids, by name."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from services.capital.optimiser.answers.rule import AMPLE, NamedRule
from services.capital.optimiser.problem import (
    ChargingSite,
    GridConnection,
    Hire,
    Problem,
    Remount,
    Reserve,
    TransferRoute,
)
from services.capital.optimiser.rules import Owner, Rule, Unit

# Longer than any lease, reserve or box can serve within a horizon.
LONGEST: Final = 120
# Years that a box could serve on.
OLDER: Final = 10
IN_RESERVE: Final = "reserve"


def conditions_of_places(problem: Problem) -> Iterator[NamedRule]:
    """Yield the rules that a reserve, a route, an offer, a site or a connection brings with it."""
    for reserve in problem.reserves:
        yield from _of_reserve(reserve)
    yield from (_remainder(row) for row in problem.transfer_routes if row.minimum_remaining)
    yield from map(_remounts, problem.remount_offers)
    yield from map(_hire, problem.hires)
    for site in problem.charging_sites:
        if site.price_pence and (site.maximum or not _connected(site, problem)):
            yield _site_grid(site)
    yield from map(_hub_grid, problem.grid_connections)


def _of_reserve(row: Reserve) -> Iterator[NamedRule]:
    trust = row.trust or ""
    kind = f"{row.vehicle_type} of {trust}" if trust else row.vehicle_type
    told = {
        Rule.RESERVE_MAXIMUM: f"at most {row.maximum} {kind} are in reserve",
        Rule.RESERVE_AGE: f"{kind} join the reserve at age {row.from_age_years}",
        Rule.MAXIMUM_AGE: f"no {kind} is in reserve at age {row.maximum_age_years}",
    }
    stated = {
        Rule.RESERVE_MAXIMUM: True,
        Rule.RESERVE_AGE: row.from_age_years > 0,
        Rule.MAXIMUM_AGE: row.maximum_age_years > 0,
    }
    for rule in (rule for rule, is_stated in stated.items() if is_stated):
        yield NamedRule(
            rule=rule,
            key=(trust, row.vehicle_type, IN_RESERVE),
            owner=trust or f"every {Owner.TRUST}",
            unit=Unit.VEHICLES,
            sentence=told[rule],
            eased=partial(_with_reserve, row, rule),
        )


def _with_reserve(reserve: Reserve, rule: Rule, problem: Problem, more: int) -> Problem:
    def eased(row: Reserve) -> Reserve:
        match rule:
            case Rule.RESERVE_MAXIMUM:
                return replace(row, maximum=min(AMPLE[Unit.VEHICLES], row.maximum + more))
            case Rule.RESERVE_AGE:
                return replace(row, from_age_years=max(0, row.from_age_years - more))
        oldest = row.maximum_age_years + more
        return replace(row, maximum_age_years=0 if oldest > LONGEST else oldest)

    named = reserve.trust, reserve.vehicle_type
    rows = (
        eased(row) if (row.trust, row.vehicle_type) == named else row for row in problem.reserves
    )
    return replace(problem, reserves=tuple(rows))


def _remainder(route: TransferRoute) -> NamedRule:
    key = route.from_trust, route.to_trust, route.vehicle_type
    kept = f"{route.minimum_remaining} {route.vehicle_type}"

    def eased(problem: Problem, fewer: int) -> Problem:
        rows = (
            replace(row, minimum_remaining=max(0, row.minimum_remaining - fewer))
            if (row.from_trust, row.to_trust, row.vehicle_type) == key
            else row
            for row in problem.transfer_routes
        )
        return replace(problem, transfer_routes=tuple(rows))

    return NamedRule(
        rule=Rule.TRANSFER_REMAINDER,
        key=key,
        owner=route.from_trust,
        unit=Unit.VEHICLES,
        sentence=f"{route.from_trust} keeps {kept} when it gives any to {route.to_trust}",
        eased=eased,
    )


def _remounts(offer: Remount) -> NamedRule:
    key = offer.trust or "", offer.vehicle_type, offer.technology
    oldest, times = offer.maximum_box_age_years, offer.maximum_remounts

    def eased(problem: Problem, _: int) -> Problem:
        rows = (
            replace(
                row,
                maximum_remounts=row.maximum_remounts + 1,
                maximum_box_age_years=row.maximum_box_age_years + OLDER,
            )
            if (row.trust or "", row.vehicle_type, row.technology) == key
            else row
            for row in problem.remount_offers
        )
        return replace(problem, remount_offers=tuple(rows))

    return NamedRule(
        rule=Rule.REMOUNT_OFFER,
        key=key,
        owner=" and ".join(offer.supply_lines) or f"the {Owner.SUPPLIER} of remounts",
        unit=Unit.VEHICLES,
        sentence=f"a box is remounted {times} times at most, before it is {oldest} years old",
        eased=eased,
    )


def _hire(hire: Hire) -> NamedRule:
    key = hire.trust or "", hire.vehicle_type

    def eased(problem: Problem, more: int) -> Problem:
        rows = (
            replace(row, vehicles=tuple(min(AMPLE[Unit.VEHICLES], n + more) for n in row.vehicles))
            if (row.trust or "", row.vehicle_type) == key
            else row
            for row in problem.hires
        )
        return replace(problem, hires=tuple(rows))

    return NamedRule(
        rule=Rule.HIRE_MAXIMUM,
        key=key,
        owner=f"whoever lets {hire.vehicle_type}",
        unit=Unit.VEHICLES,
        sentence=f"at most {max(hire.vehicles)} {hire.vehicle_type} are for hire in a year",
        eased=eased,
    )


def _connected(site: ChargingSite, problem: Problem) -> bool:
    hub = site.trust, site.hub_id
    return any((grid.trust, grid.hub_id) == hub for grid in problem.grid_connections)


def _site_grid(site: ChargingSite) -> NamedRule:
    def eased(problem: Problem, more: int) -> Problem:
        rows = (
            replace(row, maximum=tuple(n + more for n in row.maximum or row.chargers))
            if row.site_id == site.site_id
            else row
            for row in problem.charging_sites
        )
        return replace(problem, charging_sites=tuple(rows))

    most = max(site.maximum or site.chargers)
    return NamedRule(
        rule=Rule.GRID_CAPACITY,
        key=(site.site_id,),
        owner=site.hub_id or site.trust,
        unit=Unit.CHARGERS,
        sentence=f"the grid of {site.site_id} carries {most} chargers",
        eased=eased,
    )


def _hub_grid(grid: GridConnection) -> NamedRule:
    def eased(problem: Problem, more: int) -> Problem:
        rows = (
            replace(row, kilowatts=tuple(n + more for n in row.kilowatts))
            if (row.trust, row.hub_id) == (grid.trust, grid.hub_id)
            else row
            for row in problem.grid_connections
        )
        return replace(problem, grid_connections=tuple(rows))

    return NamedRule(
        rule=Rule.GRID_CAPACITY,
        key=(grid.trust, grid.hub_id),
        owner=grid.hub_id,
        unit=Unit.KILOWATTS,
        sentence=f"the connection of {grid.hub_id} carries {max(grid.kilowatts)} kilowatts",
        eased=eased,
    )
