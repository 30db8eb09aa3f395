"""Random problems whose trusts are tied: vehicles given, remounted and sold, promises, rulings."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from services.capital.optimiser.problem import (
    AgeProfile,
    ApprovedOrder,
    Cohort,
    Establishment,
    Guarantee,
    LifePolicy,
    Need,
    OrderRuling,
    PriceTier,
    Problem,
    Remount,
    RevenueBudget,
    ServiceRuling,
    SupplyKind,
    SupplyLine,
    TransferRoute,
)
from tests.unit.capital.optimiser.build import DCA, DIESEL, FIRST, RYA, RYD
from tests.unit.capital.optimiser.random_problems import LINE, UNIT_PENCE

Layer = Callable[[Random, Problem], Problem]


def with_a_second_trust(dice: Random, problem: Problem) -> Problem:
    """Return the problem with a trust that has vehicles, may have one more, and needs some."""
    if RYD in problem.trusts:
        return problem
    age = dice.randint(0, 5)
    cohort = Cohort(
        trust=RYD, vehicle_type=DCA, technology=DIESEL, age_years=age, vehicles=dice.choice((1, 2))
    )
    since = FIRST - 2
    size = Establishment(
        trust=RYD, vehicle_type=DCA, from_financial_year=since, minimum=0, maximum=2
    )
    target = dice.choice((0, 3, 5))
    policy = LifePolicy(
        trust=RYD, vehicle_type=DCA, from_financial_year=since, target_age_years=target
    )
    need = Need(trust=RYD, vehicle_type=DCA, financial_year=FIRST, required_available=1)
    return replace(
        problem,
        trusts=(*problem.trusts, RYD),
        cohorts=(*problem.cohorts, cohort),
        establishments=(*problem.establishments, size),
        life_policies=(*problem.life_policies, policy),
        needs=(*problem.needs, need),
    )


def routed(dice: Random, problem: Problem) -> Problem:
    problem = with_a_second_trust(dice, problem)
    ways = dice.choice((((RYA, RYD),), ((RYD, RYA),), ((RYA, RYD), (RYD, RYA))))
    routes = tuple(
        TransferRoute(
            from_trust=giver,
            to_trust=receiver,
            vehicle_type=DCA,
            cost_pence=UNIT_PENCE * dice.choice((0, 1, 2)) // 2,
            minimum_remaining=dice.choice((0, 1, 1, 2)),
        )
        for giver, receiver in ways
    )
    return replace(problem, transfer_routes=routes, establishments=_roomy(dice, problem))


def receiving_on_revenue(dice: Random, problem: Problem) -> Problem:
    """Return the problem with a trust that wants what another has, and has some revenue for it."""
    problem = routed(dice, problem)
    giver = problem.transfer_routes[0].from_trust
    receiver = problem.transfer_routes[0].to_trust
    there = sum(row.vehicles for row in problem.cohorts if row.trust == receiver)
    since = FIRST - 2
    return replace(
        problem,
        transfer_routes=tuple(
            replace(row, cost_pence=UNIT_PENCE * dice.choice((2, 3, 5)), minimum_remaining=0)
            for row in problem.transfer_routes
        ),
        establishments=tuple(
            Establishment(
                trust=trust, vehicle_type=DCA, from_financial_year=since, minimum=least, maximum=9
            )
            for trust, least in ((giver, 0), (receiver, there + dice.choice((1, 2))))
        ),
        revenue_budgets=tuple(
            RevenueBudget(
                trust=receiver,
                financial_year=year,
                limit_pence=UNIT_PENCE * dice.choice((4, 6, 8, 10)) + dice.choice((0, 1)),
            )
            for year in problem.horizon
        ),
    )


def _roomy(dice: Random, problem: Problem) -> tuple[Establishment, ...]:
    """Return sizes by which every trust may have fewer ambulances than it had, or one more."""
    sizes = []
    for trust in problem.trusts:
        there = sum(
            r.vehicles for r in problem.cohorts if (r.trust, r.vehicle_type) == (trust, DCA)
        )
        sizes.append(
            Establishment(
                trust=trust,
                vehicle_type=DCA,
                from_financial_year=FIRST - 2,
                minimum=max(0, there - dice.choice((0, 1, 2))),
                maximum=there + dice.choice((0, 1)),
            )
        )
    others = (row for row in problem.establishments if row.vehicle_type != DCA)
    return (*sizes, *others)


def boxed(dice: Random, problem: Problem) -> Problem:
    """Return the problem with boxes, some worn or remounted before, and an offer to remount."""

    def box(row: Cohort) -> Cohort:
        worn = row.age_years + dice.choice((0, 0, 3))
        times = dice.choice((0, 0, 0, 1))
        return replace(row, technology=DIESEL, box_body=True, box_age_years=worn, remounts=times)

    line = SupplyLine(
        line_id=LINE,
        kind=SupplyKind.CONVERTER,
        vehicles=tuple(dice.choice((0, 0, 1, 2)) for _ in problem.horizon),
    )
    lines = problem.supply_lines or (line,)
    offer = Remount(
        trust=dice.choice((None, None, *problem.trusts)),
        vehicle_type=DCA,
        technology=DIESEL,
        price_pence=tuple(UNIT_PENCE * dice.choice((0, 2, 2, 3, 4)) for _ in problem.horizon),
        maximum_remounts=dice.choice((1, 1, 2)),
        maximum_box_age_years=dice.choice((6, 8, 12)),
        weeks_out=dice.choice((0, 0, 20, 52)),
        supply_lines=(lines[0].line_id,) if dice.random() < 0.7 else (),
    )
    chosen = [dice.random() < 0.8 for _ in problem.cohorts]
    return replace(
        problem,
        cohorts=tuple(
            box(row) if box_it else row for row, box_it in zip(problem.cohorts, chosen, strict=True)
        ),
        # What is leased is not remounted.
        options=tuple(
            replace(row, box_body=True, lease=None) if row.technology == DIESEL else row
            for row in problem.options
        ),
        commitments=tuple(replace(row, box_body=True) for row in problem.commitments),
        supply_lines=lines,
        remount_offers=(offer,),
        # A little more than the price of a vehicle, so that something is left for a remount.
        envelopes=tuple(
            replace(row, allocation_pence=row.allocation_pence + UNIT_PENCE * dice.choice((0, 4)))
            for row in problem.envelopes
        ),
    )


def returning(dice: Random, problem: Problem) -> Problem:
    """Return the problem with some of what vehicles fetch for the envelopes of the year."""

    def fetching(profile: AgeProfile) -> AgeProfile:
        pence = tuple(UNIT_PENCE * units for units in dice.choice(((6, 5, 4, 3, 2), (3,), (4, -1))))
        return replace(profile, resale_pence=pence)

    share = dice.choice((500, 777, 1000))
    numbers = {row.financial_year: row.envelope_id for row in problem.envelopes}
    return replace(
        problem,
        age_profiles=tuple(map(fetching, problem.age_profiles)),
        envelopes=tuple(
            replace(
                row,
                # A little less than a vehicle or two, so that what sales bring is wanted.
                allocation_pence=UNIT_PENCE * dice.choice((7, 8, 9, 17)),
                proceeds_permille=share if numbers[row.financial_year] == row.envelope_id else 0,
            )
            for row in problem.envelopes
        ),
    )


def buying_together(dice: Random, problem: Problem) -> Problem:
    """Return the problem with one old vehicle at each of two trusts, and a price for two."""
    problem = with_a_second_trust(dice, problem)
    firsts = {row.trust: row for row in reversed(problem.cohorts)}
    tiers = (PriceTier(from_vehicles=2, price_permille=dice.choice((450, 600))),)
    return replace(
        problem,
        cohorts=tuple(
            replace(row, vehicles=1, age_years=dice.randint(4, 6), box_age_years=0)
            for row in firsts.values()
        ),
        establishments=(),
        options=tuple(
            replace(row, minimum_order=0, lease=None, price_tiers=tiers, joint_tiers=True)
            for row in problem.options
        ),
    )


def promised(dice: Random, problem: Problem) -> Problem:
    trusts = dice.sample(problem.trusts, dice.randint(1, len(problem.trusts)))
    rows = (
        Guarantee(
            trust=trust,
            most_shortfall=dice.choice((0, 1, 2, 9)),
            most_over_age=dice.choice((0, 1, 2, 3, 9)),
        )
        for trust in trusts
    )
    return replace(problem, guarantees=tuple(rows))


def ordered(dice: Random, problem: Problem) -> Problem:
    """Return the problem with an order that somebody ruled."""
    least = dice.choice((0, 0, 1))
    ruling = OrderRuling(
        trust=dice.choice(problem.trusts),
        option_id=dice.choice(problem.options).option_id,
        financial_year=dice.choice(problem.horizon),
        minimum=least,
        maximum=least + dice.choice((0, 0, 1)),
    )
    return replace(problem, order_rulings=(ruling,))


def kept(dice: Random, problem: Problem) -> Problem:
    """Return the problem with vehicles that somebody ruled are to serve, or not to."""
    row = dice.choice(problem.cohorts)
    least = dice.choice((0, row.vehicles))
    ruling = ServiceRuling(
        trust=row.trust,
        vehicle_type=row.vehicle_type,
        technology=row.technology,
        entry_year=FIRST - row.age_years,
        financial_year=dice.choice(problem.horizon),
        band=row.band,
        in_reserve=bool(problem.reserves) and dice.random() < 0.4,
        minimum=least,
        maximum=least,
    )
    return replace(problem, service_rulings=(ruling,))


def approved(dice: Random, problem: Problem) -> Problem:
    """Return the problem with orders approved before, and a price of changing them."""
    cells = {
        (
            dice.choice(problem.trusts),
            dice.choice(problem.options).option_id,
            dice.choice(problem.horizon),
        )
        for _ in range(2)
    }
    orders = tuple(
        ApprovedOrder(trust=trust, option_id=name, financial_year=year, vehicles=1)
        for trust, name, year in sorted(cells)
    )
    price = UNIT_PENCE * dice.choice((1, 4, 12))
    return replace(problem, approved_orders=orders, change_price_pence=price)
