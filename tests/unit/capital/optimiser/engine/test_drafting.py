"""Drafts where blocks are hard: a draft without one of them is none."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from services.capital.optimiser.engine.primal import Budget, draft, feasible
from services.capital.optimiser.engine.primal.task import Solved, Task
from tests.unit.capital.optimiser.engine.programs import lots

P = ParamSpec("P")
T = TypeVar("T")
COUNTED = Budget(steps=60, nodes=100)


@dataclass
class Slow(Executor):
    """Finds nothing whole in a search tree of fewer nodes than these."""

    nodes: int

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        task, solved = args[0], fn(*args, **kwargs)
        if isinstance(task, Task) and isinstance(solved, Solved) and task.program.integer.any():
            is_short = (task.effort.nodes or 0) < self.nodes
            solved = replace(solved, x=None, proved=False) if is_short else solved
        future.set_result(solved)
        return future


def test_a_block_of_which_nothing_is_known_is_tried_again_for_longer() -> None:
    program = lots(blocks=4, seed=1)

    found = draft(program, COUNTED, executor=Slow(nodes=5_000))

    assert found is not None
    assert feasible(program, found)
    assert draft(program, COUNTED, executor=Slow(nodes=10**9)) is None
