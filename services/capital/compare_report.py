"""Two plans side by side, for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.optimiser.answers.compare import Comparison, LevelMoved
from services.capital.optimiser.answers.decided import Change
from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.plan import Level
from services.capital.tables import titled
from services.kernel.money import pounds, short_pounds

MONEY_HEADINGS: Final = ("fund", "year", "this", "other")
REVENUE_HEADINGS: Final = ("revenue of", "year", "this", "other")
DECISION_HEADINGS: Final = ("decision", "year", "this", "other")


def compare_report(comparison: Comparison) -> str:
    """Return what the second plan does otherwise than the first."""
    return (
        f"\nThe other plan against this one: {_levels(comparison.levels)}\n"
        f"  It buys {comparison.purchases_moved} vehicles that this one does not.\n"
        + titled("Money", MONEY_HEADINGS, _money(comparison))
        + titled("Revenue", REVENUE_HEADINGS, _revenue(comparison))
        + titled("Decisions", DECISION_HEADINGS, map(_decision, comparison.decisions))
        + "".join(_rules(comparison))
    )


def _levels(rows: Sequence[LevelMoved]) -> str:
    """Both plans are given, so there is nothing left to prove of how far they are apart."""
    if not rows:
        return "what it comes to cannot be told by this problem, as the rules below say"
    return "; ".join(map(_level, rows)) + " (exactly, as both are given)"


def _level(row: LevelMoved) -> str:
    sign = "+" if row.change > 0 else ""
    change = pounds(row.change) if row.level is Level.COST else str(row.change)
    return f"{row.level} {sign}{change}"


def _money(comparison: Comparison) -> Iterator[Sequence[str]]:
    for row in comparison.money:
        fund = ", ".join(filter(None, (row.holder, row.fund)))
        paid = map(short_pounds, (row.before_pence, row.after_pence))
        yield fund, year_label(row.financial_year), *paid


def _revenue(comparison: Comparison) -> Iterator[Sequence[str]]:
    for row in comparison.revenue:
        paid = map(short_pounds, (row.before_pence, row.after_pence))
        yield row.trust, year_label(row.financial_year), *paid


def _decision(row: Change) -> Sequence[str]:
    year = "" if row.financial_year is None else year_label(row.financial_year)
    return f"{row.verb} {row.what}", year, str(row.before), str(row.after)


def _rules(comparison: Comparison) -> Iterator[str]:
    for row in comparison.broken:
        yield f"  newly broken: {row.rule} {row.subject}: {row.detail}\n"
    for row in comparison.cured:
        yield f"  cured: {row.rule} {row.subject}: {row.detail}\n"
