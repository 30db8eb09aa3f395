"""Whether a problem makes sense: every fault at once, each with the path of its field."""

from collections.abc import Iterator, Sequence, Sized
from itertools import islice
from typing import Final

from services.capital.optimiser.consistency import contradictions, references, repetitions
from services.capital.optimiser.faults import MOST_FAULTS, Fault, InvalidProblem, TooLarge
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.problem import AgeProfile, ChargingSite, Problem
from services.capital.optimiser.ranges import range_faults
from services.capital.optimiser.size import most_pence, variable_count
from services.capital.optimiser.terms import Terms

MOST_VARIABLES: Final = 500_000
MOST_PENCE: Final = 2**62


def check_limits(limits: Limits) -> None:
    """Raise InvalidProblem when the limits are out of range."""
    faults = tuple(range_faults(limits, "limits"))
    if faults:
        raise InvalidProblem(faults)


def check_problem(problem: Problem) -> None:
    """Raise InvalidProblem when the problem makes no sense, TooLarge when it is beyond a solve."""
    # In this order: what a later look takes for granted, an earlier one has seen.
    for look in (_shape, _names, contradictions):
        # No further than is told: a long table may be at fault in every entry.
        faults = tuple(islice(look(problem), MOST_FAULTS))
        if faults:
            raise InvalidProblem(faults)
    oversize = tuple(_oversize(Terms(problem)))
    if oversize:
        raise TooLarge(oversize)


def _shape(problem: Problem) -> Iterator[Fault]:
    yield from range_faults(problem)
    yield from _empty_tables(problem)
    yield from _wrong_lengths(problem)


def _names(problem: Problem) -> Iterator[Fault]:
    yield from repetitions(problem)
    yield from references(problem)


def _empty_tables(problem: Problem) -> Iterator[Fault]:
    needed: dict[str, Sized] = {
        "trusts": problem.trusts,
        "vehicle_types": problem.vehicle_types,
        "technologies": problem.technologies,
        "age_profiles": problem.age_profiles,
        "cohorts": problem.cohorts,
    }
    for place, row in enumerate(problem.age_profiles):
        needed |= _age_tables(f"age_profiles[{place}]", row)
    for field, table in needed.items():
        if not len(table):
            yield Fault(field=field, rule="must not be empty: there is nothing to plan without it")


def _age_tables(path: str, row: AgeProfile) -> dict[str, Sized]:
    return {
        f"{path}.running_cost_pence": row.running_cost_pence,
        f"{path}.off_road_permille": row.off_road_permille,
        f"{path}.resale_pence": row.resale_pence,
        f"{path}.terminal_value_pence": row.terminal_value_pence,
    }


def _wrong_lengths(problem: Problem) -> Iterator[Fault]:
    for place, option in enumerate(problem.options):
        yield from _by_year(f"options[{place}].price_pence", option.price_pence, problem.years)
        if option.order_charge_pence:
            path = f"options[{place}].order_charge_pence"
            yield from _by_year(path, option.order_charge_pence, problem.years)
        if option.lease is not None:
            path = f"options[{place}].lease.yearly_payment_pence"
            yield from _by_year(path, option.lease.yearly_payment_pence, problem.years)
    for place, line in enumerate(problem.supply_lines):
        yield from _by_year(f"supply_lines[{place}].vehicles", line.vehicles, problem.years)
    for place, hubs in enumerate(problem.commissioning):
        yield from _by_year(f"commissioning[{place}].vehicles", hubs.vehicles, problem.years)
    yield from _unbought_lengths(problem)
    if problem.discount_ppm:
        yield from _by_year("discount_ppm", problem.discount_ppm, problem.years + 1)
    if problem.price_index_permille:
        yield from _by_year("price_index_permille", problem.price_index_permille, problem.years + 1)


def _unbought_lengths(problem: Problem) -> Iterator[Fault]:
    for place, site in enumerate(problem.charging_sites):
        yield from _site_lengths(f"charging_sites[{place}]", site, problem.years)
    for place, grid in enumerate(problem.grid_connections):
        yield from _by_year(f"grid_connections[{place}].kilowatts", grid.kilowatts, problem.years)
    for place, offer in enumerate(problem.remount_offers):
        yield from _by_year(
            f"remount_offers[{place}].price_pence", offer.price_pence, problem.years
        )
    for place, hire in enumerate(problem.hires):
        yield from _by_year(f"hires[{place}].price_pence", hire.price_pence, problem.years)
        yield from _by_year(f"hires[{place}].vehicles", hire.vehicles, problem.years)


def _site_lengths(path: str, site: ChargingSite, years: int) -> Iterator[Fault]:
    yield from _by_year(f"{path}.chargers", site.chargers, years)
    if site.maximum:
        yield from _by_year(f"{path}.maximum", site.maximum, years)
    if site.price_pence:
        yield from _by_year(f"{path}.price_pence", site.price_pence, years)


def _by_year(field: str, table: Sequence[int], entries: int) -> Iterator[Fault]:
    if len(table) != entries:
        yield Fault(field=field, rule=f"must have {entries} entries, and has {len(table)}")


def _oversize(terms: Terms) -> Iterator[Fault]:
    variables = variable_count(terms)
    if variables > MOST_VARIABLES:
        rule = f"has about {variables:,} variables; the limit is {MOST_VARIABLES:,}"
        yield Fault(field="problem", rule=rule)
    if most_pence(terms) > MOST_PENCE:
        rule = "prices times vehicles overflow: its cost could exceed 2^62 pence"
        yield Fault(field="problem", rule=rule)
