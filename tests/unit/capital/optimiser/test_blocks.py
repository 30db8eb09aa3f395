"""What the engine solves apart: fleets by themselves, but for those that give one another some."""

from dataclasses import replace
from itertools import permutations

from services.capital.optimiser.engine.program import NO_BLOCK
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Problem, TrustCode
from services.capital.optimiser.terms import Terms
from tests.unit.capital.optimiser.build import RYA, RYD, a_problem, a_route, a_size, cohorts

FOUR = (RYA, RYD, TrustCode("RYE"), TrustCode("RYF"))


def of_trusts(*routes: tuple[TrustCode, TrustCode]) -> Problem:
    return a_problem(
        trusts=FOUR,
        cohorts=tuple(row for trust in FOUR for row in cohorts({1: 2}, trust=trust)),
        establishments=tuple(a_size(0, 3, trust=trust) for trust in FOUR),
        transfer_routes=tuple(a_route(giver, to, remaining=1) for giver, to in routes),
    )


def blocks_of(problem: Problem) -> list[set[str]]:
    """Return the trusts of each block."""
    model = RenewalModel(Terms(problem))
    program = model.arrays()
    found: list[set[str]] = [set() for _ in range(program.blocks)]
    for (vintage, _), kept in model.variables.keep.items():
        found[int(program.block[kept.id])].add(vintage.trust)
    return found


def test_who_gives_vehicles_and_who_receives_them_are_one_block() -> None:
    problem = of_trusts((RYA, RYD))
    model = RenewalModel(Terms(problem))

    program = model.arrays()

    assert blocks_of(problem) == [{RYA, RYD}, {FOUR[2]}, {FOUR[3]}]
    given = [*model.variables.move.values(), *model.variables.gives.values()]
    assert given
    assert all(program.block[variable.id] != NO_BLOCK for variable in given)
    names = [row.name for row in model.program.linear_constraints()]
    tying = {names[row].partition("[")[0] for row in (program.row_block == NO_BLOCK).nonzero()[0]}
    assert "vehicles_conserved" not in tying
    assert model.blocks.trusts.tolist() == [0, 1, 2]


def test_more_than_are_soon_solved_stay_apart_whatever_the_order_of_routes() -> None:
    routes = tuple(permutations(FOUR, 2))
    problem = of_trusts(*routes)

    together = blocks_of(problem)

    assert sorted(map(len, together)) == [1, 3]
    turned = replace(problem, transfer_routes=problem.transfer_routes[::-1])
    assert blocks_of(turned) == together
