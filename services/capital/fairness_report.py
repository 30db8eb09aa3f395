"""What a choice of fairness comes to for each trust, and what it costs, for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.optimiser.answers.fairness import FairPlan
from services.capital.optimiser.plan import Plan
from services.capital.tables import table
from services.kernel.money import pounds

HEADINGS: Final = ("trust", "over age", "promised", "over age before", "short", "short before")


def fairness_report(fair: FairPlan | None) -> str:
    """Return the trusts beside one another, and the price of treating them so."""
    if fair is None:
        return "\nFairness: no plan that keeps its guarantees was found\n"
    least, most = fair.cost_pence
    price = f"{pounds(fair.found_pence)}, proved between {pounds(least)} and {pounds(most)}"
    title = f"Fairness, {fair.choice}: costs {price}; vehicle-years over age {fair.over_age:+}"
    return f"\n{title}\n{table(HEADINGS, _lines(fair))}"


def _lines(fair: FairPlan) -> Iterator[Sequence[str]]:
    promised = {row.trust: str(row.most_over_age) for row in fair.guarantees}
    (old, short), (old_before, short_before) = map(_by_trust, (fair.plan, fair.without))
    for trust in sorted({row.trust for row in fair.plan.fleet_years}):
        yield (
            trust,
            str(old[trust]),
            promised.get(trust, ""),
            str(old_before[trust]),
            str(short[trust]),
            str(short_before[trust]),
        )


def _by_trust(plan: Plan) -> tuple[Counter[str], Counter[str]]:
    old: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for row in plan.fleet_years:
        old[row.trust] += row.over_age
        short[row.trust] += row.shortfall + row.vacancies
    return old, short
