"""Kinds of vehicle as a problem writes them: plain codes."""

from services.capital.optimiser.problem import TechnologyCode, TypeCode
from services.kernel.vehicle import Technology, VehicleType


def type_code(vehicle_type: VehicleType) -> TypeCode:
    return TypeCode(vehicle_type.value)


def technology_code(technology: Technology) -> TechnologyCode:
    return TechnologyCode(technology.value)
