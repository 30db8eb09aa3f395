"""The hard rules of a problem by name: whose each is, and the problem without it or with it eased.

What is on order breaks plans as rules do, so a commitment is named like one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeAlias, TypeVar

from services.capital.optimiser.answers.limit import Limit, Unit, limits_of, moved
from services.capital.optimiser.answers.words import rough_pounds, year_label
from services.capital.optimiser.problem import (
    Commissioning,
    Commitment,
    DisposalFreeze,
    Establishment,
    LifePolicy,
    Mandate,
    OrderRuling,
    Problem,
    ServiceRuling,
    TrustCode,
)
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import PAR_PPM, Terms, ruled_vintage

AMPLE: Final = {Unit.PENCE: 10**13, Unit.VEHICLES: 100_000}
# Before any year of a problem: a size that holds where none is stated.
ALWAYS: Final = 2000
# A policy can name no greater age.
OLDEST: Final = 60
LAW: Final = "law"

Eased: TypeAlias = Callable[[Problem, int], Problem]
Ruling = TypeVar("Ruling", OrderRuling, ServiceRuling)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """One rule of the problem: its key is unique, `sentence` says it, `owner` can change it.

    `eased` returns a problem with so many more of the unit allowed, at least; AMPLE of it is the
    problem without the rule. Of a life policy the amount is the years it lets vehicles serve on.
    """

    rule: Rule
    key: tuple[str, ...]
    owner: str
    unit: Unit
    sentence: str
    eased: Eased = field(compare=False, repr=False)

    def lifted(self, problem: Problem) -> Problem:
        """Return the problem without the rule."""
        return self.eased(problem, AMPLE[self.unit])


def rules_of(problem: Problem) -> Iterator[NamedRule]:
    """Yield every rule that can stand in the way of any plan at all."""
    yield from map(_limit, limits_of(problem))
    for hubs in problem.commissioning:
        yield from (_hubs(hubs, problem, year) for year in problem.horizon)
    yield from map(_establishment, _establishments(problem))
    yield from map(_life, (row for row in problem.life_policies if row.maximum_age_years))
    yield from map(_freeze, problem.disposal_freezes)
    yield from map(_mandate, problem.mandates)
    yield from map(_commitment, problem.commitments)
    yield from map(_order_ruling, problem.order_rulings)
    yield from map(_service_ruling, problem.service_rulings)


def _limit(limit: Limit) -> NamedRule:
    when = f" in {year_label(limit.financial_year)}" if limit.financial_year else ""
    if limit.unit is Unit.PENCE:
        sentence = f"{limit.subject} of {limit.owner} holds {rough_pounds(limit.amount)}{when}"
    else:
        sentence = f"{limit.subject} delivers at most {limit.amount}{when}"
    return NamedRule(
        rule=limit.rule,
        key=(limit.subject, str(limit.financial_year or "")),
        owner=limit.owner,
        unit=limit.unit,
        sentence=sentence,
        eased=lambda problem, more: moved(
            problem,
            limit,
            min(AMPLE[limit.unit], limit.amount - (-more * PAR_PPM // max(1, limit.usable_ppm))),
        ),
    )


def _hubs(hubs: Commissioning, problem: Problem, year: int) -> NamedRule:
    place = year - problem.first_financial_year
    most = hubs.vehicles[place]
    return NamedRule(
        rule=Rule.COMMISSIONING_CAPACITY,
        key=(hubs.trust, str(year)),
        owner=hubs.trust,
        unit=Unit.VEHICLES,
        sentence=f"the hubs of {hubs.trust} commission at most {most} in {year_label(year)}",
        eased=partial(_with_hubs, hubs.trust, place),
    )


def _with_hubs(trust: TrustCode, place: int, problem: Problem, more: int) -> Problem:
    rows = []
    for row in problem.commissioning:
        table = list(row.vehicles)
        table[place] += more if row.trust == trust else 0
        rows.append(replace(row, vehicles=tuple(table)))
    return replace(problem, commissioning=tuple(rows))


def _establishments(problem: Problem) -> Iterator[Establishment]:
    """Yield the stated sizes, and those of the opening fleet where none is stated at first."""
    yield from problem.establishments
    terms, first = Terms(problem), problem.first_financial_year
    stated = set(problem.establishments)
    for fleet in terms.fleets:
        row = terms.establishment(fleet, first)
        if row not in stated:
            yield replace(row, from_financial_year=ALWAYS)


def _establishment(row: Establishment) -> NamedRule:
    since = "" if row.from_financial_year == ALWAYS else str(row.from_financial_year)
    when = f" from {year_label(row.from_financial_year)}" if since else ""
    return NamedRule(
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        key=(row.trust, row.vehicle_type, since),
        owner=row.trust,
        unit=Unit.VEHICLES,
        sentence=f"{row.trust} may have at most {row.maximum} {row.vehicle_type}{when}",
        eased=partial(_with_size, row),
    )


def _with_size(size: Establishment, problem: Problem, more: int) -> Problem:
    larger = replace(size, maximum=min(AMPLE[Unit.VEHICLES], size.maximum + more))
    others = tuple(row for row in problem.establishments if row != size)
    return replace(problem, establishments=(*others, larger))


def _life(policy: LifePolicy) -> NamedRule:
    oldest, since = policy.maximum_age_years, year_label(policy.from_financial_year)
    return NamedRule(
        rule=Rule.MAXIMUM_AGE,
        key=(policy.trust, policy.vehicle_type, str(policy.from_financial_year)),
        owner=policy.trust,
        unit=Unit.VEHICLES,
        sentence=f"no {policy.vehicle_type} of {policy.trust} serves at age {oldest} from {since}",
        eased=partial(_with_life, policy),
    )


def _with_life(policy: LifePolicy, problem: Problem, more: int) -> Problem:
    oldest = policy.maximum_age_years + more
    longer = replace(policy, maximum_age_years=0 if oldest > OLDEST else oldest)
    rows = (longer if row == policy else row for row in problem.life_policies)
    return replace(problem, life_policies=tuple(rows))


def _freeze(freeze: DisposalFreeze) -> NamedRule:
    fleet, year = f"{freeze.vehicle_type} of {freeze.trust}", year_label(freeze.financial_year)
    return NamedRule(
        rule=Rule.DISPOSAL_FREEZE,
        key=(freeze.trust, freeze.vehicle_type, str(freeze.financial_year)),
        owner=freeze.trust,
        unit=Unit.VEHICLES,
        sentence=f"no {fleet} is disposed of in {year}",
        eased=lambda problem, _: replace(
            problem,
            disposal_freezes=tuple(row for row in problem.disposal_freezes if row != freeze),
        ),
    )


def _mandate(mandate: Mandate) -> NamedRule:
    share = f"{mandate.share_permille / 10:g} %"
    return NamedRule(
        rule=Rule.ZERO_EMISSION_MANDATE,
        key=(mandate.mandate_id,),
        owner=LAW,
        unit=Unit.VEHICLES,
        sentence=f"{mandate.mandate_id}: {share} zero emission from "
        f"{year_label(mandate.from_financial_year)}",
        eased=lambda problem, _: replace(
            problem, mandates=tuple(row for row in problem.mandates if row != mandate)
        ),
    )


def _commitment(order: Commitment) -> NamedRule:
    vehicles, year = f"{order.vehicles} {order.vehicle_type}", year_label(order.financial_year)
    return NamedRule(
        rule=Rule.VEHICLES_CONSERVED,
        key=(order.commitment_id,),
        owner=order.trust,
        unit=Unit.VEHICLES,
        sentence=f"{order.commitment_id}: {vehicles} on order for {order.trust} come in {year}",
        eased=partial(_with_fewer, order),
    )


def _with_fewer(order: Commitment, problem: Problem, fewer: int) -> Problem:
    rows = []
    for row in problem.commitments:
        left = row.vehicles - (fewer if row.commitment_id == order.commitment_id else 0)
        rows += [replace(row, vehicles=left)] if left > 0 else []
    return replace(problem, commitments=tuple(rows))


def _order_ruling(ruling: OrderRuling) -> NamedRule:
    between = f"{ruling.minimum} to {ruling.maximum} {ruling.option_id} for {ruling.trust}"
    return NamedRule(
        rule=Rule.ORDER_RULING,
        key=(ruling.trust, ruling.option_id, str(ruling.financial_year)),
        owner=ruling.trust,
        unit=Unit.VEHICLES,
        sentence=f"{between} are ruled in {year_label(ruling.financial_year)}",
        eased=lambda problem, more: replace(
            problem,
            order_rulings=tuple(
                _looser(row, more) if row == ruling else row for row in problem.order_rulings
            ),
        ),
    )


def _service_ruling(ruling: ServiceRuling) -> NamedRule:
    vintage = tuple(map(str, ruled_vintage(ruling)))
    between = f"{ruling.minimum} to {ruling.maximum} of {' '.join(vintage[:4])}"
    return NamedRule(
        rule=Rule.SERVICE_RULING,
        key=(*vintage, str(ruling.financial_year)),
        owner=ruling.trust,
        unit=Unit.VEHICLES,
        sentence=f"{between} serve {year_label(ruling.financial_year)} as ruled",
        eased=lambda problem, more: replace(
            problem,
            service_rulings=tuple(
                _looser(row, more) if row == ruling else row for row in problem.service_rulings
            ),
        ),
    )


def _looser(ruling: Ruling, more: int) -> Ruling:
    return replace(
        ruling,
        minimum=max(0, ruling.minimum - more),
        maximum=min(AMPLE[Unit.VEHICLES], ruling.maximum + more),
    )
