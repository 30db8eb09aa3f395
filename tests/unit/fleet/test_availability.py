"""Vehicles counted, and the words beside the figures."""

from services.fleet.domain.availability import Availability, Count
from services.fleet.domain.states import IN_SERVICE, USABLE, VehicleState
from services.kernel.vehicle import VehicleType
from tests.unit.fleet.build import RYA


def test_the_shares_are_of_the_vehicles_in_service() -> None:
    one_each = [
        Count(org=RYA, vehicle_type=VehicleType.DCA, state=state, vehicles=1)
        for state in VehicleState
        if state is not VehicleState.DISPOSED
    ]

    counted = Availability(counts=one_each, includes_ring_fenced=False)

    assert (counted.usable, counted.off_road, counted.in_service) == (3, 1, 6)
    assert USABLE < IN_SERVICE


def test_the_definition_says_whether_vehicles_set_apart_are_counted() -> None:
    without = Availability(counts=[], includes_ring_fenced=False)
    with_them = Availability(counts=[], includes_ring_fenced=True)

    assert (
        "Counted without vehicles that are set apart (DTV, HART, MIV, SORT)" in without.definition
    )
    assert "with vehicles that are set apart" in with_them.definition
