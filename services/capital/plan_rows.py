"""Messages of what a plan comes to as the optimiser's rows: vehicles, chargers and money."""

from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan

from services.capital.optimiser.plan import (
    CeilingUse,
    Cost,
    Disposal,
    EnvelopeUse,
    FleetYear,
    RevenueUse,
    Stationed,
    Stock,
)
from services.capital.optimiser.problem import (
    BandCode,
    CeilingId,
    EnvelopeId,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import Vintage


def stationed(row: RenewalPlan.Stationed) -> Stationed:
    return Stationed(
        trust=TrustCode(row.trust),
        site_id=SiteId(row.site_id),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
    )


def stock(row: RenewalPlan.Stock) -> Stock:
    return Stock.of(_vintage(row), row.financial_year, row.vehicles)


def disposal(row: RenewalPlan.Disposal) -> Disposal:
    return Disposal.of(_vintage(row), row.financial_year, row.vehicles)


def _vintage(row: RenewalPlan.Stock | RenewalPlan.Disposal) -> Vintage:
    return Vintage(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        technology=TechnologyCode(row.technology),
        entry_year=row.entry_year,
        band=BandCode(row.band),
        in_reserve=row.in_reserve,
        box_entry_year=row.box_entry_year,
        remounts=row.remounts,
    )


def fleet_year(row: RenewalPlan.FleetYear) -> FleetYear:
    return FleetYear(
        trust=TrustCode(row.trust),
        vehicle_type=TypeCode(row.vehicle_type),
        financial_year=row.financial_year,
        vehicles=row.vehicles,
        over_age=row.over_age,
        delivered=row.delivered,
        disposed=row.disposed,
        required_available=row.required_available,
        available_permille=row.available_permille,
        shortfall=row.shortfall,
        vacancies=row.vacancies,
        hired=row.hired,
        in_reserve=row.in_reserve,
        received=row.received,
        given=row.given,
        remounted=row.remounted,
    )


def envelope_use(row: RenewalPlan.EnvelopeUse) -> EnvelopeUse:
    return EnvelopeUse(
        envelope_id=EnvelopeId(row.envelope_id),
        financial_year=row.financial_year,
        allocation_pence=row.allocation_pence,
        committed_pence=row.committed_pence,
        spent_pence=row.spent_pence,
        headroom_pence=row.headroom_pence,
        vehicles=row.vehicles,
        indicative=row.indicative,
        usable_pence=row.usable_pence,
        carried_in_pence=row.carried_in_pence,
        carried_out_pence=row.carried_out_pence,
        proceeds_pence=row.proceeds_pence,
    )


def revenue_use(row: RenewalPlan.RevenueUse) -> RevenueUse:
    return RevenueUse(
        trust=TrustCode(row.trust),
        financial_year=row.financial_year,
        limit_pence=row.limit_pence,
        used_pence=row.used_pence,
        headroom_pence=row.headroom_pence,
    )


def ceiling_use(row: RenewalPlan.CeilingUse) -> CeilingUse:
    return CeilingUse(
        ceiling_id=CeilingId(row.ceiling_id),
        limit_pence=row.limit_pence,
        committed_pence=row.committed_pence,
        spent_pence=row.spent_pence,
        headroom_pence=row.headroom_pence,
    )


def cost(row: RenewalPlan.Cost) -> Cost:
    return Cost(
        capital_pence=row.capital_pence,
        running_pence=row.running_pence,
        lost_days_pence=row.lost_days_pence,
        resale_pence=row.resale_pence,
        terminal_value_pence=row.terminal_value_pence,
        ordering_pence=row.ordering_pence,
        lease_pence=row.lease_pence,
        cancelling_pence=row.cancelling_pence,
        total_pence=row.total_pence,
        hire_pence=row.hire_pence,
        shortfall_pence=row.shortfall_pence,
        over_age_pence=row.over_age_pence,
        transfer_pence=row.transfer_pence,
        charger_pence=row.charger_pence,
        remount_pence=row.remount_pence,
        change_pence=row.change_pence,
    )
