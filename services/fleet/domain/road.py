"""Off the road and back on it (VOR). What the law forbids on the road is taken off it unasked."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from services.fleet.domain.events import BackOnRoad, StatusChanged, TakenOffRoad, VehicleEvents
from services.fleet.domain.kinds import VorCause
from services.fleet.domain.legal import DATED_CAUSES, LegalItems
from services.fleet.domain.states import IN_SERVICE, VehicleState, Verb
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.domain.vor import (
    Episodes,
    Fault,
    Faults,
    Findings,
    causes,
    open_episode,
    open_for,
    require_none_open,
)
from services.kernel.calendar import london_day
from services.kernel.errors import Malformed
from services.kernel.ids import HubId


def take_off_road(vehicle: Vehicle, fault: Fault, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    """Open an episode for one cause, and one for whatever has lapsed besides (rules 3, 6)."""
    if vehicle.state is not VehicleState.OFF_ROAD:
        vehicle.require(Verb.TAKE_OFF_ROAD)
    held = vehicle.open_episodes
    require_none_open(held, fault.cause)
    lapsed = lapses(vehicle.legal, {*causes(held), fault.cause}, moment)
    return ground(vehicle, held, (fault, *lapsed), moment)


def return_to_road(
    vehicle: Vehicle, cause: VorCause, hub_id: HubId, holds_until: date | None, moment: Moment
) -> tuple[Vehicle, VehicleEvents]:
    """End the episode of one cause; with none left it awaits make-ready at the hub (rule 6).

    `holds_until` is the new last day of what had lapsed, of the causes that have one.
    """
    episode = open_for(vehicle.open_episodes, cause)
    _require_dated(cause, holds_until, moment)
    legal = vehicle.legal.renewed(cause, holds_until) if holds_until else vehicle.legal
    # Told of late, a renewal may have lapsed again, and so may anything else have.
    mended = replace(vehicle, legal=legal)
    others = tuple(other for other in vehicle.open_episodes if other is not episode)
    faults = lapses(legal, causes(others), moment)
    ended = BackOnRoad(
        vehicle_id=vehicle.id,
        org=vehicle.org,
        episode=episode.ended(moment.at),
        still_open=len(others) + len(faults),
    )
    if ended.still_open:
        kept, opened = ground(mended, others, faults, moment)
        return kept, (ended, *opened)
    back, changed = mended.moved(Verb.RETURN_TO_ROAD, moment, at_hub_id=hub_id)
    # Who reads that nothing is open any more finds the vehicle on the road already.
    return back, (changed, ended)


def keep_lawful(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    """Take a vehicle in service off the road for whatever has lapsed; no one can override it."""
    if vehicle.state not in IN_SERVICE:
        return vehicle, ()
    held = vehicle.open_episodes
    faults = lapses(vehicle.legal, causes(held), moment)
    return ground(vehicle, held, faults, moment) if faults else (vehicle, ())


def lapses(legal: LegalItems, known: AbstractSet[VorCause], moment: Moment) -> Faults:
    """Return a fault for each legal item that has lapsed and is not `known` as a cause already."""
    lapsed = legal.lapsed(moment.today)
    return tuple(Fault(cause=cause) for cause in lapsed if cause not in known)


def ground(
    vehicle: Vehicle,
    held: Episodes,
    faults: Faults,
    moment: Moment,
    findings: Findings | None = None,
) -> tuple[Vehicle, VehicleEvents]:
    """Keep the vehicle off the road for the episodes `held` and, from now on, for `faults`."""
    opened = tuple(open_episode(vehicle.id, vehicle.version, fault, moment.at) for fault in faults)
    grounded, changed = _off_road(vehicle, (*held, *opened), moment, findings)
    return grounded, (
        *changed,
        *(TakenOffRoad(vehicle_id=vehicle.id, org=vehicle.org, episode=new) for new in opened),
    )


def _off_road(
    vehicle: Vehicle, episodes: Episodes, moment: Moment, findings: Findings | None
) -> tuple[Vehicle, tuple[StatusChanged, ...]]:
    if vehicle.state is VehicleState.OFF_ROAD:
        return replace(vehicle.changed(moment), open_episodes=episodes), ()
    grounded, changed = vehicle.moved(
        Verb.TAKE_OFF_ROAD,
        moment,
        at_hub_id=vehicle.at_hub_id,
        open_episodes=episodes,
        findings=findings,
    )
    return grounded, (changed,)


def _require_dated(cause: VorCause, holds_until: date | None, moment: Moment) -> None:
    if cause not in DATED_CAUSES:
        if holds_until is not None:
            raise Malformed("holds_until", "must be empty with this cause")
    elif holds_until is None:
        raise Malformed("holds_until", "is required with this cause")
    elif holds_until <= london_day(moment.at):
        raise Malformed("holds_until", "must be after the day of return")
