"""To a crew and back."""

from collections.abc import Sequence
from dataclasses import replace

from services.fleet.domain.events import StatusChanged, VehicleEvents
from services.fleet.domain.kinds import Capability
from services.fleet.domain.refusals import LacksCapability, NotRoadworthy, RingFenced
from services.fleet.domain.road import ground, lapses
from services.fleet.domain.states import Verb
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.domain.vor import Defect, Findings, dangerous
from services.kernel.ids import HubId


def deploy(
    vehicle: Vehicle, needs: frozenset[Capability], moment: Moment
) -> tuple[Vehicle, StatusChanged]:
    """Give a made-ready, roadworthy vehicle to a crew whose shift needs `needs` (rules 2, 3, 9)."""
    vehicle.require(Verb.DEPLOY)
    if vehicle.is_ring_fenced:
        raise RingFenced(f"the vehicle is set apart: {vehicle.vehicle_type}")
    for cause in vehicle.legal.lapsed(moment.today):
        raise NotRoadworthy(cause, vehicle.legal.sentence(cause))
    if not needs <= vehicle.capabilities:
        raise LacksCapability(min(needs - vehicle.capabilities))
    return vehicle.moved(Verb.DEPLOY, moment, at_hub_id=None)


def take_back(
    vehicle: Vehicle,
    hub_id: HubId,
    findings: Findings,
    defects: Sequence[Defect],
    moment: Moment,
) -> tuple[Vehicle, VehicleEvents]:
    """Take a vehicle back at a hub: to make-ready, or off the road for a danger or a lapse."""
    vehicle.require(Verb.RETURN)
    dangers = dangerous(defects)
    known = {danger.cause for danger in dangers}
    if faults := (*dangers, *lapses(vehicle.legal, known, moment)):
        return ground(replace(vehicle, at_hub_id=hub_id), (), faults, moment, findings)
    returned, changed = vehicle.moved(Verb.RETURN, moment, at_hub_id=hub_id, findings=findings)
    return returned, (changed,)
