"""What was decided or promised beforehand: rulings, orders approved before, guarantees."""

from dataclasses import replace
from typing import Final

from benchmarks.plan.complete.codes import (
    RRV,
    SOUTH_EAST,
    SOUTH_WEST,
    URGENT,
    WEST_MIDLANDS,
    in_horizon,
)
from benchmarks.plan.figures import BEV, DCA, DIESEL, FIRST_YEAR, PTS, kinds, trusts
from services.capital.optimiser.problem import (
    ApprovedOrder,
    CancellationRuling,
    ChargerRuling,
    CommitmentId,
    Guarantee,
    HireRuling,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    SiteId,
)

CHANGE_POUNDS: Final = 1_500
# Of a steady year, what the plan approved before had of each of two converters, in hundredths.
APPROVED_PERCENT: Final = 40
PILOT: Final = 8
KEPT_AGE: Final = 4
MOST_SHORT: Final = 60
MOST_OVER_AGE: Final = 1_400


def ruled(problem: Problem) -> Problem:
    """A pilot of electric ambulances is placed, an order refused, and some ambulances stay."""
    orders = (
        OrderRuling(
            trust=SOUTH_EAST,
            option_id=OptionId(f"{DCA}-{BEV}-b"),
            financial_year=in_horizon(problem, FIRST_YEAR + 2),
            minimum=PILOT,
        ),
        OrderRuling(
            trust=WEST_MIDLANDS,
            option_id=OptionId(f"{PTS}-{DIESEL}-c"),
            financial_year=in_horizon(problem, FIRST_YEAR + 1),
            maximum=0,
        ),
    )
    stay = ServiceRuling(
        trust=WEST_MIDLANDS,
        vehicle_type=DCA,
        technology=DIESEL,
        entry_year=FIRST_YEAR - KEPT_AGE,
        financial_year=in_horizon(problem, FIRST_YEAR + 1),
        minimum=10,
    )
    return replace(problem, order_rulings=orders, service_rulings=(stay,))


def ruled_besides(problem: Problem) -> Problem:
    """Few cars are given, few vans hired and cancelled; chargers are bought for a pilot."""
    year = in_horizon(problem, FIRST_YEAR + 1)
    given = MoveRuling(
        kind=MoveKind.TRANSFER,
        trust=SOUTH_EAST,
        to_trust=WEST_MIDLANDS,
        vehicle_type=RRV,
        financial_year=year,
        maximum=10,
    )
    hired = HireRuling(trust=SOUTH_WEST, vehicle_type=URGENT, financial_year=year, maximum=2)
    bought = ChargerRuling(site_id=SiteId("south-east"), financial_year=year, minimum=PILOT)
    dropped = CancellationRuling(
        commitment_id=CommitmentId(f"{WEST_MIDLANDS}-{DCA}-{DIESEL}"), maximum=20
    )
    return replace(
        problem,
        move_rulings=(given,),
        hire_rulings=(hired,),
        charger_rulings=(bought,),
        cancellation_rulings=(dropped,),
    )


def approved(problem: Problem) -> Problem:
    """Ambulances of the next years were approved before, and changing that costs something."""
    kind = next(row for row in kinds() if row.code == DCA)
    orders = tuple(
        ApprovedOrder(
            trust=trust,
            option_id=OptionId(f"{DCA}-{DIESEL}-{converter}"),
            financial_year=year,
            vehicles=round(trusts()[trust].yearly_renewals(kind)) * APPROVED_PERCENT // 100,
        )
        for trust in problem.trusts
        for year in problem.horizon[1:3]
        for converter in ("a", "b")
    )
    return replace(problem, approved_orders=orders, change_price_pence=100 * CHANGE_POUNDS)


def promised(problem: Problem) -> Problem:
    """South Western, whose fleet is oldest, is promised that it does not pay for the others."""
    guarantee = Guarantee(trust=SOUTH_WEST, most_shortfall=MOST_SHORT, most_over_age=MOST_OVER_AGE)
    return replace(problem, guarantees=(guarantee,))
