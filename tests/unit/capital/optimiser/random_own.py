"""Random problems in which a trust has rows of its own: tables, money, hire, a reserve in use."""

from dataclasses import replace
from random import Random

from services.capital.optimiser.problem import AgeProfile, Envelope, Hire, Problem, Reserve
from tests.unit.capital.optimiser.build import DCA, RYA
from tests.unit.capital.optimiser.random_problems import UNIT_PENCE


def with_own_tables(dice: Random, problem: Problem) -> Problem:
    """Return the problem with a trust whose vehicles wear and cost as nobody else's."""
    trust = dice.choice(problem.trusts)

    def own(profile: AgeProfile) -> AgeProfile:
        running = tuple(pence + UNIT_PENCE // 2 for pence in profile.running_cost_pence)
        off_road = tuple(min(1000, permille + 150) for permille in profile.off_road_permille)
        return replace(profile, trust=trust, running_cost_pence=running, off_road_permille=off_road)

    everyones = (row for row in problem.age_profiles if row.trust is None)
    return replace(problem, age_profiles=(*problem.age_profiles, *map(own, everyones)))


def with_own_money(dice: Random, problem: Problem) -> Problem:
    """Return the problem with envelopes that are for one trust alone, or one type."""
    on_order = {row.envelope_id for row in problem.commitments}

    def narrowed(envelope: Envelope) -> Envelope:
        if envelope.envelope_id in on_order:
            return envelope
        trusts = dice.choice(((), problem.trusts[:1], problem.trusts[-1:]))
        types = dice.choice(((), (), tuple(row.code for row in problem.vehicle_types[-1:])))
        return replace(envelope, trusts=trusts, vehicle_types=types)

    return replace(problem, envelopes=tuple(map(narrowed, problem.envelopes)))


def with_own_hire(dice: Random, problem: Problem) -> Problem:
    """Return the problem with vehicles for hire, at RYA on other terms than for everyone."""
    rows = tuple(
        Hire(
            trust=trust,
            vehicle_type=DCA,
            price_pence=tuple(UNIT_PENCE * dice.choice((1, 2)) for _ in problem.horizon),
            available_permille=dice.choice((500, 800, 1000)),
            vehicles=tuple(dice.choice((0, 1, 1)) for _ in problem.horizon),
        )
        for trust in (None, RYA)
    )
    return replace(problem, hires=rows)


def with_a_reserve_in_use(dice: Random, problem: Problem) -> Problem:
    """Return the problem with a vehicle in reserve as it begins, at RYA on other terms."""
    rows = tuple(
        Reserve(
            trust=trust,
            vehicle_type=DCA,
            from_age_years=dice.choice((0, 4, 6)),
            maximum_age_years=dice.choice((0, 0, 9)),
            available_permille=dice.choice((500, 1000)),
            running_saved_permille=dice.choice((0, 333)),
            maximum=dice.choice((1, 2)),
        )
        for trust in (None, RYA)
    )
    first, *others = problem.cohorts
    return replace(problem, reserves=rows, cohorts=(replace(first, in_reserve=True), *others))
