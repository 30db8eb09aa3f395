"""What limits cost: prices at the margin beside re-solved problems."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.capital.optimiser.answers.difference import Difference, differences, never_more
from services.capital.optimiser.answers.effort import Effort, Step, Workshop
from services.capital.optimiser.answers.limit import limits_of, moved
from services.capital.optimiser.answers.prices import LimitPrice, limit_prices
from services.capital.optimiser.answers.relaxation import relaxed
from services.capital.optimiser.answers.timing import carry_forward, timings
from services.capital.optimiser.answers.together import buying_together
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Level, LevelResult, Outcome, Plan
from services.capital.optimiser.problem import LineId, PriceTier, Problem, SupplyKind, SupplyLine
from services.capital.optimiser.solve import solve
from tests.unit.capital.optimiser.build import (
    PRICE,
    RYA,
    RYD,
    a_policy,
    a_problem,
    an_envelope,
    an_option,
    budgets,
    cohorts,
)
from tests.unit.capital.optimiser.random_problems import a_random_problem

EXACT = Limits(seconds=20, gap_ppm=0)
EFFORT = Effort(seconds=60, each=EXACT)


def tight() -> Problem:
    """Return four ambulances, all at their target age within the horizon, and money for two."""
    return a_problem(
        cohorts=cohorts({3: 2, 4: 2}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(1, 0, 1),
    )


def test_a_pound_saves_what_the_relaxation_says_it_does() -> None:
    seeds = range(80)
    looked = 0

    for seed in seeds:
        problem = a_random_problem(seed)
        with relaxed(problem) as relaxation:
            base = relaxation.best()
            for limit in limits_of(problem):
                if base is None or base.duals[limit.row] > -1e-6:
                    continue
                amount, step = relaxation.amount(limit.row), 1e-4
                more = relaxation.at(limit.row, amount + step)
                fewer = relaxation.at(limit.row, amount - step)
                looked += 1

                # The dual lies between the slopes of either side: at a kink they differ.
                assert more is not None
                right = (more.value - base.value) / step
                left = -1e9 if fewer is None else (base.value - fewer.value) / step
                price = base.duals[limit.row]
                assert left - 1e-2 * abs(left) <= price <= right + 1e-2 * abs(price), (seed, limit)

    sys.stdout.write(f"seeds {seeds}: {looked} binding limits\n")
    assert looked >= 15


def test_money_that_is_short_has_a_price_and_ample_money_has_none() -> None:
    problem = tight()
    plan = solve(problem, EXACT)

    rows = {row.limit.subject: row for row in limit_prices(problem, plan, Workshop("limits"))}

    assert rows["provider-2026"].dual_pence > 0
    assert rows["provider-2026"].more is not None
    assert rows["provider-2026"].more.over_age_milli < 0
    rich = replace(problem, envelopes=budgets(9, 9, 9))
    ample = limit_prices(rich, solve(rich, EXACT), Workshop("limits", Effort(plans=0)))
    assert [row.dual_pence for row in ample] == [0, 0, 0]


def test_one_vehicle_more_or_less_is_re_solved_in_whole_vehicles() -> None:
    problem = tight()
    plan = solve(problem, EXACT)

    rows = {
        row.limit.subject: row for row in limit_prices(problem, plan, Workshop("limits", EFFORT))
    }

    change = {row.change: row for row in rows["provider-2026"].finite}
    assert set(change) == {PRICE, -PRICE, 500_000, -500_000} - {500_000}
    for pence, finite in change.items():
        other = solve(moved(problem, rows["provider-2026"].limit, PRICE + pence), EXACT)
        assert [row.found for row in finite.levels] == [
            after.value - before.value
            for before, after in zip(plan.levels, other.levels, strict=True)
        ]
    over_age = change[PRICE].levels[1]
    assert (over_age.level, over_age.found, over_age.is_exact) == (Level.OVER_AGE, -3, True)


def test_a_place_on_a_full_line_has_a_price() -> None:
    line = SupplyLine(line_id=LineId("line"), kind=SupplyKind.CONVERTER, vehicles=(1, 1, 1))
    problem = replace(
        tight(),
        envelopes=budgets(4, 4, 4),
        options=(an_option(lines=("line",)),),
        supply_lines=(line,),
    )
    plan = solve(problem, EXACT)

    rows = limit_prices(problem, plan, Workshop("limits", EFFORT))

    dear = rows[0]
    assert (dear.limit.subject, dear.limit.financial_year) == ("line", 2026)
    assert {row.change for row in dear.finite} == {1, -1}
    assert dear.finite[0].levels[1].found < 0 < dear.finite[1].levels[1].found


def test_work_stops_when_its_effort_is_spent_and_is_told_step_by_step() -> None:
    problem = tight()
    heard: list[Step] = []
    workshop = Workshop("limits", Effort(plans=2, each=EXACT), heard.append)

    rows = limit_prices(problem, solve(problem, EXACT), workshop)

    assert sum(len(row.finite) for row in rows) == 1
    assert {step.answer for step in heard} == {"limits"}


def a_plan(*levels: tuple[int, int]) -> Plan:
    return Plan(
        problem_hash="",
        outcome=Outcome.FEASIBLE,
        levels=tuple(
            LevelResult(level=level, value=value, bound=bound, proved=value == bound)
            for level, (value, bound) in zip(Level, levels, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("after", "over_age", "cost"),
    [
        # Proved throughout: exact.
        (((0, 0), (3, 3), (90, 90)), (-1, -1), (-10, -10)),
        # Over age may be less still: nothing is known of the cost that comes with it.
        (((0, 0), (3, 2), (90, 80)), (-2, -1), (None, None)),
        # More money is no worse: over age cannot rise, and then cost cannot either.
        (((0, 0), (4, 4), (110, 80)), (0, 0), (-20, 0)),
    ],
)
def test_a_difference_is_an_interval_where_a_level_is_not_proved(
    after: tuple[tuple[int, int], ...],
    over_age: tuple[int, int],
    cost: tuple[int | None, int | None],
) -> None:
    before = a_plan((0, 0), (4, 4), (100, 100))

    rows = never_more(differences(before, a_plan(*after)))

    assert (rows[1].least, rows[1].most) == over_age
    assert (rows[2].least, rows[2].most) == cost


def test_an_exact_difference_says_so() -> None:
    row = Difference(level=Level.COST, found=1, least=1, most=1)

    assert row.is_exact


def test_a_pound_is_worth_more_where_more_waits_for_it() -> None:
    problem = tight()
    prices = limit_prices(problem, solve(problem, EXACT), Workshop("limits", Effort(plans=0)))

    rows = {row.envelope.financial_year: row for row in timings(problem, prices)}

    assert list(rows) == [2026, 2027]
    assert rows[2026].this_year_pence > rows[2026].next_year_pence > 0
    assert rows[2027].this_year_pence == rows[2026].next_year_pence
    assert rows[2027].this_year_pence > rows[2027].next_year_pence > 0


def test_envelopes_of_one_holder_fund_and_year_are_told_apart() -> None:
    """Two years of money for diesel ambulances, beside which electric ones have too much."""
    electric = tuple(
        an_envelope(year, 9 * PRICE, name="electric", technologies=("BEV",))
        for year in (2026, 2027, 2028)
    )
    problem = replace(tight(), envelopes=(*budgets(1, 0, 1), *electric))

    plain = limit_prices(tight(), solve(tight(), EXACT), Workshop("limits", Effort(plans=0)))
    prices = limit_prices(problem, solve(problem, EXACT), Workshop("limits", Effort(plans=0)))

    def told(of: Problem, worth: Sequence[LimitPrice]) -> list[tuple[str, str, int, int]]:
        return [
            (
                row.envelope.envelope_id,
                row.later.envelope_id,
                row.this_year_pence,
                row.next_year_pence,
            )
            for row in timings(of, worth)
        ]

    assert told(problem, prices) == told(tight(), plain)
    assert [row[:2] for row in told(problem, prices)] == [
        ("provider-2026", "provider-2027"),
        ("provider-2027", "provider-2028"),
    ]


def test_money_that_is_for_other_vehicles_a_year_later_is_set_beside_all_of_it() -> None:
    narrow = an_envelope(2027, PRICE, technologies=("DIESEL",))
    problem = replace(tight(), envelopes=(*budgets(1), narrow))
    prices = limit_prices(problem, solve(problem, EXACT), Workshop("limits", Effort(plans=0)))

    rows = [(row.envelope.envelope_id, row.later) for row in timings(problem, prices)]

    assert rows == [("provider-2026", narrow)]


def test_carrying_money_forward_is_priced_where_some_would_be_lost() -> None:
    problem = replace(
        tight(),
        envelopes=tuple(
            replace(row, allocation_pence=pence)
            for row, pence in zip(tight().envelopes, (PRICE // 2, PRICE // 2, 0), strict=True)
        ),
    )
    plan = solve(problem, EXACT)

    carried = carry_forward(problem, plan, Workshop("carry", EFFORT))

    assert carried.stated == ()
    assert (carried.in_full[1].level, carried.in_full[1].found) == (Level.OVER_AGE, -2)


def test_buying_together_is_worth_the_price_of_a_volume_none_reaches_alone() -> None:
    tiers = (PriceTier(from_vehicles=2, price_permille=500),)
    option = replace(an_option(), price_tiers=tiers, joint_tiers=True)
    problem = a_problem(
        trusts=(RYA, RYD),
        cohorts=(*cohorts({4: 1}), *cohorts({4: 1}, RYD)),
        life_policies=(a_policy(target=4), replace(a_policy(target=4), trust=RYD)),
        options=(option,),
        envelopes=budgets(2, 0, 0),
    )
    plan = solve(problem, EXACT)

    rows = buying_together(problem, plan, Workshop("together", EFFORT))

    assert rows[-1].found == -PRICE
    assert buying_together(tight(), solve(tight(), EXACT), Workshop("together", EFFORT)) == ()
