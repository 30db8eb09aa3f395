"""Cases of hire: what may be had for a year."""

from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    a_hire,
    a_need,
    a_problem,
    decided,
    hired,
)
from tests.unit.capital.optimiser.cases import Case

CASES = (
    Case(
        because="no more is hired than there is for hire",
        rule=Rule.HIRE_MAXIMUM,
        problem=a_problem(needs=(a_need(4, FIRST),), hires=(a_hire(2, 2, 2),)),
        kept=decided(hired(FIRST, 2)),
        broken=decided(hired(FIRST, 3)),
    ),
    Case(
        because="a trust with a row of its own hires by it alone",
        rule=Rule.HIRE_MAXIMUM,
        problem=a_problem(
            needs=(a_need(4, FIRST),), hires=(a_hire(3, 3, 3), a_hire(1, 1, 1, trust=RYA))
        ),
        kept=decided(hired(FIRST, 1)),
        broken=decided(hired(FIRST, 2)),
    ),
)
