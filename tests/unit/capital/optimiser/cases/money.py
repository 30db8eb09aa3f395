"""Cases of money: what may be spent."""

from dataclasses import replace

from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Commitment,
    CommitmentId,
    EnvelopeId,
    Option,
    PriceTier,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_commitment,
    a_problem,
    a_size,
    an_envelope,
    an_offer,
    an_option,
    bought,
    boxes,
    cancelled,
    cohorts,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1


def a_ceiling(pence: int, *envelopes: str) -> Ceiling:
    return Ceiling(
        ceiling_id=CeilingId("system"),
        limit_pence=pence,
        envelope_ids=tuple(map(EnvelopeId, envelopes)),
    )


def by_volume(from_vehicles: int, permille: int) -> Option:
    tier = PriceTier(from_vehicles=from_vehicles, price_permille=permille)
    return replace(an_option(), price_tiers=(tier,))


def firm() -> Commitment:
    return replace(a_commitment(FIRST), commitment_id=CommitmentId("firm"))


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
    Case(
        because="a ceiling holds over all its envelopes together",
        rule=Rule.SPENDING_CEILING,
        problem=a_problem(
            envelopes=(an_envelope(FIRST, PRICE), an_envelope(FIRST, PRICE, "grant")),
            ceilings=(a_ceiling(PRICE, f"provider-{FIRST}", f"grant-{FIRST}"),),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST), bought(FIRST, envelope="grant")),
    ),
    Case(
        because="commitments score under a ceiling too",
        rule=Rule.SPENDING_CEILING,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(a_commitment(FIRST, envelope=f"provider-{FIRST}"),),
            ceilings=(a_ceiling(2 * PRICE, f"provider-{FIRST}", f"provider-{SECOND}"),),
        ),
        kept=decided(gone(FIRST), gone(SECOND), bought(SECOND)),
        broken=decided(gone(FIRST, 2), bought(FIRST), gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="as much is carried forward as may be, and no more",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            envelopes=(
                replace(an_envelope(FIRST, 2 * PRICE), carry_forward_pence=PRICE),
                an_envelope(SECOND, 0),
            ),
        ),
        kept=decided(gone(SECOND), bought(SECOND)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2)),
    ),
    Case(
        because="what is spent is not carried forward",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            envelopes=(
                replace(an_envelope(FIRST, PRICE), carry_forward_pence=PRICE),
                replace(an_envelope(SECOND, 0), carry_forward_pence=PRICE),
                an_envelope(FIRST + 2, 0),
            ),
        ),
        kept=decided(gone(FIRST + 2), bought(FIRST + 2)),
        broken=decided(gone(FIRST), bought(FIRST), gone(FIRST + 2), bought(FIRST + 2)),
    ),
    Case(
        because="money goes no further than the same holder and fund",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            envelopes=(
                replace(an_envelope(FIRST, PRICE), carry_forward_pence=PRICE),
                replace(an_envelope(SECOND, 0), fund="another"),
            ),
        ),
        kept=decided(),
        broken=decided(gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="an envelope may be planned over by its share, and no more",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            envelopes=(replace(an_envelope(FIRST, PRICE), over_planning_permille=999),),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="not all of an indicative envelope is counted on",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            envelopes=(
                replace(an_envelope(FIRST, 2 * PRICE), indicative=True, haircut_permille=1),
            ),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="vehicles cost less where enough are bought, and no less where they are not",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=cohorts({1: 5}),
            options=(by_volume(3, 500),),
            envelopes=(an_envelope(FIRST, PRICE * 3 // 2),),
        ),
        kept=decided(gone(FIRST, 3), bought(FIRST, 3)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="trusts that buy together are counted together",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            trusts=(RYA, RYD),
            cohorts=(*cohorts({1: 2}), *cohorts({1: 2}, RYD)),
            options=(replace(by_volume(3, 500), joint_tiers=True),),
            envelopes=(an_envelope(FIRST, PRICE * 3 // 2),),
        ),
        kept=decided(
            gone(FIRST, 2),
            bought(FIRST, 2),
            replace(gone(FIRST), trust=RYD),
            replace(bought(FIRST), trust=RYD),
        ),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="trusts that buy alone are counted alone",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            trusts=(RYA, RYD),
            cohorts=(*cohorts({1: 3}), *cohorts({1: 2}, RYD)),
            options=(by_volume(3, 500),),
            envelopes=(an_envelope(FIRST, PRICE * 3 // 2),),
        ),
        kept=decided(gone(FIRST, 3), bought(FIRST, 3)),
        broken=decided(
            gone(FIRST, 2),
            bought(FIRST, 2),
            replace(gone(FIRST), trust=RYD),
            replace(bought(FIRST), trust=RYD),
        ),
    ),
    Case(
        because="only what may be cancelled is",
        rule=Rule.CANCELLATION,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(replace(a_commitment(FIRST), cancellable=True), firm()),
        ),
        kept=decided(gone(FIRST), cancelled()),
        broken=decided(gone(FIRST), replace(cancelled(), commitment_id=firm().commitment_id)),
    ),
    Case(
        because="no more is cancelled than is on order",
        rule=Rule.CANCELLATION,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(replace(a_commitment(SECOND, 2), cancellable=True), firm()),
        ),
        kept=decided(gone(FIRST), cancelled(2)),
        broken=decided(gone(FIRST), cancelled(3)),
    ),
    Case(
        because="what is cancelled leaves its money to others",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=cohorts({1: 3}),
            commitments=(replace(a_commitment(FIRST, 2, f"provider-{FIRST}"), cancellable=True),),
            ceilings=(a_ceiling(9 * PRICE, f"provider-{FIRST}"),),
        ),
        kept=decided(gone(FIRST, 2), cancelled(), bought(FIRST)),
        broken=decided(gone(FIRST, 3), cancelled(), bought(FIRST, 2)),
    ),
    Case(
        because="a boxed vehicle that is cancelled does not come",
        rule=Rule.VEHICLES_CONSERVED,
        problem=a_problem(
            cohorts=boxes({1: 3}),
            commitments=(replace(a_commitment(FIRST), box_body=True, cancellable=True),),
            establishments=(a_size(0, 4),),
            remount_offers=(an_offer(),),
        ),
        kept=decided(gone(SECOND, entry=FIRST, box=FIRST)),
        broken=decided(gone(SECOND, entry=FIRST, box=FIRST), cancelled()),
    ),
)
