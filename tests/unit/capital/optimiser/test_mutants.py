"""Ten thousand mutants: the checker finds every rule broken, and passes what breaks none.

MAKEREADY_MUTANTS tries more.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random

import pytest

from services.capital.optimiser.account import account_for
from services.capital.optimiser.check import violations
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.plan import Decisions, Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.solve import solve
from services.capital.optimiser.terms import Terms
from tests.conftest import Say
from tests.unit.capital.optimiser.mutants import Mutagen, altered, honestly, humbler, misstatements
from tests.unit.capital.optimiser.oracle_judge import Judge
from tests.unit.capital.optimiser.random_mixed import a_mixed_random_problem
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money
from tests.unit.capital.optimiser.random_moves import a_random_problem_with_a_reserve
from tests.unit.capital.optimiser.random_problems import a_random_problem
from tests.unit.capital.optimiser.test_rules import CASES

ROOT = Path(__file__).parents[4]
SEED = 20261122
MUTANTS = max(10_000, int(os.environ.get("MAKEREADY_MUTANTS", "0")))
OTHER_DECISIONS = MUTANTS * 6 // 10
MISSTATEMENTS = MUTANTS - OTHER_DECISIONS
SOLVED = (
    *map(a_random_problem, (1, 2, 5, 8)),
    *map(a_random_problem_of_money, (3, 8, 11, 14)),
    *map(a_random_problem_with_a_reserve, (9, 20, 34)),
    *map(a_mixed_random_problem, (0, 1, 3, 4, 5, 9, 10, 11, 15, 19)),
)
# What else a plan that breaks these says depends on what it says of vehicles that are not there,
# or of what nobody offers at a price: it is found out, and nothing more is asked.
ENOUGH = (Rule.WELL_FORMED, Rule.VEHICLES_CONSERVED, Rule.LEAD_TIME, Rule.REMOUNT_OFFER)
# What a tier's price is not shows in what its envelope has spent and what the plan costs; what a
# change costs, in that alone.
SHOWN_BY_OTHERS = {Rule.PRICE_TIER, Rule.ORDER_CHANGE}


@cache
def checked_plans() -> tuple[tuple[Problem, Plan], ...]:
    """Return plans that break no rule: solved ones, and what each rule's cases allow."""
    solved = [(problem, solve(problem, Limits(seconds=20, gap_ppm=0))) for problem in SOLVED]
    empty = Plan(problem_hash="", outcome=Outcome.UNKNOWN)
    cases = [(case.problem, honestly(case.problem, case.kept, empty)) for case in CASES]
    return tuple((problem, plan) for problem, plan in (*solved, *cases) if plan.has_decisions)


def other_decisions() -> Iterator[tuple[Problem, Plan, Plan]]:
    """Yield a problem, a plan of it, and a plan of other decisions honestly stated."""
    sources = [
        (problem, plan, Judge(problem), Mutagen(problem, plan, SEED + place))
        for place, (problem, plan) in enumerate(checked_plans())
    ]
    for problem, plan, judge, mutagen in cycle(sources):
        decisions = mutagen.decisions()
        if decisions == plan.decisions:
            continue
        # What names nothing, or comes at no time, has no figures to state.
        if judge.broken(decisions) & {Rule.WELL_FORMED, Rule.LEAD_TIME}:
            yield problem, plan, with_tables(plan, decisions)
        else:
            yield problem, plan, honestly(problem, decisions, plan)


def test_the_plans_that_are_mutated_break_no_rule() -> None:
    for problem, plan in checked_plans():
        assert violations(problem, plan) == []
        assert Judge(problem).broken(plan.decisions) == set()


@pytest.mark.timeout(600)
def test_other_decisions_break_for_the_checker_what_they_break_for_the_judge(
    say: Say,
) -> None:
    broken: Counter[Rule] = Counter()
    harmless: Counter[str] = Counter()

    for problem, plan, mutant in islice(other_decisions(), OTHER_DECISIONS):
        expected = Judge(problem).broken(mutant.decisions)
        found = {row.rule for row in violations(problem, mutant)}
        broken.update(expected)
        decisive = next((rule for rule in enough(problem) if rule in expected), None)
        if decisive:
            assert decisive in found
        else:
            assert found == expected
        if not expected:
            harmless[compared(problem, plan, mutant)] += 1

    title = f"{OTHER_DECISIONS} other decisions, seed {SEED}:"
    say(title, *counted(broken, harmless))
    assert harmless["better than what is proved best"] == 0
    assert set(broken) == {case.rule for case in CASES} | {Rule.WELL_FORMED}


@pytest.mark.timeout(600)
def test_every_misstatement_of_a_checked_plan_is_found_out(
    say: Say,
) -> None:
    every = [
        (problem, mutant) for problem, plan in checked_plans() for mutant in misstatements(plan)
    ]
    sample = Random(SEED).sample(every, min(MISSTATEMENTS, len(every)))
    broken: Counter[Rule] = Counter()

    passed = []
    for problem, mutant in sample:
        found = {row.rule for row in violations(problem, mutant)}
        broken.update(found)
        if not found:
            passed.append(mutant)

    title = f"{len(sample)} of {len(every)} misstatements, seed {SEED}:"
    say(title, *counted(broken, Counter()))
    assert passed == []
    assert len(sample) == MISSTATEMENTS
    assert set(Rule) - set(broken) <= {case.rule for case in CASES} | SHOWN_BY_OTHERS


def test_a_plan_that_claims_less_than_is_proved_stands() -> None:
    for problem, plan in checked_plans():
        assert violations(problem, humbler(plan, by=10**6)) == []


def test_the_checker_works_where_there_is_no_solver() -> None:
    blocked = (
        "import sys; sys.modules['ortools'] = None\n"
        "import services.capital.optimiser.check\n"
        "assert not [name for name in sys.modules if name.startswith('ortools.')]"
    )

    ended = subprocess.run(
        [sys.executable, "-c", blocked],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'proto' / 'gen'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def enough(problem: Problem) -> tuple[Rule, ...]:
    in_parts = any(row.instalments for row in problem.options)
    # Whose money the parts of a price are follows from whose the rest is.
    return (*ENOUGH, Rule.ENVELOPE_ELIGIBILITY) if in_parts else ENOUGH


def compared(problem: Problem, plan: Plan, mutant: Plan) -> str:
    """Say how a mutant that breaks nothing stands to the plan it comes from."""
    values = account_for(Terms(problem), mutant.decisions).values
    best = tuple(row.value for row in plan.levels)
    if values == best:
        return "equal"
    if values < best and plan.outcome is Outcome.OPTIMAL:
        return "better than what is proved best"
    return "worse" if values > best else "better than a plan that claims little"


def with_tables(plan: Plan, decisions: Decisions) -> Plan:
    for field in fields(decisions):
        plan = altered(plan, field.name, getattr(decisions, field.name))
    return plan


def counted(broken: Counter[Rule], rest: Counter[str]) -> list[str]:
    return [f"{count:6} {name}" for name, count in (*broken.most_common(), *rest.most_common())]
