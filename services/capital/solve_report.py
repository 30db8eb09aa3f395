"""A plan in words and tables, for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from services.capital.optimiser.limits import Progress
from services.capital.optimiser.plan import Cost, Ended, FleetYear, Level, LevelResult, Plan
from services.capital.optimiser.problem import Problem, SiteId, TrustCode
from services.capital.optimiser.problem.periods import label
from services.capital.tables import table
from services.kernel.money import pounds, short_pounds

YEAR_HEADINGS: Final = ("year", "vehicles", "in", "out", "over age", "on road", "needed", "short")
MONEY_HEADINGS: Final = ("envelope", "year", "allocated", "committed", "spent", "left", "vehicles")
ENDINGS: Final = {
    Ended.PROVED: "nothing is left to prove",
    Ended.GAP: "the gap asked for is proved",
    Ended.CANCELLED: "it was told to stop",
    Ended.NO_IMPROVEMENT: "neither plan nor bound moved any more",
    Ended.TIME: "its time was over",
    Ended.EXHAUSTED: "nothing was left to try",
}
# Millionths in a hundredth.
PER_CENT: Final = 10_000
PERMILLE: Final = 1000


def progress_line(progress: Progress, seconds: float) -> str:
    """Return one line on how far the search is."""
    parts = [f"{seconds:6.1f} s  {progress.phase:<9}  {progress.level:<9}"]
    if progress.incumbent is not None:
        parts.append(f"at {_value(progress.level, progress.incumbent)}")
    if progress.bound is not None:
        parts.append(f"none below {_value(progress.level, progress.bound)}")
    if progress.level is Level.COST and progress.gap_ppm is not None:
        parts.append(f"gap {progress.gap_ppm / PER_CENT:.3f} %")
    return "  ".join(parts) + "\n"


def summary(problem: Problem, plan: Plan, seconds: float) -> str:
    """Return the outcome, how good it is proved to be and what it was held to for any trust."""
    lines = [f"{plan.outcome.upper()} after {seconds:.1f} s ({plan.engine}, seed {plan.seed})"]
    lines += [f"ended as {ENDINGS[plan.ended]}"] if plan.ended else []
    lines += [_level_line(row) for row in plan.levels]
    if plan.cost is not None:
        lines += [f"gap of cost {plan.cost_gap_ppm / PER_CENT:.4f} %", *_cost_lines(plan.cost)]
        lines += _fairness(problem)
    return "\n".join(lines) + "\n"


def _fairness(problem: Problem) -> Iterator[str]:
    trusts, promised = len(problem.trusts), len(problem.guarantees)
    if promised:
        yield f"fairness   guarantees to {promised} of {trusts} trusts; --report tells their price"
    elif trusts > 1:
        yield f"fairness   none asked: the best for all {trusts} trusts together"


def report(problem: Problem, plan: Plan) -> str:
    """Return the plan year by year, envelope by envelope, and hub by hub where vehicles charge."""
    if not plan.has_decisions:
        return ""
    holders = {row.envelope_id: f"{row.holder}, {row.fund}" for row in problem.envelopes}
    money = [
        (
            f"{row.envelope_id} ({holders[row.envelope_id]})",
            label(row.financial_year),
            *map(short_pounds, (row.allocation_pence, row.committed_pence, row.spent_pence)),
            short_pounds(row.headroom_pence),
            str(row.vehicles),
        )
        for row in sorted(plan.envelope_uses, key=attrgetter("financial_year", "envelope_id"))
    ]
    tables = f"\n{table(YEAR_HEADINGS, _years(plan))}\n{table(MONEY_HEADINGS, money)}"
    headings = ("charging at", *map(label, problem.horizon))
    charging = list(_charging(problem, plan))
    return f"{tables}\n{table(headings, charging)}" if charging else tables


def _charging(problem: Problem, plan: Plan) -> Iterator[Sequence[str]]:
    """Yield how many zero-emission vehicles charge at each hub's site, year by year."""
    hubs = {row.site_id: row.hub_id for row in problem.charging_sites}
    vehicles: Counter[tuple[TrustCode, SiteId, int]] = Counter()
    for row in plan.stationed:
        vehicles[row.trust, row.site_id, row.financial_year] += row.vehicles
    for trust, site_id in sorted({(row.trust, row.site_id) for row in plan.stationed}):
        named = f"{hubs[site_id]} ({site_id})" if site_id else "no hub"
        yield f"{trust} {named}", *(str(vehicles[trust, site_id, n]) for n in problem.horizon)


def _years(plan: Plan) -> Iterator[Sequence[str]]:
    rows = sorted(plan.fleet_years, key=attrgetter("financial_year"))
    for year, of_year in groupby(rows, key=attrgetter("financial_year")):
        yield _year(year, list(of_year))


def _year(year: int, rows: list[FleetYear]) -> Sequence[str]:
    vehicles, over_age = sum(row.vehicles for row in rows), sum(row.over_age for row in rows)
    return (
        label(year),
        str(vehicles),
        str(sum(row.delivered for row in rows)),
        str(sum(row.disposed for row in rows)),
        f"{over_age} ({over_age / max(1, vehicles):.1%})",
        f"{sum(row.available_permille for row in rows) / PERMILLE:.1f}",
        str(sum(row.required_available for row in rows)),
        str(sum(row.shortfall + row.vacancies for row in rows)),
    )


def _level_line(row: LevelResult) -> str:
    proof = "proved best" if row.proved else f"none below {_value(row.level, row.bound)}"
    return f"{row.level:<9}  {_value(row.level, row.value)}, {proof}"


def _cost_lines(cost: Cost) -> Iterator[str]:
    yield f"  capital    {pounds(cost.capital_pence)}"
    yield f"  running    {pounds(cost.running_pence)}"
    yield f"  lost days  {pounds(cost.lost_days_pence)}"
    yield f"  resale     {pounds(-cost.resale_pence)}"
    yield f"  at the end {pounds(-cost.terminal_value_pence)}"
    seldom = {
        "hire      ": cost.hire_pence,
        "transfers ": cost.transfer_pence,
        "remounts  ": cost.remount_pence,
        "chargers  ": cost.charger_pence,
        "changes   ": cost.change_pence,
        "shortfall ": cost.shortfall_pence,
        "over age  ": cost.over_age_pence,
    }
    yield from (f"  {name} {pounds(pence)}" for name, pence in seldom.items() if pence)


def _value(level: Level, value: int) -> str:
    return pounds(value) if level is Level.COST else f"{value} vehicle-years"
