"""Why there is no plan, and what would give it one."""

import sys
from dataclasses import replace

import pytest

from services.capital.optimiser.answers.conflict import Conflict, explain, holding, possible
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.named import rules_of
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import (
    CancellationRuling,
    Ceiling,
    CeilingId,
    ChargerRuling,
    Commissioning,
    CommitmentId,
    DisposalFreeze,
    EnvelopeId,
    Guarantee,
    HireRuling,
    HubId,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    RevenueBudget,
    ServiceRuling,
    SiteId,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    DCA,
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    a_commitment,
    a_policy,
    a_problem,
    a_site,
    a_size,
    an_envelope,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.oracle import best
from tests.unit.capital.optimiser.random_problems import a_random_problem

EFFORT = Effort(seconds=300, each=Limits(seconds=20, gap_ppm=0))
FROZEN = DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=FIRST)


def explained(problem: Problem) -> Conflict:
    return explain(problem, Workshop("conflict", EFFORT))


def sentences(conflict: Conflict) -> set[tuple[str, ...]]:
    return {tuple(give.sentence for give in repair.gives) for repair in conflict.repairs}


def test_an_order_dearer_than_its_envelope_asks_its_holder_or_is_cut() -> None:
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    problem = a_problem(commitments=(order,), envelopes=budgets(1, 0, 0))

    conflict = explained(problem)

    assert conflict.outcome is Outcome.INFEASIBLE
    assert {rule.sentence for rule in conflict.rules} == {
        "provider-2026 of West Midlands Ambulance Service holds £100k in 2026/27",
        "on-order: 2 DCA on order for RYA come in 2026/27",
    }
    assert conflict.is_irreducible
    assert sentences(conflict) == {
        ("£100k in 2026/27 from West Midlands Ambulance Service",),
        ("1 fewer of order on-order for RYA",),
    }


def test_vehicles_that_must_go_in_a_freeze_serve_on_or_go_after_all() -> None:
    problem = a_problem(
        cohorts=cohorts({6: 11}),
        life_policies=(a_policy(maximum=7, since=FIRST + 1), a_policy(maximum=6)),
        disposal_freezes=(FROZEN,),
    )

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {Rule.MAXIMUM_AGE, Rule.DISPOSAL_FREEZE}
    assert ("11 DCA of RYA to age 6",) in sentences(conflict)
    assert ("11 DCA of RYA go in 2026/27 after all",) in sentences(conflict)


def test_more_on_order_than_a_trust_may_have_is_told_by_size_and_order() -> None:
    problem = a_problem(
        commitments=(a_commitment(FIRST, 3),),
        establishments=(a_size(0, 2),),
    )

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {
        Rule.ESTABLISHMENT_MAXIMUM,
        Rule.VEHICLES_CONSERVED,
    }
    assert ("1 more DCA allowed to RYA",) in sentences(conflict)


def test_a_ruling_that_asks_too_much_is_told_with_the_money_it_lacks() -> None:
    ruling = OrderRuling(
        trust=RYA, option_id=OptionId("DCA-DIESEL"), financial_year=FIRST, minimum=2
    )
    problem = a_problem(envelopes=budgets(0, 0, 0), order_rulings=(ruling,))

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {Rule.ENVELOPE_ALLOCATION, Rule.ORDER_RULING}
    assert ("£200k in 2026/27 from West Midlands Ambulance Service",) in sentences(conflict)
    assert ("2 DCA-DIESEL otherwise than ruled for RYA in 2026/27",) in sentences(conflict)
    for repair in conflict.repairs:
        assert possible(repair.applied(problem), Workshop("test", EFFORT)) is Outcome.FEASIBLE


@pytest.mark.parametrize(
    ("rulings", "sentence"),
    [
        (
            {
                "move_rulings": (
                    MoveRuling(
                        kind=MoveKind.RESERVE,
                        trust=RYA,
                        vehicle_type=DCA,
                        financial_year=FIRST,
                        minimum=1,
                    ),
                )
            },
            "1 otherwise than ruled of a reserve by RYA in 2026/27",
        ),
        (
            {
                "hire_rulings": (
                    HireRuling(trust=RYA, vehicle_type=DCA, financial_year=FIRST, minimum=1),
                )
            },
            "1 DCA hired by RYA otherwise than ruled in 2026/27",
        ),
        (
            {
                "charging_sites": (a_site(0, 0, 0),),
                "charger_rulings": (
                    ChargerRuling(site_id=SiteId("site"), financial_year=FIRST, minimum=1),
                ),
            },
            "1 chargers for site of RYA otherwise than ruled in 2026/27",
        ),
        (
            {
                "establishments": (a_size(0, 9),),
                "commitments": (a_commitment(FIRST, 2),),
                "cancellation_rulings": (
                    CancellationRuling(commitment_id=CommitmentId("on-order"), minimum=1),
                ),
            },
            "1 of order on-order cancelled otherwise than RYA ruled",
        ),
    ],
)
def test_a_ruling_on_what_cannot_be_is_told_with_what_would_mend_it(
    rulings: dict[str, object], sentence: str
) -> None:
    problem = a_problem(**rulings)

    conflict = explained(problem)

    assert (sentence,) in sentences(conflict)
    for repair in conflict.repairs:
        assert possible(repair.applied(problem), Workshop("test", EFFORT)) is Outcome.FEASIBLE


