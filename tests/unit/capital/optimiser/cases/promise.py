"""Cases of promises: how a trust may fare."""

from services.capital.optimiser.problem import Guarantee
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    a_need,
    a_policy,
    a_problem,
    a_size,
    bought,
    cohorts,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

NONE = 1_000_000


def a_guarantee(*, short: int = NONE, over_age: int = NONE) -> tuple[Guarantee, ...]:
    return (Guarantee(trust=RYA, most_shortfall=short, most_over_age=over_age),)


CASES = (
    Case(
        because="a trust has no more over age than it was promised",
        rule=Rule.TRUST_GUARANTEE,
        problem=a_problem(
            cohorts=cohorts({1: 1, 6: 1}),
            life_policies=(a_policy(target=5),),
            guarantees=a_guarantee(over_age=1),
        ),
        kept=decided(gone(FIRST + 1, entry=FIRST - 6), bought(FIRST + 1)),
        broken=decided(gone(FIRST + 2, entry=FIRST - 6), bought(FIRST + 2)),
    ),
    Case(
        because="a trust is no shorter of vehicles than it was promised",
        rule=Rule.TRUST_GUARANTEE,
        problem=a_problem(
            establishments=(a_size(2, 3),),
            needs=(a_need(2, FIRST),),
            guarantees=a_guarantee(short=1),
        ),
        kept=decided(gone(FIRST + 1), bought(FIRST + 1)),
        broken=decided(gone(FIRST + 1)),
    ),
)
