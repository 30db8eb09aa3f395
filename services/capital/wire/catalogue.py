"""Catalogues and requirements as protobuf, and back."""

from collections.abc import Iterator
from typing import Final

from makeready.capital.v1 import catalogue_pb2 as pb
from makeready.capital.v1 import renewal_problem_pb2 as problem_pb

from services.capital.domain.catalogue import Catalogue, LimitedLine, Profile, VehicleOption
from services.capital.domain.requirement import Requirement
from services.capital.optimiser.problem import (
    Mandate,
    MandateBasis,
    MandateId,
    SupplyKind,
    TrustCode,
    TypeCode,
)
from services.capital.wire.kinds import (
    kind_from,
    technology_to_proto,
    vehicle_type_from,
    vehicle_type_to_proto,
)
from services.runtime.parse import parse_note, parse_ods_code, parse_text
from services.runtime.rpc.etags import etag_of

MOST_NAME: Final = 80
MOST_SOURCE: Final = 500

LINE: Final = problem_pb.RenewalProblem.SupplyLine
MANDATE: Final = problem_pb.RenewalProblem.Mandate


def catalogue_from(message: pb.VehicleCatalogue, version: int) -> Catalogue:
    """Read a catalogue; refused with every fault when its parts do not fit together."""
    return Catalogue(
        holder=parse_ods_code("catalogue.holder", message.holder),
        price_year=message.price_year,
        vehicle_inflation_permille=message.vehicle_inflation_permille,
        cost_inflation_permille=message.cost_inflation_permille,
        discount_permille=message.discount_permille,
        options=tuple(_options(message)),
        supply_lines=tuple(_lines(message)),
        profiles=tuple(map(_profile, message.profiles)),
        mandates=tuple(map(_mandate, message.mandates)),
        source=parse_text("catalogue.source", message.source, MOST_SOURCE),
        version=version,
    )


def catalogue_to_proto(catalogue: Catalogue) -> pb.VehicleCatalogue:
    return pb.VehicleCatalogue(
        holder=catalogue.holder,
        price_year=catalogue.price_year,
        vehicle_inflation_permille=catalogue.vehicle_inflation_permille,
        cost_inflation_permille=catalogue.cost_inflation_permille,
        discount_permille=catalogue.discount_permille,
        options=map(_option_to_proto, catalogue.options),
        supply_lines=map(_line_to_proto, catalogue.supply_lines),
        profiles=map(_profile_to_proto, catalogue.profiles),
        mandates=map(_mandate_to_proto, catalogue.mandates),
        source=catalogue.source,
        etag=etag_of(catalogue.version),
    )


def catalogue_bytes(catalogue: Catalogue) -> bytes:
    """Return the catalogue as it is stored; `stored_catalogue` reads it again."""
    return catalogue_to_proto(catalogue).SerializeToString(deterministic=True)


def stored_message(content: bytes) -> pb.VehicleCatalogue:
    return pb.VehicleCatalogue.FromString(content)


def stored_catalogue(content: bytes, version: int) -> Catalogue:
    return catalogue_from(stored_message(content), version)


def requirement_from(message: pb.Requirement) -> Requirement:
    return Requirement(
        trust=parse_ods_code("requirement.trust", message.trust),
        vehicle_type=vehicle_type_from(message.vehicle_type),
        from_financial_year=message.from_financial_year,
        required_available=message.required_available,
        establishment_minimum=message.establishment_minimum,
        establishment_maximum=message.establishment_maximum,
    )


def requirement_to_proto(requirement: Requirement) -> pb.Requirement:
    return pb.Requirement(
        trust=requirement.trust,
        vehicle_type=vehicle_type_to_proto(requirement.vehicle_type),
        from_financial_year=requirement.from_financial_year,
        required_available=requirement.required_available,
        establishment_minimum=requirement.establishment_minimum,
        establishment_maximum=requirement.establishment_maximum,
    )


