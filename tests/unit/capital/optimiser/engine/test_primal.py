"""Plans of small random programmes, against every solution there is."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ParamSpec, TypeVar

import numpy as np
import pytest

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.primal import Budget, draft, feasible, improve, linear_guide
from services.capital.optimiser.engine.primal.elastic import elastic
from services.capital.optimiser.engine.primal.neighbourhood import between
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.primal.task import Solved, Task, solve
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks
from tests.unit.capital.optimiser.engine.programs import (
    least_value,
    lots,
    random_program,
    solutions,
)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Overrunning(Executor):
    """Solves linear programmes; of others it has found nothing in time, or nothing good."""

    finds: bool

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        task, solved = args[0], fn(*args, **kwargs)
        if isinstance(task, Task) and isinstance(solved, Solved) and task.program.integer.any():
            solved = replace(solved, x=self._found(task), proved=False)
        future.set_result(solved)
        return future

    def _found(self, task: Task) -> Floats | None:
        dearest = task.program.with_cost(-task.program.cost)
        return solve(replace(task, program=dearest)).x if self.finds else None


@dataclass
class Noting(Executor):
    """Solves what it is given, and notes the seconds that it may take."""

    seconds: list[float]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        task = args[0]
        if isinstance(task, Task):
            self.seconds.append(task.effort.seconds)
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


COUNTED = Budget(steps=60, nodes=100)
SEEDS = range(60)


def solvable(seeds: range) -> list[int]:
    return [seed for seed in seeds if len(solutions(random_program(seed)))]


def test_a_draft_that_is_late_gives_blocks_their_part_of_what_is_left() -> None:
    program = random_program(solvable(SEEDS)[0])
    late = Budget(clock=lambda: 10.0, deadline=5.0)
    in_time, allowed = Noting([]), Noting([])
    guide = linear_guide(program, COUNTED)

    draft(program, late, guide=guide, executor=in_time)
    x = draft(program, late, guide=guide, latest=105.0, executor=allowed)

    assert max(in_time.seconds) < 0.1
    assert min(allowed.seconds) >= 1.0
    assert x is not None
    assert feasible(program, x)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_draft_is_a_solution(seed: int) -> None:
    program = random_program(seed)

    x = draft(program, COUNTED, seed=seed)

    assert x is None or feasible(program, x)


def test_a_draft_is_not_made_where_rounding_promises_little_beside_what_is_known() -> None:
    """One more is needed each year and orders are of four: rounded yearly orders buy far more."""
    program = yearly_orders(years=4)
    nothing = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 4.0])
    all_at_once = np.array([1.0, 4.0, 0.0, *[0.0] * 9])

    drafts = [draft(program, COUNTED, known=known) for known in (None, nothing, all_at_once)]

    assert drafts[0] is not None
    assert drafts[1] is not None
    assert drafts[0].tolist() == drafts[1].tolist() == all_at_once.tolist()
    assert drafts[2] is None


@pytest.mark.parametrize("finds", [False, True])
def test_blocks_that_are_not_made_whole_well_in_their_time_stay_as_they_are_known(
    *, finds: bool
) -> None:
    program, executor = lots(blocks=6, seed=3), Overrunning(finds)
    known = draft(program, COUNTED)
    assert known is not None

    drafts = [draft(program, COUNTED, known=x, executor=executor) for x in (None, known)]

    assert drafts[0] is None or program.value(drafts[0]) > program.value(known)
    assert drafts[1] is not None
    assert drafts[1].tolist() == known.tolist()


def test_a_draft_a_penny_over_is_mended_however_much_a_lot_less_costs() -> None:
    """Each of two blocks needs one, in lots of two, and the purse is a penny short of two lots."""
    program = lots(blocks=2, seed=1)
    needs, money = [2, 5], 6
    least, most = program.row_lower.copy(), program.row_upper.copy()
    least[needs] = 1.0
    most[money] = 2 * 10.01 + 2 * 11.01 - 0.01
    cost = np.tile([0.0, 1.0, 30.0], 2)

    x = draft(replace(program, cost=cost, row_lower=least, row_upper=most), COUNTED)

    assert x is not None
    assert sorted(x[[1, 4]]) == [0.0, 2.0]


def test_nearly_every_programme_with_a_solution_is_drafted() -> None:
    seeds = solvable(SEEDS)

    drafted = [seed for seed in seeds if draft(random_program(seed), COUNTED) is not None]

    assert len(drafted) >= 0.9 * len(seeds), f"{len(drafted)} of {len(seeds)}, seeds {SEEDS}"


@pytest.mark.parametrize("seed", solvable(SEEDS))
def test_the_worst_solution_of_a_small_programme_is_improved_to_the_best(seed: int) -> None:
    program = random_program(seed)
    worst = max(solutions(program), key=program.value)

    plans = [worst, *improve(program, worst, COUNTED, seed=seed)]

    values = [program.value(x) for x in plans]
    assert all(feasible(program, x) for x in plans)
    assert all(later < earlier for earlier, later in pairwise(values))
    assert values[-1] == least_value(program)


def test_a_programme_without_blocks_is_improved_as_one() -> None:
    program = random_program(solvable(SEEDS)[0])
    apart = with_blocks(program, np.full(program.columns, NO_BLOCK))
    worst = max(solutions(apart), key=apart.value)

    plans = [worst, *improve(apart, worst, COUNTED)]

    assert apart.value(plans[-1]) == least_value(apart)


def test_counted_runs_are_the_same_with_an_executor_and_without() -> None:
    program = lots(blocks=6, seed=3)
    start = np.tile([0.0, 0.0, 5.0], 6)

    with ThreadPoolExecutor(2) as executor:
        runs = [
            [x.tolist() for x in improve(program, start, COUNTED, seed=5, executor=each)]
            for each in (None, None, executor)
        ]
        drafts = [draft(program, COUNTED, executor=each) for each in (None, executor)]

    assert runs[0]
    assert runs[0] == runs[1] == runs[2]
    assert drafts[0] is not None
    assert drafts[1] is not None
    assert drafts[0].tolist() == drafts[1].tolist()


def test_no_more_programmes_are_solved_than_the_budget_allows() -> None:
    program = lots(blocks=6, seed=3)

    plans = list(improve(program, np.tile([0.0, 0.0, 5.0], 6), Budget(steps=0, nodes=1)))

    assert plans == []


def dearer(program: Program, *, times: int) -> Program:
    """Return the programme with its purse's prices so many times as high."""
    money = program.entry_row == np.flatnonzero(program.row_block == NO_BLOCK)[0]
    values = np.where(money, times * program.entry_value, program.entry_value)
    return replace(program, entry_value=np.round(values, 2).astype(np.float64))


