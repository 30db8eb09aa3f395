"""Renewal problems between protobuf and the optimiser's values, and to and from problem files.

What a message can say and a problem cannot is refused with the field's path; whether the rest
makes sense is the optimiser's to say.
"""

from dataclasses import asdict, replace
from enum import Enum
from itertools import count
from typing import Final

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.messages import parse_json, stated, to_json
from services.capital.optimiser.problem import Problem, TrustCode
from services.capital.problem_rows import (
    fleet,
    hire,
    money,
    moves,
    promise,
    ruling,
    sites,
    supply,
)

NUMBERS: Final[dict[Enum, int]] = {
    **{kind: number for number, kind in supply.KINDS.items()},
    **{basis: number for number, basis in supply.BASES.items()},
    **{kind: number for number, kind in ruling.MOVES.items()},
}


def problem_from_json(text: str | bytes) -> Problem:
    """Read a problem file; raises InvalidProblem with the path of what cannot be read."""
    return problem_from_proto(parse_json(text, RenewalProblem()))


def problem_to_json(problem: Problem) -> str:
    """Write a problem file, its fields named as in the proto."""
    return to_json(problem_to_proto(problem))


def problem_to_proto(problem: Problem) -> RenewalProblem:
    fields = asdict(problem, dict_factory=lambda pairs: stated(pairs, NUMBERS))
    return RenewalProblem(**fields)


def problem_from_proto(message: RenewalProblem) -> Problem:
    """Read a problem; raises InvalidProblem for an enum value that is not stated or not known."""
    problem = Problem(
        description=message.description,
        first_financial_year=message.first_financial_year,
        years=message.years,
        trusts=tuple(map(TrustCode, message.trusts)),
        vehicle_types=tuple(map(fleet.vehicle_type, message.vehicle_types)),
        technologies=tuple(map(fleet.technology, message.technologies)),
        age_profiles=tuple(map(fleet.age_profile, message.age_profiles)),
        cohorts=tuple(map(fleet.cohort, message.cohorts)),
        commitments=tuple(map(money.commitment, message.commitments)),
        options=tuple(map(supply.option, message.options)),
        envelopes=tuple(map(money.envelope, message.envelopes)),
        needs=tuple(map(fleet.need, message.needs)),
        establishments=tuple(map(fleet.establishment, message.establishments)),
        life_policies=tuple(map(fleet.life_policy, message.life_policies)),
        disposal_freezes=tuple(map(fleet.disposal_freeze, message.disposal_freezes)),
        supply_lines=tuple(map(supply.supply_line, message.supply_lines, count())),
        commissioning=tuple(map(supply.commissioning, message.commissioning)),
        mandates=tuple(map(supply.mandate, message.mandates, count())),
        discount_ppm=tuple(message.discount_ppm),
        price_index_permille=tuple(message.price_index_permille),
        shortfall_price_pence=message.shortfall_price_pence,
        over_age_price_pence=message.over_age_price_pence,
        hires=tuple(map(hire.hire, message.hires)),
        ceilings=tuple(map(money.ceiling, message.ceilings)),
        transfer_routes=tuple(map(moves.transfer_route, message.transfer_routes)),
        charging_sites=tuple(map(sites.charging_site, message.charging_sites)),
        grid_connections=tuple(map(sites.grid_connection, message.grid_connections)),
        duty_fits=tuple(map(sites.duty_fit, message.duty_fits)),
        remount_offers=tuple(map(moves.remount, message.remount_offers)),
        guarantees=tuple(map(promise.guarantee, message.guarantees)),
        reserves=tuple(map(moves.reserve, message.reserves)),
        concentration_limits=tuple(map(supply.concentration_limit, message.concentration_limits)),
        revenue_budgets=tuple(map(money.revenue_budget, message.revenue_budgets)),
    )
    return _decided_before(problem, message)


def _decided_before(problem: Problem, message: RenewalProblem) -> Problem:
    """Return the problem with what was ruled and approved."""
    return replace(
        problem,
        order_rulings=tuple(map(ruling.order_ruling, message.order_rulings)),
        service_rulings=tuple(map(ruling.service_ruling, message.service_rulings)),
        move_rulings=tuple(map(ruling.move_ruling, message.move_rulings, count())),
        hire_rulings=tuple(map(ruling.hire_ruling, message.hire_rulings)),
        charger_rulings=tuple(map(ruling.charger_ruling, message.charger_rulings)),
        cancellation_rulings=tuple(map(ruling.cancellation_ruling, message.cancellation_rulings)),
        approved_orders=tuple(map(ruling.approved_order, message.approved_orders)),
        change_price_pence=message.change_price_pence,
    )
