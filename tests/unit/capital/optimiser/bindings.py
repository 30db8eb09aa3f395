"""Where each rule of a problem is in the way: what is best without it is another thing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from services.capital.optimiser.problem import Envelope, LifePolicy, Option, Problem
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.oracle_market import Market
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE

MOST_WAYS: Final = 400


def _options(problem: Problem, change: Callable[[Option], Option]) -> Problem:
    return replace(problem, options=tuple(map(change, problem.options)))


def _envelopes(problem: Problem, change: Callable[[Envelope], Envelope]) -> Problem:
    return replace(problem, envelopes=tuple(map(change, problem.envelopes)))


def _policies(problem: Problem, change: Callable[[LifePolicy], LifePolicy]) -> Problem:
    return replace(problem, life_policies=tuple(map(change, problem.life_policies)))


def _richer(envelope: Envelope) -> Envelope:
    return replace(envelope, allocation_pence=envelope.allocation_pence + 10 * UNIT_PENCE)


# A pound is no rule to leave out: ten units more is the price of one vehicle.
RELAXED: Final[Mapping[Rule, Callable[[Problem], Problem]]] = MappingProxyType(
    {
        Rule.MAXIMUM_AGE: lambda p: _policies(p, lambda r: replace(r, maximum_age_years=0)),
        Rule.TARGET_AGE: lambda p: _policies(p, lambda r: replace(r, target_age_years=0)),
        Rule.DISPOSAL_FREEZE: lambda p: replace(p, disposal_freezes=()),
        Rule.LEAD_TIME: lambda p: _options(
            replace(p, mandates=()), lambda r: replace(r, lead_time_years=0, instalments=())
        ),
        Rule.ENVELOPE_ELIGIBILITY: lambda p: _envelopes(p, lambda r: replace(r, technologies=())),
        Rule.ENVELOPE_ALLOCATION: lambda p: replace(
            p, envelopes=(_richer(p.envelopes[0]), *p.envelopes[1:])
        ),
        Rule.CARRY_FORWARD: lambda p: _envelopes(p, lambda r: replace(r, carry_forward_pence=0)),
        Rule.SPENDING_CEILING: lambda p: replace(p, ceilings=()),
        Rule.REVENUE_BUDGET: lambda p: replace(p, revenue_budgets=()),
        Rule.LEASE_TERM: lambda p: _options(p, lambda r: replace(r, lease=None)),
        Rule.CONCENTRATION: lambda p: replace(p, concentration_limits=()),
        Rule.PRICE_TIER: lambda p: _options(p, lambda r: replace(r, price_tiers=())),
        Rule.ORDERING_CHARGE: lambda p: _options(p, lambda r: replace(r, order_charge_pence=())),
        Rule.MINIMUM_ORDER: lambda p: _options(p, lambda r: replace(r, minimum_order=0)),
        Rule.CONVERTER_SLOTS: lambda p: _options(p, lambda r: replace(r, supply_lines=())),
        Rule.COMMISSIONING_CAPACITY: lambda p: replace(p, commissioning=()),
        Rule.ZERO_EMISSION_MANDATE: lambda p: replace(p, mandates=()),
        Rule.ESTABLISHMENT_MAXIMUM: lambda p: replace(
            p, establishments=tuple(replace(r, maximum=r.maximum + 1) for r in p.establishments)
        ),
        Rule.ESTABLISHMENT_MINIMUM: lambda p: replace(
            p, establishments=tuple(replace(r, minimum=0) for r in p.establishments)
        ),
        Rule.AVAILABILITY: lambda p: replace(p, needs=()),
        Rule.HIRE_MAXIMUM: lambda p: replace(p, hires=()),
        Rule.RESERVE_MAXIMUM: lambda p: replace(
            p, reserves=tuple(replace(r, maximum=r.maximum + 1) for r in p.reserves)
        ),
        Rule.RESERVE_AGE: lambda p: replace(
            p, reserves=tuple(replace(r, from_age_years=0) for r in p.reserves)
        ),
    }
)


def binding(problem: Problem) -> set[Rule]:
    """Return rules without which something else is best, or anything is possible at all."""
    standing = best(problem)
    return {
        rule
        for rule, relaxed in RELAXED.items()
        if (other := relaxed(problem)) != problem
        # Where there is more to try than is worth the while, another problem will do.
        and Market(other).ways() <= MOST_WAYS
        and best(other) != standing
    }
