"""A problem by quarters instead of years: the same fleet, money and rules, on a finer clock."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from services.capital.optimiser.problem import (
    AgeProfile,
    Cohort,
    Commitment,
    CommitmentId,
    LifePolicy,
    Mandate,
    Need,
    Option,
    Problem,
)
from services.capital.optimiser.problem.periods import QUARTERS


def quarterly(problem: Problem) -> Problem:
    """Return the problem by quarters; of the rows it may have, those that the benchmark's have."""
    return replace(
        problem,
        description=f"{problem.description}, by quarters",
        first_financial_year=QUARTERS * problem.first_financial_year,
        years=QUARTERS * problem.years,
        age_profiles=tuple(map(_profile, problem.age_profiles)),
        cohorts=tuple(row for cohort in problem.cohorts for row in _cohorts(cohort)),
        commitments=tuple(row for order in problem.commitments for row in _commitments(order)),
        options=tuple(map(_option, problem.options)),
        needs=tuple(row for need in problem.needs for row in _needs(need)),
        life_policies=tuple(_policy(row) for row in problem.life_policies),
        supply_lines=tuple(
            replace(row, vehicles=_shared(row.vehicles)) for row in problem.supply_lines
        ),
        commissioning=tuple(
            replace(row, vehicles=_shared(row.vehicles)) for row in problem.commissioning
        ),
        mandates=tuple(_mandate(row) for row in problem.mandates),
        discount_ppm=_between(problem.discount_ppm),
        price_index_permille=_between(problem.price_index_permille),
    )


def _quarters(year: int) -> range:
    return range(QUARTERS * year, QUARTERS * (year + 1))


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


def _commitments(row: Commitment) -> Iterator[Commitment]:
    quarters = _quarters(row.financial_year)
    for quarter, vehicles in zip(quarters, _parts(row.vehicles), strict=True):
        if vehicles:
            yield replace(
                row,
                commitment_id=CommitmentId(f"{row.commitment_id}-{quarter}"),
                financial_year=quarter,
                vehicles=vehicles,
            )


def _option(row: Option) -> Option:
    return replace(
        row,
        lead_time_years=QUARTERS * row.lead_time_years,
        price_pence=_repeated(row.price_pence),
        order_charge_pence=_repeated(row.order_charge_pence),
    )


def _needs(row: Need) -> Iterator[Need]:
    for quarter in _quarters(row.financial_year):
        yield replace(row, financial_year=quarter)


def _policy(row: LifePolicy) -> LifePolicy:
    return replace(
        row,
        from_financial_year=QUARTERS * row.from_financial_year,
        target_age_years=QUARTERS * row.target_age_years,
        maximum_age_years=QUARTERS * row.maximum_age_years,
    )


def _mandate(row: Mandate) -> Mandate:
    return replace(row, from_financial_year=QUARTERS * row.from_financial_year)


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
