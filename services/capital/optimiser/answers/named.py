"""The hard rules of a problem by name, from limits to orders.

What is on order breaks plans as rules do, so a commitment is named like one.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from services.capital.optimiser.answers.conditions import conditions
from services.capital.optimiser.answers.limit import Limit, limits_of, moved
from services.capital.optimiser.answers.promises import stated_rules
from services.capital.optimiser.answers.rule import AMPLE, NamedRule
from services.capital.optimiser.answers.words import rough_pounds, year_label
from services.capital.optimiser.problem import (
    Commissioning,
    Commitment,
    DisposalFreeze,
    Establishment,
    HubId,
    LifePolicy,
    Mandate,
    Problem,
    TrustCode,
)
from services.capital.optimiser.rules import Rule, Unit
from services.capital.optimiser.terms import PAR_PPM, Terms

# A policy can name no greater age.
OLDEST: Final = 60
LAW: Final = "law"


def rules_of(problem: Problem) -> Iterator[NamedRule]:
    """Yield every rule that can stand in the way of any plan at all."""
    yield from map(_limit, limits_of(problem))
    yield from _hubs(problem)
    stated = set(problem.establishments)
    for size in _establishments(problem):
        yield _establishment(size, is_stated=size in stated)
    yield from map(_life, (row for row in problem.life_policies if row.maximum_age_years))
    yield from map(_freeze, problem.disposal_freezes)
    yield from map(_mandate, problem.mandates)
    yield from map(_commitment, problem.commitments)
    yield from stated_rules(problem)
    yield from conditions(problem)


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


def _hubs(problem: Problem) -> Iterator[NamedRule]:
    """Yield what each trust's hubs, all together, commission in each year."""
    for trust in sorted({row.trust for row in problem.commissioning}):
        for place, year in enumerate(problem.horizon):
            theirs = (row for row in problem.commissioning if row.trust == trust)
            most = sum(row.vehicles[place] for row in theirs)
            yield NamedRule(
                rule=Rule.COMMISSIONING_CAPACITY,
                key=(trust, str(year)),
                owner=trust,
                unit=Unit.VEHICLES,
                sentence=f"the hubs of {trust} commission at most {most} in {year_label(year)}",
                eased=partial(_with_hubs, trust, place),
            )


def _with_hubs(trust: TrustCode, place: int, problem: Problem, more: int) -> Problem:
    """Return the problem with room for so many more; beside hubs, at one that takes every type."""
    rows = []
    for row in problem.commissioning:
        table = list(row.vehicles)
        table[place] += more if row.trust == trust and row.hub_id is None else 0
        rows.append(replace(row, vehicles=tuple(table)))
    if any(row.trust == trust and row.hub_id for row in rows):
        room = [0] * problem.years
        room[place] = more
        hub_id = HubId(f"{trust}:more:{place}")
        rows.append(Commissioning(trust=trust, hub_id=hub_id, vehicles=tuple(room)))
    return replace(problem, commissioning=tuple(rows))


def _establishments(problem: Problem) -> Iterator[Establishment]:
    """Yield the stated sizes, and those of the opening fleet where none is stated at first."""
    yield from problem.establishments
    terms, first = Terms(problem), problem.first_financial_year
    stated = set(problem.establishments)
    for fleet in terms.fleets:
        row = terms.establishment(fleet, first)
        if row not in stated:
            yield row


def _establishment(row: Establishment, *, is_stated: bool) -> NamedRule:
    since = str(row.from_financial_year) if is_stated else ""
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
        vehicles = row.vehicles - (fewer if row.commitment_id == order.commitment_id else 0)
        rows += [replace(row, vehicles=vehicles)] if vehicles > 0 else []
    left = {row.commitment_id for row in rows}
    return replace(
        problem,
        commitments=tuple(rows),
        cancellation_rulings=tuple(
            row for row in problem.cancellation_rulings if row.commitment_id in left
        ),
    )
