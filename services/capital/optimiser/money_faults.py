"""Rows of money that cannot be meant."""

from collections.abc import Iterator
from itertools import pairwise, product

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import Option, Problem
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms.keys import PAR_PERMILLE, is_eligible
from services.capital.optimiser.terms.money import Money


def money_contradictions(problem: Problem) -> Iterator[Fault]:
    """Yield what envelopes and ceilings say against one another."""
    yield from _unclear_carrying(problem)
    yield from _cut_while_firm(problem)
    yield from _empty_ceilings(problem)
    yield from _unclear_instalments(problem)
    yield from _unlike_leases(problem)
    yield from _proceeds_twice(problem)
    yield from _tiers_out_of_order(problem)
    yield from _limits_of_nothing(problem)
    yield from _priced_to_no_end(problem)


def _unclear_carrying(problem: Problem) -> Iterator[Fault]:
    money = Money(problem)
    for place, envelope in enumerate(problem.envelopes):
        if not envelope.carry_forward_pence:
            continue
        field = f"envelopes[{place}].carry_forward_pence"
        if envelope.over_planning_permille:
            rule = "cannot stand beside over-planning: what may be over-planned is not there"
            yield Fault(field=field, rule=rule)
        year = envelope.financial_year + 1
        heirs = money.alike(envelope, year)
        if len(heirs) > 1:
            rule = f"its holder and fund have {len(heirs)} envelopes in {year}: it is unclear which"
            yield Fault(field=field, rule=rule)


def _cut_while_firm(problem: Problem) -> Iterator[Fault]:
    for place, envelope in enumerate(problem.envelopes):
        if envelope.haircut_permille and not envelope.indicative:
            rule = "is for indicative envelopes only, and this one is firm"
            yield Fault(field=f"envelopes[{place}].haircut_permille", rule=rule)


def _empty_ceilings(problem: Problem) -> Iterator[Fault]:
    for place, ceiling in enumerate(problem.ceilings):
        field = f"ceilings[{place}].envelope_ids"
        if not ceiling.envelope_ids:
            yield Fault(field=field, rule="must not be empty: it would limit nothing")
        if len(set(ceiling.envelope_ids)) < len(ceiling.envelope_ids):
            yield Fault(field=field, rule="names an envelope twice")


def _unclear_instalments(problem: Problem) -> Iterator[Fault]:
    money = Money(problem)
    for place, option in enumerate(problem.options):
        field = f"options[{place}].instalments"
        yield from _odd_instalments(field, option)
        for envelope, trust, part in product(problem.envelopes, problem.trusts, option.instalments):
            most = max(
                (
                    len(money.payers(envelope, trust, option, year - part.years_before_delivery))
                    for year in problem.horizon
                    if money_year(year) == envelope.financial_year
                ),
                default=0,
            )
            if most > 1:
                rule = f"{envelope.envelope_id} has {most} envelopes that could pay early"
                yield Fault(field=field, rule=rule)


def _odd_instalments(field: str, option: Option) -> Iterator[Fault]:
    years = [row.years_before_delivery for row in option.instalments]
    if len(set(years)) < len(years):
        yield Fault(field=field, rule="names a year twice")
    if max(years, default=0) > option.lead_time_years:
        yield Fault(field=field, rule="scores before the order: longer than the lead time")
    if sum(row.permille for row in option.instalments) > PAR_PERMILLE:
        yield Fault(field=field, rule="is more than the whole price")
    if option.instalments and option.lease is not None:
        yield Fault(field=field, rule="a lease scores whole, when its vehicles are delivered")


def _unlike_leases(problem: Problem) -> Iterator[Fault]:
    """Vehicles of a type and technology are leased, all for one term, or not at all."""
    first: dict[tuple[str, str], int | None] = {}
    for place, option in enumerate(problem.options):
        term = option.lease.term_years if option.lease else None
        if first.setdefault((option.vehicle_type, option.technology), term) != term:
            rule = "another option of the type and technology has another term, or is no lease"
            yield Fault(field=f"options[{place}].lease", rule=rule)


def _proceeds_twice(problem: Problem) -> Iterator[Fault]:
    receiving = [row for row in problem.envelopes if row.proceeds_permille]
    kinds = {(row.trust, row.vehicle_type, row.technology) for row in problem.cohorts}
    kinds |= {
        (trust, row.vehicle_type, row.technology)
        for trust, row in product(problem.trusts, problem.options)
    }
    for kind, year in product(sorted(kinds), problem.horizon if receiving else ()):
        shares = [
            row.proceeds_permille
            for row in receiving
            if row.financial_year == money_year(year) and is_eligible(row, *kind)
        ]
        if sum(shares) > PAR_PERMILLE:
            rule = f"more than all that {' '.join(kind)} fetches in {year} goes to envelopes"
            yield Fault(field="envelopes", rule=rule)


def _tiers_out_of_order(problem: Problem) -> Iterator[Fault]:
    for place, option in enumerate(problem.options):
        field = f"options[{place}].price_tiers"
        tiers = option.price_tiers
        for lower, higher in pairwise(tiers):
            rises = higher.from_vehicles > lower.from_vehicles
            if not (rises and higher.price_permille < lower.price_permille):
                yield Fault(field=field, rule="must rise in vehicles and fall in price")
        if tiers and option.lease is not None:
            yield Fault(field=field, rule="a right of use has no price by volume")


def _limits_of_nothing(problem: Problem) -> Iterator[Fault]:
    for place, limit in enumerate(problem.concentration_limits):
        if not limit.supply_lines:
            field = f"concentration_limits[{place}].supply_lines"
            yield Fault(field=field, rule="must not be empty: it would limit nothing")


def _priced_to_no_end(problem: Problem) -> Iterator[Fault]:
    for place, row in enumerate(problem.commitments):
        if row.cancellation_price_pence and not row.cancellable:
            rule = "is for commitments that may be cancelled, and this one may not"
            yield Fault(field=f"commitments[{place}].cancellation_price_pence", rule=rule)
