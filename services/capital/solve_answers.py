"""Which questions a command line asks about a plan, and the text of their answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.capital.answer_report import (
    levels_report,
    limits_report,
    refusal_report,
    replan_report,
    stress_report,
    switches_report,
    two_stage_report,
)
from services.capital.compare_report import compare_report
from services.capital.conflict_report import conflict_report
from services.capital.executor import executor
from services.capital.fairness_report import fairness_report, guarantees_report
from services.capital.optimiser.answers.compare import compare
from services.capital.optimiser.answers.conflict import explain
from services.capital.optimiser.answers.effort import Effort, Hearer, Workshop
from services.capital.optimiser.answers.fairness import Choice, fair_plan, guarantees_cost
from services.capital.optimiser.answers.level_prices import level_prices
from services.capital.optimiser.answers.other_way import other_way
from services.capital.optimiser.answers.prices import limit_prices
from services.capital.optimiser.answers.refusal import price_of_no
from services.capital.optimiser.answers.replan import replan
from services.capital.optimiser.answers.rulings import is_open
from services.capital.optimiser.answers.scenarios import stress_book
from services.capital.optimiser.answers.stress import stress
from services.capital.optimiser.answers.timing import carry_forward, timings
from services.capital.optimiser.answers.together import buying_together
from services.capital.optimiser.answers.two_stage import sampled, two_stage
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.loss import loss
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.problem.ruling import Ruling
from services.capital.optimiser.vehicle import Vehicle
from services.capital.optimiser.vehicles import assign
from services.capital.vehicle_report import vehicles_report

# Of an answer's seconds, what one of its plans may take.
EACH_SHARE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is asked. `why`: rulings to have the price of; an open one is turned against the plan.

    `frozen_years`: the first ones, whose `approved` orders stand whatever it costs.
    """

    report: bool = False
    why: tuple[Ruling, ...] = ()
    other: Plan | None = None
    approved: Plan | None = None
    frozen_years: int = 0
    stress: bool = False
    fair: Choice | None = None
    vehicles: tuple[Vehicle, ...] = ()
    scenarios: int = 0


def answers(
    problem: Problem, plan: Plan, asked: Questions, limits: Limits, hearer: Hearer
) -> Iterator[str]:
    """Yield the text of each answer as soon as there is one, each within the limits' seconds."""
    effort = _effort(limits)
    if not plan.has_decisions:
        if asked.report and plan.outcome is Outcome.INFEASIBLE:
            yield conflict_report(explain(problem, Workshop("conflict", effort, hearer)))
        return
    if asked.report:
        shop = Workshop("levels", effort, hearer)
        yield levels_report(list(level_prices(problem, plan, shop)))
        promised = guarantees_cost(problem, plan, Workshop("promised", effort, hearer))
        yield guarantees_report(promised) if promised else ""
        prices = limit_prices(problem, plan, Workshop("limits", effort, hearer))
        yield limits_report(prices, timings(problem, prices))
        shop = Workshop("switches", effort, hearer)
        carried = carry_forward(problem, plan, shop)
        yield switches_report(carried, buying_together(problem, plan, shop))
    yield from _asked(problem, plan, asked, limits, hearer)


def _effort(limits: Limits) -> Effort:
    each = replace(limits, seconds=max(1, limits.seconds // EACH_SHARE))
    return Effort(seconds=limits.seconds, each=each)


def _asked(
    problem: Problem, plan: Plan, asked: Questions, limits: Limits, hearer: Hearer
) -> Iterator[str]:
    effort = _effort(limits)
    if asked.vehicles:
        decisions = assign(problem, plan, asked.vehicles)
        yield vehicles_report(decisions, loss(problem, plan, asked.vehicles))
    for why in asked.why:
        ruling = other_way(problem, plan, why) if is_open(why) else why
        shop = Workshop("why", effort, hearer)
        yield refusal_report(price_of_no(problem, plan, ruling, shop))
    if asked.other is not None:
        yield compare_report(compare(problem, plan, asked.other))
    if asked.approved is not None:
        shop = Workshop("replan", effort, hearer)
        replanned = replan(problem, asked.approved, shop, frozen_years=asked.frozen_years)
        yield replan_report(replanned)
    if asked.fair is not None:
        shop = Workshop("fairness", effort, hearer)
        shop.knows(problem, plan)
        yield fairness_report(fair_plan(problem, asked.fair, shop))
    if asked.stress:
        shop = Workshop("stress", effort, hearer)
        yield stress_report(stress(problem, plan, stress_book(problem, plan), shop))
    if asked.scenarios:
        # Any programme of it may take what time there is.
        shop = Workshop("scenarios", replace(effort, each=limits), hearer)
        samples = list(sampled(problem, asked.scenarios, limits.seed))
        with executor() as cores:
            found = two_stage(samples, shop, executor=cores)
        yield two_stage_report(found, len(samples))
