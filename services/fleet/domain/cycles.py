"""A vehicle's time from entering service to being replaced, and when that falls due."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self, TypeAlias

from services.fleet.domain.odometer import Odometer
from services.fleet.domain.policy import LifeSpan
from services.fleet.domain.vehicle import Vehicle
from services.kernel.calendar import add_months, london_day
from services.kernel.ids import OdsCode, PlanId, VehicleId
from services.kernel.vehicle import Technology, VehicleType

# Fewer days on the road say too little of a vehicle's pace.
DAYS_TO_KNOW_A_PACE: Final = 90
# A day projected from miles wanders with every reading; less than this is no news.
WANDERING: Final = timedelta(days=7)
DAYS_PER_FOUR_YEARS: Final = 1461


class CycleState(StrEnum):
    RUNNING = "RUNNING"
    DUE = "DUE"
    SCHEDULED = "SCHEDULED"
    CLOSED = "CLOSED"


class DueBecause(StrEnum):
    AGE = "AGE"
    MILES = "MILES"


class CycleNews(StrEnum):
    """What is told of a cycle, each with the cycle as it stands."""

    STARTED = "STARTED"
    REVISED = "REVISED"
    DUE = "DUE"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a cycle falls due and what makes it so; the last day it may run, if there is one."""

    on: date
    because: DueBecause
    must_leave_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What an approved plan says: the financial year it starts in, by what, and whose money.

    Empty texts: the vehicle goes without a successor.
    """

    plan_id: PlanId
    financial_year: int
    option: str
    envelope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementCycle:
    """The cycle of one vehicle. Without a policy for it there is neither span nor due day.

    `is_announced` says that it was told to be due since it last was not.
    """

    vehicle_id: VehicleId
    org: OdsCode
    fleet_number: str
    vehicle_type: VehicleType
    technology: Technology
    started_on: date
    odometer: Odometer
    span: LifeSpan | None = None
    due: Due | None = None
    schedule: Schedule | None = None
    state: CycleState = CycleState.RUNNING
    is_announced: bool = False

    @property
    def miles_per_year(self) -> int:
        """The pace driven from entering service to the last reading; nought when unknown."""
        days = self._days_driven()
        return 0 if days is None else self.odometer.miles * DAYS_PER_FOUR_YEARS // (4 * days)

    @property
    def sorts_on(self) -> date:
        """The day it falls due; one that never does comes last."""
        return date.max if self.due is None else self.due.on

    def is_due(self, today: date) -> bool:
        """Return whether it falls due within the planning window, or has."""
        if self.span is None or self.due is None:
            return False
        return self.due.on <= add_months(today, self.span.planning_window_months)

    def revised(self, span: LifeSpan | None, today: date) -> "Revision":
        """Return the cycle under `span`, and what there is to tell.

        Its day moves with the policy at once, and with the miles when they move it by a week.
        """
        if self.state is CycleState.CLOSED:
            return self, None
        due = None if span is None else self._due(span)
        # Kept as told, so that small changes add up until together they are news.
        if span == self.span and not _is_news(self.due, due):
            due = self.due
        return self._told(replace(self, span=span, due=due), today)

    def scheduled(self, schedule: Schedule | None, today: date) -> "Revision":
        """Return the cycle with an approved plan's date, or without any."""
        if self.state is CycleState.CLOSED:
            return self, None
        return self._told(replace(self, schedule=schedule), today)

    def closed(self) -> "Revision":
        """End the cycle with its vehicle."""
        if self.state is CycleState.CLOSED:
            return self, None
        return replace(self, state=CycleState.CLOSED), CycleNews.CLOSED

    def _told(self, after: Self, today: date) -> "Revision":
        is_due = after.is_due(today)
        if after.schedule is not None:
            after = replace(after, state=CycleState.SCHEDULED)
        else:
            state = CycleState.DUE if is_due else CycleState.RUNNING
            after = replace(after, state=state, is_announced=is_due)
        if after.state is CycleState.DUE and not self.is_announced:
            return after, CycleNews.DUE
        return after, CycleNews.REVISED if after.due != self.due else None

    def _due(self, span: LifeSpan) -> Due:
        of_age = add_months(self.started_on, span.target_age_months)
        of_miles = self._day_of(span.target_miles, of_age)
        return Due(
            on=of_miles or of_age,
            because=DueBecause.MILES if of_miles else DueBecause.AGE,
            must_leave_on=(
                add_months(self.started_on, span.maximum_age_months)
                if span.maximum_age_months
                else None
            ),
        )

    def _day_of(self, target_miles: int | None, before: date) -> date | None:
        """Return the day `target_miles` are reached at the pace driven, if that is `before`."""
        days = self._days_driven()
        if target_miles is None or days is None:
            return None
        # Rounded up, in whole numbers: the day on which the last mile is run.
        days_to_target = -(-target_miles * days // self.odometer.miles)
        if days_to_target >= (before - self.started_on).days:
            return None
        return self.started_on + timedelta(days=days_to_target)

    def _days_driven(self) -> int | None:
        if self.odometer.read_at is None or not self.odometer.miles:
            return None
        days = (london_day(self.odometer.read_at) - self.started_on).days
        return days if days >= DAYS_TO_KNOW_A_PACE else None


Revision: TypeAlias = tuple[ReplacementCycle, CycleNews | None]


def begin(
    vehicle: Vehicle, span: LifeSpan | None, today: date
) -> tuple[ReplacementCycle, tuple[CycleNews, ...]]:
    """Start the cycle of a vehicle that enters service; it may be due at once."""
    cycle = ReplacementCycle(
        vehicle_id=vehicle.id,
        org=vehicle.org,
        fleet_number=vehicle.fleet_number,
        vehicle_type=vehicle.vehicle_type,
        technology=vehicle.technology,
        started_on=vehicle.in_service_on,
        odometer=vehicle.odometer,
    )
    begun, news = cycle.revised(span, today)
    if news is CycleNews.DUE:
        return begun, (CycleNews.STARTED, CycleNews.DUE)
    return begun, (CycleNews.STARTED,)


def _is_news(told: Due | None, now: Due | None) -> bool:
    if told is None or now is None:
        return told is not now
    return abs(now.on - told.on) >= WANDERING or now.must_leave_on != told.must_leave_on
