"""Cases of the fleet: what serves, and for how long."""

from services.capital.optimiser.problem import (
    DisposalFreeze,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    DCA,
    FIRST,
    RYA,
    a_policy,
    a_problem,
    a_size,
    bought,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1


CASES = (
    Case(
        because="a vehicle that is not there cannot go",
        rule=Rule.VEHICLES_CONSERVED,
        problem=a_problem(),
        kept=decided(gone(FIRST, 2)),
        broken=decided(gone(FIRST, 2), gone(SECOND, 1)),
    ),
    Case(
        because="a vehicle serves the year it comes",
        rule=Rule.NEW_VEHICLES_SERVE,
        problem=a_problem(),
        kept=decided(gone(FIRST), bought(FIRST), gone(SECOND, entry=FIRST)),
        broken=decided(gone(FIRST), bought(FIRST), gone(FIRST, entry=FIRST)),
    ),
    Case(
        because="at the maximum age a vehicle no longer serves",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(life_policies=(a_policy(maximum=3),)),
        kept=decided(gone(FIRST + 2, 2)),
        broken=decided(),
    ),
    Case(
        because="a policy holds from its own year",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(
            life_policies=(a_policy(maximum=9), a_policy(maximum=2, since=FIRST + 2)),
        ),
        kept=decided(gone(FIRST + 2, 2)),
        broken=decided(gone(FIRST + 2, 1)),
    ),
    Case(
        because="nothing goes in a freeze",
        rule=Rule.DISPOSAL_FREEZE,
        problem=a_problem(
            disposal_freezes=(DisposalFreeze(trust=RYA, vehicle_type=DCA, financial_year=SECOND),)
        ),
        kept=decided(gone(FIRST), gone(FIRST + 2)),
        broken=decided(gone(SECOND)),
    ),
    Case(
        because="without a word on it a fleet does not grow",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(bought(FIRST)),
    ),
    Case(
        because="an establishment holds from its own year",
        rule=Rule.ESTABLISHMENT_MAXIMUM,
        problem=a_problem(establishments=(a_size(0, 3), a_size(0, 2, since=FIRST + 2))),
        kept=decided(bought(SECOND), gone(FIRST + 2)),
        broken=decided(bought(SECOND)),
    ),
)
