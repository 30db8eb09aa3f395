"""What is looked at near a plan: which columns are free, and which kind has how much time."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.primal import Budget, Guide, improve
from services.capital.optimiser.engine.primal.choice import Choice
from services.capital.optimiser.engine.primal.families import Standing, groups
from services.capital.optimiser.engine.primal.neighbourhood import between, with_switches
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.primal.task import Task
from services.capital.optimiser.engine.program import NO_BLOCK, Program
from tests.unit.capital.optimiser.engine.programs import lots

P = ParamSpec("P")
T = TypeVar("T")


class Listening(Executor):
    """Does at once what it is sent, and keeps the parts it was sent to solve."""

    def __init__(self) -> None:
        self.parts: list[Program] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self.parts += [task.program for task in args if isinstance(task, Task)]
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def standing_at(program: Program, x: Floats, guide: Guide) -> Standing:
    return Standing(
        structure=Structure(program),
        guide=guide,
        random=np.random.default_rng(0),
        x=x,
        changes=np.zeros(program.blocks, dtype=np.int64),
        busy=np.zeros(program.blocks, dtype=bool),
    )


def test_what_is_left_of_a_purse_is_looked_at_with_all_that_could_use_it() -> None:
    program = lots(blocks=3, seed=1)
    purse = int(np.flatnonzero(program.row_block == NO_BLOCK)[0])
    prices = np.where(np.arange(program.rows) == purse, -2.0, 0.0)
    nothing = np.tile([0.0, 0.0, 5.0], 3)
    guide = Guide(x=nothing, row_prices=prices)
    standing = standing_at(program, nothing, guide)

    found = next(kind for kind in groups() if kind.name == "left over").propose(standing)

    assert guide.left_over(program, nothing)[purse] == 2.0 * 75.0
    assert found is not None
    assert found.blocks == (0, 1, 2)
    assert found.columns.tolist() == list(range(9))


def test_kinds_have_time_by_what_they_gain_in_it() -> None:
    program, nothing = lots(blocks=12, seed=1), np.tile([0.0, 0.0, 5.0], 12)
    prices = np.where(program.row_block == NO_BLOCK, -2.0, 0.0)
    standing = standing_at(program, nothing, Guide(x=nothing + 0.5, row_prices=prices))
    choice, seconds, looks = Choice(standing), {"groups": 0.1, "pairs": 10.0}, Counter[str]()

    for _ in range(300):
        near = choice.next()
        assert near is not None
        looks[near.family] += 1
        gain = 100.0 if near.family in seconds else 0.0
        choice.learn(near, gain, seconds.get(near.family, 1.0), proved=False)
        standing.moved(nothing, near.blocks)

    assert looks["groups"] > 0.5 * looks.total()
    assert looks["pairs"] < 0.1 * looks.total()
    assert min(looks[kind.name] for kind in groups()) > 0


def test_what_follows_the_plans_yes_and_no_is_sought_first_with_them() -> None:
    program, executor = lots(blocks=4, seed=3), Listening()
    start = np.array([1.0, 5.0, 0.0, *[0.0, 0.0, 5.0] * 3])

    plans = list(improve(program, start, Budget(steps=1, nodes=1), executor=executor))

    assert not executor.parts[0].integer.any()
    assert executor.parts[0].lower[::3].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert executor.parts[0].upper[::3].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert executor.parts[0].upper[1] == 5.0
    assert len(executor.parts) == 2 - (not plans)


def test_switches_are_free_where_whole_numbers_are_between_two_solutions() -> None:
    program = lots(blocks=2, seed=1)
    x, other = np.array([0.0, 0.0, 5.0] * 2), np.array([0.0, 1.5, 3.5] * 2)
    near = between(Structure(program), x, other, (0,), "switching")

    found = with_switches(Structure(program), near)

    assert near.upper.tolist() == [0.0, 2.0, 5.0]
    assert found.lower.tolist() == [0.0, 0.0, 3.0]
    assert found.upper.tolist() == [1.0, 2.0, 5.0]
