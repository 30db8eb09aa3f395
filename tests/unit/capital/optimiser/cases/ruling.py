"""Cases of rulings: what has been decided beforehand."""

from services.capital.optimiser.problem import OptionId, OrderRuling, ServiceRuling
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    DCA,
    DIESEL,
    FIRST,
    RYA,
    a_problem,
    a_size,
    bought,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case


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


ROOM = (a_size(0, 4),)

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
)
