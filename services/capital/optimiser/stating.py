"""How a plan is stated: its decisions' figures, and what is proved of each level."""

from collections.abc import Mapping
from dataclasses import replace

from services.capital.optimiser.account import Account
from services.capital.optimiser.plan import Level, LevelResult, Outcome, Plan
from services.capital.optimiser.proof import is_proved, outcome_of, stated_gap_ppm
from services.capital.optimiser.size import most_pence
from services.capital.optimiser.terms import Terms


def stated(account: Account, problem_hash: str, engine: str, seed: int = 0) -> Plan:
    """Return the plan of the account, with nothing said of its levels."""
    return Plan(
        problem_hash=problem_hash,
        outcome=Outcome.FEASIBLE,
        purchases=account.decisions.purchases,
        disposals=account.decisions.disposals,
        hires=account.decisions.hires,
        moves=account.decisions.moves,
        chargers=account.decisions.chargers,
        cancellations=account.decisions.cancellations,
        stationed=account.stationed,
        stock=account.stock,
        replacements=account.replacements,
        fleet_years=account.fleet_years,
        envelope_uses=account.envelope_uses,
        ceiling_uses=account.ceiling_uses,
        revenue_uses=account.revenue_uses,
        cost=account.cost,
        engine=engine,
        seed=seed,
    )


def with_bounds(plan: Plan, account: Account, bounds: Mapping[Level, int]) -> Plan:
    """Return the plan with each level's value, its bound, and what they prove."""
    levels = tuple(
        _result(level, account.value(level), bounds[level]) for level in account.standing
    )
    proved = replace(plan, outcome=outcome_of(levels), levels=levels)
    return replace(proved, cost_gap_ppm=stated_gap_ppm(proved))


def no_bounds(terms: Terms) -> dict[Level, int]:
    """Return what holds of every plan without looking: no count is negative, no cost boundless."""
    return {level: -most_pence(terms) if level is Level.COST else 0 for level in Level}


def _result(level: Level, value: int, bound: int) -> LevelResult:
    sound = min(value, bound)
    return LevelResult(level=level, value=value, bound=sound, proved=is_proved(level, value, sound))
