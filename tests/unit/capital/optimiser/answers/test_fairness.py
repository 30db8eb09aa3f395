"""Fairness by choice: what each choice guarantees, and what it costs."""

from dataclasses import replace

import pytest

from services.capital.optimiser.answers.alone import alone
from services.capital.optimiser.answers.effort import Effort, Workshop
from services.capital.optimiser.answers.fairness import Choice, FairPlan, fair_plan
from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    ConcentrationId,
    ConcentrationLimit,
    EnvelopeId,
    Guarantee,
    LineId,
    Problem,
    SupplyKind,
    SupplyLine,
    TrustCode,
)
from services.capital.optimiser.solve import solve
from services.capital.optimiser.validate import check_problem
from services.capital.problem_wire import problem_from_json, problem_to_json
from tests.unit.capital.optimiser.build import (
    DIESEL,
    FIRST,
    PRICE,
    RYA,
    RYD,
    YEARS,
    a_policy,
    a_problem,
    a_profile,
    an_envelope,
    cohorts,
)


def a_shared_problem() -> Problem:
    """Return two trusts with four old ambulances each, and money for four; RYA's run dearer."""
    return a_problem(
        trusts=(RYA, RYD),
        cohorts=(*cohorts({6: 4}), *cohorts({6: 4}, trust=RYD)),
        age_profiles=(a_profile(), replace(a_profile(running=120_000), trust=RYA)),
        technologies=a_problem().technologies[:1],
        life_policies=(a_policy(target=5), replace(a_policy(target=5), trust=RYD)),
        envelopes=(
            an_envelope(FIRST, 3 * PRICE, "shared"),
            an_envelope(FIRST, PRICE, "own", trusts=(RYD,)),
        ),
    )


def chosen(problem: Problem, choice: Choice) -> FairPlan:
    effort = Effort(each=Limits(seconds=10, gap_ppm=0))
    fair = fair_plan(problem, choice, Workshop("fairness", effort))
    assert fair is not None
    assert violations(replace(problem, guarantees=fair.guarantees), fair.plan) == []
    return fair


def bought_for(fair: FairPlan) -> dict[TrustCode, int]:
    rows = fair.plan.purchases
    return {trust: sum(row.vehicles for row in rows if row.trust == trust) for trust in (RYA, RYD)}


def test_without_a_choice_money_goes_where_it_is_worth_most() -> None:
    fair = chosen(a_shared_problem(), Choice.NONE)

    assert fair.guarantees == ()
    assert bought_for(fair) == {RYA: 3, RYD: 1}
    assert fair.found_pence == 0


def test_leximin_makes_the_worst_share_as_small_as_can_be_at_a_price_that_is_told() -> None:
    fair = chosen(a_shared_problem(), Choice.LEXIMIN)

    assert bought_for(fair) == {RYA: 2, RYD: 2}
    assert {row.trust: row.most_over_age for row in fair.guarantees} == {RYA: 6, RYD: 6}
    assert fair.over_age == 0
    least, most = fair.cost_pence
    assert least <= fair.found_pence <= most
    assert fair.found_pence > 0


def test_nash_balances_what_each_gains() -> None:
    fair = chosen(a_shared_problem(), Choice.NASH)

    assert bought_for(fair) == {RYA: 2, RYD: 2}


def test_no_trust_fares_worse_than_with_its_own_money() -> None:
    problem = a_shared_problem()
    # Cheaper still to run: without a guarantee RYD would get nothing of what is shared.
    rich = replace(
        problem,
        envelopes=(
            an_envelope(FIRST, 2 * PRICE, "shared"),
            an_envelope(FIRST, 2 * PRICE, "own", trusts=(RYD,)),
        ),
    )

    fair = chosen(rich, Choice.STAND_ALONE)

    assert {row.trust: row.most_over_age for row in fair.guarantees} == {RYA: 12, RYD: 6}
    assert bought_for(fair)[RYD] >= 2


def test_a_trust_alone_has_its_own_vehicles_and_money_and_makes_sense() -> None:
    part = alone(a_shared_problem(), RYD)

    check_problem(part)
    assert {row.trust for row in part.cohorts} == {RYD}
    assert [row.envelope_id for row in part.envelopes] == [f"own-{FIRST}"]
    assert solve(part, Limits(seconds=5)).outcome is Outcome.OPTIMAL


def test_what_binds_others_too_binds_a_trust_alone_as_far_as_it_is_its_own() -> None:
    limit = ConcentrationLimit(
        limit_id=ConcentrationId("half"),
        trusts=(RYD,),
        supply_lines=(LineId("line"),),
        share_permille=500,
    )
    ceiling = Ceiling(
        ceiling_id=CeilingId("system"),
        limit_pence=PRICE // 2,
        envelope_ids=(EnvelopeId(f"shared-{FIRST}"), EnvelopeId(f"own-{FIRST}")),
    )
    problem = replace(
        a_shared_problem(),
        supply_lines=(
            SupplyLine(line_id=LineId("line"), kind=SupplyKind.CONVERTER, vehicles=(9,) * YEARS),
        ),
        concentration_limits=(limit, replace(limit, limit_id=ConcentrationId("all"), trusts=())),
        ceilings=(ceiling,),
    )

    parts = {trust: alone(problem, trust) for trust in (RYA, RYD)}

    for part in parts.values():
        check_problem(part)
    assert [row.limit_id for row in parts[RYA].concentration_limits] == ["all"]
    assert [row.limit_id for row in parts[RYD].concentration_limits] == ["half", "all"]
    assert parts[RYA].ceilings == ()
    assert parts[RYD].ceilings == (replace(ceiling, envelope_ids=ceiling.envelope_ids[1:]),)


def test_guarantees_that_cannot_be_kept_leave_no_plan() -> None:
    everything = tuple(
        Guarantee(trust=trust, most_shortfall=0, most_over_age=0) for trust in (RYA, RYD)
    )
    problem = replace(a_shared_problem(), guarantees=everything)

    assert problem_from_json(problem_to_json(problem)) == problem
    assert solve(problem, Limits(seconds=5)).outcome is Outcome.INFEASIBLE


@pytest.mark.parametrize("choice", Choice)
def test_where_one_trust_is_alone_every_choice_is_the_same(choice: Choice) -> None:
    problem = a_problem(
        cohorts=cohorts({6: 2}),
        life_policies=(a_policy(target=5),),
        envelopes=(an_envelope(FIRST, PRICE, trusts=(RYA,), technologies=(DIESEL,)),),
    )

    assert chosen(problem, choice).found_pence == 0