def test_an_order_too_dear_for_a_ceiling_asks_whoever_set_it() -> None:
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    ceiling = Ceiling(
        ceiling_id=CeilingId("system"),
        holder="Black Country",
        limit_pence=PRICE,
        envelope_ids=(EnvelopeId(f"provider-{FIRST}"),),
    )
    problem = a_problem(commitments=(order,), ceilings=(ceiling,))

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {
        Rule.SPENDING_CEILING,
        Rule.VEHICLES_CONSERVED,
    }
    assert ("£100k more under system from Black Country",) in sentences(conflict)


def test_money_cut_for_being_indicative_is_asked_for_in_full() -> None:
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    envelope = replace(an_envelope(FIRST, PRICE * 2), indicative=True, haircut_permille=500)
    problem = a_problem(commitments=(order,), envelopes=(envelope,))

    conflict = explained(problem)

    for repair in conflict.repairs:
        assert possible(repair.applied(problem), Workshop("test", EFFORT)) is Outcome.FEASIBLE


def test_what_a_trust_is_guaranteed_is_told_with_the_money_it_lacks() -> None:
    problem = a_problem(
        cohorts=cohorts({4: 1}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(0, 0, 0),
        guarantees=(Guarantee(trust=RYA, most_shortfall=0, most_over_age=1),),
    )

    conflict = explained(problem)

    assert Rule.TRUST_GUARANTEE in {rule.rule for rule in conflict.rules}
    assert ("2 vehicle-years of over_age more than RYA is guaranteed",) in sentences(conflict)
    for repair in conflict.repairs:
        assert possible(repair.applied(problem), Workshop("test", EFFORT)) is Outcome.FEASIBLE


def test_revenue_that_cannot_run_the_fleet_is_asked_for() -> None:
    budget = RevenueBudget(trust=RYA, financial_year=FIRST, limit_pence=250_000)
    problem = a_problem(
        revenue_budgets=(budget,),
        service_rulings=(
            ServiceRuling(
                trust=RYA,
                vehicle_type=DCA,
                technology=DIESEL,
                entry_year=FIRST - 1,
                financial_year=FIRST,
                minimum=2,
            ),
        ),
    )

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {Rule.REVENUE_BUDGET, Rule.SERVICE_RULING}
    # Two ambulances of a year's age cost £2,000 each to run.
    assert ("£1.5k of revenue in 2026/27 from RYA",) in sentences(conflict)


def test_each_trusts_hubs_are_one_rule_a_year() -> None:
    hubs = tuple(
        Commissioning(trust=RYA, vehicles=(0, 9, 9), hub_id=HubId(name)) for name in ("n", "s")
    )
    order = a_commitment(FIRST, 2, envelope=f"provider-{FIRST}")
    problem = a_problem(commissioning=hubs, commitments=(order,))

    conflict = explained(problem)

    assert {rule.rule for rule in conflict.rules} == {
        Rule.COMMISSIONING_CAPACITY,
        Rule.VEHICLES_CONSERVED,
    }
    assert ("2 more commissioned by RYA in 2026/27",) in sentences(conflict)


def test_a_problem_with_a_plan_has_no_conflict() -> None:
    assert explained(a_problem()) == Conflict(outcome=Outcome.FEASIBLE)


def test_what_is_not_known_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Workshop("conflict", replace(EFFORT, each=Limits(seconds=1)))
    monkeypatch.setattr(
        "services.capital.optimiser.answers.conflict.possible", lambda *_: Outcome.UNKNOWN
    )

    assert explain(a_problem(), nothing) == Conflict(outcome=Outcome.UNKNOWN)


def test_conflicts_are_irreducible_and_every_repair_mends() -> None:
    seeds, found, repaired = range(60), 0, 0

    for seed in seeds:
        problem = hard(seed)
        conflict = explained(problem)
        assert (conflict.outcome is Outcome.FEASIBLE) == can_be_planned(problem), seed
        if conflict.outcome is not Outcome.INFEASIBLE:
            continue
        found += 1
        rules = tuple(rules_of(problem))
        workshop = Workshop("test", EFFORT)
        assert conflict.is_irreducible
        assert not can_be_planned(holding(problem, rules, conflict.rules)), seed
        for rule in conflict.rules:
            others = [other for other in conflict.rules if other is not rule]
            assert possible(holding(problem, rules, others), workshop) is Outcome.FEASIBLE, seed
        assert conflict.repairs
        for repair in conflict.repairs:
            repaired += 1
            assert can_be_planned(repair.applied(problem)), (seed, repair)

    sys.stdout.write(f"seeds {seeds}: {found} conflicts, {repaired} repairs\n")
    assert found >= 30


def can_be_planned(problem: Problem) -> bool:
    """Whether the oracle finds a plan; where no rule asks for purchases, one that buys nothing."""
    return best(replace(problem, options=())) is not None


def hard(seed: int) -> Problem:
    """Return a random problem with orders and freezes that may well be too much for it."""
    problem = a_random_problem(seed)
    first = problem.first_financial_year
    return replace(
        problem,
        commitments=(
            *problem.commitments,
            replace(
                a_commitment(first, 1 + seed % 2),
                commitment_id=CommitmentId("second"),
                price_pence=PRICE * (seed % 3),
                envelope_id=next(
                    (
                        row.envelope_id
                        for row in problem.envelopes
                        if row.financial_year == first and not row.technologies
                    ),
                    None,
                ),
            ),
        ),
        disposal_freezes=(FROZEN,) if seed % 4 else (),
    )
