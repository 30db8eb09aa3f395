"""Whether a problem's rows agree: no key twice, no unknown name, no contradiction."""

from collections.abc import Hashable, Iterable, Iterator

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.money_faults import money_contradictions
from services.capital.optimiser.move_faults import impossible_moves
from services.capital.optimiser.period_faults import mixed_periods
from services.capital.optimiser.problem import (
    BandCode,
    CancellationRuling,
    CommitmentId,
    EnvelopeId,
    LineId,
    OptionId,
    Problem,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.problem.ruling import Ruling
from services.capital.optimiser.ranges import Look, Rule
from services.capital.optimiser.site_faults import impossible_sites
from services.capital.optimiser.terms import NO_BAND, Fleet, Row, Terms, is_eligible


def repetitions(problem: Problem) -> Iterator[Fault]:
    """Yield each row whose key an earlier row of its table has."""
    for table, keys in (_keys(problem) | _keys_of_moves(problem)).items():
        seen: set[Hashable] = set()
        for place, key in enumerate(keys):
            if key in seen:
                yield Fault(field=f"{table}[{place}]", rule="repeats the key of an earlier row")
            seen.add(key)


def _keys(problem: Problem) -> dict[str, Iterable[Hashable]]:
    return {
        "trusts": problem.trusts,
        "vehicle_types": [row.code for row in problem.vehicle_types],
        "technologies": [row.code for row in problem.technologies],
        "age_profiles": [
            (r.trust, r.vehicle_type, r.technology, r.band) for r in problem.age_profiles
        ],
        "commitments": [row.commitment_id for row in problem.commitments],
        "options": [row.option_id for row in problem.options],
        "envelopes": [row.envelope_id for row in problem.envelopes],
        "needs": [(_fleet(row), row.financial_year) for row in problem.needs],
        "establishments": [(_fleet(r), r.from_financial_year) for r in problem.establishments],
        "life_policies": [(_fleet(row), row.from_financial_year) for row in problem.life_policies],
        "disposal_freezes": [(_fleet(row), row.financial_year) for row in problem.disposal_freezes],
        "supply_lines": [row.line_id for row in problem.supply_lines],
        "commissioning": [(row.trust, row.hub_id) for row in problem.commissioning],
        "mandates": [row.mandate_id for row in problem.mandates],
        "ceilings": [row.ceiling_id for row in problem.ceilings],
        "concentration_limits": [row.limit_id for row in problem.concentration_limits],
        "revenue_budgets": [(r.trust, r.financial_year) for r in problem.revenue_budgets],
        **{table: [row.subject for row in rows] for table, rows in _rulings(problem).items()},
    }


def _keys_of_moves(problem: Problem) -> dict[str, Iterable[Hashable]]:
    """What becomes of vehicles, where they charge, what they can do and who is promised what."""
    return {
        "remount_offers": [
            (row.trust, row.vehicle_type, row.technology) for row in problem.remount_offers
        ],
        "approved_orders": [
            (row.trust, row.option_id, row.financial_year) for row in problem.approved_orders
        ],
        "guarantees": [row.trust for row in problem.guarantees],
        "charging_sites": [row.site_id for row in problem.charging_sites],
        "grid_connections": [(row.trust, row.hub_id) for row in problem.grid_connections],
        "duty_fits": [
            (r.trust, r.vehicle_type, r.technology, r.from_financial_year)
            for r in problem.duty_fits
        ],
        "transfer_routes": [
            (row.from_trust, row.to_trust, row.vehicle_type) for row in problem.transfer_routes
        ],
        "reserves": [(row.trust, row.vehicle_type) for row in problem.reserves],
        "hires": [(row.trust, row.vehicle_type) for row in problem.hires],
    }


def references(problem: Problem) -> Iterator[Fault]:
    """Yield each field that names what the problem does not have."""
    # By the type of a field, wherever it stands: a new table is looked at without being named here.
    known: dict[object, tuple[str, set[str]]] = {
        TrustCode: ("trust", set(problem.trusts)),
        TypeCode: ("vehicle type", {row.code for row in problem.vehicle_types}),
        TechnologyCode: ("technology", {row.code for row in problem.technologies}),
        EnvelopeId: ("envelope", {row.envelope_id for row in problem.envelopes}),
        CommitmentId: ("commitment", {row.commitment_id for row in problem.commitments}),
        SiteId: ("charging site", {row.site_id for row in problem.charging_sites}),
        OptionId: ("option", {row.option_id for row in problem.options}),
        LineId: ("supply line", {row.line_id for row in problem.supply_lines}),
    }
    return Look(lambda hint: _naming(*known[hint]) if hint in known else None).faults(problem)


def _naming(kind: str, names: set[str]) -> Rule:
    return lambda value: None if value in names else f"{value} is no {kind} of the problem"


def contradictions(problem: Problem) -> Iterator[Fault]:
    """Yield rows that cannot be meant: outside the horizon, backwards, or against one another."""
    yield from mixed_periods(problem)
    yield from _outside_horizon(problem)
    yield from _backwards(problem)
    yield from _wrong_money(problem)
    yield from _levels_out_of_order(problem)
    yield from money_contradictions(problem)
    yield from impossible_moves(problem)
    yield from impossible_sites(problem)
    yield from _missing_profiles(problem)


def _outside_horizon(problem: Problem) -> Iterator[Fault]:
    years = {
        "commitments": [row.financial_year for row in problem.commitments],
        "needs": [row.financial_year for row in problem.needs],
        "disposal_freezes": [row.financial_year for row in problem.disposal_freezes],
        "approved_orders": [row.financial_year for row in problem.approved_orders],
        **{
            table: [row.financial_year for row in rows if not isinstance(row, CancellationRuling)]
            for table, rows in _rulings(problem).items()
        },
        "revenue_budgets": [row.financial_year for row in problem.revenue_budgets],
    }
    first, last = problem.horizon[0], problem.horizon[-1]
    for table, dated in years.items():
        for place, year in enumerate(dated):
            if year not in problem.horizon:
                rule = f"{year} is outside the horizon {first} to {last}"
                yield Fault(field=f"{table}[{place}].financial_year", rule=rule)
    paying = {money_year(period) for period in problem.horizon}
    for place, envelope in enumerate(problem.envelopes):
        if envelope.financial_year not in paying:
            rule = f"{envelope.financial_year} is outside the horizon {first} to {last}"
            yield Fault(field=f"envelopes[{place}].financial_year", rule=rule)


def _backwards(problem: Problem) -> Iterator[Fault]:
    for place, size in enumerate(problem.establishments):
        if size.minimum > size.maximum:
            yield Fault(field=f"establishments[{place}].minimum", rule="min > max")
    for table, rulings in _rulings(problem).items():
        for place, ruling in enumerate(rulings):
            if ruling.minimum > ruling.maximum:
                yield Fault(field=f"{table}[{place}].minimum", rule="min > max")
    for place, policy in enumerate(problem.life_policies):
        if 0 < policy.maximum_age_years < policy.target_age_years:
            rule = "is below the target age"
            yield Fault(field=f"life_policies[{place}].maximum_age_years", rule=rule)


def _rulings(problem: Problem) -> dict[str, tuple[Ruling, ...]]:
    return {
        "order_rulings": problem.order_rulings,
        "service_rulings": problem.service_rulings,
        "move_rulings": problem.move_rulings,
        "hire_rulings": problem.hire_rulings,
        "charger_rulings": problem.charger_rulings,
        "cancellation_rulings": problem.cancellation_rulings,
    }


def _levels_out_of_order(problem: Problem) -> Iterator[Fault]:
    # Shortfall within cost and over age above it would put age before vehicles on the road.
    if problem.shortfall_price_pence and not problem.over_age_price_pence:
        rule = "must be given where shortfall has a price: over age may not stand above shortfall"
        yield Fault(field="over_age_price_pence", rule=rule)


def _wrong_money(problem: Problem) -> Iterator[Fault]:
    envelopes = {row.envelope_id: row for row in problem.envelopes}
    for place, row in enumerate(problem.commitments):
        if row.envelope_id is None:
            continue
        envelope = envelopes[row.envelope_id]
        named = is_eligible(envelope, row.trust, row.vehicle_type, row.technology)
        if not named or envelope.financial_year != money_year(row.financial_year):
            rule = "may not pay for such a vehicle in that year"
            yield Fault(field=f"commitments[{place}].envelope_id", rule=rule)


def _missing_profiles(problem: Problem) -> Iterator[Fault]:
    """Every vehicle that is there, comes or may be bought has its tables by age."""
    terms = Terms(problem)
    for place, row in enumerate(problem.cohorts):
        yield from _profile(terms, f"cohorts[{place}]", _fleet(row), row.technology, row.band)
    for place, ordered in enumerate(problem.commitments):
        yield from _profile(terms, f"commitments[{place}]", _fleet(ordered), ordered.technology)
    for place, option in enumerate(problem.options):
        for fleet in terms.fleets:
            if fleet.vehicle_type == option.vehicle_type:
                yield from _profile(terms, f"options[{place}]", fleet, option.technology)


def _profile(
    terms: Terms, path: str, fleet: Fleet, technology: TechnologyCode, band: BandCode | None = None
) -> Iterator[Fault]:
    if not terms.has_profile(fleet, technology, band or NO_BAND):
        kind = f"{fleet.vehicle_type} {technology}" + (f" in band {band}" if band else "")
        rule = f"no age profile for {kind} at {fleet.trust}"
        yield Fault(field=f"{path}.{'band' if band else 'technology'}", rule=rule)


def _fleet(row: Row) -> Fleet:
    return Fleet(row.trust, row.vehicle_type)
