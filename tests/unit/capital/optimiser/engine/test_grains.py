"""Which way of taking a programme apart is priced next, and where it begins."""

import numpy as np

from services.capital.optimiser.engine.bound import Bounding
from services.capital.optimiser.engine.grains import Grains, grained
from services.capital.optimiser.engine.program import NO_BLOCK, Program
from services.capital.optimiser.mathopt_adapter import Effort
from tests.unit.capital.optimiser.engine.programs import least_value, random_program


def three_blocks() -> Program:
    """Return a programme of three blocks, some of whose columns are switches and some are not."""
    programs = (random_program(seed) for seed in range(100))
    return next(
        program
        for program in programs
        if program.blocks == 3 and len(set(program.upper.tolist())) > 1 and least_value(program)
    )


def two_grains(program: Program) -> Grains:
    """Return the bounds of its blocks, and of two groups of them, from prices of nothing."""
    return Grains(
        [
            Bounding(grain, np.zeros(np.sum(grain.row_block == NO_BLOCK)), scale=10.0)
            for grain in grained(program, np.array([0, 0, 1]))
        ]
    )


def test_a_grain_is_left_once_another_can_be_expected_to_raise_the_bound_more() -> None:
    grains = two_grains(three_blocks())
    order = []

    for risen in (10.0, 0.0, 0.0, 0.0):
        order.append(grains.next())
        grains.learn(0, risen, seconds=1.0)

    assert order == [0, 0, 0, 0]
    assert grains.next() == 1


def test_blocks_alone_keep_only_their_switches_whole_and_groups_everything() -> None:
    program = three_blocks()

    blocks, groups = grained(program, np.array([0, 0, 1]))

    assert np.array_equal(blocks.integer, program.upper <= 1)
    assert np.array_equal(groups.integer, program.integer)
    assert (blocks.blocks, groups.blocks) == (3, 2)


def test_groups_begin_with_the_prices_that_blocks_came_to() -> None:
    program = three_blocks()
    grains, best = two_grains(program), least_value(program)
    blocks, groups = grains.bounds
    for _ in range(4):
        blocks.rise(Effort(seconds=10.0))

    grains.bring(1)
    groups.rise(Effort(seconds=10.0))

    # What is whole in a block, and what ties blocks of a group, can only raise the bound.
    assert groups.bound >= blocks.bound - 1e-6
    assert best is not None
    assert groups.bound <= best


def test_no_hope_is_given_up_before_there_were_rounds_enough_to_go_by() -> None:
    grains = two_grains(three_blocks())

    for _ in range(5):
        grains.learn(0, 0.0, seconds=1.0)
    few = grains.hope(100.0)
    grains.learn(0, 0.0, seconds=1.0)

    assert few == float("inf")
    assert grains.hope(100.0) == 0.0


def test_rounds_that_took_much_of_the_time_for_nothing_are_enough_to_go_by() -> None:
    grains = two_grains(three_blocks())

    for place in range(2):
        grains.learn(place, 0.0, seconds=10.0)

    assert grains.hope(200.0) == float("inf")
    assert grains.hope(100.0) == 0.0


def test_what_a_first_round_raised_is_not_expected_of_the_next() -> None:
    grains = two_grains(three_blocks())
    before = grains.rate

    grains.learn(0, 8.0, seconds=1.0)
    first = grains.rate
    grains.learn(0, 8.0, seconds=1.0)

    assert before == float("inf")
    assert first == 2.0
    assert grains.rate == 8.0
