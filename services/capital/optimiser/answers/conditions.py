"""The conditions of orders, leases, envelopes and lines, by name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from services.capital.optimiser.answers.places import LONGEST, conditions_of_places
from services.capital.optimiser.answers.rule import AMPLE, NamedRule
from services.capital.optimiser.answers.words import rough_pounds
from services.capital.optimiser.problem import (
    ConcentrationLimit,
    Envelope,
    Option,
    Problem,
)
from services.capital.optimiser.rules import Owner, Rule, Unit


def conditions(problem: Problem) -> Iterator[NamedRule]:
    """Yield the rules that an option, an envelope, a reserve, a route or a site brings with it."""
    for option in problem.options:
        yield from _of_option(option)
    for envelope in problem.envelopes:
        yield from _of_envelope(envelope, is_alone=_is_alone(envelope, problem))
    yield from map(_concentration, problem.concentration_limits)
    yield from conditions_of_places(problem)


def _of_option(option: Option) -> Iterator[NamedRule]:
    name = option.option_id
    supplier = " and ".join(option.supply_lines) or f"the {Owner.SUPPLIER} of {name}"
    of_it = partial(_with_option, name)
    if option.minimum_order > 1:
        yield NamedRule(
            rule=Rule.MINIMUM_ORDER,
            key=(name,),
            owner=supplier,
            unit=Unit.VEHICLES,
            sentence=f"{name} is ordered {option.minimum_order} at a time or more",
            eased=lambda problem, fewer: of_it(
                problem, lambda row: replace(row, minimum_order=max(0, row.minimum_order - fewer))
            ),
        )
    if option.lead_time_years:
        yield NamedRule(
            rule=Rule.LEAD_TIME,
            key=(name,),
            owner=supplier,
            unit=Unit.VEHICLES,
            sentence=f"{name} comes {option.lead_time_years} years after its order",
            eased=lambda problem, years: of_it(
                problem,
                lambda row: replace(row, lead_time_years=max(0, row.lead_time_years - years)),
            ),
        )
    if option.lease:
        yield NamedRule(
            rule=Rule.LEASE_TERM,
            key=(name,),
            owner=f"the {Owner.LESSOR} of {name}",
            unit=Unit.VEHICLES,
            sentence=f"{name} is leased for {option.lease.term_years} years",
            eased=lambda problem, years: of_it(problem, lambda row: _leased(row, years)),
        )


def _leased(option: Option, years: int) -> Option:
    if option.lease is None:
        return option
    term = min(LONGEST, option.lease.term_years + years)
    return replace(option, lease=replace(option.lease, term_years=term))


def _with_option(name: str, problem: Problem, change: Callable[[Option], Option]) -> Problem:
    rows = (change(row) if row.option_id == name else row for row in problem.options)
    return replace(problem, options=tuple(rows))


def _is_alone(envelope: Envelope, problem: Problem) -> bool:
    """Whether its holder has one envelope of the fund and year: parts of prices need to know."""
    line = envelope.holder, envelope.fund, envelope.financial_year
    return sum((r.holder, r.fund, r.financial_year) == line for r in problem.envelopes) == 1


def _of_envelope(envelope: Envelope, *, is_alone: bool) -> Iterator[NamedRule]:
    name, owner = envelope.envelope_id, envelope.holder or envelope.envelope_id
    narrowed = *envelope.trusts, *envelope.vehicle_types, *envelope.technologies
    # What disposals bring to an envelope depends on whom it is for.
    if narrowed and is_alone and not envelope.proceeds_permille:
        yield NamedRule(
            rule=Rule.ENVELOPE_ELIGIBILITY,
            key=(name,),
            owner=owner,
            unit=Unit.VEHICLES,
            sentence=f"{name} of {owner} pays for {', '.join(narrowed)} alone",
            eased=lambda problem, _: _with_envelope(
                name,
                problem,
                lambda row: replace(row, trusts=(), vehicle_types=(), technologies=()),
            ),
        )
    if envelope.carry_forward_pence:
        most = rough_pounds(envelope.carry_forward_pence)
        yield NamedRule(
            rule=Rule.CARRY_FORWARD,
            key=(name,),
            owner=owner,
            unit=Unit.PENCE,
            sentence=f"{name} of {owner} carries at most {most} forward",
            eased=lambda problem, more: _with_envelope(
                name, problem, lambda row: _carrying(row, more)
            ),
        )


def _carrying(row: Envelope, more: int) -> Envelope:
    most = min(AMPLE[Unit.PENCE], row.carry_forward_pence + more)
    return replace(row, carry_forward_pence=most)


def _with_envelope(name: str, problem: Problem, change: Callable[[Envelope], Envelope]) -> Problem:
    rows = (change(row) if row.envelope_id == name else row for row in problem.envelopes)
    return replace(problem, envelopes=tuple(rows))


def _concentration(limit: ConcentrationLimit) -> NamedRule:
    lines, share = " and ".join(limit.supply_lines), f"{limit.share_permille / 10:g} %"
    return NamedRule(
        rule=Rule.CONCENTRATION,
        key=(limit.limit_id,),
        owner=" and ".join(limit.trusts) or f"every {Owner.TRUST}",
        unit=Unit.VEHICLES,
        sentence=f"{limit.limit_id}: {lines} build at most {share} of what is bought",
        eased=lambda problem, _: replace(
            problem,
            concentration_limits=tuple(
                row for row in problem.concentration_limits if row.limit_id != limit.limit_id
            ),
        ),
    )
