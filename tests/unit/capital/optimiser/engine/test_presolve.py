"""What HiGHS's presolve is wrong about is found out before anybody hears of it."""

import json
from math import inf
from pathlib import Path

import numpy as np

from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.mathopt_adapter import Effort, Status, solve_program

# Part of a synthetic fleet's programme, its costs rounded: 92 columns, 83 rows.
PART = Path(__file__).parent / "none_by_presolve.json"


def the_part() -> Program:
    said = json.loads(PART.read_text())
    return Program(
        cost=np.array(said["cost"], dtype=float),
        offset=said["offset"],
        lower=np.array(said["lower"], dtype=float),
        upper=np.array(said["upper"], dtype=float),
        integer=np.array(said["integer"], dtype=bool),
        block=np.zeros(len(said["cost"]), dtype=np.int64),
        row_lower=np.array([-inf if row is None else row for row in said["row_lower"]]),
        row_upper=np.array([inf if row is None else row for row in said["row_upper"]]),
        row_block=np.zeros(len(said["row_lower"]), dtype=np.int64),
        entry_row=np.array(said["entry_row"], dtype=np.int64),
        entry_column=np.array(said["entry_column"], dtype=np.int64),
        entry_value=np.array(said["entry_value"], dtype=float),
    )


def test_a_programme_that_presolve_alone_finds_infeasible_is_solved() -> None:
    program = the_part()

    found = solve_program(program, Effort(seconds=60))

    assert found.status is Status.PROVED
    assert found.x is not None
    activity = program.activity(found.x)
    assert np.all(activity >= program.row_lower - 1e-6)
    assert np.all(activity <= program.row_upper + 1e-6)
