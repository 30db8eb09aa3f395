"""The same parts of a plan solved by each of the wheel's solvers: what each gains in its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic, process_time
from typing import Final

import numpy as np

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.levelled import Objective, weighed
from services.capital.optimiser.engine.primal import Budget, Guide, draft, feasible, improve
from services.capital.optimiser.engine.primal.families import Groups, Pairs, Standing, groups
from services.capital.optimiser.engine.primal.improving import PART_GAP
from services.capital.optimiser.engine.primal.structure import Structure
from services.capital.optimiser.engine.primal.task import Task, freed
from services.capital.optimiser.engine.program import Program, between_blocks
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.levels import standing
from services.capital.optimiser.mathopt_adapter import Effort, Solver, Status, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.weights import weights

SOLVERS: Final = (Solver.HIGHS, Solver.SCIP, Solver.CP_SAT)
EACH_SECONDS: Final = 1.0
# Of each kind of neighbourhood.
LOOKS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one solver came to in all looks. `gained` in thousands of pounds.

    CP-SAT refuses a programme in which a part of something is fixed, such as pounds.
    """

    solver: Solver
    better: int
    proved: int
    refused: int
    gained: float
    cpu_seconds: float


def tallies(model: RenewalModel, draft_seconds: float, better_seconds: float) -> Iterator[Tally]:
    """Draft a plan and better it for so long, then yield what each solver gains near it."""
    program, guide = _programme(model)
    began = monotonic()
    x = draft(program, Budget(clock=monotonic, deadline=began + draft_seconds), guide=guide)
    if x is None:
        return
    until = Budget(clock=monotonic, deadline=monotonic() + better_seconds)
    for better in improve(program, x, until, guide=guide):
        x = better
    tasks = list(_tasks(program, x, guide))
    for solver in SOLVERS:
        yield _tally(program, x, tasks, solver)


def _programme(model: RenewalModel) -> tuple[Program, Guide]:
    weight = weights(model.terms)
    objectives = [
        Objective(cost=cost, offset=offset, weight=weight[level])
        for level in standing(model.terms.problem)
        for cost, offset in (model.cost(level),)
    ]
    program = weighed(model.arrays(), objectives)
    linear = solve_program(program.relaxed(), Effort(seconds=120.0))
    if linear.x is None or linear.row_prices is None:
        raise RuntimeError("the linear programme was not solved in its time")
    return program, Guide(x=linear.x, row_prices=between_blocks(program, linear.row_prices))


def _tasks(program: Program, x: Floats, guide: Guide) -> Iterator[Task]:
    near = Standing(
        structure=Structure(program),
        guide=guide,
        random=np.random.default_rng(0),
        x=x,
        changes=np.zeros(program.blocks, dtype=np.int64),
        busy=np.zeros(program.blocks, dtype=bool),
    )
    effort = Effort(seconds=EACH_SECONDS, absolute_gap=PART_GAP * abs(program.value(x)))
    kinds: list[Pairs | Groups] = [Pairs(near), *groups()]
    for kind in kinds * LOOKS:
        found = kind.propose(near)
        if found is not None:
            part = program.boxed(found.columns, found.lower, found.upper)
            inside, columns = freed(part, x, found.columns)
            yield Task(program=inside, columns=columns, effort=effort, hint=x[columns])


def _tally(program: Program, x: Floats, tasks: Sequence[Task], solver: Solver) -> Tally:
    began, gains, proved, refused = process_time(), list[float](), 0, 0
    for task in tasks:
        try:
            found = solve_program(task.program, task.effort, solver=solver, hint=task.hint)
        except SolverFault:
            refused += 1
            continue
        proved += found.status is Status.PROVED
        if found.x is not None:
            gains.append(_gain(program, x, task, found.x))
    return Tally(
        solver=solver,
        better=sum(gain > 0 for gain in gains),
        proved=proved,
        refused=refused,
        gained=sum(gains),
        cpu_seconds=process_time() - began,
    )


def _gain(program: Program, x: Floats, task: Task, values: Floats) -> float:
    """Return by how much the plan is better with the part's values; nothing where it is none."""
    better = x.copy()
    better[task.columns] = values
    better = program.whole(better)
    return max(0.0, program.value(x) - program.value(better)) if feasible(program, better) else 0.0
