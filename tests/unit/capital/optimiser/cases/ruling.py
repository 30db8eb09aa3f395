"""Cases of rulings: what has been decided beforehand."""

from dataclasses import replace

from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    CommitmentId,
    HireRuling,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    SiteId,
    TrustCode,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    DCA,
    DIESEL,
    FIRST,
    RYA,
    RYD,
    a_commitment,
    a_hire,
    a_problem,
    a_reserve,
    a_route,
    a_site,
    a_size,
    an_offer,
    bought,
    boxes,
    cancelled,
    cohorts,
    decided,
    given,
    gone,
    hired,
    remounted,
    reserved,
    wired,
)
from tests.unit.capital.optimiser.cases import Case
from tests.unit.capital.optimiser.cases.moves import BOTH


def an_order_ruling(minimum: int, maximum: int) -> OrderRuling:
    return OrderRuling(
        trust=RYA,
        option_id=OptionId("DCA-DIESEL"),
        financial_year=FIRST,
        minimum=minimum,
        maximum=maximum,
    )


def a_service_ruling(minimum: int, maximum: int) -> ServiceRuling:
    return ServiceRuling(
        trust=RYA,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=FIRST - 1,
        financial_year=FIRST + 1,
        minimum=minimum,
        maximum=maximum,
    )


def a_move_ruling(
    kind: MoveKind, minimum: int, maximum: int, to: TrustCode | None = None
) -> MoveRuling:
    return MoveRuling(
        kind=kind,
        trust=RYA,
        vehicle_type=DCA,
        to_trust=to,
        financial_year=FIRST,
        minimum=minimum,
        maximum=maximum,
    )


def a_hire_ruling(minimum: int, maximum: int) -> HireRuling:
    return HireRuling(
        trust=RYA, vehicle_type=DCA, financial_year=FIRST, minimum=minimum, maximum=maximum
    )


def wireable(minimum: int, maximum: int) -> Problem:
    """Return two sites with chargers for sale, and a ruling on the first in the first year."""
    sites = (a_site(0, 0, 0, maximum=(2, 2, 2), price=1000, name=name) for name in SITES)
    ruling = ChargerRuling(
        site_id=SiteId(SITES[0]), financial_year=FIRST, minimum=minimum, maximum=maximum
    )
    return a_problem(charging_sites=tuple(sites), charger_rulings=(ruling,))


def cancellable(minimum: int, maximum: int) -> Problem:
    """Return an order of two, which may be cancelled, and a ruling on that."""
    ruling = CancellationRuling(
        commitment_id=CommitmentId("on-order"), minimum=minimum, maximum=maximum
    )
    return a_problem(
        establishments=ROOM,
        commitments=(replace(a_commitment(FIRST, 2), cancellable=True),),
        cancellation_rulings=(ruling,),
    )


ROOM = (a_size(0, 4),)
RYE = TrustCode("RYE")
SITES = ("site", "other")

