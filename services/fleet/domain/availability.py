"""How many vehicles stand where, and what exactly was counted (rule 10, section 1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.fleet.domain.states import IN_SERVICE, USABLE, VehicleState
from services.kernel.ids import OdsCode
from services.kernel.vehicle import OUTSIDE_AVAILABILITY, VehicleType

DEFINITION: Final = (
    "Usable: deployed, made ready or in reserve. Off road (VOR): for whatever cause, planned work "
    "among them. Both are shares of the vehicles in service: usable, off road, awaiting make-ready "
    "or in it; not those on order, being commissioned, on loan or withdrawn."
)
SET_APART: Final = ", ".join(sorted(OUTSIDE_AVAILABILITY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Vehicles of one trust and type that stand in one state."""

    org: OdsCode
    vehicle_type: VehicleType
    state: VehicleState
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    counts: Sequence[Count]
    includes_ring_fenced: bool

    @property
    def usable(self) -> int:
        return self._standing_in(USABLE)

    @property
    def off_road(self) -> int:
        return self._standing_in(frozenset({VehicleState.OFF_ROAD}))

    @property
    def in_service(self) -> int:
        return self._standing_in(IN_SERVICE)

    @property
    def definition(self) -> str:
        """What was counted, in words to show beside the figure."""
        counted = "with" if self.includes_ring_fenced else "without"
        return f"{DEFINITION} Counted {counted} vehicles that are set apart ({SET_APART})."

    def _standing_in(self, states: frozenset[VehicleState]) -> int:
        return sum(count.vehicles for count in self.counts if count.state in states)