def with_left(program: Program, x: Floats, pounds: float) -> Program:
    """Return the programme whose purse has so much left after x."""
    money = int(np.flatnonzero(program.row_block == NO_BLOCK)[0])
    limits = program.row_upper.copy()
    limits[money] = program.activity(x)[money] + pounds
    return replace(program, row_upper=limits)


def test_a_penny_over_is_no_plan() -> None:
    program = lots(blocks=2, seed=1)
    x = np.array([1.0, 2.0, 4.0, 1.0, 2.0, 4.0])

    assert feasible(with_left(program, x, 0.0), x)
    assert not feasible(with_left(program, x, -0.01), x)


def test_a_penny_over_is_an_overrun_to_mend_however_much_is_spent() -> None:
    program = lots(blocks=2, seed=1)
    x = np.array([1.0, 2.0, 4.0, 1.0, 2.0, 4.0])
    soft = elastic(with_left(dearer(program, times=10_000), x, -0.01))

    assert not soft.keeps(soft.extended(x))
    assert feasible(soft.program, soft.extended(x))
    assert not feasible(soft.program, np.append(x, np.zeros(soft.program.columns - len(x))))


def yearly_orders(*, years: int) -> Program:
    """Return, for each year: placed, ordered, missing; orders of four or five serve ever after."""
    entries = [
        entry
        for year in range(years)
        for entry in (
            (3 * year, 3 * year, -4.0),
            (3 * year, 3 * year + 1, 1.0),
            (3 * year + 1, 3 * year, -5.0),
            (3 * year + 1, 3 * year + 1, 1.0),
            *((3 * year + 2, 3 * before + 1, 1.0) for before in range(year + 1)),
            (3 * year + 2, 3 * year + 2, 1.0),
        )
    ]
    rows, columns, values = zip(*entries, strict=True)
    needed = np.arange(1.0, years + 1)
    none, free = np.zeros(years), np.full(years, np.inf)
    program = Program(
        cost=np.tile([1.0, 10.0, 30.0], years),
        offset=0.0,
        lower=np.zeros(3 * years),
        upper=np.tile([1.0, 5.0, float(years)], years),
        integer=np.ones(3 * years, dtype=bool),
        block=np.zeros(3 * years, dtype=np.int64),
        row_lower=np.column_stack([none, -free, needed]).ravel(),
        row_upper=np.column_stack([free, none, free]).ravel(),
        row_block=np.full(3 * years, NO_BLOCK),
        entry_row=np.array(rows),
        entry_column=np.array(columns),
        entry_value=np.array(values),
    )
    return with_blocks(program, program.block)


@pytest.mark.parametrize("seed", solvable(SEEDS))
def test_between_two_solutions_either_may_be_chosen_and_little_else(seed: int) -> None:
    program = random_program(seed)
    one, other = solutions(program)[0], solutions(program)[-1]
    blocks = tuple(range(program.blocks))

    near = between(Structure(program), one, 0.75 * one + 0.25 * other, blocks)

    for x in (one, 0.75 * one + 0.25 * other):
        assert np.all(near.lower <= x[near.columns])
        assert np.all(x[near.columns] <= near.upper)
    assert np.all(near.upper - near.lower <= np.maximum(1.0, np.abs(one - other)[near.columns]))
