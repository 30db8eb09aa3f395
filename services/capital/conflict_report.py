"""Why there is no plan, and what would mend it at which price, for a terminal."""

from collections.abc import Iterator, Sequence

from services.capital.change_words import changes
from services.capital.optimiser.answers.conflict import Conflict
from services.capital.optimiser.answers.difference import differences, is_bounded
from services.capital.optimiser.answers.repairs import Repair
from services.capital.optimiser.plan import Level, LevelResult, Outcome, Plan
from services.kernel.money import short_pounds


def conflict_report(conflict: Conflict) -> str:
    """Return which rules cannot hold together, whose they are, and what would mend it."""
    if conflict.outcome is not Outcome.INFEASIBLE:
        return "\nWhether there is a plan at all was not settled in this time.\n"
    needed = "" if conflict.is_irreducible else " (perhaps not all of these are needed)"
    rules = "".join(f"  {rule.sentence} [{rule.owner}]\n" for rule in conflict.rules)
    against = "".join(f"  against which: {fact}\n" for fact in conflict.facts)
    ways = "".join(_ways(conflict.repairs))
    return (
        f"\nThese cannot hold together{needed}:\n{rules}{against}"
        f"Any one of these would mend it, least first:\n{ways}"
    )


def _ways(repairs: Sequence[Repair]) -> Iterator[str]:
    plans = [row.plan for row in repairs if row.plan is not None and row.plan.has_decisions]
    best = min(plans, key=_values, default=None)
    for row in repairs:
        gives = " and ".join(give.sentence for give in row.gives)
        yield f"  {gives}{'' if row.is_least else ' (perhaps not the least)'}\n"
        yield f"    {_price(row.plan, best)}\n"


def _price(plan: Plan | None, best: Plan | None) -> str:
    """Say what the plan so mended comes to: without the repair there is none to compare with."""
    if plan is None or not plan.has_decisions:
        return "what the plan then costs was not found in this time"
    told = "; ".join(_level(plan, row) for row in plan.levels)
    if best is None or best is plan:
        return f"{told}; the best of these"
    return f"{told}; against the best of these: {changes(differences(best, plan))}"


def _level(plan: Plan, row: LevelResult) -> str:
    if row.proved and is_bounded(plan, row.level):
        return f"{row.level} {_amount(row.level, row.value)} (proved)"
    if not is_bounded(plan, row.level):
        return f"{row.level} {_amount(row.level, row.value)} (nothing proved)"
    return f"{row.level} {_amount(row.level, row.value)} (at least {_amount(row.level, row.bound)})"


def _amount(level: Level, value: int) -> str:
    return short_pounds(value) if level is Level.COST else str(value)


def _values(plan: Plan) -> tuple[int, ...]:
    return tuple(row.value for row in plan.levels)
