"""Where each rule of a problem is in the way: what is best without it is another thing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from services.capital.optimiser.problem import (
    ChargingSite,
    Envelope,
    LifePolicy,
    Option,
    Problem,
    Remount,
    SupplyKind,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle import best, tries
from tests.unit.capital.optimiser.oracle_seasons import Value
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE

MOST_TRIES: Final = 50_000


def _options(problem: Problem, change: Callable[[Option], Option]) -> Problem:
    return replace(problem, options=tuple(map(change, problem.options)))


def _envelopes(problem: Problem, change: Callable[[Envelope], Envelope]) -> Problem:
    return replace(problem, envelopes=tuple(map(change, problem.envelopes)))


def _policies(problem: Problem, change: Callable[[LifePolicy], LifePolicy]) -> Problem:
    return replace(problem, life_policies=tuple(map(change, problem.life_policies)))


def _richer(envelope: Envelope) -> Envelope:
    return replace(envelope, allocation_pence=envelope.allocation_pence + 10 * UNIT_PENCE)


def _lines(problem: Problem, kind: SupplyKind) -> Problem:
    wide = (999,) * problem.years
    return replace(
        problem,
        supply_lines=tuple(
            replace(row, vehicles=wide) if row.kind is kind else row for row in problem.supply_lines
        ),
    )


def _hubs(problem: Problem, *, of_trusts: bool) -> Problem:
    rows = (row for row in problem.commissioning if (row.hub_id is None) is of_trusts)
    return replace(problem, commissioning=tuple(rows))


def _uncancelled(problem: Problem) -> Problem:
    orders = (
        replace(row, cancellable=False, cancellation_price_pence=0) for row in problem.commitments
    )
    return replace(problem, commitments=tuple(orders))


def _remounts(problem: Problem, change: Callable[[Remount], Remount]) -> Problem:
    return replace(problem, remount_offers=tuple(map(change, problem.remount_offers)))


def _sites(problem: Problem, change: Callable[[ChargingSite], ChargingSite]) -> Problem:
    return replace(problem, charging_sites=tuple(map(change, problem.charging_sites)))


def _wide(problem: Problem) -> Problem:
    """Return the problem with room for one charger more at each site and connection."""
    wider = _sites(problem, lambda r: replace(r, maximum=tuple(n + 1 for n in r.maximum)))
    return replace(
        wider,
        grid_connections=tuple(
            replace(row, kilowatts=tuple(kilowatts + 50 for kilowatts in row.kilowatts))
            for row in problem.grid_connections
        ),
    )


# What stands beside the rules and can be left out alone.
BESIDE: Final[Mapping[str, Callable[[Problem], Problem]]] = MappingProxyType(
    {
        "hire": lambda p: replace(p, hires=()),
        "proceeds": lambda p: _envelopes(p, lambda r: replace(r, proceeds_permille=0)),
        "haircut": lambda p: _envelopes(p, lambda r: replace(r, haircut_permille=0)),
        "over-planning": lambda p: _envelopes(p, lambda r: replace(r, over_planning_permille=0)),
        "instalments": lambda p: _options(p, lambda r: replace(r, instalments=())),
        "joint price tiers": lambda p: _options(p, lambda r: replace(r, joint_tiers=False)),
        "chargers for sale": lambda p: _sites(p, lambda r: replace(r, price_pence=())),
        "hubs of sites": lambda p: replace(
            _sites(p, lambda r: replace(r, hub_id=None, vehicle_types=(), kilowatts=0)),
            grid_connections=(),
        ),
        "weeks out": lambda p: _remounts(p, lambda r: replace(r, weeks_out=0)),
        "lines of remounts": lambda p: _remounts(p, lambda r: replace(r, supply_lines=())),
        "times remounted": lambda p: _remounts(p, lambda r: replace(r, maximum_remounts=5)),
        "age of boxes": lambda p: _remounts(p, lambda r: replace(r, maximum_box_age_years=60)),
        "mileage band": lambda p: replace(
            p, cohorts=tuple(replace(row, band=None) for row in p.cohorts)
        ),
    }
)
# A pound is no rule to leave out: ten units more is the price of one vehicle.
RELAXED: Final[Mapping[str, Callable[[Problem], Problem]]] = MappingProxyType(
    {
        Rule.MAXIMUM_AGE: lambda p: _policies(p, lambda r: replace(r, maximum_age_years=0)),
        Rule.TARGET_AGE: lambda p: _policies(p, lambda r: replace(r, target_age_years=0)),
        Rule.DISPOSAL_FREEZE: lambda p: replace(p, disposal_freezes=()),
        Rule.LEAD_TIME: lambda p: _options(
            replace(p, mandates=()), lambda r: replace(r, lead_time_years=0, instalments=())
        ),
        Rule.ENVELOPE_ELIGIBILITY: lambda p: _envelopes(
            p, lambda r: replace(r, trusts=(), vehicle_types=(), technologies=())
        ),
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
        Rule.CONVERTER_SLOTS: lambda p: _lines(p, SupplyKind.CONVERTER),
        Rule.CHASSIS_ALLOTMENT: lambda p: _lines(p, SupplyKind.CHASSIS),
        Rule.COMMISSIONING_CAPACITY: lambda p: _hubs(p, of_trusts=False),
        Rule.HUB_COMMISSIONING: lambda p: _hubs(p, of_trusts=True),
        Rule.CHARGER_CAPACITY: lambda p: replace(p, charging_sites=(), grid_connections=()),
        Rule.GRID_CAPACITY: _wide,
        Rule.DUTY_FIT: lambda p: replace(p, duty_fits=()),
        Rule.TRUST_GUARANTEE: lambda p: replace(p, guarantees=()),
        Rule.ORDER_RULING: lambda p: replace(p, order_rulings=()),
        Rule.SERVICE_RULING: lambda p: replace(p, service_rulings=()),
        Rule.MOVE_RULING: lambda p: replace(p, move_rulings=()),
        Rule.HIRE_RULING: lambda p: replace(p, hire_rulings=()),
        Rule.CHARGER_RULING: lambda p: replace(p, charger_rulings=()),
        Rule.CANCELLATION_RULING: lambda p: replace(p, cancellation_rulings=()),
        Rule.ORDER_CHANGE: lambda p: replace(p, change_price_pence=0),
        Rule.CANCELLATION: _uncancelled,
        Rule.TRANSFER_ROUTE: lambda p: replace(p, transfer_routes=()),
        Rule.TRANSFER_REMAINDER: lambda p: replace(
            p, transfer_routes=tuple(replace(r, minimum_remaining=0) for r in p.transfer_routes)
        ),
        Rule.REMOUNT_OFFER: lambda p: replace(p, remount_offers=()),
        Rule.ZERO_EMISSION_MANDATE: lambda p: replace(p, mandates=()),
        Rule.ESTABLISHMENT_MAXIMUM: lambda p: replace(
            p, establishments=tuple(replace(r, maximum=r.maximum + 1) for r in p.establishments)
        ),
        Rule.ESTABLISHMENT_MINIMUM: lambda p: replace(
            p, establishments=tuple(replace(r, minimum=0) for r in p.establishments)
        ),
        Rule.AVAILABILITY: lambda p: replace(p, needs=()),
        Rule.HIRE_MAXIMUM: lambda p: replace(
            p,
            hires=tuple(replace(r, vehicles=tuple(n + 1 for n in r.vehicles)) for r in p.hires),
        ),
        Rule.RESERVE_MAXIMUM: lambda p: replace(
            p, reserves=tuple(replace(r, maximum=r.maximum + 1) for r in p.reserves)
        ),
        Rule.RESERVE_AGE: lambda p: replace(
            p, reserves=tuple(replace(r, from_age_years=0) for r in p.reserves)
        ),
        **BESIDE,
    }
)


# What can be left out one way or another.
LEFT_OUT: Final = (Rule.NEW_VEHICLES_SERVE, *RELAXED)


def binding(problem: Problem, wanted: Collection[str]) -> set[str]:
    """Return which of the wanted rules it is without which something else is best, or possible."""
    standing = best(problem)
    return {rule for rule in wanted if _decides(rule, problem, standing)}


def _decides(rule: str, problem: Problem, standing: Value | None) -> bool:
    # Where there is more to try than is worth the while, another problem will do.
    if rule == Rule.NEW_VEHICLES_SERVE:
        few = 5 * tries(problem) <= MOST_TRIES
        return few and best(problem, new_may_go=True) != standing
    other = RELAXED[rule](problem)
    return other != problem and tries(other) <= MOST_TRIES and best(other) != standing
