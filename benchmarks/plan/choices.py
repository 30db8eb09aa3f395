"""`./dev bench choices [--instances NAME ...]`: what the engine is made of, beside what it is not.

Two tables: what a linear programme comes to with the rows that are added to it, with window covers
and with both; and what HiGHS, SCIP and CP-SAT gain in the same looks near the same plan.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.plan.instances import instance, known
from benchmarks.plan.looks import tallies
from benchmarks.plan.window_covers import WindowCovers
from services.capital.optimiser.engine.program import Program, with_own_rows
from services.capital.optimiser.levels import standing
from services.capital.optimiser.mathopt_adapter import NAMES, Effort, solve_program
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.terms import Terms
from services.capital.tables import titled

BY_DEFAULT: Final = ("lumpy", "alliance-10y", "ambcap-f-10y")
LINEAR: Final = Effort(seconds=300.0)
# So that what HiGHS calls nothing at one level is not too little at the next.
SLACK: Final = 1e-6
DRAFT_SECONDS: Final = 20.0
BETTER_SECONDS: Final = 15.0


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="./dev bench choices", description=__doc__)
    parser.add_argument("--instances", nargs="+", type=known, default=BY_DEFAULT)
    given = parser.parse_args(arguments)
    models = {name: RenewalModel(Terms(instance(name))) for name in given.instances}
    rows = [row for name, model in models.items() for row in _linear(name, model)]
    columns = ("instance", "level", "plain", "rows of ours", "window covers", "both")
    sys.stdout.write(titled("linear programmes, vehicle-years or £k", columns, rows))
    looks = [row for name, model in models.items() for row in _looks(name, model)]
    of_looks = "better", "proved", "refused", "gained £k", "cpu s", "£k a cpu s"
    columns_of_looks = ("instance", "solver", *of_looks)
    sys.stdout.write(titled("the same looks near the same plan", columns_of_looks, looks))


def _linear(name: str, model: RenewalModel) -> Iterator[Sequence[str]]:
    sys.stderr.write(f"{name}: linear programmes\n")
    plain, covers = model.arrays(), WindowCovers(model).rows()
    ours = with_own_rows(plain, model.closer_rows())
    programmes = plain, ours, with_own_rows(plain, covers), with_own_rows(ours, covers)
    values = zip(*(_by_level(model, program) for program in programmes), strict=True)
    for level, of_level in zip(standing(model.terms.problem), values, strict=True):
        yield name, level, *(f"{value:,.1f}" for value in of_level)


def _by_level(model: RenewalModel, program: Program) -> Iterator[float]:
    """Yield what each level comes to, those before it held."""
    for level in standing(model.terms.problem):
        cost, offset = model.cost(level)
        found = solve_program(program.with_cost(cost, offset).relaxed(), LINEAR)
        if found.value is None:
            raise RuntimeError(f"the linear programme of {level} was not solved")
        yield found.value
        program = program.with_most(cost, found.value - offset + SLACK)


def _looks(name: str, model: RenewalModel) -> Iterator[Sequence[str]]:
    sys.stderr.write(f"{name}: a plan, and looks near it; about a minute\n")
    for row in tallies(model, DRAFT_SECONDS, BETTER_SECONDS):
        a_second = row.gained / max(row.cpu_seconds, 0.01)
        counts = str(row.better), str(row.proved), str(row.refused), f"{row.gained:,.0f}"
        yield name, NAMES[row.solver], *counts, f"{row.cpu_seconds:.1f}", f"{a_second:.1f}"
