"""Answers about a plan in words and tables, for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from services.capital.change_words import change, changes
from services.capital.optimiser.answers.approved import Cell, LeftOut
from services.capital.optimiser.answers.difference import Difference
from services.capital.optimiser.answers.level_prices import LevelPrice
from services.capital.optimiser.answers.limit import Limit
from services.capital.optimiser.answers.prices import LimitPrice, Slope
from services.capital.optimiser.answers.refusal import Refusal
from services.capital.optimiser.answers.replan import Replanning
from services.capital.optimiser.answers.stress import SafeOrder, Stress, Stressed
from services.capital.optimiser.answers.timing import CarryForward, Timing
from services.capital.optimiser.answers.two_stage import TwoStage
from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.plan import Level, Outcome
from services.capital.optimiser.rules import Unit
from services.capital.tables import titled
from services.kernel.money import short_pounds

MILLI: Final = 1000
LEVEL_HEADINGS: Final = ("level", "held at", "else", "costs", "proved from", "to")
LIMIT_HEADINGS: Final = (
    "limit",
    "amount",
    "worth",
    "shortfall",
    "over age",
    "cost",
    "holds from",
    "to",
)
TIMING_HEADINGS: Final = ("envelope", "worth", "a year later", "worth")
STRESS_HEADINGS: Final = ("if", "plan", "orders kept", "shortfall", "over age", "cost")
REPLAN_HEADINGS: Final = ("changes", "plan", "of the saving", "what")
SAFE_HEADINGS: Final = ("order", "delivered", "planned", "in all of these")


def levels_report(rows: Sequence[LevelPrice]) -> str:
    """Return what minding each level costs, between plans and between bounds."""
    lines = (
        (
            str(row.level),
            f"{row.held} vehicle-years",
            str(row.let_go),
            short_pounds(row.found_pence),
            "?" if row.least_pence is None else short_pounds(row.least_pence),
            "?" if row.most_pence is None else short_pounds(row.most_pence),
        )
        for row in rows
    )
    return titled(
        "What the levels cost: cost with each, less cost without it", LEVEL_HEADINGS, lines
    )


def limits_report(prices: Sequence[LimitPrice], timings: Iterable[Timing]) -> str:
    """Return what limits that bind are worth, and what moving money a year would do."""
    binding = [row for row in prices if row.dual_pence]
    title = "What limits cost: one more £1m, place, charger or kilowatt, in the linear relaxation"
    lines = titled(title, LIMIT_HEADINGS, map(_limit_line, binding))
    free = ", ".join(row.limit.name for row in prices if not row.dual_pence)
    changes = "".join(_finite_lines(binding)) + (f"  Do not bind: {free}\n" if free else "")
    moves = (
        (
            row.envelope.envelope_id,
            short_pounds(row.this_year_pence),
            row.later.envelope_id,
            short_pounds(row.next_year_pence),
        )
        for row in timings
    )
    return lines + changes + titled("£1m now, or a year later", TIMING_HEADINGS, moves)


def switches_report(carried: CarryForward, together: Sequence[Difference]) -> str:
    """Return what carrying money forward and buying together are worth."""
    told = {
        "Carrying unspent money into the next year, as allowed": carried.stated,
        "All of it carried forward, if it were allowed": carried.in_full,
        "Buying together, against each trust alone": together,
    }
    lines = (f"{what}: {changes(rows)}\n" for what, rows in told.items() if rows)
    return "\n" + "".join(lines)


def refusal_report(refusal: Refusal) -> str:
    """Return the price of a no."""
    match refusal.outcome:
        case Outcome.INFEASIBLE:
            return f"\n{refusal.sentence}: cannot be\n"
        case Outcome.UNKNOWN:
            return f"\n{refusal.sentence}: no plan was found in this time\n"
        case _:
            return f"\n{refusal.sentence}: {changes(refusal.levels)}\n"


def replan_report(answer: Replanning) -> str:
    """Return what few changes to an approved plan save, and which of its orders cannot stand."""
    lines = (
        (
            "any" if row.most_changes is None else str(row.most_changes),
            str(row.outcome),
            "?" if row.saved_permille is None else f"{row.saved_permille / 10:g} %",
            ", ".join(map(_order, row.changed[:3])),
        )
        for row in answer.plans
    )
    told = titled("Changes to the approved plan", REPLAN_HEADINGS, lines)
    gone = map(_left_out, answer.left_out)
    against = (f"  has to change: {_order(cell)} is ruled against\n" for cell in answer.overruled)
    return "".join([told, *gone, *against])


def _left_out(row: LeftOut) -> str:
    known = row.on_order is not None
    there = f"; the problem has {row.on_order} such on order" if known else ""
    return f"  left out: {row.vehicles} {_order(row.cell)} {row.why}{there}\n"


def _order(cell: Cell) -> str:
    trust, option_id, year = cell
    return f"{option_id} for {trust} in {year_label(year)}"


def two_stage_report(answer: TwoStage, scenarios: int) -> str:
    """Return the orders to place before it is known how things go."""
    if answer.outcome is not Outcome.FEASIBLE:
        return f"\nOver {scenarios} scenarios together: {answer.outcome}\n"
    lines = (
        (f"{row.option_id} for {row.trust}", year_label(row.delivery_year), str(row.vehicles))
        for row in answer.orders
    )
    return (
        f"\nOver {scenarios} scenarios, levels at their prices, later vehicles "
        f"divisible: {short_pounds(answer.mean_pence)} on average, "
        f"{short_pounds(answer.worst_pence)} in the worst; both together "
        f"{short_pounds(answer.value_pence)}, none below {short_pounds(answer.bound_pence)}\n"
        + titled("Orders to place first", ("order", "delivered", "vehicles"), lines)
    )


def stress_report(stress: Stress) -> str:
    """Return the stress book with its regrets, and the orders safe in all of it."""
    lines = titled(
        "Under stress: what this plan's first orders cost more than the best would",
        STRESS_HEADINGS,
        map(_stress_line, stress.scenarios),
    )
    among = f"First orders, safe in {stress.planned} of {len(stress.scenarios)} scenarios"
    if not stress.planned:
        return f"{lines}\n{among}: none was planned, and nothing is known of any order\n"
    return lines + titled(among, SAFE_HEADINGS, map(_safe_line, stress.safe))


def _stress_line(row: Stressed) -> Sequence[str]:
    regret = {difference.level: difference for difference in row.regret}
    return (
        row.scenario.name,
        str(row.outcome),
        str(row.kept),
        *(change(regret[level]) if level in regret else "" for level in Level),
    )


def _safe_line(row: SafeOrder) -> Sequence[str]:
    order = f"{row.option_id} for {row.trust}"
    return order, year_label(row.delivery_year), str(row.planned), str(row.safe)


def _limit_line(row: LimitPrice) -> Sequence[str]:
    slope = row.more or row.fewer
    return (
        row.limit.name,
        _amount(row.limit, row.limit.amount),
        short_pounds(row.dual_pence),
        *(_slope(row.limit, slope) if slope else ("", "", "", "", "")),
    )


def _slope(limit: Limit, slope: Slope) -> Sequence[str]:
    return (
        f"{slope.shortfall_milli / MILLI:+.1f}",
        f"{slope.over_age_milli / MILLI:+.1f}",
        short_pounds(slope.cost_pence),
        _amount(limit, slope.least_amount),
        _amount(limit, slope.most_amount),
    )


def _finite_lines(rows: Iterable[LimitPrice]) -> Iterator[str]:
    for row in rows:
        for finite in row.finite:
            more = "more" if finite.change > 0 else "less"
            amount = _amount(row.limit, abs(finite.change))
            told = changes(finite.levels) if finite.levels else str(finite.outcome)
            yield f"  {amount} {more} of {row.limit.name}, re-solved: {told}\n"


def _amount(limit: Limit, amount: int) -> str:
    return short_pounds(amount) if limit.unit is Unit.PENCE else str(amount)
