"""Cases of moves: from trust to trust, and to reserve."""

from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    RYD,
    a_problem,
    a_reserve,
    a_route,
    a_size,
    bought,
    cohorts,
    decided,
    given,
    gone,
    reserved,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1
THIRD = FIRST + 2

BOTH = {
    "trusts": (RYA, RYD),
    "cohorts": (*cohorts({1: 2}), *cohorts({4: 1}, trust=RYD)),
    "establishments": (a_size(0, 3), a_size(0, 3, trust=RYD)),
}

CASES = (
    Case(
        because="vehicles go only where a route leads",
        rule=Rule.TRANSFER_ROUTE,
        problem=a_problem(transfer_routes=(a_route(RYA, RYD),), **BOTH),
        kept=decided(given(FIRST, 2)),
        broken=decided(given(FIRST, entry=FIRST - 4, source=RYD, to=RYA)),
    ),
    Case(
        because="who gives keeps as many as the route asks",
        rule=Rule.TRANSFER_REMAINDER,
        problem=a_problem(transfer_routes=(a_route(RYA, RYD, remaining=1),), **BOTH),
        kept=decided(given(FIRST), gone(SECOND)),
        broken=decided(given(FIRST), given(SECOND)),
    ),
    Case(
        because="what is given serves the year at its new trust",
        rule=Rule.NEW_VEHICLES_SERVE,
        problem=a_problem(transfer_routes=(a_route(RYA, RYD),), **BOTH),
        kept=decided(given(FIRST), gone(SECOND, trust=RYD)),
        broken=decided(given(FIRST), gone(FIRST, trust=RYD)),
    ),
    Case(
        because="what is bought is not given away the same year",
        rule=Rule.NEW_VEHICLES_SERVE,
        problem=a_problem(transfer_routes=(a_route(RYA, RYD),), **BOTH),
        kept=decided(bought(FIRST), given(SECOND, entry=FIRST)),
        broken=decided(bought(FIRST), given(FIRST, entry=FIRST)),
    ),
    Case(
        because="who receives has room for what comes",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(
            trusts=(RYA, RYD),
            cohorts=(*cohorts({1: 2}), *cohorts({4: 1}, trust=RYD)),
            transfer_routes=(a_route(RYA, RYD),),
        ),
        kept=decided(given(SECOND), gone(SECOND, entry=FIRST - 4, trust=RYD)),
        broken=decided(given(SECOND)),
    ),
    Case(
        because="a vehicle joins the reserve from its age on",
        rule=Rule.RESERVE_AGE,
        problem=a_problem(reserves=(a_reserve(2, since=2),)),
        kept=decided(reserved(SECOND, 2)),
        broken=decided(reserved(FIRST)),
    ),
    Case(
        because="a reserve holds so many",
        rule=Rule.RESERVE_MAXIMUM,
        problem=a_problem(reserves=(a_reserve(1),)),
        kept=decided(reserved(FIRST), gone(SECOND, reserve=True), reserved(SECOND)),
        broken=decided(reserved(FIRST), reserved(SECOND)),
    ),
    Case(
        because="a reserve has an age of its own at which nothing serves",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(reserves=(a_reserve(2, oldest=3),)),
        kept=decided(reserved(FIRST), gone(THIRD, reserve=True)),
        broken=decided(reserved(FIRST)),
    ),
    Case(
        because="who is in reserve takes no place on the front line",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(reserves=(a_reserve(2),)),
        kept=decided(reserved(FIRST), bought(FIRST)),
        broken=decided(reserved(FIRST), bought(FIRST, 2)),
    ),
)
