"""Part of a programme to be solved, here or in another process, and what came of it."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import Program, without_fixed
from services.capital.optimiser.mathopt_adapter import Effort, Status, solve_program


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The programme of the columns that are free; the others are paid for in it."""

    program: Program
    columns: Ints
    effort: Effort
    hint: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Values of the free columns; None: none found. `proved`: there are no better ones.

    `seconds` are those that the solver took, wherever it ran.
    """

    columns: Ints
    x: Floats | None
    proved: bool
    seconds: float = 0.0


def freed(program: Program, x: Floats, columns: Ints) -> tuple[Program, Ints]:
    """Return the programme of these columns, the others at x, and which of them it has."""
    lower, upper = x.copy(), x.copy()
    lower[columns], upper[columns] = program.lower[columns], program.upper[columns]
    inside = without_fixed(program.with_box(lower, upper))
    return inside.program, inside.columns


def solve(task: Task) -> Solved:
    if not len(task.columns):
        return Solved(columns=task.columns, x=np.zeros(0), proved=True)
    found = solve_program(task.program, task.effort, hint=task.hint)
    proved = found.status in (Status.PROVED, Status.INFEASIBLE)
    return Solved(columns=task.columns, x=found.x, proved=proved, seconds=found.seconds)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A task that is solved when it is asked for."""

    task: Task

    def result(self) -> Solved:
        return solve(self.task)


UnderWay: TypeAlias = Future[Solved] | PutOff


def started(task: Task, executor: Executor | None) -> UnderWay:
    """Begin the task in the executor, or put it off to when it is asked for."""
    return PutOff(task) if executor is None else executor.submit(solve, task)


def first_back(under_way: Sequence[UnderWay], *, in_order: bool) -> int:
    """Return which to take next: the one begun first, or else whichever is solved first."""
    futures = [one for one in under_way if isinstance(one, Future)]
    if in_order or len(futures) < len(under_way):
        return 0
    done = wait(futures, return_when=FIRST_COMPLETED).done
    return next(place for place, one in enumerate(under_way) if one in done)
