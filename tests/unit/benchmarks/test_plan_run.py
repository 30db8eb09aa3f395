"""The bench of plans: what counts as a plan, what is read from solvers, what a run takes."""

from dataclasses import replace

import pytest
from ortools.math_opt.python import mathopt

from benchmarks.plan.instances import INSTANCES, SECONDS
from benchmarks.plan.logs import READERS
from benchmarks.plan.methods import METHODS, greedy
from benchmarks.plan.processes import run as run_process
from benchmarks.plan.row import Row, Run, row_of
from benchmarks.plan.run import one
from benchmarks.plan.table import verdicts
from benchmarks.plan.trace import Trace
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.build import a_policy, a_problem, budgets, cohorts

GREEDY = Run(instance="lumpy", method="greedy", limit_seconds=5, seed=0)
# Two trusts, two years, and so little to decide that worst first does it too.
TINY = replace(GREEDY, instance="tiny-36")


def a_tight_problem() -> Problem:
    """Return four vehicles that fall due, and money for three of them, one a year."""
    return a_problem(
        cohorts=cohorts({3: 2, 4: 2}),
        life_policies=(a_policy(target=4),),
        envelopes=budgets(1, 1, 1),
    )


def row(plan: Plan) -> Row:
    return row_of(GREEDY, a_tight_problem(), plan, Trace(), memory_mb=0)


def test_every_instance_has_its_time() -> None:
    assert SECONDS.keys() == INSTANCES.keys()


def test_a_run_is_measured_in_a_process_of_its_own() -> None:
    measured = one(GREEDY)

    assert measured.note == ""
    assert measured.objective is not None
    assert measured.bound is None
    assert measured.memory_mb > 10


def test_a_method_that_does_not_exist_is_a_row_that_says_so() -> None:
    failed = one(replace(GREEDY, method="guess"))

    assert failed.outcome == "failed"
    assert "guess" in failed.note


def test_a_process_that_overruns_is_ended() -> None:
    ended = run_process(["-c", "import time; time.sleep(60)"], most_seconds=0.3)

    assert ended.code is None
    assert ended.seconds < 10


def test_the_memory_of_a_process_is_that_of_all_it_starts() -> None:
    held = "x = bytearray(80_000_000); import time; time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"

    assert run_process(["-c", parent], most_seconds=30).memory_mb > 80


def test_a_plan_that_breaks_a_rule_does_not_count() -> None:
    plan = greedy(a_tight_problem(), 1, 0, Trace())
    broken = replace(plan, stock=plan.stock[1:])

    assert row(plan).objective is not None
    assert row(broken).objective is None
    assert "vehicles_conserved" in row(broken).note


def test_no_plan_is_a_row_without_figures() -> None:
    unknown = replace(greedy(a_tight_problem(), 1, 0, Trace()), outcome=Outcome.UNKNOWN)
    nothing = Plan(problem_hash=unknown.problem_hash, outcome=Outcome.UNKNOWN)

    assert row(nothing).objective is None
    assert row(nothing).gap is None


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_plans_a_tiny_problem_and_passes_the_checker(method: str) -> None:
    ours, theirs = (one(replace(TINY, method=name)) for name in ("makeready", method))

    assert theirs.note == ""
    assert theirs.shortfall == ours.shortfall
    assert theirs.over_age == ours.over_age


@pytest.mark.parametrize("method", [name for name in METHODS if name.endswith("in-order")])
def test_rivals_that_finish_prove_what_ours_proves(method: str) -> None:
    ours, theirs = (one(replace(TINY, method=name)) for name in ("makeready", method))

    assert theirs.outcome == "optimal"
    assert theirs.objective == ours.objective


@pytest.mark.parametrize(
    ("solver", "line", "standing"),
    [
        (
            mathopt.SolverType.HIGHS,
            (
                "         0       0         0   0.00%   787624.591596   197203481.196     99.60%"
                "     1827    206    187      6007     8.0s"
            ),
            (197203481.196, 787624.591596),
        ),
        (
            mathopt.SolverType.HIGHS,
            (
                " J       0       0         0   0.00%   -inf            197203481.196      Large"
                "        0      0      0         0     0.2s"
            ),
            (197203481.196, None),
        ),
        (
            mathopt.SolverType.GSCIP,
            (
                "p 0.2s|     1 |     0 |     0 |     - |shiftand|   0 |2806 |2834 |2798 |   0 |  0 "
                "|  36 |   0 |-1.400701e+05 | 1.928536e+08 |    Inf | unknown"
            ),
            (192853600.0, -140070.1),
        ),
        (
            mathopt.SolverType.GSCIP,
            (
                " time | node  | left  |LP iter|LP it/n|mem/heur|mdpt |vars |cons |rows |cuts |"
                "sepa|confs|strbr|  dualbound   | primalbound  |  gap   | compl. "
            ),
            None,
        ),
        (
            mathopt.SolverType.CP_SAT,
            "#Bound   0.63s best:inf   next:[365869.674,217366948] default_lp",
            (None, 365869.674),
        ),
        (
            mathopt.SolverType.CP_SAT,
            "#12      3.21s best:938817.9 next:[786962.8,938817] quick_restart",
            (938817.9, 786962.8),
        ),
        (mathopt.SolverType.CP_SAT, "Starting presolve at 0.02s", None),
    ],
)
def test_value_and_bound_are_read_from_what_solvers_say(
    solver: mathopt.SolverType, line: str, standing: tuple[float | None, float | None] | None
) -> None:
    assert READERS[solver](line) == standing


def test_a_rival_is_best_by_gap_among_plans_as_short_and_as_little_over_age() -> None:
    measured = replace(one(TINY), shortfall=0, over_age=5)
    rows = [
        replace(measured, method="makeready", gap=0.001),
        replace(measured, method="close", gap=0.01),
        replace(measured, method="far", gap=0.1),
        replace(measured, method="short", shortfall=1, gap=0.0),
    ]

    assert list(verdicts(rows)) == ["tiny-36: gap 0.100 %; the best rival is close with 1.000 %"]


def test_a_rival_that_falls_short_is_not_compared_by_gap() -> None:
    measured = replace(one(TINY), shortfall=0, over_age=5)
    rows = [
        replace(measured, method="makeready", gap=0.001),
        replace(measured, method="short", shortfall=1, gap=0.0),
    ]

    assert list(verdicts(rows)) == [
        "tiny-36: gap 0.100 %; no rival has a gap, as short and as little over age"
    ]
