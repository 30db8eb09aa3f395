"""The tables a run ends with. Every figure was read back from the services."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from makeready.capital.v1.envelope_pb2 import Fund
from makeready.capital.v1.plan_pb2 import Plan, PlanEnvelope, PlanYear
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.common.v1.vehicle_kind_pb2 import VehicleType
from makeready.fleet.v1.fleet_service_pb2 import GetAvailabilityResponse
from makeready.fleet.v1.vehicle_pb2 import VehicleState

from demo.ask import HubThroughput
from demo.events import Counts
from demo.screen import Screen
from services.kernel.calendar import FinancialYear
from services.kernel.money import short_pounds

SYNTHETIC: Final = "synthetic"
THOUSAND: Final = 1000
PPM_PER_PERCENT: Final = 10_000


def vehicles_by_state(screen: Screen, counted: GetAvailabilityResponse, trust: str) -> None:
    """Print how many vehicles of each type stand where."""
    states = sorted({row.state for row in counted.counts})
    kinds = sorted({row.vehicle_type for row in counted.counts})
    cells = Counter({(row.vehicle_type, row.state): row.vehicles for row in counted.counts})
    rows = [
        [
            VehicleType.Name(kind).removeprefix("VEHICLE_TYPE_"),
            *(figure(cells[kind, state]) for state in states),
            figure(sum(cells[kind, state] for state in states)),
        ]
        for kind in kinds
    ]
    totals = [sum(cells[kind, state] for kind in kinds) for state in states]
    rows.append(["all", *map(figure, totals), figure(sum(totals))])
    screen.table(
        f"Vehicles by state: {trust}",
        ["", *(state_words(state) for state in states), "all"],
        rows,
        f"{SYNTHETIC}; FleetService.GetAvailability. {counted.definition}",
    )


def events_by_topic(screen: Screen, counts: Counts, day: str) -> None:
    """Print how many events of each type there are."""
    rows = [
        [topic, kind, figure(counts.on_day[topic, kind]), figure(total)]
        for (topic, kind), total in sorted(counts.in_all.items())
    ]
    rows.append(["all", "", figure(counts.on_day.total()), figure(counts.in_all.total())])
    screen.table(
        "Events by topic",
        ["topic", "event", f"on {day}", "in all"],
        rows,
        f"{SYNTHETIC}; read from Kafka, from the first record to the last, as any reader may: no"
        " gRPC call counts them. Those of other days set the day up, or plan.",
        names=2,
    )


def jobs_by_hub(screen: Screen, hubs: Sequence[HubThroughput], trust: str) -> None:
    """Print jobs done and turnaround of each hub."""
    rows = [
        [
            one.hub,
            figure(one.throughput.jobs_completed),
            figure(one.throughput.turnaround_p50_minutes),
            figure(one.throughput.turnaround_p80_minutes),
            share(one.throughput.promises_kept, one.throughput.promises_due),
            share(
                sum(hour.bay_minutes_used for hour in one.throughput.hours),
                sum(hour.bay_minutes_offered for hour in one.throughput.hours),
            ),
            share(
                sum(hour.staff_minutes_used for hour in one.throughput.hours),
                sum(hour.staff_minutes_offered for hour in one.throughput.hours),
            ),
        ]
        for one in hubs
    ]
    rows.append(["all", figure(sum(one.throughput.jobs_completed for one in hubs)), *[""] * 5])
    screen.table(
        f"Make-ready by hub: {trust}",
        ["hub", "jobs done", "P50 min", "P80 min", "promises kept", "bays used", "staff used"],
        rows,
        f"{SYNTHETIC}; HubsService.GetThroughput. {hubs[0].throughput.definition if hubs else ''}",
    )


def plan_by_envelope(screen: Screen, plan: Plan) -> None:
    """Print what the plan spends, by year and envelope."""
    rows = [
        [
            f"{year(one.financial_year)}  {one.holder_name}, {words(Fund.Name(one.fund), 'FUND_')}",
            figure(one.vehicles),
            short_pounds(one.spent_pence),
            short_pounds(one.allocation_pence),
            share(one.spent_pence, one.allocation_pence),
        ]
        for one in sorted(plan.envelopes, key=envelope_order)
    ]
    spent = sum(one.spent_pence for one in plan.envelopes)
    allowed = sum(one.allocation_pence for one in plan.envelopes)
    vehicles = sum(one.vehicles for one in plan.envelopes)
    rows.append(
        ["all", figure(vehicles), short_pounds(spent), short_pounds(allowed), share(spent, allowed)]
    )
    screen.table(
        "The plan: vehicles and pounds by year and envelope",
        ["envelope", "vehicles", "spent", "allowed", "used"],
        rows,
        f"{SYNTHETIC}; CapitalService.GetPlan. What is not spent in its year is lost.",
    )


def envelope_order(one: PlanEnvelope) -> tuple[int, int, int, str]:
    """Year by year: the trust's own money first, then its systems' and the nation's."""
    return one.financial_year, one.fund, one.holder_kind, one.holder_name


