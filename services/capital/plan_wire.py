"""Renewal plans between protobuf and the optimiser's values, and to and from plan files."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import Enum
from itertools import count
from typing import Final

from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan

from services.capital import plan_rows
from services.capital.messages import known, parse_json, stated, to_json
from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.plan import (
    Cancellation,
    Ended,
    Hired,
    Level,
    LevelResult,
    Moved,
    Outcome,
    Plan,
    Purchase,
    Replacement,
)
from services.capital.optimiser.problem import (
    BandCode,
    CommitmentId,
    EnvelopeId,
    OptionId,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import MoveKind

# An unspecified value has no meaning here, and so is refused.
OUTCOMES: Final[Mapping[int, Outcome]] = {
    RenewalPlan.OUTCOME_OPTIMAL: Outcome.OPTIMAL,
    RenewalPlan.OUTCOME_FEASIBLE: Outcome.FEASIBLE,
    RenewalPlan.OUTCOME_INFEASIBLE: Outcome.INFEASIBLE,
    RenewalPlan.OUTCOME_UNKNOWN: Outcome.UNKNOWN,
}
LEVELS: Final[Mapping[int, Level]] = {
    RenewalPlan.LEVEL_SHORTFALL: Level.SHORTFALL,
    RenewalPlan.LEVEL_OVER_AGE: Level.OVER_AGE,
    RenewalPlan.LEVEL_COST: Level.COST,
}
ENDINGS: Final[Mapping[int, Ended]] = {
    RenewalPlan.ENDED_PROVED: Ended.PROVED,
    RenewalPlan.ENDED_GAP: Ended.GAP,
    RenewalPlan.ENDED_CANCELLED: Ended.CANCELLED,
    RenewalPlan.ENDED_NO_IMPROVEMENT: Ended.NO_IMPROVEMENT,
    RenewalPlan.ENDED_TIME: Ended.TIME,
    RenewalPlan.ENDED_EXHAUSTED: Ended.EXHAUSTED,
}
MOVES: Final[Mapping[int, MoveKind]] = {
    RenewalPlan.Move.KIND_TRANSFER: MoveKind.TRANSFER,
    RenewalPlan.Move.KIND_RESERVE: MoveKind.RESERVE,
    RenewalPlan.Move.KIND_REMOUNT: MoveKind.REMOUNT,
}
NUMBERS: Final[dict[Enum, int]] = {
    **{outcome: number for number, outcome in OUTCOMES.items()},
    **{level: number for number, level in LEVELS.items()},
    **{ending: number for number, ending in ENDINGS.items()},
    **{kind: number for number, kind in MOVES.items()},
}


def plan_from_json(text: str | bytes) -> Plan:
    """Read a plan file; raises InvalidProblem with the path of what cannot be read."""
    return plan_from_proto(parse_json(text, RenewalPlan()))


def plan_to_json(plan: Plan) -> str:
    """Write a plan file, its fields named as in the proto."""
    return to_json(plan_to_proto(plan))


def plan_to_proto(plan: Plan) -> RenewalPlan:
    return RenewalPlan(**asdict(plan, dict_factory=lambda pairs: stated(pairs, NUMBERS)))


def plan_from_proto(message: RenewalPlan) -> Plan:
    """Read a plan; raises InvalidProblem for an enum value that is not stated or not known."""
    return Plan(
        problem_hash=message.problem_hash,
        outcome=known(OUTCOMES, message.outcome, "outcome"),
        levels=tuple(map(_level, message.levels, count())),
        cost_gap_ppm=message.cost_gap_ppm,
        purchases=tuple(map(_purchase, message.purchases)),
        disposals=tuple(map(plan_rows.disposal, message.disposals)),
        cancellations=tuple(map(_cancellation, message.cancellations)),
        hires=tuple(map(_hired, message.hires)),
        moves=tuple(map(_moved, message.moves, count())),
        chargers=tuple(map(_chargers, message.chargers)),
        stationed=tuple(map(plan_rows.stationed, message.stationed)),
        stock=tuple(map(plan_rows.stock, message.stock)),
        replacements=tuple(map(_replacement, message.replacements)),
        fleet_years=tuple(map(plan_rows.fleet_year, message.fleet_years)),
        envelope_uses=tuple(map(plan_rows.envelope_use, message.envelope_uses)),
        ceiling_uses=tuple(map(plan_rows.ceiling_use, message.ceiling_uses)),
        revenue_uses=tuple(map(plan_rows.revenue_use, message.revenue_uses)),
        cost=plan_rows.cost(message.cost) if message.HasField("cost") else None,
        engine=message.engine,
        seed=message.seed,
        ended=known(ENDINGS, message.ended, "ended") if message.ended else None,
    )


def _level(row: RenewalPlan.LevelResult, place: int) -> LevelResult:
    return LevelResult(
        level=known(LEVELS, row.level, f"levels[{place}].level"),
        value=row.value,
        bound=row.bound,
        proved=row.proved,
    )


def _purchase(row: RenewalPlan.Purchase) -> Purchase:
    return Purchase(
        trust=TrustCode(row.trust),
        option_id=OptionId(row.option_id),
        order_year=row.order_year,
        delivery_year=row.delivery_year,
        envelope_id=EnvelopeId(row.envelope_id),
        vehicles=row.vehicles,
    )


def _moved(row: RenewalPlan.Move, place: int) -> Moved:
    return Moved(
        kind=known(MOVES, row.kind, f"moves[{place}].kind"),
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        entry_year=row.entry_year,
        band=BandCode(row.band),
        financial_year=row.financial_year,
        to_trust=TrustCode(row.to_trust),
        vehicles=row.vehicles,
        box_entry_year=row.box_entry_year,
        remounts=row.remounts,
        envelope_id=EnvelopeId(row.envelope_id),
    )


def _chargers(row: RenewalPlan.ChargerPurchase) -> ChargersBought:
    return ChargersBought(
        site_id=SiteId(row.site_id),
        financial_year=row.financial_year,
        envelope_id=EnvelopeId(row.envelope_id),
        chargers=row.chargers,
    )


def _hired(row: RenewalPlan.Hired) -> Hired:
    return Hired(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
    )


def _replacement(row: RenewalPlan.Replacement) -> Replacement:
    return Replacement(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        entry_year=row.entry_year,
        band=BandCode(row.band),
        in_reserve=row.in_reserve,
        box_entry_year=row.box_entry_year,
        remounts=row.remounts,
        financial_year=row.financial_year,
        vehicles=row.vehicles,
        option_id=OptionId(row.option_id) if row.option_id else None,
        envelope_id=EnvelopeId(row.envelope_id) if row.envelope_id else None,
        commitment_id=CommitmentId(row.commitment_id) if row.commitment_id else None,
    )


def _cancellation(row: RenewalPlan.Cancellation) -> Cancellation:
    return Cancellation(
        commitment_id=CommitmentId(row.commitment_id),
        vehicles=row.vehicles,
    )