def _options(message: pb.VehicleCatalogue) -> Iterator[VehicleOption]:
    for index, row in enumerate(message.options):
        own_change = row.HasField("price_change_permille")
        yield VehicleOption(
            option_id=row.option_id,
            name=parse_text(f"catalogue.options[{index}].name", row.name, MOST_NAME),
            kind=kind_from(row.vehicle_type, row.technology),
            price_pence=row.price_pence,
            price_change_permille=row.price_change_permille if own_change else None,
            lead_time_years=row.lead_time_years,
            minimum_order=row.minimum_order,
            first_delivery_year=row.first_delivery_year,
            supply_lines=tuple(row.supply_lines),
        )


def _option_to_proto(option: VehicleOption) -> pb.CatalogueOption:
    return pb.CatalogueOption(
        option_id=option.option_id,
        name=option.name,
        vehicle_type=vehicle_type_to_proto(option.kind.vehicle_type),
        technology=technology_to_proto(option.kind.technology),
        price_pence=option.price_pence,
        price_change_permille=option.price_change_permille,
        lead_time_years=option.lead_time_years,
        minimum_order=option.minimum_order,
        first_delivery_year=option.first_delivery_year,
        supply_lines=option.supply_lines,
    )


def _lines(message: pb.VehicleCatalogue) -> Iterator[LimitedLine]:
    for index, row in enumerate(message.supply_lines):
        yield LimitedLine(
            line_id=row.line_id,
            name=parse_note(f"catalogue.supply_lines[{index}].name", row.name, MOST_NAME),
            kind=SupplyKind(LINE.Kind.Name(row.kind).removeprefix("KIND_").lower()),
            vehicles_per_year=row.vehicles_per_year,
        )


def _line_to_proto(line: LimitedLine) -> pb.CatalogueSupplyLine:
    return pb.CatalogueSupplyLine(
        line_id=line.line_id,
        name=line.name,
        kind=LINE.Kind.Value(f"KIND_{line.kind.upper()}"),
        vehicles_per_year=line.vehicles_per_year,
    )


def _profile(message: pb.CatalogueProfile) -> Profile:
    return Profile(
        kind=kind_from(message.vehicle_type, message.technology),
        running_cost_pence=tuple(message.running_cost_pence),
        off_road_permille=tuple(message.off_road_permille),
        resale_pence=tuple(message.resale_pence) or (0,),
        lost_day_cost_pence=message.lost_day_cost_pence,
    )


def _profile_to_proto(profile: Profile) -> pb.CatalogueProfile:
    return pb.CatalogueProfile(
        vehicle_type=vehicle_type_to_proto(profile.kind.vehicle_type),
        technology=technology_to_proto(profile.kind.technology),
        running_cost_pence=profile.running_cost_pence,
        off_road_permille=profile.off_road_permille,
        resale_pence=profile.resale_pence,
        lost_day_cost_pence=profile.lost_day_cost_pence,
    )


def _mandate(message: problem_pb.RenewalProblem.Mandate) -> Mandate:
    return Mandate(
        mandate_id=MandateId(message.mandate_id),
        trusts=tuple(map(TrustCode, message.trusts)),
        vehicle_types=tuple(map(TypeCode, message.vehicle_types)),
        from_financial_year=message.from_financial_year,
        share_permille=message.share_permille,
        basis=MandateBasis(MANDATE.Basis.Name(message.basis).removeprefix("BASIS_").lower()),
    )


def _mandate_to_proto(mandate: Mandate) -> problem_pb.RenewalProblem.Mandate:
    return MANDATE(
        mandate_id=mandate.mandate_id,
        trusts=mandate.trusts,
        vehicle_types=mandate.vehicle_types,
        from_financial_year=mandate.from_financial_year,
        share_permille=mandate.share_permille,
        basis=MANDATE.Basis.Value(f"BASIS_{mandate.basis.upper()}"),
    )
