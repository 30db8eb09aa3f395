"""Whose money, what may be bought, and what is needed, as requests to capital."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from makeready.capital.v1 import capital_service_pb2, catalogue_pb2
from makeready.capital.v1.envelope_pb2 import Certainty, Fund, HolderKind
from makeready.capital.v1.renewal_problem_pb2 import RenewalProblem
from makeready.common.v1.vehicle_kind_pb2 import Technology, VehicleType

from demo.client import Client, each
from demo.load.people import ClientFor, finance_of
from demo.scenario.capital import Catalogue, Envelope, Mandate, Option, Profile, SupplyLine
from demo.scenario.files import Scenario
from demo.scenario.trust import Requirement, Trust

PENCE_PER_POUND: Final = 100
MAX_SOURCE: Final = 200


def pence(pounds: Decimal) -> int:
    """Return an amount in whole pence."""
    return int(pounds * PENCE_PER_POUND)


async def allocate_envelopes(scenario: Scenario, client_for: ClientFor) -> int:
    """Have every holder say what it has, year by year, and return how many envelopes that makes."""

    async def one(request: capital_service_pb2.AllocateEnvelopeRequest) -> None:
        finance = finance_of(request.holder, client_for)
        await finance(finance.capital.AllocateEnvelope, request)

    return len(await each(allocations(scenario), one))


def allocations(scenario: Scenario) -> Iterator[capital_service_pb2.AllocateEnvelopeRequest]:
    trusts = [trust.code for trust in scenario.trusts]
    for envelope in scenario.envelopes:
        for year, pounds in envelope.pounds_by_year.items():
            yield allocation(envelope, year, pounds, trusts)


def allocation(
    envelope: Envelope, year: int, pounds: Decimal, trusts: list[str]
) -> capital_service_pb2.AllocateEnvelopeRequest:
    holder = envelope.holder
    return capital_service_pb2.AllocateEnvelopeRequest(
        holder=holder.code,
        holder_name=holder.name,
        holder_kind=HolderKind.Value(f"HOLDER_KIND_{holder.kind}"),
        fund=Fund.Value(f"FUND_{envelope.fund}"),
        financial_year=year,
        allocation_pence=pence(pounds),
        certainty=Certainty.Value(f"CERTAINTY_{envelope.certainty}"),
        trusts=envelope.trusts or trusts,
        vehicle_types=[VehicleType.Value(f"VEHICLE_TYPE_{kind}") for kind in envelope.types],
        technologies=[Technology.Value(f"TECHNOLOGY_{one}") for one in envelope.technologies],
        source=envelope.provenance.label[:MAX_SOURCE],
    )


async def set_requirements(planner: Client, trust: Trust) -> None:
    """Say how many vehicles of each type the trust needs."""

    async def one(requirement: Requirement) -> None:
        await planner(
            planner.capital.SetRequirement,
            capital_service_pb2.SetRequirementRequest(
                requirement=catalogue_pb2.Requirement(
                    trust=trust.code,
                    vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{requirement.type}"),
                    from_financial_year=trust.requirements.from_financial_year,
                    required_available=requirement.required_available,
                    establishment_minimum=requirement.establishment,
                    establishment_maximum=requirement.establishment,
                )
            ),
        )

    await each(trust.requirements.list, one)


async def set_catalogue(planner: Client, catalogue: Catalogue) -> None:
    """Say what may be bought and what vehicles cost."""
    await planner(
        planner.capital.SetCatalogue,
        capital_service_pb2.SetCatalogueRequest(catalogue=catalogue_of(catalogue)),
    )


def catalogue_of(catalogue: Catalogue) -> catalogue_pb2.VehicleCatalogue:
    return catalogue_pb2.VehicleCatalogue(
        holder=catalogue.holder,
        price_year=catalogue.price_year,
        vehicle_inflation_permille=catalogue.vehicle_inflation_permille,
        cost_inflation_permille=catalogue.cost_inflation_permille,
        discount_permille=catalogue.discount_permille,
        options=map(option_of, catalogue.options),
        supply_lines=map(supply_line_of, catalogue.supply_lines),
        profiles=[profile_of(profile, catalogue) for profile in catalogue.profiles],
        mandates=map(mandate_of, catalogue.mandates),
        source=catalogue.provenance.label,
    )


def option_of(option: Option) -> catalogue_pb2.CatalogueOption:
    return catalogue_pb2.CatalogueOption(
        option_id=option.id,
        name=option.name,
        vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{option.type}"),
        technology=Technology.Value(f"TECHNOLOGY_{option.technology}"),
        price_pence=pence(option.price_pounds),
        price_change_permille=option.price_change_permille,
        lead_time_years=option.lead_time_years,
        minimum_order=option.minimum_order,
        supply_lines=option.lines,
    )


def supply_line_of(line: SupplyLine) -> catalogue_pb2.CatalogueSupplyLine:
    return catalogue_pb2.CatalogueSupplyLine(
        line_id=line.id,
        name=line.name,
        kind=RenewalProblem.SupplyLine.Kind.Value(f"KIND_{line.kind}"),
        vehicles_per_year=line.vehicles_per_year,
    )


def profile_of(profile: Profile, catalogue: Catalogue) -> catalogue_pb2.CatalogueProfile:
    tables = catalogue.tables
    return catalogue_pb2.CatalogueProfile(
        vehicle_type=VehicleType.Value(f"VEHICLE_TYPE_{profile.type}"),
        technology=Technology.Value(f"TECHNOLOGY_{profile.technology}"),
        running_cost_pence=[
            pence(pounds * profile.maintenance + profile.energy_pounds)
            for pounds in tables.maintenance_pounds
        ],
        off_road_permille=[int(share * profile.off_road) for share in tables.off_road_permille],
        resale_pence=[pence(pounds * profile.resale) for pounds in tables.resale_pounds],
        lost_day_cost_pence=pence(profile.lost_day_pounds),
    )


def mandate_of(mandate: Mandate) -> RenewalProblem.Mandate:
    return RenewalProblem.Mandate(
        mandate_id=mandate.id,
        vehicle_types=mandate.types,
        from_financial_year=mandate.from_financial_year,
        share_permille=mandate.share_permille,
        basis=RenewalProblem.Mandate.Basis.Value(f"BASIS_{mandate.basis}"),
    )
