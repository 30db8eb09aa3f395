"""From which solution better plans are looked for: the one that costs the search less."""

from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from services.capital.optimiser.allowance import Allowance
from services.capital.optimiser.baseline import least_decisions
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.mathopt_adapter import Effort, Stop
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Decisions, Level
from services.capital.optimiser.starting import Start, solution_of
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.timing import Timing
from tests.unit.capital.optimiser.build import (
    FIRST,
    a_need,
    a_problem,
    a_size,
    bought,
    decided,
)

LIMITS = Limits(seconds=60, gap_ppm=0, seed=0)
# Two vehicles, and four that are needed.
PROBLEM = a_problem(needs=(a_need(4, FIRST + 1),), establishments=(a_size(0, 4),))


class Ground:
    """A problem with its best plan so far, and plans as solutions of its cost alone."""

    def __init__(self) -> None:
        self.terms = Terms(PROBLEM)
        self.model = RenewalModel(self.terms)
        self.incumbent = Incumbent(self.terms, seed=0)
        self.program: Program = self.model.arrays().with_cost(*self.model.cost(Level.COST))
        allowance = Allowance(LIMITS, Timing(monotonic, LIMITS, Stop()))
        self.start = Start(self.model, self.incumbent, allowance)
        self.bought = decided(bought(FIRST + 1, 2))
        self.incumbent.offer(self.bought)

    def solution(self, decisions: Decisions) -> Floats:
        x = solution_of(self.model, self.program, decisions, Effort(seconds=10.0), Stop())
        assert x is not None
        return x


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_a_draft_that_is_short_of_more_is_gone_on_from_if_it_costs_less(ground: Ground) -> None:
    known = ground.solution(ground.bought)
    drafted = ground.solution(least_decisions(ground.terms))
    assert not ground.incumbent.offer(least_decisions(ground.terms))
    assert ground.program.value(drafted) < ground.program.value(known)

    assert ground.start.of(ground.program, drafted, known) is drafted
    assert ground.start.of(ground.program, known, drafted) is drafted


def test_a_draft_that_breaks_a_rule_is_not_gone_on_from(ground: Ground) -> None:
    known = ground.solution(ground.bought)
    column = next(iter(ground.model.variables.buy.values())).id
    broken = known.copy()
    broken[column] += 1_000.0
    cheap = replace(ground.program, cost=np.zeros(ground.program.columns) - 1.0)
    assert cheap.value(broken) < cheap.value(known)

    assert ground.start.of(cheap, broken, known) is known


def test_without_a_draft_what_is_known_is_gone_on_from(ground: Ground) -> None:
    known = ground.solution(ground.bought)

    assert ground.start.of(ground.program, None, known) is known
    assert ground.start.of(ground.program, known, None) is known


def test_what_did_not_come_to_be_the_best_plan_gives_way_to_it(ground: Ground) -> None:
    known = ground.solution(ground.bought)
    drafted = ground.solution(least_decisions(ground.terms))

    assert ground.start.again(ground.program, known) is known
    assert np.array_equal(ground.start.again(ground.program, drafted), known)
