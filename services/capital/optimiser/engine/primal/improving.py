"""Better plans near the best, by solving one part of the programme after another."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Bools, Floats
from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.primal.choice import Choice
from services.capital.optimiser.engine.primal.families import Standing
from services.capital.optimiser.engine.primal.feasible import feasible, whole
from services.capital.optimiser.engine.primal.guide import Guide, linear_guide
from services.capital.optimiser.engine.primal.neighbourhood import Neighbourhood
from services.capital.optimiser.engine.primal.structure import Structure, in_blocks
from services.capital.optimiser.engine.primal.task import (
    Solved,
    Task,
    UnderWay,
    first_back,
    freed,
    started,
)
from services.capital.optimiser.engine.program import Program

# Parts looked at side by side; the same whoever solves them, so that the plan is too.
WIDTH: Final = 3
# Of the value: what one part may leave on the table, and what counts as better.
PART_GAP: Final = 5e-6
LEAST_GAIN: Final = 1e-9
# So many looks after it was last sought, what follows the plan's yes and no is sought again.
LOOKS_FOLLOWED: Final = 40
FOLLOWING_SHARE: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A neighbourhood being solved; None: what follows the plan's yes and no."""

    neighbourhood: Neighbourhood | None
    under_way: UnderWay


class Improving:
    """Keeps the best plan; sends out parts of it to be solved, and takes what comes back better.

    Where counts end a run, parts are taken in the order they were sent: it is the same with any
    executor. Where seconds do, whichever is solved first is, and no core waits for another's part.
    """

    def __init__(
        self,
        program: Program,
        incumbent: Floats,
        budget: Budget,
        guide: Guide,
        *,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self._program: Final = program
        self._budget: Final = budget
        self._seed: Final = seed
        self._executor: Final = executor
        self._standing: Final = Standing(
            structure=Structure(program),
            guide=guide,
            random=np.random.default_rng(seed),
            x=incumbent,
            changes=np.zeros(program.blocks, dtype=np.int64),
            busy=np.zeros(program.blocks, dtype=bool),
        )
        self._choice: Final = Choice(self._standing)
        self._flights: Final[list[Flight]] = []
        self._steps = 0
        self._followed: Bools | None = None
        self._followed_at = -LOOKS_FOLLOWED

    def run(self) -> Iterator[Floats]:
        while self._send():
            flight = self._flights.pop(self._first_back())
            if flight.neighbourhood is None:
                self._follow(flight.under_way.result())
                continue
            better = self._take(flight.under_way.result(), flight.neighbourhood)
            if better is not None:
                yield better

    def _send(self) -> bool:
        """Send out as many parts as may be at once; say whether any is out."""
        while len(self._flights) < WIDTH and self._budget.allows(self._steps):
            if self._steps >= self._followed_at + LOOKS_FOLLOWED and self._has_switched():
                self._send_follower()
                continue
            neighbourhood = self._choice.next()
            if neighbourhood is None:
                break
            self._steps += 1
            self._standing.busy[list(neighbourhood.blocks)] = True
            under_way = started(self._task(neighbourhood), self._executor)
            self._flights.append(Flight(neighbourhood=neighbourhood, under_way=under_way))
        return bool(self._flights)

    def _first_back(self) -> int:
        under_way = [flight.under_way for flight in self._flights]
        return first_back(under_way, in_order=self._budget.nodes is not None)

    def _has_switched(self) -> bool:
        """Whether the plan says yes and no otherwise than what follows it."""
        on = self._standing.x[self._standing.structure.is_switch] > 0
        return self._followed is None or not np.array_equal(on, self._followed)

    def _send_follower(self) -> None:
        """Have the linear programme solved with the plan's yes and no."""
        switches, x = self._standing.structure.is_switch, self._standing.x
        self._followed, self._followed_at = x[switches] > 0, self._steps
        fixed = self._program.fixed(np.flatnonzero(switches), x[switches]).relaxed()
        effort = self._budget.effort(absolute_gap=0.0, seed=self._seed, share=FOLLOWING_SHARE)
        task = Task(program=fixed, columns=np.arange(fixed.columns), effort=effort)
        under_way = started(task, self._executor)
        self._flights.append(Flight(neighbourhood=None, under_way=under_way))

    def _follow(self, solved: Solved) -> None:
        if solved.proved and solved.x is not None:
            self._standing.follower = solved.x

    def _task(self, near: Neighbourhood) -> Task:
        boxed = self._program.lower.copy(), self._program.upper.copy()
        boxed[0][near.columns], boxed[1][near.columns] = near.lower, near.upper
        x = self._standing.x
        part, columns = freed(self._program.with_box(*boxed), x, near.columns)
        effort = self._budget.effort(
            absolute_gap=PART_GAP * max(1.0, abs(self._program.value(x))),
            seed=self._seed + self._steps,
            share=self._choice.patience(near),
        )
        return Task(program=part, columns=columns, effort=effort, hint=x[columns])

    def _take(self, solved: Solved, near: Neighbourhood) -> Floats | None:
        before = self._standing.x
        self._budget.solved()
        better = self._better(solved)
        gain = 0.0 if better is None else self._program.value(before) - self._program.value(better)
        seconds = solved.seconds if self._budget.nodes is None else None
        self._choice.learn(near, gain, seconds, proved=solved.proved)
        self._standing.busy[list(near.blocks)] = False
        if better is not None:
            self._standing.moved(better, near.blocks)
        return better

    def _better(self, solved: Solved) -> Floats | None:
        """Return the best plan with the part's values, where it is better and still a plan."""
        if solved.x is None:
            return None
        x = self._standing.x.copy()
        x[solved.columns] = solved.x
        x = whole(self._program, x)
        best = self._program.value(self._standing.x)
        gained = best - self._program.value(x) > LEAST_GAIN * max(1.0, abs(best))
        # Another part may have taken what this one counted on: then it is as if it found nothing.
        return x if gained and feasible(self._program, x) else None


def improve(
    program: Program,
    incumbent: Floats,
    budget: Budget,
    *,
    seed: int = 0,
    guide: Guide | None = None,
    executor: Executor | None = None,
) -> Iterator[Floats]:
    """Yield ever better solutions than the incumbent, until the budget or every idea is spent."""
    program = in_blocks(program)
    guide = guide or linear_guide(program, budget)
    if guide is not None:
        search = Improving(program, incumbent, budget, guide, seed=seed, executor=executor)
        yield from search.run()
