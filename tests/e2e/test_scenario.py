"""What a scenario's files make: the vehicles of scenarios/wmas, and slips that are named."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from pydantic import ValidationError

from demo.load.capital import allocations, catalogue_of
from demo.load.fleet import mot, renewed
from demo.scenario.crews import waves_of
from demo.scenario.files import SCENARIOS, Scenario, load, named
from demo.scenario.trust import Trust
from demo.scenario.vehicles import SeedVehicle, digest, vehicles_of
from services.kernel.vehicle import VehicleType
from services.runtime.parse import parse_vin, parse_vrm

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def wmas() -> Scenario:
    return named("wmas")


@pytest.fixture(scope="module")
def trust(wmas: Scenario) -> Trust:
    return wmas.trusts[0]


@pytest.fixture(scope="module")
def vehicles(wmas: Scenario, trust: Trust) -> list[SeedVehicle]:
    return vehicles_of(wmas, trust)


def test_the_west_midlands_have_500_ambulances_among_1219_vehicles_74_of_them_electric(
    vehicles: list[SeedVehicle],
) -> None:
    by_type = Counter(vehicle.type for vehicle in vehicles)
    electric = Counter(vehicle.type for vehicle in vehicles if vehicle.technology == "BEV")

    assert by_type.total() == 1219
    assert by_type[VehicleType.DCA] == 500
    assert (electric[VehicleType.DCA], electric.total()) == (18, 74)


def test_the_same_files_make_the_same_vehicles(wmas: Scenario, vehicles: list[SeedVehicle]) -> None:
    again = named("wmas")

    assert again.digest == wmas.digest
    assert digest(vehicles_of(again, again.trusts[0])) == digest(vehicles)


def test_another_seed_makes_other_vehicles(wmas: Scenario, vehicles: list[SeedVehicle]) -> None:
    other = wmas.model_copy(update={"seed": wmas.seed + 1})

    assert digest(vehicles_of(other, other.trusts[0])) != digest(vehicles)


def test_every_vehicle_has_a_mark_a_vin_and_a_number_of_its_own(
    vehicles: list[SeedVehicle],
) -> None:
    marks = {parse_vrm("vrm", vehicle.vrm) for vehicle in vehicles}
    vins = {parse_vin("vin", vehicle.vin) for vehicle in vehicles}
    numbers = {vehicle.fleet_number for vehicle in vehicles}

    assert len(marks) == len(vins) == len(numbers) == len(vehicles)


def test_every_hub_has_the_ambulances_its_line_says(
    trust: Trust, vehicles: list[SeedVehicle]
) -> None:
    at_home = Counter(vehicle.hub for vehicle in vehicles if vehicle.type == "DCA")

    assert at_home == {hub.name: hub.dca for hub in trust.hubs.list}


def test_no_vehicle_enters_service_before_it_is_registered_or_after_the_day(
    wmas: Scenario, vehicles: list[SeedVehicle]
) -> None:
    assert all(
        vehicle.first_registered_on <= vehicle.in_service_on <= wmas.day for vehicle in vehicles
    )


def test_legal_items_hold_on_the_scenarios_day(wmas: Scenario, vehicles: list[SeedVehicle]) -> None:
    assert all(
        (mot(vehicle, wmas.day) or wmas.day + DAY) > wmas.day
        and (vehicle.lifting_expires_on or wmas.day + DAY) > wmas.day
        and vehicle.tax_expires_on > wmas.day
        for vehicle in vehicles
    )


@pytest.mark.parametrize("years_later", [0, 1, 3, 10])
def test_a_lapsed_item_is_renewed_until_it_holds_on_the_day_of_the_run(years_later: int) -> None:
    today = date(2026 + years_later, 10, 14)

    until = renewed(date(2026, 11, 2), 6, today)

    assert until is not None
    assert today < until <= date(today.year + 1, 5, 2)


def test_three_in_five_ambulances_are_out_at_the_peak(wmas: Scenario, trust: Trust) -> None:
    shift = timedelta(hours=trust.crew_starts.shift_hours)
    waves = [
        wave
        for days in (-1, 0)
        for wave in waves_of(trust.crew_starts, trust.hubs.list, wmas.day + days * DAY)
    ]
    on_the_day = [wave.starts_at for wave in waves if wave.starts_at.date() == wmas.day]

    out = max(
        sum(wave.crews for wave in waves if wave.starts_at <= at < wave.starts_at + shift)
        for at in on_the_day
    )

    assert out == pytest.approx(300, abs=15)


def test_every_envelope_says_where_its_figure_comes_from(wmas: Scenario) -> None:
    requests = list(allocations(wmas))

    assert all(one.source.startswith(("synthetic", "published")) for one in requests)
    assert {one.financial_year for one in requests if one.holder == "QUA"} >= {2025}


def test_prices_are_whole_pence(wmas: Scenario) -> None:
    catalogue = catalogue_of(wmas.catalogue)

    prices = {option.option_id: option.price_pence for option in catalogue.options}

    assert prices["DCA-DIESEL-VAN"] == 15_000_000


def test_every_type_and_technology_in_use_or_on_offer_has_a_profile(
    wmas: Scenario, vehicles: list[SeedVehicle]
) -> None:
    profiles = {(one.type, one.technology) for one in wmas.catalogue.profiles}
    in_use = {(vehicle.type, vehicle.technology) for vehicle in vehicles}
    on_offer = {(option.type, option.technology) for option in wmas.catalogue.options}

    assert in_use | on_offer <= profiles


@pytest.mark.parametrize(
    ("file", "line", "instead", "complaint"),
    [
        ("scenario.yaml", "seed: 20261014", "seed: many", "seed"),
        ("scenario.yaml", "title: West Midlands", "titel: West Midlands", "titel"),
        ("rya.yaml", "ages: [14, 4]", "ages: [14, 5]", "ages add up to 19"),
        ("rya.yaml", "keys: [S6, S8, S9, S10]", "keys: [S6, S800]", "no source of that key: S800"),
        ("capital.yaml", "fund: PDC", "fund: PDQ", "fund"),
    ],
)
def test_a_slip_in_a_file_is_named(
    tmp_path: Path, file: str, line: str, instead: str, complaint: str
) -> None:
    place = copytree(SCENARIOS / "wmas", tmp_path / "wmas")
    text = (place / file).read_text(encoding="utf-8")
    assert line in text
    (place / file).write_text(text.replace(line, instead, 1), encoding="utf-8")

    with pytest.raises(ValidationError, match=complaint):
        load(place)


def test_an_unknown_scenario_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(FileNotFoundError, match=r"no scenario atlantis; there are: .*wmas"):
        named("atlantis")


def test_the_files_are_plain_yaml() -> None:
    for file in SCENARIOS.glob("wmas/*.yaml"):
        assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)
