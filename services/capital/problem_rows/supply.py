"""Messages of supply as the optimiser's rows."""

from collections.abc import Mapping
from typing import Final

from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem

from services.capital.messages import known
from services.capital.optimiser.problem import (
    Commissioning,
    ConcentrationId,
    ConcentrationLimit,
    HubId,
    Instalment,
    Lease,
    LineId,
    Mandate,
    MandateBasis,
    MandateId,
    Option,
    OptionId,
    PriceTier,
    SupplyKind,
    SupplyLine,
    TechnologyCode,
    TrustCode,
    TypeCode,
)

# An unspecified value has no meaning here, and so is refused.
KINDS: Final[Mapping[int, SupplyKind]] = {
    RenewalProblem.SupplyLine.KIND_CONVERTER: SupplyKind.CONVERTER,
    RenewalProblem.SupplyLine.KIND_CHASSIS: SupplyKind.CHASSIS,
}
BASES: Final[Mapping[int, MandateBasis]] = {
    RenewalProblem.Mandate.BASIS_DELIVERIES: MandateBasis.DELIVERIES,
    RenewalProblem.Mandate.BASIS_ORDERS: MandateBasis.ORDERS,
}


def option(row: RenewalProblem.Option) -> Option:
    return Option(
        option_id=OptionId(row.option_id),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        lead_time_years=row.lead_time_years,
        minimum_order=row.minimum_order,
        price_pence=tuple(row.price_pence),
        supply_lines=tuple(map(LineId, row.supply_lines)),
        order_charge_pence=tuple(row.order_charge_pence),
        instalments=tuple(map(_instalment, row.instalments)),
        lease=_lease(row.lease) if row.HasField("lease") else None,
        box_body=row.box_body,
        price_tiers=tuple(map(_price_tier, row.price_tiers)),
        joint_tiers=row.joint_tiers,
    )


def _price_tier(row: RenewalProblem.PriceTier) -> PriceTier:
    return PriceTier(
        from_vehicles=row.from_vehicles,
        price_permille=row.price_permille,
    )


def concentration_limit(row: RenewalProblem.ConcentrationLimit) -> ConcentrationLimit:
    return ConcentrationLimit(
        limit_id=ConcentrationId(row.limit_id),
        trusts=tuple(map(TrustCode, row.trusts)),
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        supply_lines=tuple(map(LineId, row.supply_lines)),
        share_permille=row.share_permille,
    )


def _instalment(row: RenewalProblem.Instalment) -> Instalment:
    return Instalment(
        years_before_delivery=row.years_before_delivery,
        permille=row.permille,
    )


def _lease(row: RenewalProblem.Lease) -> Lease:
    return Lease(
        term_years=row.term_years,
        yearly_payment_pence=tuple(row.yearly_payment_pence),
    )


def supply_line(row: RenewalProblem.SupplyLine, place: int) -> SupplyLine:
    return SupplyLine(
        line_id=LineId(row.line_id),
        kind=known(KINDS, row.kind, f"supply_lines[{place}].kind"),
        vehicles=tuple(row.vehicles),
    )


def commissioning(row: RenewalProblem.Commissioning) -> Commissioning:
    return Commissioning(
        trust=TrustCode(row.trust),
        vehicles=tuple(row.vehicles),
        hub_id=HubId(row.hub_id) if row.hub_id else None,
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
    )


def mandate(row: RenewalProblem.Mandate, place: int) -> Mandate:
    return Mandate(
        mandate_id=MandateId(row.mandate_id),
        trusts=tuple(map(TrustCode, row.trusts)),
        vehicle_types=tuple(map(TypeCode, row.vehicle_types)),
        from_financial_year=row.from_financial_year,
        share_permille=row.share_permille,
        basis=known(BASES, row.basis, f"mandates[{place}].basis"),
    )