def plan_by_year(screen: Screen, plan: Plan, kind: VehicleType.ValueType | None) -> None:
    """Print age and availability by year: of one type, or of all together."""
    years = sorted({row.financial_year for row in plan.years})
    chosen = {
        one: [
            row
            for row in plan.years
            if row.financial_year == one and kind in {None, row.vehicle_type}
        ]
        for one in years
    }
    name = "all types" if kind is None else VehicleType.Name(kind).removeprefix("VEHICLE_TYPE_")
    screen.table(
        f"The plan by year: {name}",
        ["year", "vehicles", "in", "out", "over age", "available", "required", "short", "capital"],
        [[year(one), *year_figures(rows)] for one, rows in chosen.items()],
        f"{SYNTHETIC}; CapitalService.GetPlan. Over age: at the policy's target age or more."
        " Available: expected on the road, on average over the year.",
    )


def year_figures(rows: Sequence[PlanYear]) -> list[str]:
    vehicles = sum(row.vehicles for row in rows)
    available = sum(row.available_permille for row in rows) / THOUSAND
    return [
        figure(vehicles),
        figure(sum(row.delivered for row in rows)),
        figure(sum(row.disposed for row in rows)),
        share(sum(row.over_age for row in rows), vehicles),
        f"{available:,.1f}",
        figure(sum(row.required_available for row in rows)),
        figure(sum(row.shortfall for row in rows)),
        short_pounds(sum(row.capital_pence for row in rows)),
    ]


def proof(plan: Plan) -> str:
    """Return in a sentence what was found and how good it is proved to be."""
    outcome = words(RenewalPlan.Outcome.Name(plan.outcome), "OUTCOME_")
    levels = "; ".join(level_words(level) for level in plan.levels)
    return f"{outcome} in {plan.solve_ms / THOUSAND:.1f} s by {plan.engine}: {levels}"


def level_words(level: RenewalPlan.LevelResult) -> str:
    name = words(RenewalPlan.Level.Name(level.level), "LEVEL_")
    if level.level != RenewalPlan.Level.LEVEL_COST:
        unit = "vehicle-years"
        return f"{name} {level.value:,} {unit} (bound {level.bound:,})"
    gap = (level.value - level.bound) / max(1, abs(level.value))
    value, bound = short_pounds(level.value), short_pounds(level.bound)
    return f"whole-life {name} {value} (bound {bound}, gap {gap:.4%})"


def state_words(state: VehicleState.ValueType) -> str:
    return words(VehicleState.Name(state), "VEHICLE_STATE_")


def words(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower().replace("_", " ")


def year(starting: int) -> str:
    return FinancialYear(starting=starting).label


def figure(number: int) -> str:
    """Return a whole number, or a dash for nought."""
    return f"{number:,}" if number else "–"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
