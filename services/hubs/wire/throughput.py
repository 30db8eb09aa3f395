"""What hubs got through, can commission and will lack, → protobuf."""

from datetime import datetime
from typing import Final

from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as pb

from services.hubs.domain.capacity import Capacity
from services.hubs.domain.coverage import Forecast
from services.hubs.domain.throughput import HubHour
from services.hubs.wire.words import JOB_KIND, stamp
from services.kernel.ids import HubId, OdsCode

THROUGHPUT_TOPIC: Final = "hubs.throughput.v1"


def hour_to_proto(hour: HubHour) -> pb.HourlyThroughput:
    return pb.HourlyThroughput(
        hub_id=str(hour.hub_id),
        trust=hour.org,
        hour=stamp(hour.hour),
        arrivals=hour.arrivals,
        completions=(
            pb.Completions(kind=JOB_KIND[kind], jobs=jobs)
            for kind, jobs in sorted(hour.completions.items(), key=lambda one: JOB_KIND[one[0]])
        ),
        bay_minutes_offered=hour.bay_minutes_offered,
        bay_minutes_used=hour.bay_minutes_used,
        staff_minutes_offered=hour.staff_minutes_offered,
        staff_minutes_used=hour.staff_minutes_used,
        queue_length=hour.queue_length,
        turnaround_p50_minutes=hour.turnaround_p50_minutes,
        turnaround_p80_minutes=hour.turnaround_p80_minutes,
        promises_due=hour.promises_due,
        promises_kept=hour.promises_kept,
        revision=hour.revision,
    )


def hour_to_message(hour: HubHour) -> events_pb.HubThroughputMeasured:
    return events_pb.HubThroughputMeasured(throughput=hour_to_proto(hour))


def capacity_to_proto(
    hub_id: HubId, org: OdsCode, capacity: Capacity, occurred_at: datetime
) -> events_pb.CommissioningCapacityRevised:
    return events_pb.CommissioningCapacityRevised(
        hub_id=str(hub_id),
        trust=org,
        vehicles_per_week=capacity.vehicles_per_week,
        free_bay_minutes_per_week=capacity.free_bay_minutes_per_week,
        bay_minutes_per_vehicle=capacity.bay_minutes_per_vehicle,
        jobs_measured=capacity.jobs_measured,
        occurred_at=stamp(occurred_at),
    )


def forecast_to_proto(forecast: Forecast, org: OdsCode) -> events_pb.CoverageShortfallForecast:
    return events_pb.CoverageShortfallForecast(
        hub_id=str(forecast.hub_id),
        trust=org,
        starts_at=stamp(forecast.starts_at),
        crews=forecast.crews,
        vehicles_ready=forecast.vehicles_ready,
        occurred_at=stamp(forecast.forecast_at),
    )
