"""Which part of a search is taken next: in order where counts end it, else as they come."""

from concurrent.futures import Future

import numpy as np

from services.capital.optimiser.engine.primal.task import (
    PutOff,
    Solved,
    Task,
    UnderWay,
    first_back,
)
from services.capital.optimiser.mathopt_adapter import Effort
from tests.unit.capital.optimiser.engine.programs import random_program

SOLVED = Solved(columns=np.zeros(0, dtype=np.int64), x=None, proved=True)


def one_back_of(number: int, place: int) -> list[UnderWay]:
    """Return so many parts under way, of which one has come back."""
    futures = [Future[Solved]() for _ in range(number)]
    futures[place].set_result(SOLVED)
    return [*futures]


def test_no_part_waits_for_another_that_takes_longer() -> None:
    assert first_back(one_back_of(3, 2), in_order=False) == 2


def test_of_parts_that_are_all_back_the_one_begun_first_is_taken() -> None:
    futures = [Future[Solved]() for _ in range(3)]
    for future in futures:
        future.set_result(SOLVED)

    assert first_back(futures, in_order=False) == 0


def test_where_counts_end_a_run_parts_are_taken_in_their_order() -> None:
    assert first_back(one_back_of(3, 2), in_order=True) == 0


def test_what_is_put_off_is_solved_when_it_is_its_turn() -> None:
    program = random_program(0)
    task = Task(program=program, columns=np.arange(program.columns), effort=Effort(seconds=10.0))

    assert first_back([PutOff(task), PutOff(task)], in_order=False) == 0
    assert PutOff(task).result().proved
