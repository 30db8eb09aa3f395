"""Messages of rulings as the optimiser's rows."""

from collections.abc import Mapping
from typing import Final

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.messages import known
from services.capital.optimiser.problem import (
    ApprovedOrder,
    BandCode,
    CancellationRuling,
    ChargerRuling,
    CommitmentId,
    HireRuling,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    ServiceRuling,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)

MOVES: Final[Mapping[int, MoveKind]] = {
    RenewalProblem.MoveRuling.KIND_TRANSFER: MoveKind.TRANSFER,
    RenewalProblem.MoveRuling.KIND_RESERVE: MoveKind.RESERVE,
    RenewalProblem.MoveRuling.KIND_REMOUNT: MoveKind.REMOUNT,
}


def order_ruling(row: RenewalProblem.OrderRuling) -> OrderRuling:
    return OrderRuling(
        trust=TrustCode(row.trust),
        option_id=OptionId(row.option_id),
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def service_ruling(row: RenewalProblem.ServiceRuling) -> ServiceRuling:
    return ServiceRuling(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        entry_year=row.entry_year,
        band=BandCode(row.band) if row.band else None,
        in_reserve=row.in_reserve,
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def move_ruling(row: RenewalProblem.MoveRuling, place: int) -> MoveRuling:
    return MoveRuling(
        kind=known(MOVES, row.kind, f"move_rulings[{place}].kind"),
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        to_trust=TrustCode(row.to_trust) if row.to_trust else None,
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def hire_ruling(row: RenewalProblem.HireRuling) -> HireRuling:
    return HireRuling(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def charger_ruling(row: RenewalProblem.ChargerRuling) -> ChargerRuling:
    return ChargerRuling(
        site_id=SiteId(row.site_id),
        financial_year=row.financial_year,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def cancellation_ruling(row: RenewalProblem.CancellationRuling) -> CancellationRuling:
    return CancellationRuling(
        commitment_id=CommitmentId(row.commitment_id),
        minimum=row.minimum,
        maximum=row.maximum,
    )


def approved_order(row: RenewalProblem.ApprovedOrder) -> ApprovedOrder:
    return ApprovedOrder(
        trust=TrustCode(row.trust),
        option_id=OptionId(row.option_id),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
    )
