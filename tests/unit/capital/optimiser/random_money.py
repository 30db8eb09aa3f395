"""Random problems with rules of money laid over them, small enough to try every plan of."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    Commitment,
    CommitmentId,
    ConcentrationId,
    ConcentrationLimit,
    Envelope,
    Instalment,
    Lease,
    LifePolicy,
    Option,
    PriceTier,
    Problem,
    RevenueBudget,
    SupplyKind,
    SupplyLine,
)
from tests.unit.capital.optimiser.build import DCA, FIRST
from tests.unit.capital.optimiser.random_problems import LINE, UNIT_PENCE, a_random_problem


def a_random_problem_of_money(seed: int) -> Problem:
    """Return a random problem in which little but money is in the way, and its rules are."""
    return with_rules_of_money(Random(seed), a_random_problem_of_old_vehicles(seed))


def with_rules_of_money(dice: Random, problem: Problem) -> Problem:
    """Return the problem with one rule of money or two."""
    rules: tuple[Callable[[Random, Problem], Problem], ...] = (
        _charged,
        _capped,
        carrying,
        _over_planned,
        _in_parts,
        _leased,
        _on_revenue,
        _by_volume,
        _of_many_makers,
        with_cancellable,
    )
    for rule in dice.sample(rules, dice.choice((1, 2, 2))):
        problem = rule(dice, problem)
    return problem


FIRMNESS: Final = ((False, 0), (True, 0), (True, 100), (True, 500))


def a_random_problem_of_old_vehicles(seed: int) -> Problem:
    """Return a random problem in which little but money is in the way of renewal."""
    dice = Random(seed)
    problem = a_random_problem(seed)
    policies = [
        LifePolicy(
            trust=trust,
            vehicle_type=DCA,
            from_financial_year=FIRST,
            target_age_years=dice.choice((2, 3, 4)),
        )
        for trust in problem.trusts
    ]
    return replace(
        problem,
        cohorts=tuple(replace(row, age_years=dice.randint(1, 5)) for row in problem.cohorts),
        options=tuple(_at_hand(dice, row) for row in problem.options),
        life_policies=tuple(policies),
        envelopes=tuple(
            replace(row, allocation_pence=UNIT_PENCE * dice.choice((5, 10, 11, 14, 20)))
            for row in problem.envelopes
        ),
        establishments=(),
        commissioning=(),
        mandates=(),
        hires=(),
        over_age_price_pence=0,
        shortfall_price_pence=0,
        disposal_freezes=(),
    )


def _at_hand(dice: Random, option: Option) -> Option:
    lead = min(option.lead_time_years, 1)
    price = tuple(pence or 10 * UNIT_PENCE for pence in option.price_pence)
    least = dice.choice((0, 0, 2))
    return replace(option, lead_time_years=lead, minimum_order=least, price_pence=price)


def _charged(dice: Random, problem: Problem) -> Problem:
    def with_charge(option: Option) -> Option:
        charges = tuple(UNIT_PENCE * dice.choice((0, 1, 4)) for _ in option.price_pence)
        return replace(option, order_charge_pence=charges)

    return replace(problem, options=tuple(map(with_charge, problem.options)))


def _capped(dice: Random, problem: Problem) -> Problem:
    ids = [row.envelope_id for row in problem.envelopes]
    named = tuple(dice.sample(ids, dice.randint(1, len(ids))))
    most = UNIT_PENCE * dice.choice((0, 10, 13, 25, 40))
    ceiling = Ceiling(ceiling_id=CeilingId("system"), limit_pence=most, envelope_ids=named)
    return replace(problem, ceilings=(ceiling,))


def carrying(dice: Random, problem: Problem) -> Problem:
    """Return the problem with envelopes that may leave something to the year after."""

    def left_over(envelope: Envelope) -> Envelope:
        fund = envelope.envelope_id.partition("-")[0]
        pence = UNIT_PENCE * dice.choice((0, 2, 5, 20))
        return replace(envelope, fund=fund, carry_forward_pence=pence, over_planning_permille=0)

    return replace(problem, envelopes=tuple(map(left_over, problem.envelopes)))


def _over_planned(dice: Random, problem: Problem) -> Problem:
    def planned(envelope: Envelope) -> Envelope:
        indicative, haircut = dice.choice(FIRMNESS)
        over = 0 if envelope.carry_forward_pence else dice.choice((0, 50, 300))
        return replace(
            envelope,
            over_planning_permille=over,
            indicative=indicative,
            haircut_permille=haircut,
        )

    return replace(problem, envelopes=tuple(map(planned, problem.envelopes)))


def _in_parts(dice: Random, problem: Problem) -> Problem:
    def in_parts(option: Option) -> Option:
        shares = (Instalment(years_before_delivery=1, permille=dice.choice((333, 500, 1000))),)
        can_be = option.lead_time_years and option.lease is None
        return replace(option, instalments=shares if can_be else ())

    def of_one_fund(envelope: Envelope) -> Envelope:
        return replace(envelope, fund=envelope.envelope_id.partition("-")[0])

    return replace(
        problem,
        options=tuple(in_parts(replace(row, lead_time_years=1)) for row in problem.options),
        envelopes=tuple(map(of_one_fund, problem.envelopes)),
    )


def _leased(dice: Random, problem: Problem) -> Problem:
    def leased(option: Option) -> Option:
        payments = tuple(UNIT_PENCE * dice.choice((1, 3)) for _ in option.price_pence)
        lease = Lease(term_years=dice.choice((1, 2, 4)), yearly_payment_pence=payments)
        return replace(option, lease=lease, instalments=(), price_tiers=())

    first, *others = problem.options
    return replace(problem, options=(leased(first), *others))


def _on_revenue(dice: Random, problem: Problem) -> Problem:
    years = dice.sample(list(problem.horizon), dice.randint(1, problem.years))
    budgets = (
        RevenueBudget(
            trust=problem.trusts[0],
            financial_year=year,
            limit_pence=UNIT_PENCE * dice.choice((2, 4, 6, 8)) + dice.choice((0, 1)),
        )
        for year in years
    )
    return replace(problem, revenue_budgets=tuple(budgets))


def _by_volume(dice: Random, problem: Problem) -> Problem:
    def tiered(option: Option) -> Option:
        first = PriceTier(from_vehicles=2, price_permille=dice.choice((500, 777, 900)))
        second = PriceTier(from_vehicles=3, price_permille=400)
        tiers = dice.choice(((first,), (first, second)))
        return replace(
            option,
            price_tiers=() if option.lease else tiers,
            joint_tiers=dice.choice((False, True)),
        )

    return replace(problem, options=tuple(map(tiered, problem.options)))


def _of_many_makers(dice: Random, problem: Problem) -> Problem:
    line = SupplyLine(line_id=LINE, kind=SupplyKind.CHASSIS, vehicles=(9,) * problem.years)
    limit = ConcentrationLimit(
        limit_id=ConcentrationId("one-base"),
        trusts=dice.choice(((), problem.trusts[:1])),
        supply_lines=(LINE,),
        share_permille=dice.choice((0, 400, 500, 667)),
    )
    first, *others = problem.options
    return replace(
        problem,
        options=(
            replace(first, supply_lines=(LINE,)),
            *(replace(row, supply_lines=()) for row in others),
        ),
        supply_lines=problem.supply_lines or (line,),
        concentration_limits=(limit,),
    )


def with_cancellable(dice: Random, problem: Problem) -> Problem:
    def cancellable(row: Commitment) -> Commitment:
        price = UNIT_PENCE * dice.choice((0, 3, 9))
        return replace(row, cancellable=True, cancellation_price_pence=price)

    envelope = dice.choice(problem.envelopes)
    order = Commitment(
        commitment_id=CommitmentId("another"),
        trust=problem.trusts[0],
        vehicle_type=DCA,
        technology=problem.options[0].technology,
        financial_year=envelope.financial_year,
        vehicles=dice.choice((1, 2)),
        price_pence=UNIT_PENCE * 5,
        envelope_id=None if envelope.technologies else envelope.envelope_id,
    )
    return replace(problem, commitments=tuple(map(cancellable, (*problem.commitments, order))))
