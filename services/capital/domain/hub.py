"""Make-ready hubs as their events told them: what each got through, and what it can commission."""

from dataclasses import dataclass
from datetime import datetime

from services.kernel.ids import HubId, OdsCode


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredHour:
    """What a hub got through in the hour from `hour`; a higher revision replaces a lower."""

    hub_id: HubId
    trust: OdsCode
    hour: datetime
    revision: int
    arrivals: int
    jobs_completed: int
    bay_minutes_offered: int
    bay_minutes_used: int
    staff_minutes_offered: int
    staff_minutes_used: int
    queue_length: int
    turnaround_p80_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCapacity:
    """Vehicles a hub can commission in a week; no job measured: it rests on the standard."""

    hub_id: HubId
    trust: OdsCode
    vehicles_per_week: int
    jobs_measured: int
