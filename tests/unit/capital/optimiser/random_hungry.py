"""Random problems in which vehicles are old and money is near, so that every rule is in the way."""

from dataclasses import replace
from random import Random

from services.capital.optimiser.problem import (
    Establishment,
    LifePolicy,
    Option,
    Problem,
    Reserve,
)
from tests.unit.capital.optimiser.build import BEV, DCA, FIRST, RYA
from tests.unit.capital.optimiser.random_money import with_rules_of_money
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE, a_random_problem


def a_random_problem_in_need(seed: int) -> Problem:
    """Return a random problem that would renew much, and whose rules let it renew some."""
    dice = Random(seed)
    problem = a_random_problem(seed)
    # What is on order may have to be paid for by any envelope.
    narrow = ((),) if problem.commitments else ((), (), (), (BEV,))
    hungry = replace(
        problem,
        cohorts=tuple(replace(row, age_years=dice.randint(3, 6)) for row in problem.cohorts),
        options=tuple(_wanted(dice, row) for row in problem.options),
        envelopes=tuple(
            replace(
                row,
                allocation_pence=UNIT_PENCE * dice.choice((0, 10, 12, 20, 24)),
                technologies=dice.choice(narrow),
            )
            for row in problem.envelopes
        ),
        life_policies=tuple(_impatient(dice, row) for row in _policies(problem)),
        establishments=tuple(_near(dice, row, problem) for row in problem.establishments),
        over_age_price_pence=dice.choice((0, 0, 0, 9 * UNIT_PENCE)),
        shortfall_price_pence=0,
        reserves=(_a_reserve(dice),) if dice.random() < 0.4 else (),
    )
    if dice.random() < 0.4:
        return hungry
    return with_rules_of_money(dice, hungry)


def _wanted(dice: Random, option: Option) -> Option:
    """Return an option that is mostly for sale, soon and singly; clean ones at more."""
    extra = 2 if option.technology == BEV else 0
    units = [dice.choice((8, 10, 10, 12, 0)) for _ in option.price_pence]
    return replace(
        option,
        lead_time_years=dice.choice((0, 0, 0, 1)),
        minimum_order=dice.choice((0, 0, 0, 2)),
        price_pence=tuple(UNIT_PENCE * (unit + extra) if unit else 0 for unit in units),
    )


def _policies(problem: Problem) -> list[LifePolicy]:
    rows = list(problem.life_policies)
    others = [trust for trust in problem.trusts if trust != RYA]
    return [*rows, *(replace(rows[0], trust=trust) for trust in others)]


def _impatient(dice: Random, policy: LifePolicy) -> LifePolicy:
    target = dice.choice((3, 4, 5))
    return replace(
        policy,
        from_financial_year=min(policy.from_financial_year, FIRST + 1),
        target_age_years=target,
        maximum_age_years=dice.choice((0, 0, target + 1, target + 3)),
    )


def _near(dice: Random, size: Establishment, problem: Problem) -> Establishment:
    there = sum(row.vehicles for row in problem.cohorts if row.trust == size.trust)
    least = max(0, there - dice.choice((0, 1)))
    return replace(size, minimum=least, maximum=least + dice.choice((0, 1)))


def _a_reserve(dice: Random) -> Reserve:
    return Reserve(
        trust=dice.choice((None, RYA)),
        vehicle_type=DCA,
        from_age_years=dice.choice((0, 4, 6)),
        maximum_age_years=dice.choice((0, 8)),
        available_permille=dice.choice((500, 700, 1000)),
        running_saved_permille=dice.choice((0, 333)),
        maximum=dice.choice((0, 1, 1)),
    )
