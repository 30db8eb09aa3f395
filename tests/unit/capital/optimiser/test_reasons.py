"""Reasons are true: a rule that is named does bind, and a price that is told is what it costs."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from services.capital.optimiser.account import account_for
from services.capital.optimiser.check import broken_rules
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.margin import Change
from services.capital.optimiser.plan import Decisions, Disposal, Level, Outcome, Plan, Purchase
from services.capital.optimiser.problem import (
    Commissioning,
    ConcentrationId,
    ConcentrationLimit,
    DutyFit,
    HubId,
    LineId,
    OrderRuling,
    Problem,
    RevenueBudget,
    ServiceRuling,
    SupplyKind,
    SupplyLine,
)
from services.capital.optimiser.reasons import Reason
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.stating import stated as with_figures
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.vehicle import Vehicle
from services.capital.optimiser.vehicles import assign
from tests.conftest import Say
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    RYA,
    a_problem,
    a_profile,
    a_site,
    an_option,
    budgets,
    decided,
    stated,
)
from tests.unit.capital.optimiser.exactness import solved
from tests.unit.capital.optimiser.random_kinds import KINDS

# Replaced for £3,000 in the first year, a vehicle saves £3,000 in each of three.
THIRSTY = replace(a_profile(), running_cost_pence=(0, 300_000, 600_000, 900_000))
CHEAP = an_option(price=300_000)
SEEDS = 40
PENCE_PER_POUND = 100


def vehicles_of(problem: Problem) -> list[Vehicle]:
    """Return a vehicle for each one counted."""
    return [
        Vehicle(
            vehicle_id=f"{place}-{number}",
            trust=row.trust,
            vehicle_type=row.vehicle_type,
            technology=row.technology,
            age_years=row.age_years,
            in_service_on=date(2025, 6, 1),
            miles=0,
            in_reserve=row.in_reserve,
            band=row.band,
            box_body=row.box_body,
            box_age_years=row.box_age_years,
            remounts=row.remounts,
        )
        for place, row in enumerate(problem.cohorts)
        for number in range(row.vehicles)
    ]


def changed(problem: Problem, decisions: Decisions, change: Change) -> Decisions:
    """Return the decisions with the change in them."""
    terms = Terms(problem)
    bought = Counter({replace(row, vehicles=0): row.vehicles for row in decisions.purchases})
    gone = Counter({replace(row, vehicles=0): row.vehicles for row in decisions.disposals})
    for key, vehicles in change.bought:
        lead = terms.options[key.option_id].lead_time_years
        row = Purchase(
            trust=key.trust,
            option_id=key.option_id,
            order_year=key.delivery_year - lead,
            delivery_year=key.delivery_year,
            envelope_id=key.envelope_id,
            vehicles=0,
        )
        bought[row] += vehicles
    for vintage, year, vehicles in change.gone:
        gone[Disposal.of(vintage, year, 0)] += vehicles
    return replace(
        decisions,
        purchases=tuple(sorted(replace(row, vehicles=n) for row, n in bought.items() if n)),
        disposals=tuple(sorted(replace(row, vehicles=n) for row, n in gone.items() if n)),
    )


def told_of(problem: Problem, decisions: Decisions) -> tuple[set[Violation], dict[Level, int]]:
    """Return what the checker has against the decisions, and what they come to."""
    terms = Terms(problem)
    account = account_for(terms, decisions)
    plan = with_figures(account, problem_hash(problem), "test")
    return set(broken_rules(terms, plan)), dict(zip(account.standing, account.values, strict=True))


def only_reason(problem: Problem) -> Reason:
    plan = stated(problem, decided())
    return assign(problem, plan, vehicles_of(problem))[0].reasons[0]


IN_THE_WAY = [
    ({"envelopes": budgets(0, 0, 0)}, Rule.ENVELOPE_ALLOCATION),
    (
        {
            "service_rulings": (
                ServiceRuling(
                    trust=RYA,
                    vehicle_type=DCA,
                    technology=DIESEL,
                    entry_year=FIRST - 1,
                    financial_year=FIRST + 2,
                    minimum=2,
                ),
            )
        },
        Rule.SERVICE_RULING,
    ),
    (
        {
            "order_rulings": tuple(
                OrderRuling(trust=RYA, option_id=CHEAP.option_id, financial_year=year, maximum=0)
                for year in range(FIRST, FIRST + 3)
            )
        },
        Rule.ORDER_RULING,
    ),
    (
        {"commissioning": (Commissioning(trust=RYA, vehicles=(0, 0, 0), hub_id=HubId("north")),)},
        Rule.HUB_COMMISSIONING,
    ),
    (
        {
            "options": (replace(CHEAP, order_charge_pence=(100, 100, 100)),),
            "revenue_budgets": (RevenueBudget(trust=RYA, financial_year=FIRST, limit_pence=0),),
            "age_profiles": (
                replace(THIRSTY, running_cost_pence=(0, 0, 600_000, 900_000)),
                a_profile(BEV),
            ),
        },
        Rule.REVENUE_BUDGET,
    ),
    (
        {
            "options": (replace(CHEAP, supply_lines=(LineId("one"),)),),
            "supply_lines": (
                SupplyLine(line_id=LineId("one"), kind=SupplyKind.CONVERTER, vehicles=(9, 9, 9)),
            ),
            "concentration_limits": (
                ConcentrationLimit(
                    limit_id=ConcentrationId("half"),
                    supply_lines=(LineId("one"),),
                    share_permille=500,
                ),
            ),
        },
        Rule.CONCENTRATION,
    ),
    (
        {
            "options": (an_option(BEV, price=300_000),),
            "age_profiles": (THIRSTY, a_profile(BEV, running=0)),
            "duty_fits": (
                DutyFit(
                    vehicle_type=DCA, technology=BEV, from_financial_year=FIRST, share_permille=0
                ),
            ),
        },
        Rule.DUTY_FIT,
    ),
    (
        {
            "options": (an_option(BEV, price=300_000),),
            "age_profiles": (THIRSTY, a_profile(BEV, running=0)),
            "charging_sites": (a_site(0, 0, 0),),
        },
        Rule.CHARGER_CAPACITY,
    ),
]


@pytest.mark.parametrize(("changes", "rule"), IN_THE_WAY)
def test_where_renewal_would_save_what_is_in_the_way_is_named_and_not_its_cost(
    changes: dict[str, object], rule: Rule
) -> None:
    fields = {"options": (CHEAP,), "age_profiles": (THIRSTY, a_profile(BEV)), **changes}
    problem = a_problem(**fields)

    assert only_reason(problem).rule is rule


def test_what_costs_less_kept_is_told_by_how_much() -> None:
    problem = a_problem()

    reason = only_reason(problem)

    # £100,000, and £1,000 and £2,000 to run in place of £3,000 and £4,000.
    assert reason.rule is Rule.WHOLE_LIFE_COST
    assert reason.sentence == "replaced in 2027/28, it would cost £96,000 more in all"


def test_a_plan_that_could_be_better_says_so() -> None:
    problem = a_problem(options=(CHEAP,), age_profiles=(THIRSTY, a_profile(BEV)))

    sentence = only_reason(problem).sentence

    assert sentence == (
        "replaced in 2027/28, it would cost £9,000 less in all: better than the plan found"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_that_is_named_binds_and_every_price_is_exact(kind: str, say: Say) -> None:
    named: Counter[Rule] = Counter()
    for seed in range(SEEDS):
        problem = KINDS[kind].make(seed)
        plan = solved(problem)
        if not plan.has_decisions:
            continue
        before, values = told_of(problem, plan.decisions)
        reasons = {
            reason
            for decision in assign(problem, plan, vehicles_of(problem))
            for reason in decision.reasons
            if reason.shown_by is not None
        }
        for reason in sorted(reasons, key=lambda row: row.sentence):
            assert_is_shown(problem, plan, reason, before, values)
            named[reason.rule] += 1

    say(f"{kind}: ", *(f"{count:6} {rule}" for rule, count in named.most_common()))
    assert named


def assert_is_shown(
    problem: Problem,
    plan: Plan,
    reason: Reason,
    before: set[Violation],
    values: dict[Level, int],
) -> None:
    assert reason.shown_by is not None
    broken, after = told_of(problem, changed(problem, plan.decisions, reason.shown_by))
    moved = [after[level] - values[level] for level in values]
    if reason.is_price:
        first = next((by for by in moved if by), 0)
        # Proved best within a pound.
        assert first >= -PENCE_PER_POUND or plan.outcome is not Outcome.OPTIMAL, reason
        pounds = re.search("£([0-9,]+) more", reason.sentence)
        if pounds:
            assert (
                abs(first - int(pounds[1].replace(",", "")) * PENCE_PER_POUND)
                <= PENCE_PER_POUND + 1
            ), reason
    else:
        assert reason.rule in {row.rule for row in broken - before}, (reason, broken)
        assert moved < [0] * len(moved), reason
