"""Conflicts name both sides, each rule in words of its own, and each repair has a price."""

from dataclasses import replace

import pytest

from services.capital.conflict_report import conflict_report
from services.capital.optimiser.answers.conflict import Conflict, explain, holding, possible
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.named import rules_of
from services.capital.optimiser.answers.repairs import WORDS
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, Outcome
from services.capital.optimiser.problem import (
    Cohort,
    ConcentrationId,
    ConcentrationLimit,
    GridConnection,
    Guarantee,
    HubId,
    Lease,
    LineId,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    SupplyKind,
    SupplyLine,
    TrustCode,
)
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from tests.conftest import Say
from tests.unit.capital.optimiser.build import (
    BEV,
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_hire,
    a_mandate,
    a_need,
    a_problem,
    a_reserve,
    a_route,
    a_site,
    a_size,
    an_envelope,
    an_option,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.random_kinds import KINDS

EFFORT = Effort(seconds=300, each=Limits(seconds=20, gap_ppm=0))
LINE = LineId("one")
A_LINE = SupplyLine(line_id=LINE, kind=SupplyKind.CONVERTER, vehicles=(9, 9, 9))
SEEDS = 22


def ordered(least: int = 1, most: int = 9, option: str = "DCA-DIESEL") -> dict[str, object]:
    return {"order_rulings": (a_ruling(least, most, option),)}


def a_ruling(least: int, most: int, option: str, year: int = FIRST) -> OrderRuling:
    return OrderRuling(
        trust=RYA,
        option_id=OptionId(option),
        financial_year=year,
        minimum=least,
        maximum=most,
    )


def serving(
    least: int, *, trust: TrustCode = RYA, year: int = FIRST, reserve: bool = False
) -> dict[str, object]:
    ruling = ServiceRuling(
        trust=trust,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=FIRST - 1,
        financial_year=year,
        in_reserve=reserve,
        minimum=least,
    )
    return {"service_rulings": (ruling,)}


def in_reserve(vehicles: int) -> dict[str, object]:
    there = Cohort(
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        age_years=1,
        vehicles=vehicles,
        in_reserve=True,
    )
    return {"cohorts": (*cohorts({1: 2}), there)}


GROWING = {"establishments": (a_size(0, 9),)}
LEASED = replace(an_option(), lease=Lease(term_years=1, yearly_payment_pence=(1, 1, 1)))
BOTH: list[tuple[dict[str, object], set[Rule]]] = [
    (
        {"options": (an_option(minimum=3),), **ordered(1, 2), **GROWING},
        {Rule.ORDER_RULING, Rule.MINIMUM_ORDER},
    ),
    (
        {
            "envelopes": (an_envelope(FIRST, PRICE * 9, technologies=("DIESEL",)),),
            "options": (an_option(BEV),),
            **ordered(option="DCA-BEV"),
        },
        {Rule.ORDER_RULING, Rule.ENVELOPE_ELIGIBILITY},
    ),
    (
        {"options": (an_option(lead=1),), **ordered()},
        {Rule.ORDER_RULING, Rule.LEAD_TIME},
    ),
    (
        {
            "options": (an_option(lines=("one",)),),
            "supply_lines": (A_LINE,),
            "concentration_limits": (
                ConcentrationLimit(
                    limit_id=ConcentrationId("half"), supply_lines=(LINE,), share_permille=500
                ),
            ),
            **ordered(),
        },
        {Rule.ORDER_RULING, Rule.CONCENTRATION},
    ),
    (
        {"options": (LEASED,), **serving(1)},
        {Rule.SERVICE_RULING, Rule.LEASE_TERM},
    ),
    (
        {"reserves": (a_reserve(1),), **in_reserve(2), **serving(2, reserve=True)},
        {Rule.SERVICE_RULING, Rule.RESERVE_MAXIMUM},
    ),
    (
        {"reserves": (a_reserve(2, since=9),), **serving(1, reserve=True)},
        {Rule.SERVICE_RULING, Rule.RESERVE_AGE},
    ),
    (
        {
            "reserves": (a_reserve(2, oldest=2),),
            **serving(1, year=FIRST + 1, reserve=True),
        },
        {Rule.SERVICE_RULING, Rule.MAXIMUM_AGE},
    ),
    (
        {
            "trusts": (RYA, RYD),
            "transfer_routes": (a_route(RYA, RYD, remaining=2),),
            "establishments": (a_size(0, 2), a_size(0, 2, trust=RYD)),
            "options": (),
            **serving(1, trust=RYD),
        },
        {Rule.SERVICE_RULING, Rule.TRANSFER_REMAINDER},
    ),
    (
        {
            "options": (an_option(BEV),),
            "charging_sites": (a_site(0, 0, 0, maximum=(0, 0, 0), price=1000),),
            "envelopes": budgets(9, 9, 9),
            **ordered(option="DCA-BEV"),
        },
        {Rule.ORDER_RULING, Rule.CHARGER_CAPACITY, Rule.GRID_CAPACITY},
    ),
    (
        {
            "options": (an_option(BEV),),
            "charging_sites": (
                replace(a_site(0, 0, 0, price=1000), hub_id=HubId("north"), kilowatts=50),
            ),
            "grid_connections": (
                GridConnection(trust=RYA, hub_id=HubId("north"), kilowatts=(0, 0, 0)),
            ),
            "envelopes": budgets(9, 9, 9),
            **ordered(option="DCA-BEV"),
        },
        {Rule.ORDER_RULING, Rule.CHARGER_CAPACITY, Rule.GRID_CAPACITY},
    ),
    (
        {
            "needs": (a_need(2, FIRST),),
            "options": (),
            "hires": (a_hire(0, 0, 0),),
            "guarantees": (Guarantee(trust=RYA, most_shortfall=0, most_over_age=9),),
        },
        {Rule.TRUST_GUARANTEE, Rule.HIRE_MAXIMUM},
    ),
    (
        {
            "envelopes": (
                replace(an_envelope(FIRST, PRICE * 2), carry_forward_pence=PRICE // 2),
                an_envelope(FIRST + 1, 0),
            ),
            "order_rulings": (a_ruling(1, 9, "DCA-DIESEL", FIRST + 1),),
        },
        {Rule.ORDER_RULING, Rule.ENVELOPE_ALLOCATION, Rule.CARRY_FORWARD},
    ),
    (
        {"mandates": (a_mandate(FIRST),), **ordered()},
        {Rule.ORDER_RULING, Rule.ZERO_EMISSION_MANDATE},
    ),
]


def explained(problem: Problem) -> Conflict:
    return explain(problem, Workshop("conflict", EFFORT))


@pytest.mark.parametrize(("changes", "rules"), BOTH)
def test_a_conflict_names_both_sides_and_each_of_its_repairs_mends(
    changes: dict[str, object], rules: set[Rule]
) -> None:
    problem = a_problem(**changes)

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == rules
    assert conflict.is_irreducible
    assert {give.rule.rule for repair in conflict.repairs for give in repair.gives} & rules
    for repair in conflict.repairs:
        assert possible(repair.applied(problem), Workshop("test", EFFORT)) is Outcome.FEASIBLE


def test_a_rule_alone_is_told_with_what_stands_against_it() -> None:
    problem = a_problem(**serving(5))

    conflict = explained(problem)

    assert [rule.rule for rule in conflict.rules] == [Rule.SERVICE_RULING]
    assert conflict.facts == ("RYA has 2 of these, and no way to others",)
    assert "against which: RYA has 2 of these" in conflict_report(conflict)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_has_no_plan_has_an_irreducible_conflict_of_two_sides(kind: str, say: Say) -> None:
    found = 0
    for seed in range(SEEDS):
        problem = KINDS[kind].make(seed)
        ruling = a_ruling(2, 9, "DCA-DIESEL", problem.first_financial_year)
        problem = replace(problem, order_rulings=(ruling,))
        if OptionId("DCA-DIESEL") not in {row.option_id for row in problem.options}:
            continue
        conflict = explained(problem)
        if conflict.outcome is not Outcome.INFEASIBLE:
            continue
        found += 1
        rules = tuple(rules_of(problem))
        workshop = Workshop("test", EFFORT)
        assert conflict.is_irreducible, (kind, seed)
        assert len(conflict.rules) > 1 or conflict.facts, (kind, seed)
        assert possible(holding(problem, rules, conflict.rules), workshop) is Outcome.INFEASIBLE
        for repair in conflict.repairs:
            assert possible(repair.applied(problem), workshop) is Outcome.FEASIBLE, (kind, seed)

    say(f"{kind}: {found} conflicts")
    assert found


def test_each_repair_is_priced_by_the_plan_of_the_problem_repaired() -> None:
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    problem = a_problem(commitments=(order,), envelopes=budgets(1, 0, 0))

    conflict = explained(problem)

    assert len(conflict.repairs) == 2
    for repair in conflict.repairs:
        assert repair.plan is not None
        best = solve(repair.applied(problem), EFFORT.each)
        assert repair.plan.level(Level.COST).value == best.level(Level.COST).value
    report = conflict_report(conflict)
    assert report.count("(proved)") >= 2
    assert report.count("the best of these") == 2
    assert "against the best of these: shortfall" in report


def test_every_repair_says_who_would_have_to_agree() -> None:
    assert [words for words in WORDS.values() if "{owner}" not in words] == []


def test_every_rule_that_can_give_has_words_of_its_own() -> None:
    problems = [row.make(seed) for row in KINDS.values() for seed in range(row.problems)]
    problems += [a_problem(**changes) for changes, _ in BOTH]

    named = {rule.rule for problem in problems for rule in rules_of(problem)}

    assert named - set(WORDS) == set()
    assert set(WORDS) - named <= {Rule.CHASSIS_ALLOTMENT}
