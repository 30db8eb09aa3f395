"""Catalogues: their parts name each other rightly, or the catalogue cannot be built."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.capital.domain.catalogue import Catalogue
from services.capital.optimiser.problem import Mandate, MandateBasis, MandateId, TypeCode
from services.kernel.errors import Malformed
from tests.unit.capital.build import BEV_DCA, a_catalogue, a_profile, an_option


def faults(build: Callable[[], Catalogue]) -> list[str]:
    with pytest.raises(Malformed) as refused:
        build()
    return [f"{fault.field}: {fault.rule}" for fault in refused.value.violations]


def a_mandate(code: str = "DCA") -> Mandate:
    return Mandate(
        mandate_id=MandateId("ZE-2030"),
        vehicle_types=(TypeCode(code),),
        from_financial_year=2030,
        share_permille=1000,
        basis=MandateBasis.ORDERS,
    )


def test_every_fault_is_told_at_once() -> None:
    wrong = replace(an_option("DCA-BEV", BEV_DCA), supply_lines=("VCS", "AEV"))

    told = faults(lambda: a_catalogue(options=(an_option(), an_option(), wrong)))

    assert told == [
        "catalogue.options[1].option_id: must be unique in the catalogue",
        "catalogue.options[2].supply_lines[1]: must be a supply line of the catalogue",
        "catalogue.options[2].technology: needs a profile of its type and technology",
    ]


def test_a_type_and_technology_have_one_profile() -> None:
    assert faults(lambda: a_catalogue(profiles=(a_profile(), a_profile()))) == [
        "catalogue.profiles[1].technology: must be unique in the catalogue"
    ]


def test_a_crew_s_lost_day_costs_the_same_whatever_drives_its_vehicle() -> None:
    dearer = replace(a_profile(BEV_DCA), lost_day_cost_pence=95_000)

    assert faults(lambda: a_catalogue(profiles=(a_profile(), dearer))) == [
        "catalogue.profiles[1].lost_day_cost_pence: must be the same in every profile of a type"
    ]


def test_a_mandate_covers_types_there_are() -> None:
    assert faults(lambda: replace(a_catalogue(), mandates=(a_mandate("AMBULANCE"),))) == [
        "catalogue.mandates[0].vehicle_types[0]: must be the code of a vehicle type, such as DCA"
    ]


def test_a_price_changes_as_the_catalogue_s_unless_it_has_its_own_way() -> None:
    catalogue: Catalogue = a_catalogue()
    falling = replace(an_option(), price_change_permille=-60)
    steady = replace(an_option(), price_change_permille=0)

    assert [catalogue.change_permille(row) for row in (an_option(), falling, steady)] == [
        40,
        -60,
        0,
    ]
