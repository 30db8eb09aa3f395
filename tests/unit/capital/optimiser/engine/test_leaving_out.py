"""A first plan of what the linear programme uses alone, where none is known."""

from services.capital.optimiser.engine.primal.leaving_out import solved_without_unused
from services.capital.optimiser.mathopt_adapter import Effort, solve_program
from tests.unit.capital.optimiser.engine.programs import least_value, lots, random_program

EFFORT = Effort(seconds=10.0)
PROGRAMS = range(200)


def test_what_is_found_without_the_unused_is_a_solution_of_the_whole() -> None:
    found = 0
    for seed in PROGRAMS:
        program, best = random_program(seed), least_value(random_program(seed))
        x = solved_without_unused(program, solve_program(program.relaxed(), EFFORT), EFFORT)
        if x is None:
            continue
        found += 1
        assert best is not None
        assert program.is_met_by(x), seed
        assert program.value(x) >= best - 1e-6
    assert found > len(PROGRAMS) // 2


def test_orders_that_are_worth_placing_are_placed() -> None:
    program = lots(blocks=3, seed=1)
    linear = solve_program(program.relaxed(), EFFORT)

    x = solved_without_unused(program, linear, EFFORT)

    assert x is not None
    assert program.is_met_by(x)


def test_without_a_linear_solution_nothing_is_tried() -> None:
    program = random_program(0)
    nothing = solve_program(program.relaxed(), Effort(seconds=10.0))

    assert solved_without_unused(program, type(nothing)(status=nothing.status), EFFORT) is None
