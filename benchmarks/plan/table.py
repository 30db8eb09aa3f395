"""Rows on the screen: one line as each run ends, and a table of all."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.table import Table

from benchmarks.plan.row import Row

OURS: Final = "makeready"


def line(row: Row) -> str:
    """Return the row in a few words."""
    found = f"gap {_percent(row.gap)}, first plan {_seconds(row.first_plan_seconds)}"
    return f"  {row.seconds:.1f} s, {found} {row.note}".rstrip()


def table(rows: Sequence[Row]) -> Table:
    """Return a table with a section for each instance, in the order of the rows."""
    shown = Table(title="bench plan")
    shown.add_column("instance", no_wrap=True)
    shown.add_column("method", no_wrap=True)
    for name in ("seconds", "first plan", "short", "over age", "cost, £m", "gap", "MB"):
        shown.add_column(name, justify="right", no_wrap=True)
    for name, of_instance in groupby(rows, key=lambda row: row.instance):
        for place, row in enumerate(of_instance):
            shown.add_row("" if place else name, *_cells(row))
        shown.add_section()
    return shown


def verdicts(rows: Sequence[Row]) -> Iterator[str]:
    """Yield, for each instance that ours planned, how it stands against the best rival.

    A rival is compared by the gap of cost only where its shortfall and over-age are as good.
    """
    for name, of_instance in groupby(rows, key=lambda row: row.instance):
        by_method = {row.method: row for row in of_instance}
        ours = by_method.pop(OURS, None)
        if ours is not None and ours.gap is not None and by_method:
            yield f"{name}: gap {_percent(ours.gap)}; {_against(ours, list(by_method.values()))}"


def _against(ours: Row, rivals: Sequence[Row]) -> str:
    as_good = [row for row in rivals if row.gap is not None and _levels(row) <= _levels(ours)]
    if not as_good:
        return "no rival has a gap, as short and as little over age"
    best = min(as_good, key=lambda row: row.gap or 0.0)
    return f"the best rival is {best.method} with {_percent(best.gap)}"


def _levels(row: Row) -> tuple[int, int]:
    """Return what stands before cost: over-age only where it is not priced."""
    return row.shortfall or 0, row.over_age or 0 if row.over_age_bound is not None else 0


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.method,
        f"{row.seconds:.1f}",
        _seconds(row.first_plan_seconds),
        _level(row.shortfall, row.shortfall_bound),
        _level(row.over_age, row.over_age_bound),
        "-" if row.objective is None else f"{row.objective / 1e6:,.2f}",
        _percent(row.gap),
        str(row.memory_mb),
    )


def _level(value: int | None, bound: int | None) -> str:
    """Return the value, and its bound where it has one and is not proved."""
    if value is None:
        return "-"
    return str(value) if bound in (None, value) else f"{value} (≥ {bound})"


def _percent(gap: float | None) -> str:
    return "-" if gap is None else f"{100 * gap:.3f} %"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
