"""Cases of supply: what can be ordered, built and commissioned."""

from services.capital.optimiser.problem import (
    Commissioning,
    ConcentrationId,
    ConcentrationLimit,
    LineId,
    MandateBasis,
    SupplyKind,
    SupplyLine,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.build import (
    BEV,
    FIRST,
    PRICE,
    RYA,
    a_mandate,
    a_problem,
    an_option,
    bought,
    decided,
    gone,
)
from tests.unit.capital.optimiser.cases import Case

SECOND = FIRST + 1


def a_line(kind: SupplyKind, *vehicles: int) -> tuple[SupplyLine, ...]:
    return (SupplyLine(line_id=LineId("line"), kind=kind, vehicles=vehicles),)


def a_share(permille: int) -> ConcentrationLimit:
    return ConcentrationLimit(
        limit_id=ConcentrationId("one-base"),
        supply_lines=(LineId("line"),),
        share_permille=permille,
    )


CASES = (
    Case(
        because="nothing comes before its lead time",
        rule=Rule.LEAD_TIME,
        problem=a_problem(options=(an_option(lead=1),)),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(FIRST), bought(FIRST, lead=1)),
    ),
    Case(
        because="a price of nothing means not for sale",
        rule=Rule.LEAD_TIME,
        problem=a_problem(options=(an_option(price=(0, PRICE, PRICE)),)),
        kept=decided(gone(SECOND), bought(SECOND)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="an order is of none or of its minimum",
        rule=Rule.MINIMUM_ORDER,
        problem=a_problem(options=(an_option(minimum=2),)),
        kept=decided(gone(FIRST, 2), bought(FIRST, 2)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="a converter has so many places",
        rule=Rule.CONVERTER_SLOTS,
        problem=a_problem(
            options=(an_option(lines=("line",)),),
            supply_lines=a_line(SupplyKind.CONVERTER, 1, 1, 1),
        ),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 2)),
    ),
    Case(
        because="a maker allots so many chassis",
        rule=Rule.CHASSIS_ALLOTMENT,
        problem=a_problem(
            options=(an_option(lines=("line",)),),
            supply_lines=a_line(SupplyKind.CHASSIS, 2, 1, 0),
        ),
        kept=decided(gone(SECOND), bought(SECOND)),
        broken=decided(gone(SECOND, 2), bought(SECOND, 2)),
    ),
    Case(
        because="hubs bring so many into service",
        rule=Rule.COMMISSIONING_CAPACITY,
        problem=a_problem(commissioning=(Commissioning(trust=RYA, vehicles=(1, 0, 1)),)),
        kept=decided(gone(FIRST), bought(FIRST)),
        broken=decided(gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="from its year a mandate asks its share of deliveries",
        rule=Rule.ZERO_EMISSION_MANDATE,
        problem=a_problem(
            options=(an_option(), an_option(BEV)), mandates=(a_mandate(SECOND, share=500),)
        ),
        kept=decided(
            gone(FIRST),
            bought(FIRST),
            gone(SECOND),
            bought(SECOND),
            bought(SECOND, 1, BEV),
            gone(SECOND, entry=FIRST),
        ),
        broken=decided(gone(SECOND), bought(SECOND)),
    ),
    Case(
        because="a mandate on orders counts the year of ordering",
        rule=Rule.ZERO_EMISSION_MANDATE,
        problem=a_problem(
            options=(an_option(lead=1),),
            mandates=(a_mandate(SECOND, basis=MandateBasis.ORDERS),),
        ),
        kept=decided(gone(SECOND), bought(SECOND, lead=1)),
        broken=decided(gone(FIRST + 2), bought(FIRST + 2, lead=1)),
    ),
    Case(
        because="no line builds more than its share of what a trust buys over the years",
        rule=Rule.CONCENTRATION,
        problem=a_problem(
            options=(an_option(lines=("line",)), an_option(BEV)),
            supply_lines=a_line(SupplyKind.CHASSIS, 9, 9, 9),
            concentration_limits=(a_share(500),),
        ),
        kept=decided(gone(FIRST), bought(FIRST), gone(SECOND), bought(SECOND, 1, BEV)),
        broken=decided(gone(FIRST), bought(FIRST)),
    ),
    Case(
        because="a share of nothing is none",
        rule=Rule.CONCENTRATION,
        problem=a_problem(
            options=(an_option(lines=("line",)), an_option(BEV)),
            supply_lines=a_line(SupplyKind.CHASSIS, 9, 9, 9),
            concentration_limits=(a_share(0),),
        ),
        kept=decided(gone(FIRST), bought(FIRST, 1, BEV)),
        broken=decided(gone(FIRST, 2), bought(FIRST, 1, BEV), bought(FIRST)),
    ),
)
