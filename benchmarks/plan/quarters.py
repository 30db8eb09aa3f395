"""A problem by quarters instead of years: the same fleet, money and rules, on a finer clock.

Periods are quarters, numbered on from the first financial year; ages, lead times and policies are
in quarters. A year's money may be spent in any of its quarters, under a ceiling for the year.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, NamedTuple

from services.capital.optimiser.problem import (
    AgeProfile,
    Ceiling,
    CeilingId,
    Cohort,
    Commitment,
    CommitmentId,
    Envelope,
    EnvelopeId,
    LifePolicy,
    Mandate,
    Need,
    Option,
    Problem,
    VehicleType,
)

QUARTERS: Final = 4


class Calendar(NamedTuple):
    """Which periods a financial year's quarters are."""

    first_year: int

    def quarters(self, year: int) -> range:
        start = self.first_year + QUARTERS * (year - self.first_year)
        return range(start, start + QUARTERS)


def quarterly(problem: Problem) -> Problem:
    """Return the problem by quarters; of the rows it may have, those that the benchmark's have."""
    calendar = Calendar(problem.first_financial_year)
    return replace(
        problem,
        description=f"{problem.description}, by quarters",
        years=QUARTERS * problem.years,
        vehicle_types=tuple(map(_vehicle_type, problem.vehicle_types)),
        age_profiles=tuple(map(_profile, problem.age_profiles)),
        cohorts=tuple(row for cohort in problem.cohorts for row in _cohorts(cohort)),
        commitments=tuple(
            row for order in problem.commitments for row in _commitments(order, calendar)
        ),
        options=tuple(map(_option, problem.options)),
        envelopes=tuple(row for year in problem.envelopes for row in _envelopes(year, calendar)),
        ceilings=tuple(_ceiling(row, calendar) for row in problem.envelopes),
        needs=tuple(row for need in problem.needs for row in _needs(need, calendar)),
        life_policies=tuple(_policy(row) for row in problem.life_policies),
        supply_lines=tuple(
            replace(row, vehicles=_shared(row.vehicles)) for row in problem.supply_lines
        ),
        commissioning=tuple(
            replace(row, vehicles=_shared(row.vehicles)) for row in problem.commissioning
        ),
        mandates=tuple(_mandate(row, calendar) for row in problem.mandates),
        discount_ppm=_between(problem.discount_ppm),
        price_index_permille=_between(problem.price_index_permille),
    )


def _vehicle_type(row: VehicleType) -> VehicleType:
    # A period's days are counted as a year's.
    return replace(row, lost_day_cost_pence=row.lost_day_cost_pence // QUARTERS)


def _profile(row: AgeProfile) -> AgeProfile:
    return replace(
        row,
        running_cost_pence=tuple(pence // QUARTERS for pence in _repeated(row.running_cost_pence)),
        off_road_permille=_repeated(row.off_road_permille),
        resale_pence=_between(row.resale_pence),
        terminal_value_pence=_between(row.terminal_value_pence),
    )


def _cohorts(row: Cohort) -> Iterator[Cohort]:
    """Yield a year's vehicles as if they had come in equal parts in each of its quarters."""
    for quarter, vehicles in enumerate(_parts(row.vehicles)):
        age = QUARTERS * row.age_years - quarter
        if vehicles:
            yield replace(row, age_years=age, vehicles=vehicles)


def _commitments(row: Commitment, calendar: Calendar) -> Iterator[Commitment]:
    quarters = calendar.quarters(row.financial_year)
    for period, vehicles in zip(quarters, _parts(row.vehicles), strict=True):
        if vehicles:
            yield replace(
                row,
                commitment_id=CommitmentId(f"{row.commitment_id}-{period}"),
                financial_year=period,
                vehicles=vehicles,
                envelope_id=_envelope_id(row.envelope_id, period) if row.envelope_id else None,
            )


def _option(row: Option) -> Option:
    return replace(
        row,
        lead_time_years=QUARTERS * row.lead_time_years,
        price_pence=_repeated(row.price_pence),
        order_charge_pence=_repeated(row.order_charge_pence),
    )


def _envelopes(row: Envelope, calendar: Calendar) -> Iterator[Envelope]:
    for period in calendar.quarters(row.financial_year):
        yield replace(row, envelope_id=_envelope_id(row.envelope_id, period), financial_year=period)


def _ceiling(row: Envelope, calendar: Calendar) -> Ceiling:
    quarters = calendar.quarters(row.financial_year)
    return Ceiling(
        ceiling_id=CeilingId(row.envelope_id),
        holder=row.holder,
        limit_pence=row.allocation_pence,
        envelope_ids=tuple(_envelope_id(row.envelope_id, period) for period in quarters),
    )


def _envelope_id(envelope_id: EnvelopeId, period: int) -> EnvelopeId:
    return EnvelopeId(f"{envelope_id}-{period}")


def _needs(row: Need, calendar: Calendar) -> Iterator[Need]:
    for period in calendar.quarters(row.financial_year):
        yield replace(row, financial_year=period)


def _policy(row: LifePolicy) -> LifePolicy:
    return replace(
        row,
        target_age_years=QUARTERS * row.target_age_years,
        maximum_age_years=QUARTERS * row.maximum_age_years,
    )


def _mandate(row: Mandate, calendar: Calendar) -> Mandate:
    return replace(row, from_financial_year=calendar.quarters(row.from_financial_year)[0])


def _parts(whole: int) -> list[int]:
    """Return the whole in four parts that differ by one at most."""
    return [(whole + quarter) // QUARTERS for quarter in range(QUARTERS)]


def _shared(by_year: Sequence[int]) -> tuple[int, ...]:
    return tuple(part for year in by_year for part in _parts(year))


def _repeated(by_year: Sequence[int]) -> tuple[int, ...]:
    return tuple(entry for entry in by_year for _ in range(QUARTERS))


def _between(by_year: Sequence[int]) -> tuple[int, ...]:
    """Return the entries with three between each and the next, on a straight line."""
    pairs = pairwise(by_year)
    between = (
        start + (end - start) * quarter // QUARTERS
        for start, end in pairs
        for quarter in range(QUARTERS)
    )
    return (*between, by_year[-1])
