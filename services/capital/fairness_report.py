"""What a choice of fairness comes to for each trust, and what it costs, for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.change_words import changes
from services.capital.optimiser.answers.difference import Difference
from services.capital.optimiser.answers.fairness import FairPlan
from services.capital.optimiser.plan import Plan
from services.capital.tables import table

HEADINGS: Final = (
    "trust",
    "over age",
    "promised",
    "over age before",
    "short",
    "promised",
    "short before",
)


def fairness_report(fair: FairPlan | None) -> str:
    """Return the trusts beside one another, and the price of treating them so."""
    if fair is None:
        return "\nFairness: no plan that keeps its guarantees was found\n"
    title = f"Fairness, {fair.choice}: {changes(fair.levels)}"
    proof = f"  what is promised is proved to be {fair.choice} for {_proved(fair)}"
    return f"\n{title}\n{proof}\n{table(HEADINGS, _lines(fair))}"


def guarantees_report(levels: Sequence[Difference]) -> str:
    """Return what a problem's own guarantees cost."""
    return f"\nWhat its guarantees cost: {changes(levels)}\n"


def _proved(fair: FairPlan) -> str:
    trusts = len(fair.guarantees)
    if fair.proved == trusts:
        return "every trust"
    return f"{fair.proved} of {trusts} trusts, the worst off first" if fair.proved else "no trust"


def _lines(fair: FairPlan) -> Iterator[Sequence[str]]:
    promised = {row.trust: row for row in fair.guarantees}
    (old, short), (old_before, short_before) = map(_by_trust, (fair.plan, fair.without))
    for trust in sorted({row.trust for row in fair.plan.fleet_years}):
        most = promised.get(trust)
        yield (
            trust,
            str(old[trust]),
            str(most.most_over_age) if most else "",
            str(old_before[trust]),
            str(short[trust]),
            str(most.most_shortfall) if most else "",
            str(short_before[trust]),
        )


def _by_trust(plan: Plan) -> tuple[Counter[str], Counter[str]]:
    old: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for row in plan.fleet_years:
        old[row.trust] += row.over_age
        short[row.trust] += row.shortfall + row.vacancies
    return old, short
