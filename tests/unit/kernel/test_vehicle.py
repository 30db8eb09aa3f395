"""The words for vehicles are those of the contract."""

from makeready.common.v1 import vehicle_kind_pb2 as pb

from services.kernel.vehicle import OUTSIDE_AVAILABILITY, RING_FENCED, Technology, VehicleType


def test_vehicle_types_and_technologies_are_those_of_the_proto() -> None:
    types = {name.removeprefix("VEHICLE_TYPE_") for name in pb.VehicleType.keys()[1:]}
    technologies = {name.removeprefix("TECHNOLOGY_") for name in pb.Technology.keys()[1:]}

    assert {kind.value for kind in VehicleType} == types
    assert {technology.value for technology in Technology} == technologies


def test_what_is_ring_fenced_or_teaches_is_outside_availability() -> None:
    assert RING_FENCED < OUTSIDE_AVAILABILITY
    assert VehicleType.DTV in OUTSIDE_AVAILABILITY
    assert VehicleType.DCA not in OUTSIDE_AVAILABILITY
