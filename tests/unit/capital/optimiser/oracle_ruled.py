"""Whether what is moved, hired, wired and cancelled is as somebody ruled, from a problem's rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.problem import CommitmentId, Problem
from tests.unit.capital.optimiser.oracle_motion import Place


def moved_as_ruled(
    problem: Problem, year: int, places: Collection[Place], moved: Counter[tuple[str, ...]]
) -> bool:
    """Whether so many moved in the year: by what they became, trust, type and to whom ("")."""
    return all(
        row.minimum
        <= moved[str(row.kind), row.trust, row.vehicle_type, row.to_trust or ""]
        <= row.maximum
        for row in problem.move_rulings
        if row.financial_year == year and (row.trust, row.vehicle_type) in places
    )


def hired_as_ruled(problem: Problem, year: int, place: Place, hired: int) -> bool:
    return all(
        row.minimum <= hired <= row.maximum
        for row in problem.hire_rulings
        if (row.trust, row.vehicle_type) == place and row.financial_year == year
    )


def wired_as_ruled(problem: Problem, chargers: Iterable[ChargersBought]) -> bool:
    bought: Counter[tuple[str, int]] = Counter()
    for row in chargers:
        bought[row.site_id, row.financial_year] += row.chargers
    return all(
        row.minimum <= bought[row.site_id, row.financial_year] <= row.maximum
        for row in problem.charger_rulings
    )


def cancelled_as_ruled(problem: Problem, cancelled: Mapping[CommitmentId, int]) -> bool:
    return all(
        row.minimum <= cancelled.get(row.commitment_id, 0) <= row.maximum
        for row in problem.cancellation_rulings
    )