CASES = (
    Case(
        because="no more is ordered than was ruled",
        rule=Rule.ORDER_RULING,
        problem=a_problem(establishments=ROOM, order_rulings=(an_order_ruling(0, 1),)),
        kept=decided(bought(FIRST)),
        broken=decided(bought(FIRST, 2)),
    ),
    Case(
        because="as many are ordered as was ruled",
        rule=Rule.ORDER_RULING,
        problem=a_problem(establishments=ROOM, order_rulings=(an_order_ruling(2, 9),)),
        kept=decided(bought(FIRST, 2)),
        broken=decided(bought(FIRST)),
    ),
    Case(
        because="as many serve as was ruled",
        rule=Rule.SERVICE_RULING,
        problem=a_problem(service_rulings=(a_service_ruling(1, 9),)),
        kept=decided(gone(FIRST)),
        broken=decided(gone(FIRST, 2)),
    ),
    Case(
        because="no more serve than was ruled",
        rule=Rule.SERVICE_RULING,
        problem=a_problem(service_rulings=(a_service_ruling(0, 1),)),
        kept=decided(gone(FIRST + 1)),
        broken=decided(gone(FIRST + 2)),
    ),
    Case(
        because="no more is given than was ruled",
        rule=Rule.MOVE_RULING,
        problem=a_problem(
            transfer_routes=(a_route(RYA, RYD),),
            move_rulings=(a_move_ruling(MoveKind.TRANSFER, 0, 1, to=RYD),),
            **BOTH,
        ),
        kept=decided(given(FIRST)),
        broken=decided(given(FIRST, 2)),
    ),
    Case(
        because="as many are given to a trust as was ruled, whoever else is given some",
        rule=Rule.MOVE_RULING,
        problem=a_problem(
            trusts=(RYA, RYD, RYE),
            cohorts=cohorts({1: 2}),
            establishments=tuple(a_size(0, 3, trust=trust) for trust in (RYA, RYD, RYE)),
            transfer_routes=(a_route(RYA, RYD), a_route(RYA, RYE)),
            move_rulings=(a_move_ruling(MoveKind.TRANSFER, 1, 9, to=RYD),),
        ),
        kept=decided(given(FIRST), given(FIRST, to=RYE)),
        broken=decided(given(FIRST, 2, to=RYE)),
    ),
    Case(
        because="as many join the reserve as was ruled",
        rule=Rule.MOVE_RULING,
        problem=a_problem(
            establishments=ROOM,
            reserves=(a_reserve(2),),
            move_rulings=(a_move_ruling(MoveKind.RESERVE, 1, 9),),
        ),
        kept=decided(reserved(FIRST)),
        broken=decided(reserved(FIRST + 1)),
    ),
    Case(
        because="no more are remounted than was ruled",
        rule=Rule.MOVE_RULING,
        problem=a_problem(
            cohorts=boxes({1: 2}),
            remount_offers=(an_offer(),),
            move_rulings=(a_move_ruling(MoveKind.REMOUNT, 0, 1),),
        ),
        kept=decided(remounted(FIRST), remounted(FIRST + 1)),
        broken=decided(remounted(FIRST, 2)),
    ),
    Case(
        because="no more are hired than was ruled",
        rule=Rule.HIRE_RULING,
        problem=a_problem(hires=(a_hire(2, 2, 2),), hire_rulings=(a_hire_ruling(0, 1),)),
        kept=decided(hired(FIRST), hired(FIRST + 1, 2)),
        broken=decided(hired(FIRST, 2)),
    ),
    Case(
        because="as many are hired as was ruled",
        rule=Rule.HIRE_RULING,
        problem=a_problem(hires=(a_hire(2, 2, 2),), hire_rulings=(a_hire_ruling(1, 9),)),
        kept=decided(hired(FIRST)),
        broken=decided(hired(FIRST + 1)),
    ),
    Case(
        because="as many chargers are bought for a site as was ruled",
        rule=Rule.CHARGER_RULING,
        problem=wireable(1, 9),
        kept=decided(wired(FIRST)),
        broken=decided(wired(FIRST + 1), wired(FIRST, name="other")),
    ),
    Case(
        because="no more chargers are bought for a site than was ruled",
        rule=Rule.CHARGER_RULING,
        problem=wireable(0, 0),
        kept=decided(wired(FIRST + 1), wired(FIRST, name="other")),
        broken=decided(wired(FIRST)),
    ),
    Case(
        because="as many on order are cancelled as was ruled",
        rule=Rule.CANCELLATION_RULING,
        problem=cancellable(1, 1),
        kept=decided(cancelled()),
        broken=decided(),
    ),
    Case(
        because="no more on order are cancelled than was ruled",
        rule=Rule.CANCELLATION_RULING,
        problem=cancellable(0, 1),
        kept=decided(cancelled()),
        broken=decided(cancelled(2)),
    ),
)
