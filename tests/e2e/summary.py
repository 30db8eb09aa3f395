"""A run in words that are the same in every run: no identity, no clock, nothing that may vary."""

from collections.abc import Iterator

from makeready.capital.v1.envelope_pb2 import Fund
from makeready.capital.v1.plan_pb2 import PlanAction
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.common.v1.vehicle_kind_pb2 import VehicleType
from makeready.fleet.v1.vehicle_pb2 import VehicleState

from demo.checks import checks
from demo.events import Counts
from demo.story import Told, TrustTold


def summary(told: Told, counts: Counts) -> str:
    """Return what a run came to, a line for each fact."""
    lines = [
        *(line for trust in told.trusts for line in of_trust(trust)),
        *of_events(counts),
        *of_plan(told),
        *(f"{check.sentence}: {'yes' if check.holds else 'NO'}" for check in checks(told)),
    ]
    return "\n".join(lines) + "\n"


def of_trust(told: TrustTold) -> Iterator[str]:
    yield f"{told.trust.name}: {told.tally.sentence}"
    for row in told.availability.counts:
        kind = VehicleType.Name(row.vehicle_type).removeprefix("VEHICLE_TYPE_")
        state = VehicleState.Name(row.state).removeprefix("VEHICLE_STATE_")
        yield f"  {kind} {state}: {row.vehicles}"
    for one in told.hubs:
        got = one.throughput
        yield (
            f"  {one.hub}: {got.jobs_completed} jobs done,"
            f" P50 {got.turnaround_p50_minutes}, P80 {got.turnaround_p80_minutes} minutes"
        )


# What came together decides on promises and forecasts; the clock on the wall on what is due.
VARYING = frozenset(
    {
        "CommissioningCapacityRevised",
        "CoverageShortfallForecast",
        "HubThroughputMeasured",
        "MakeReadyPromised",
        "ReplacementCycleDue",
    }
)


def of_events(counts: Counts) -> Iterator[str]:
    for (topic, kind), events in sorted(counts.in_all.items()):
        if kind not in VARYING:
            yield f"{topic} {kind}: {events}"


def of_plan(told: Told) -> Iterator[str]:
    plan = told.plan
    yield f"plan {RenewalPlan.Outcome.Name(plan.outcome)}"
    for level in plan.levels:
        proved = "proved" if level.proved else "not proved"
        yield f"  {RenewalPlan.Level.Name(level.level)} {level.value:,} {proved}"
    for row in sorted(plan.years, key=lambda one: (one.financial_year, one.vehicle_type)):
        kind = VehicleType.Name(row.vehicle_type).removeprefix("VEHICLE_TYPE_")
        yield (
            f"  {row.financial_year} {kind}: {row.vehicles} serve, {row.delivered} in,"
            f" {row.disposed} out, {row.over_age} over age,"
            f" {row.available_permille / 1000:.3f} of {row.required_available} available"
        )
    for one in sorted(plan.envelopes, key=lambda one: (one.financial_year, one.fund)):
        yield (
            f"  {one.financial_year} {one.holder_name} {Fund.Name(one.fund)}:"
            f" {one.vehicles} vehicles, £{one.spent_pence / 100:,.2f}"
        )
    for line in told.moving:
        action = PlanAction.Name(line.action).removeprefix("PLAN_ACTION_")
        yield f"  {line.fleet_number} {action} {line.financial_year} {line.option_id}"
