"""The words all services share, as enums: a proto value is the word behind the enum's prefix."""

from collections.abc import Iterable

from makeready.common.v1 import vehicle_kind_pb2 as pb

from services.capital.domain.catalogue import Kind
from services.kernel.vehicle import Technology, VehicleType


def vehicle_type_from(value: "pb.VehicleType.ValueType") -> VehicleType:
    return VehicleType(pb.VehicleType.Name(value).removeprefix("VEHICLE_TYPE_"))


def vehicle_type_to_proto(vehicle_type: str) -> "pb.VehicleType.ValueType":
    return pb.VehicleType.Value(f"VEHICLE_TYPE_{vehicle_type}")


def technology_from(value: "pb.Technology.ValueType") -> Technology:
    return Technology(pb.Technology.Name(value).removeprefix("TECHNOLOGY_"))


def technology_to_proto(technology: Technology) -> "pb.Technology.ValueType":
    return pb.Technology.Value(f"TECHNOLOGY_{technology}")


def kind_from(
    vehicle_type: "pb.VehicleType.ValueType", technology: "pb.Technology.ValueType"
) -> Kind:
    return Kind(vehicle_type_from(vehicle_type), technology_from(technology))


def vehicle_types_from(
    values: "Iterable[pb.VehicleType.ValueType]",
) -> tuple[VehicleType, ...]:
    return tuple(map(vehicle_type_from, values))
