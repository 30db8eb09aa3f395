"""A hub's crews: they take vehicles out, bring them back, and some break down on the way."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from makeready.fleet.v1.fleet_service_pb2 import (
    Defect,
    DefectSeverity,
    DeployVehicleRequest,
    ReturnToRoadRequest,
    ReturnVehicleRequest,
    TakeOffRoadRequest,
)
from makeready.fleet.v1.vehicle_pb2 import ReturnFindings, Vehicle, VehicleState, VorCause

from demo.client import each
from demo.day.chance import Breakdown, Trip
from demo.day.stage import Place
from demo.day.tally import Tally
from demo.load.instants import instant, moment
from demo.scenario.crews import Wave

# Fifteen hubs play at the same time, so together they keep 45 calls in flight.
IN_FLIGHT: Final = 3
NEVER: Final = datetime.min.replace(tzinfo=UTC)
# A vehicle that was ready when the register opened was sealed before anyone kept numbers.
UNKNOWN_SEAL: Final = "BEFORE"


@dataclass(slots=True, kw_only=True)
class Crews:
    """`waiting` are starts of crews that have no vehicle yet; `mending` vehicles off the road.

    `left_at` is when each vehicle last went out: what was told of it before that is out of date.
    """

    place: Place
    waves: list[Wave]
    tally: Tally
    mending: dict[str, Breakdown]
    trips: dict[str, Trip] = field(default_factory=dict)
    trips_made: dict[str, int] = field(default_factory=dict)
    miles: dict[str, int] = field(default_factory=dict)
    left_at: dict[str, datetime] = field(default_factory=dict)
    waiting: list[datetime] = field(default_factory=list)

    def starts(self, now: datetime, until: datetime) -> list[datetime]:
        """Return the start of each crew that wants a vehicle now: those kept waiting first."""
        new = [wave for wave in self.waves if now <= wave.starts_at < until]
        crews = [start for wave in new for start in [wave.starts_at] * wave.crews]
        self.tally.crews += len(crews)
        return [*self.waiting, *crews]

    async def send_out(self, starts: list[datetime], now: datetime) -> None:
        """Give each crew a vehicle that stands ready now; who gets none goes on waiting."""
        ready = self._ready_at(now)
        kept = starts[len(ready) :]
        self.tally.kept_waiting += sum(start >= now for start in kept)
        self.waiting = kept
        pairs = list(zip(ready, starts, strict=False))
        await each(pairs, lambda pair: self.deploy(*pair, now), IN_FLIGHT)

    async def deploy(self, vehicle: Vehicle, start: datetime, now: datetime) -> None:
        """Give a vehicle to the crew that starts, or started, at `start`; draw its trip."""
        at = max(start, now)
        manager = self.place.stage.people.fleet_manager
        request = DeployVehicleRequest(vehicle_id=vehicle.vehicle_id, at=instant(at))
        await manager(manager.fleet.DeployVehicle, request)
        self.tally.deployed += 1
        self.left_at[vehicle.vehicle_id] = at
        self.place.standing.discard(vehicle.vehicle_id)
        nth = self.trips_made[vehicle.vehicle_id] = self.trips_made.get(vehicle.vehicle_id, 0) + 1
        self.trips[vehicle.vehicle_id] = self.place.stage.chance.trip(
            self.place.seeds[vehicle.vehicle_id], at, start + self.place.stage.shift, nth
        )

    async def take_in(self, until: datetime) -> dict[str, datetime]:
        """Bring back who is back before `until`; return the vehicles that want making ready."""
        ended = {key: trip for key, trip in self.trips.items() if trip.ends_at < until}
        mended = {key: down for key, down in self.mending.items() if down.back_at < until}
        self.trips = {key: trip for key, trip in self.trips.items() if key not in ended}
        self.mending = {key: down for key, down in self.mending.items() if key not in mended}
        back = await each(ended.items(), lambda item: self._end_trip(*item), IN_FLIGHT)
        await each(mended.items(), lambda item: self._mend(*item), IN_FLIGHT)
        home = {
            key: trip.back_at
            for (key, trip), is_back in zip(ended.items(), back, strict=True)
            if is_back
        }
        return home | {key: down.back_at for key, down in mended.items()}

    def _ready_at(self, now: datetime) -> list[Vehicle]:
        """Return the crews' vehicles that stand ready at the hub, the longest first."""
        wanted = self.place.stage.chance.trust.crew_starts.vehicle_type
        rows = self.place.stage.vehicles.rows
        ready = [
            rows[key]
            for key, seed in self.place.seeds.items()
            if seed.type is wanted
            and rows[key].state == VehicleState.VEHICLE_STATE_MADE_READY
            and self.left_at.get(key, NEVER) < moment(rows[key].state_since) <= now
        ]
        return sorted(ready, key=lambda one: (moment(one.state_since), one.fleet_number))

    async def _end_trip(self, vehicle_id: str, trip: Trip) -> bool:
        """Bring a vehicle back, or take it off the road where it broke down. True: it is back."""
        down = trip.breakdown
        if down is not None:
            self.mending[vehicle_id] = down
            self.tally.broken_down += 1
        if down is not None and down.at < trip.back_at:
            await self._break_down(vehicle_id, down)
            return False
        await self._return(vehicle_id, trip)
        return down is None

    async def _break_down(self, vehicle_id: str, down: Breakdown) -> None:
        manager = self.place.stage.people.fleet_manager
        await manager(
            manager.fleet.TakeOffRoad,
            TakeOffRoadRequest(
                vehicle_id=vehicle_id,
                cause=VorCause.Value(f"VOR_CAUSE_{down.cause}"),
                at=instant(down.at),
                expected_back_at=instant(down.back_at),
            ),
        )

    async def _return(self, vehicle_id: str, trip: Trip) -> None:
        manager = self.place.stage.people.fleet_manager
        seed = self.place.seeds[vehicle_id]
        miles = self.miles.get(vehicle_id, seed.odometer_miles) + trip.miles
        self.miles[vehicle_id] = miles
        seal = self.place.stage.vehicles.rows[vehicle_id].seal_number or UNKNOWN_SEAL
        findings = ReturnFindings(
            fuel_or_charge_percent=trip.fuel_percent,
            contaminated=trip.is_contaminated,
            broken_seals=[seal] if trip.has_broken_seal else [],
        )
        request = ReturnVehicleRequest(
            vehicle_id=vehicle_id,
            odometer_miles=miles,
            findings=findings,
            defects=list(defects(trip)),
            at=instant(trip.back_at),
        )
        await manager(manager.fleet.ReturnVehicle, request)
        self.tally.returned += 1

    async def _mend(self, vehicle_id: str, down: Breakdown) -> None:
        manager = self.place.stage.people.fleet_manager
        await manager(
            manager.fleet.ReturnToRoad,
            ReturnToRoadRequest(
                vehicle_id=vehicle_id,
                cause=VorCause.Value(f"VOR_CAUSE_{down.cause}"),
                at=instant(down.back_at),
            ),
        )
        self.tally.back_on_road += 1


def defects(trip: Trip) -> list[Defect]:
    """Return what a crew reports: what takes the vehicle off the road, a trifle, or nothing."""
    if trip.breakdown is not None:
        cause = VorCause.Value(f"VOR_CAUSE_{trip.breakdown.cause}")
        return [Defect(cause=cause, severity=DefectSeverity.DEFECT_SEVERITY_DANGEROUS)]
    if trip.has_minor_defect:
        cause = VorCause.VOR_CAUSE_DEFECT_BODY
        return [Defect(cause=cause, severity=DefectSeverity.DEFECT_SEVERITY_MINOR)]
    return []
