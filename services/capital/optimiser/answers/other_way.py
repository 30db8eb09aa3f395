"""What a plan decides, by what can be ruled on, and the ruling against it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from services.capital.optimiser.plan import Disposal, Plan, Stock
from services.capital.optimiser.plan.decided import STAYS
from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    HireRuling,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    TrustCode,
)
from services.capital.optimiser.problem.ruling import NO_MAXIMUM, Ruling
from services.capital.optimiser.terms import Terms, ruled_vintage


def other_way(problem: Problem, plan: Plan, subject: Ruling) -> Ruling:
    """Return the ruling against what the plan decides on the subject: none, or at least one.

    Of an option with a minimum order one is that. Vehicles that go in the year stay through it;
    where none goes, one does. Boxes are not told apart.
    """
    if isinstance(subject, ServiceRuling):
        return _departure(plan, subject)
    if decided(plan, subject):
        return replace(subject, minimum=0, maximum=0)
    least = 1
    if isinstance(subject, OrderRuling):
        least = next(r.minimum_order for r in problem.options if r.option_id == subject.option_id)
    return replace(subject, minimum=max(1, least), maximum=NO_MAXIMUM)


def decided(plan: Plan, subject: Ruling) -> int:
    """Return how many the plan decides on, of what can be ruled on; of vehicles, that serve."""
    match subject:
        case OrderRuling():
            return bought_by(plan)[subject.trust, subject.option_id, subject.financial_year]
        case ServiceRuling():
            return _of(subject, plan.stock)
        case MoveRuling():
            return sum(
                row.vehicles
                for row in plan.moves
                if (row.kind, row.trust, row.vehicle_type, row.to_trust, row.financial_year)
                == (*subject.subject[:3], subject.to_trust or STAYS, subject.financial_year)
            )
        case HireRuling():
            hired = {(*row.fleet, row.financial_year): row.vehicles for row in plan.hires}
            return hired.get((subject.trust, subject.vehicle_type, subject.financial_year), 0)
        case ChargerRuling():
            rows = (r for r in plan.chargers if r.site_id == subject.site_id)
            return sum(r.chargers for r in rows if r.financial_year == subject.financial_year)
        case CancellationRuling():
            return plan.decisions.cancelled.get(subject.commitment_id, 0)
    assert_never(subject)


def subjects(problem: Problem, plan: Plan) -> Iterator[Ruling]:
    """Yield what the plan decides and can be ruled on: purchases, the dearest first, then others.

    Departures are not among them: most are of vehicles that something else replaces.
    """
    terms = Terms(problem)
    pounds: Counter[tuple[TrustCode, OptionId, int]] = Counter()
    for (trust, option_id, year), vehicles in bought_by(plan).items():
        price = terms.price_pence(terms.options[option_id], year)
        pounds[trust, option_id, year] = vehicles * price
    for (trust, option_id, year), _ in pounds.most_common():
        yield OrderRuling(trust=trust, option_id=option_id, financial_year=year)
    others = [*_moves(plan), *_hires(plan), *_chargers(plan), *_cancellations(plan)]
    yield from dict.fromkeys(others)


def bought_by(plan: Plan) -> Counter[tuple[TrustCode, OptionId, int]]:
    """Return the vehicles bought by trust, option and year of delivery."""
    bought: Counter[tuple[TrustCode, OptionId, int]] = Counter()
    for row in plan.purchases:
        bought[row.trust, row.option_id, row.delivery_year] += row.vehicles
    return bought


def _moves(plan: Plan) -> Iterator[Ruling]:
    for row in plan.moves:
        yield MoveRuling(
            kind=row.kind,
            trust=row.trust,
            vehicle_type=row.vehicle_type,
            to_trust=row.to_trust or None,
            financial_year=row.financial_year,
        )


def _hires(plan: Plan) -> Iterator[Ruling]:
    for row in plan.hires:
        yield HireRuling(
            trust=row.trust, vehicle_type=row.vehicle_type, financial_year=row.financial_year
        )


def _chargers(plan: Plan) -> Iterator[Ruling]:
    for row in plan.chargers:
        yield ChargerRuling(site_id=row.site_id, financial_year=row.financial_year)


def _cancellations(plan: Plan) -> Iterator[Ruling]:
    for row in plan.cancellations:
        yield CancellationRuling(commitment_id=row.commitment_id)


def _departure(plan: Plan, subject: ServiceRuling) -> ServiceRuling:
    there, leaving = _of(subject, plan.stock), _of(subject, plan.disposals)
    if leaving:
        return replace(subject, minimum=there + leaving, maximum=NO_MAXIMUM)
    return replace(subject, minimum=0, maximum=max(0, there - 1))


def _of(subject: ServiceRuling, rows: Iterable[Stock] | Iterable[Disposal]) -> int:
    vintage, year = ruled_vintage(subject), subject.financial_year
    there = (row for row in rows if row.financial_year == year and row.vintage.is_ruled_by(vintage))
    return sum(row.vehicles for row in there)
