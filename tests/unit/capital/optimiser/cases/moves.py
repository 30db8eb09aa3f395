"""Cases of moves: from trust to trust, and to reserve."""

from services.capital.optimiser.problem import LineId, SupplyKind, SupplyLine
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    RYD,
    a_policy,
    a_problem,
    a_reserve,
    a_route,
    a_size,
    an_envelope,
    an_offer,
    bought,
    boxes,
    cohorts,
    decided,
    given,
    gone,
    remounted,
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
        because="a box is remounted so often",
        rule=Rule.REMOUNT_OFFER,
        problem=a_problem(cohorts=boxes({1: 2}), remount_offers=(an_offer(times=1),)),
        kept=decided(remounted(FIRST)),
        broken=decided(remounted(FIRST), remounted(THIRD, entry=FIRST, times=1)),
    ),
    Case(
        because="remounts before the horizon count",
        rule=Rule.REMOUNT_OFFER,
        problem=a_problem(
            cohorts=(*boxes({1: 1}), *boxes({2: 1}, box_age=6, times=1)),
            remount_offers=(an_offer(times=1),),
        ),
        kept=decided(remounted(FIRST)),
        broken=decided(remounted(FIRST, entry=FIRST - 2, box=FIRST - 6, times=1)),
    ),
    Case(
        because="a box too old is remounted no more",
        rule=Rule.REMOUNT_OFFER,
        problem=a_problem(cohorts=boxes({1: 2}, box_age=6), remount_offers=(an_offer(box_age=7),)),
        kept=decided(remounted(FIRST, box=FIRST - 6)),
        broken=decided(remounted(SECOND, box=FIRST - 6)),
    ),
    Case(
        because="a remount of no price is not for sale",
        rule=Rule.REMOUNT_OFFER,
        problem=a_problem(
            cohorts=boxes({1: 2}), remount_offers=(an_offer(price=(0, PRICE, PRICE)),)
        ),
        kept=decided(remounted(SECOND)),
        broken=decided(remounted(FIRST)),
    ),
    Case(
        because="a van is not remounted",
        rule=Rule.REMOUNT_OFFER,
        problem=a_problem(cohorts=(*boxes({1: 1}), *cohorts({2: 1})), remount_offers=(an_offer(),)),
        kept=decided(remounted(FIRST)),
        broken=decided(remounted(FIRST, entry=FIRST - 2, box=0)),
    ),
    Case(
        because="remounts score against their envelope",
        rule=Rule.ENVELOPE_ALLOCATION,
        problem=a_problem(
            cohorts=boxes({1: 2}),
            remount_offers=(an_offer(price=PRICE),),
            envelopes=(an_envelope(FIRST, PRICE),),
        ),
        kept=decided(remounted(FIRST)),
        broken=decided(remounted(FIRST, 2)),
    ),
    Case(
        because="an envelope for other vehicles pays no remount",
        rule=Rule.ENVELOPE_ELIGIBILITY,
        problem=a_problem(
            cohorts=boxes({1: 2}),
            remount_offers=(an_offer(),),
            envelopes=(
                an_envelope(FIRST, PRICE),
                an_envelope(FIRST, PRICE, "clean", technologies=(BEV,)),
            ),
        ),
        kept=decided(remounted(FIRST)),
        broken=decided(remounted(FIRST, envelope="clean")),
    ),
    Case(
        because="remounts take places at a converter",
        rule=Rule.CONVERTER_SLOTS,
        problem=a_problem(
            cohorts=boxes({1: 2}),
            remount_offers=(an_offer(lines=("line",)),),
            supply_lines=(
                SupplyLine(line_id=LineId("line"), kind=SupplyKind.CONVERTER, vehicles=(1, 1, 1)),
            ),
        ),
        kept=decided(remounted(FIRST), remounted(SECOND)),
        broken=decided(remounted(FIRST, 2)),
    ),
    Case(
        because="a new chassis serves its first year",
        rule=Rule.NEW_VEHICLES_SERVE,
        problem=a_problem(cohorts=boxes({1: 2}), remount_offers=(an_offer(),)),
        kept=decided(remounted(FIRST), gone(SECOND, entry=FIRST, box=FIRST - 1, times=1)),
        broken=decided(remounted(FIRST), gone(FIRST, entry=FIRST, box=FIRST - 1, times=1)),
    ),
    Case(
        because="a new chassis is of age 0",
        rule=Rule.MAXIMUM_AGE,
        problem=a_problem(
            cohorts=boxes({1: 2}),
            remount_offers=(an_offer(),),
            life_policies=(a_policy(maximum=3),),
        ),
        kept=decided(remounted(SECOND, 2)),
        broken=decided(remounted(SECOND)),
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
