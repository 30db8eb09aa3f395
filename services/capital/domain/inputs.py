"""What a scenario freezes, as one transaction saw it; and what a "what if" changes in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from services.capital.domain.catalogue import Catalogue, Kind, VehicleOption
from services.capital.domain.envelope import Envelope
from services.capital.domain.requirement import Requirement
from services.capital.domain.rounding import scaled
from services.capital.domain.scenario import (
    EnvelopeChange,
    PriceChange,
    Question,
    ScenarioChange,
    TargetAgeChange,
)
from services.kernel.errors import Malformed
from services.kernel.ids import OdsCode, VehicleId
from services.kernel.vehicle import VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingVehicle:
    """A vehicle to plan for, as it was known when the scenario was frozen."""

    id: VehicleId
    fleet_number: str
    trust: OdsCode
    kind: Kind
    in_service_on: date
    odometer_miles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeAges:
    """How long a trust keeps vehicles of a type, in years of age; 0: no such age."""

    trust: OdsCode
    vehicle_type: VehicleType
    target_years: int = 0
    maximum_years: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything the problem is made of.

    A trust without an entry in `commissioning_per_week` has no hub that was ever measured.
    """

    vehicles: tuple[ServingVehicle, ...]
    catalogue: Catalogue
    envelopes: tuple[Envelope, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    life_ages: tuple[LifeAges, ...] = ()
    commissioning_per_week: Mapping[OdsCode, int]


def with_changes(inputs: Inputs, question: Question) -> Inputs:
    """Apply the question's changes, one after the other."""
    for index, change in enumerate(question.changes):
        inputs = _changed(inputs, question, index, change)
    return inputs


def _changed(inputs: Inputs, question: Question, index: int, change: ScenarioChange) -> Inputs:
    match change:
        case EnvelopeChange():
            return replace(inputs, envelopes=tuple(_scaled(inputs.envelopes, change)))
        case TargetAgeChange():
            return replace(inputs, life_ages=tuple(_aged(inputs.life_ages, question, change)))
        case PriceChange():
            return replace(inputs, catalogue=_repriced(inputs.catalogue, index, change))
    assert_never(change)


def _scaled(envelopes: tuple[Envelope, ...], change: EnvelopeChange) -> Iterator[Envelope]:
    for row in envelopes:
        is_meant = change.fund in (None, row.fund) and change.financial_year in (
            None,
            row.financial_year,
        )
        allocation_pence = scaled(row.allocation_pence, change.permille)
        yield replace(row, allocation_pence=allocation_pence) if is_meant else row


def _aged(
    life_ages: tuple[LifeAges, ...], question: Question, change: TargetAgeChange
) -> Iterator[LifeAges]:
    """Set the target in every trust; a maximum below it rises with it."""
    known = {row.trust: row for row in life_ages if row.vehicle_type is change.vehicle_type}
    for trust in question.trusts:
        row = known.get(trust) or LifeAges(trust=trust, vehicle_type=change.vehicle_type)
        most = max(row.maximum_years, change.years) if row.maximum_years else 0
        yield replace(row, target_years=change.years, maximum_years=most)
    yield from (row for row in life_ages if row.vehicle_type is not change.vehicle_type)


def _repriced(catalogue: Catalogue, index: int, change: PriceChange) -> Catalogue:
    if change.option_id and change.option_id not in {row.option_id for row in catalogue.options}:
        raise Malformed(f"changes[{index}].price.option_id", "must be an option of the catalogue")
    options = tuple(
        _at_price(row, change.permille) if change.option_id in (None, row.option_id) else row
        for row in catalogue.options
    )
    return replace(catalogue, options=options)


def _at_price(option: VehicleOption, permille: int) -> VehicleOption:
    """Scale the price, to a penny at least: at nothing it would not be for sale."""
    return replace(option, price_pence=max(1, scaled(option.price_pence, permille)))
