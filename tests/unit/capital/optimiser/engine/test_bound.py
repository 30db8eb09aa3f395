"""No bound is above the best solution, whatever prices and columns it begins with."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser.engine.bound import Bounding
from services.capital.optimiser.engine.grains import grained
from services.capital.optimiser.engine.levelled import LevelBounds, Objective, weighed
from services.capital.optimiser.engine.program import (
    NO_BLOCK,
    Program,
    between_blocks,
    with_own_rows,
)
from services.capital.optimiser.mathopt_adapter import Effort, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level
from services.capital.optimiser.terms import Terms
from tests.unit.capital.optimiser.engine.programs import least_value, random_program, solutions

PROGRAMS = range(300)
ROUNDS = 4
EFFORT = Effort(seconds=10.0)


def bounding(program: Program, seed: int, executor: ThreadPoolExecutor | None = None) -> Bounding:
    """Return a bound about to be begun from prices that mean nothing."""
    random = np.random.default_rng(seed)
    ties = int(np.sum(program.row_block < 0))
    return Bounding(program, random.normal(0.0, 2.0, ties), scale=10.0, executor=executor)


def test_no_bound_is_above_the_best_of_every_solution() -> None:
    for seed in PROGRAMS:
        program = random_program(seed)
        bound = bounding(program, seed)
        best = least_value(program)

        for _ in range(ROUNDS):
            bound.rise(EFFORT)

            assert best is None or bound.bound <= best, seed
            assert best is None or not bound.infeasible, seed


def test_a_bound_never_falls_and_mostly_closes() -> None:
    closed = 0
    for seed in PROGRAMS[:60]:
        program = random_program(seed)
        bound = bounding(program, seed)
        best = least_value(program)
        before = bound.bound

        for _ in range(12):
            bound.rise(EFFORT)
            assert bound.bound >= before
            before = bound.bound

        closed += best is not None and best - bound.bound < 1e-3 * max(1.0, abs(best))
    # What is left of the others is the gap that no prices close.
    assert closed > 20, closed


def test_solutions_learnt_change_no_truth() -> None:
    for seed in PROGRAMS[:100]:
        program = random_program(seed)
        bound = bounding(program, seed)
        best = least_value(program)

        for x in solutions(program)[:3]:
            bound.learn(x)
        bound.rise(EFFORT)
        bound.rise(EFFORT)

        assert best is None or bound.bound <= best, seed


def test_an_executor_changes_nothing_but_the_time() -> None:
    with ThreadPoolExecutor(2) as executor:
        for seed in PROGRAMS[:20]:
            program = random_program(seed)
            alone, together = bounding(program, seed), bounding(program, seed, executor)

            for _ in range(ROUNDS):
                alone.rise(EFFORT)
                together.rise(EFFORT)

            assert alone.bound == together.bound, seed


def test_every_round_mixes_what_it_found_into_new_prices() -> None:
    # Of this master GLOP gives up the second time for want of digits.
    model = RenewalModel(Terms(ambcap(7, lumpy=True)))
    program = with_own_rows(model.arrays(), model.closer_rows()).with_cost(*model.cost(Level.COST))
    program = grained(program, np.arange(11).repeat(4))[0]
    program = program.with_most(model.cost(Level.SHORTFALL)[0], 0.0)
    linear = solve_program(program.relaxed(), EFFORT)
    assert linear.x is not None
    assert linear.row_prices is not None
    bound = Bounding(
        program, linear.row_prices[program.row_block == NO_BLOCK], scale=program.value(linear.x)
    )

    bound.rise(EFFORT)
    first = bound.mixture
    bound.rise(EFFORT)

    assert first is not None
    assert bound.mixture is not None
    assert bound.mixture.value < first.value


def test_the_linear_programme_bounds_the_last_level_before_any_round() -> None:
    for seed in PROGRAMS[:60]:
        program = random_program(seed)
        linear = solve_program(program.relaxed(), EFFORT)
        if linear.x is None or linear.row_prices is None or linear.bound is None:
            continue
        objective = Objective(cost=program.cost, offset=program.offset, weight=1.0)
        groups = np.zeros(program.blocks, dtype=np.int64)
        bounds = LevelBounds(
            program, groups, [objective], linear.row_prices, linear.x, proved=linear.bound - 1e-6
        )
        best = least_value(program)

        assert bounds.bound(0, []) == linear.bound - 1e-6
        assert best is None or bounds.rise(0, [], EFFORT) <= best, seed


def two_levels(seed: int) -> tuple[Program, tuple[Objective, Objective], LevelBounds] | None:
    """Return a programme, what comes first in it and what it costs, and bounds of both."""
    program = random_program(seed)
    random = np.random.default_rng(seed)
    missing = Objective(
        cost=random.integers(0, 3, program.columns).astype(float), offset=0.0, weight=50.0, step=1.0
    )
    objectives = missing, Objective(cost=program.cost, offset=program.offset, weight=1.0)
    linear = solve_program(weighed(program, objectives).relaxed(), EFFORT)
    if linear.x is None or linear.row_prices is None or linear.bound is None:
        return None
    bounds = LevelBounds(
        program,
        np.zeros(program.blocks, dtype=np.int64),
        objectives,
        between_blocks(program, linear.row_prices),
        linear.x,
        proved=linear.bound - 1e-6,
    )
    return program, objectives, bounds


def test_what_is_proved_while_an_earlier_level_may_fall_holds_of_whatever_it_comes_to() -> None:
    closer = 0
    for seed in PROGRAMS[:100]:
        begun = two_levels(seed)
        if begun is None:
            continue
        program, (missing, cost), bounds = begun
        found = [(missing.value(x), cost.value(x)) for x in solutions(program)]
        if not found:
            continue
        for held in sorted({first for first, _ in found}, reverse=True):
            least = min(value for first, value in found if first <= held)

            assert bounds.rise(1, [held], EFFORT, may_fall=True) <= least + 1e-6, (seed, held)

        # Held at the least there is, and no more to fall: prices of what it came to come closer.
        held = min(first for first, _ in found)
        before, after = bounds.bound(1, [held]), bounds.rise(1, [held], EFFORT)
        closer += after > before + 1e-6
        assert before <= after <= min(value for first, value in found if first <= held) + 1e-6
    assert closer > 0
