"""A vehicle: what it is, where it stands, and the one way to move it.

Its verbs are in crew, road, work and life; each returns the vehicle after it, and what happened.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from services.fleet.domain.events import StatusChanged
from services.fleet.domain.kinds import Capability, Ownership, in_words
from services.fleet.domain.legal import LegalItems
from services.fleet.domain.odometer import Odometer
from services.fleet.domain.refusals import EffectiveTimeTooEarly, IllegalTransition
from services.fleet.domain.states import MOVES, NEXT_BY_COMMAND, SEALED, VehicleState, Verb
from services.fleet.domain.vor import Episodes, Findings
from services.kernel.calendar import london_day
from services.kernel.ids import HubId, OdsCode, VehicleId, Vin, Vrm
from services.kernel.vehicle import OUTSIDE_AVAILABILITY, Technology, VehicleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something takes effect in the world, and when the register learns of it."""

    at: datetime
    recorded_at: datetime

    @property
    def today(self) -> date:
        """The day in London on which it is recorded: legal items are held against that day."""
        return london_day(self.recorded_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One vehicle. It has open episodes when it is off the road, and only then."""

    id: VehicleId
    org: OdsCode
    fleet_number: str
    vrm: Vrm
    vin: Vin
    vehicle_type: VehicleType
    technology: Technology
    capabilities: frozenset[Capability]
    ownership: Ownership
    base_vehicle: str
    first_registered_on: date
    in_service_on: date
    home_hub_id: HubId
    at_hub_id: HubId | None
    state: VehicleState
    legal: LegalItems
    odometer: Odometer
    open_episodes: Episodes = ()
    seal_number: str = ""
    state_since: datetime
    last_change_at: datetime
    changed_at: datetime
    version: int

    def __post_init__(self) -> None:
        if bool(self.open_episodes) is not (self.state is VehicleState.OFF_ROAD):
            raise ValueError("a vehicle is off the road while an episode is open, and only then")

    def moment(self, at: datetime | None, now: datetime) -> Moment:
        """Return when an act takes effect: `at`, refused before the last act; without it, now.

        A clock ahead of ours tells no future: what is said to happen later happens now.
        """
        if at is None:
            # Of two servers' clocks the one behind must not make "now" come too early.
            return Moment(at=max(now, self.last_change_at), recorded_at=now)
        if at < self.last_change_at:
            raise EffectiveTimeTooEarly(self.last_change_at)
        return Moment(at=max(min(at, now), self.last_change_at), recorded_at=now)

    @property
    def is_ring_fenced(self) -> bool:
        """Set apart: not given to crews generally, nor counted as available (rule 10)."""
        return self.vehicle_type in OUTSIDE_AVAILABILITY

    def not_allocatable_because(self, today: date) -> str:
        """Return in plain words why no crew may have it; empty when one may (rules 2, 3, 10)."""
        if self.state is not VehicleState.MADE_READY:
            causes = ", ".join(in_words(episode.cause) for episode in self.open_episodes)
            return f"it is {in_words(self.state)}" + (f": {causes}" if causes else "")
        if self.is_ring_fenced:
            return f"it is set apart: {self.vehicle_type}"
        return ", ".join(self.legal.sentence(cause) for cause in self.legal.lapsed(today))

    def allowed_next_states(self, today: date) -> frozenset[VehicleState]:
        """Return where a command may bring it next."""
        states = NEXT_BY_COMMAND[self.state]
        if VehicleState.DEPLOYED in states and self.not_allocatable_because(today):
            return states - {VehicleState.DEPLOYED}
        return states

    def require(self, verb: Verb) -> None:
        """Refuse unless the table lets `verb` move it from where it stands."""
        if self.state not in MOVES[verb].sources:
            raise IllegalTransition(self.state, verb)

    def moved(
        self,
        verb: Verb,
        moment: Moment,
        *,
        at_hub_id: HubId | None,
        seal_number: str = "",
        open_episodes: Episodes = (),
        findings: Findings | None = None,
    ) -> tuple[Self, StatusChanged]:
        """Move as the table allows. A seal holds from make-ready until the vehicle is returned."""
        self.require(verb)
        target = MOVES[verb].target
        after = replace(
            self,
            state=target,
            at_hub_id=at_hub_id,
            seal_number=(seal_number or self.seal_number) if target in SEALED else "",
            open_episodes=open_episodes,
            state_since=moment.at,
            last_change_at=moment.at,
            changed_at=moment.recorded_at,
            version=self.version + 1,
        )
        return after, _told(self.state, after, verb, findings)

    def changed(self, moment: Moment) -> Self:
        """Return the vehicle with a change noted that leaves its state as it is."""
        return replace(
            self,
            last_change_at=moment.at,
            changed_at=moment.recorded_at,
            version=self.version + 1,
        )


def _told(
    moved_from: VehicleState, after: Vehicle, verb: Verb, findings: Findings | None
) -> StatusChanged:
    return StatusChanged(
        vehicle_id=after.id,
        org=after.org,
        version=after.version,
        vehicle_type=after.vehicle_type,
        capabilities=after.capabilities,
        moved_from=moved_from,
        moved_to=after.state,
        reason=verb,
        at=after.state_since,
        at_hub_id=after.at_hub_id,
        home_hub_id=after.home_hub_id,
        findings=findings,
    )
