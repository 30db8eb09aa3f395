"""A plan under stress: what its first orders cost where things go otherwise, and which are safe."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from services.capital.optimiser.answers.difference import Difference, differences, never_less
from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.rulings import ruled
from services.capital.optimiser.answers.scenarios import Scenario
from services.capital.optimiser.plan import Outcome, Plan, Purchase
from services.capital.optimiser.problem import OptionId, OrderRuling, Problem, TrustCode
from services.capital.optimiser.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Stressed:
    """One scenario. `regret`: what the plan's first orders cost more than the best ones would.

    `outcome` is of the scenario, `kept` of the scenario with those orders: INFEASIBLE when they
    cannot stand. UNKNOWN: not sought, or not found, in time. `best` is None without a plan.
    """

    scenario: Scenario
    outcome: Outcome
    kept: Outcome
    regret: tuple[Difference, ...]
    best: Plan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeOrder:
    """An order of the plan's first years, and how much of it every scenario's plan places."""

    trust: TrustCode
    option_id: OptionId
    delivery_year: int
    planned: int
    safe: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """The book, scenario by scenario.

    Orders are safe among those scenarios for which a plan was found; where none was, nothing is
    known of any order, and `safe` is empty.
    """

    scenarios: tuple[Stressed, ...]
    safe: tuple[SafeOrder, ...]

    @property
    def planned(self) -> int:
        """How many of the scenarios have a plan."""
        return sum(row.best is not None for row in self.scenarios)


def stress(
    problem: Problem,
    plan: Plan,
    scenarios: Iterable[Scenario],
    workshop: Workshop,
    first_years: int = 1,
) -> Stress:
    """Plan each scenario, freely and with the orders that the plan places in its first years."""
    workshop.knows(problem, plan)
    first = frozenset(problem.horizon[:first_years])
    rows = tuple(_stressed(plan, first, scenario, workshop) for scenario in scenarios)
    plans = [row.best for row in rows if row.best is not None]
    return Stress(scenarios=rows, safe=tuple(_safe(plan, plans, first)))


def first_orders(problem: Problem, plan: Plan, years: frozenset[int]) -> Iterator[OrderRuling]:
    """Yield rulings that the orders placed in the years are those of the plan, and no others."""
    terms = Terms(problem)
    placed = _placed(plan, years)
    for trust, option in product(sorted(problem.trusts), terms.options.values()):
        for year in terms.delivery_years(option):
            vehicles = placed[trust, option.option_id, year]
            if year - option.lead_time_years in years:
                yield OrderRuling(
                    trust=trust,
                    option_id=option.option_id,
                    financial_year=year,
                    minimum=vehicles,
                    maximum=vehicles,
                )


def _stressed(
    plan: Plan, first: frozenset[int], scenario: Scenario, workshop: Workshop
) -> Stressed:
    best = workshop.plan(scenario.problem, scenario.name)
    if best is None or not best.has_decisions:
        outcome = Outcome.UNKNOWN if best is None else best.outcome
        return Stressed(scenario=scenario, outcome=outcome, kept=outcome, regret=(), best=None)
    kept = _with_first_orders(plan, first, scenario, workshop)
    has_regret = kept is not None and kept.has_decisions
    return Stressed(
        scenario=scenario,
        outcome=best.outcome,
        kept=Outcome.UNKNOWN if kept is None else kept.outcome,
        regret=never_less(differences(best, kept)) if kept and has_regret else (),
        best=best,
    )


def _with_first_orders(
    plan: Plan, first: frozenset[int], scenario: Scenario, workshop: Workshop
) -> Plan | None:
    rulings = list(first_orders(scenario.problem, plan, first))
    # An order that is no longer for sale cannot be ruled: it cannot stand.
    for_sale = {(row.trust, row.option_id, row.financial_year) for row in rulings}
    lost = [key for key in _placed(plan, first) if key not in for_sale]
    rulings += [
        OrderRuling(trust=trust, option_id=option_id, financial_year=year, minimum=1)
        for trust, option_id, year in lost
    ]
    name = f"{scenario.name}, orders kept"
    return workshop.plan(ruled(scenario.problem, *rulings), name)


def _safe(plan: Plan, plans: Sequence[Plan], first: frozenset[int]) -> Iterator[SafeOrder]:
    elsewhere = [_placed(other, first) for other in plans]
    if not elsewhere:
        return
    for (trust, option_id, year), planned in sorted(_placed(plan, first).items()):
        least = min(placed[trust, option_id, year] for placed in elsewhere)
        yield SafeOrder(
            trust=trust,
            option_id=option_id,
            delivery_year=year,
            planned=planned,
            safe=min(planned, least),
        )


def _placed(plan: Plan, years: frozenset[int]) -> Counter[tuple[TrustCode, OptionId, int]]:
    placed: Counter[tuple[TrustCode, OptionId, int]] = Counter()
    for row in _orders_of(plan, years):
        placed[row.trust, row.option_id, row.delivery_year] += row.vehicles
    return placed


def _orders_of(plan: Plan, years: frozenset[int]) -> Iterator[Purchase]:
    return (row for row in plan.purchases if row.order_year in years)
