"""Cases of money: what may be spent."""

from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    a_commitment,
    a_problem,
    an_envelope,
    an_option,
    bought,
    cohorts,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1


CASES = (
    Case(
        because="an envelope pays only for what it names",
        rule=Rule.ENVELOPE_ELIGIBILITY,
        problem=a_problem(
            options=(an_option(), an_option(BEV)),
            envelopes=(an_envelope(FIRST, PRICE, technologies=(BEV,)),),
        ),
        kept=decided(gone(FIRST), bought(FIRST, technology=BEV)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="the last penny may be spent, and no more",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(envelopes=(an_envelope(FIRST, 2 * PRICE - 1),)),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="commitments score before purchases",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(a_commitment(FIRST, envelope=f"provider-{FIRST}"),),
        ),
        kept=decided(gone(FIRST, 2), bought(FIRST)),
        broken=decided(gone(FIRST, 3), bought(FIRST, 2)),
    ),
)
