"""Why there is no plan: the few rules that cannot hold together, and the least that mends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.elastic import Elastic
from services.capital.optimiser.answers.facts import facts
from services.capital.optimiser.answers.named import rules_of
from services.capital.optimiser.answers.repairs import Repair, priced, repairs
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.mathopt_adapter import Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms

MOST_REPAIRS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`rules` cannot hold together, whatever else is given up; leave out any one, and they can.

    `outcome`: INFEASIBLE, proved; FEASIBLE: there is a plan; UNKNOWN: neither was shown in time.
    Where time ran out before rules were found all needed, `is_irreducible` is false; without
    rules the conflict is between some that have no name here. `facts`
    are what a rule alone stands against.
    """

    outcome: Outcome
    rules: tuple[NamedRule, ...] = ()
    is_irreducible: bool = False
    facts: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()


def explain(problem: Problem, workshop: Workshop, most_repairs: int = MOST_REPAIRS) -> Conflict:
    """Return why the problem has no plan, and the cheapest ways to give it one."""
    workshop.tell("whether there is a plan", 0)
    outcome = possible(problem, workshop)
    if outcome is not Outcome.INFEASIBLE:
        return Conflict(outcome=outcome)
    rules = tuple(rules_of(problem))
    suspects = _suspects(problem, rules, workshop)
    # The elastic model knows how much each rule may give; where that was too little, all are looked
    # at, one by one.
    if possible(holding(problem, rules, suspects), workshop) is not Outcome.INFEASIBLE:
        suspects = rules
    conflict, is_irreducible = _irreducible(problem, rules, suspects, workshop)
    found = list(repairs(problem, rules, most_repairs, workshop))
    return Conflict(
        outcome=outcome,
        rules=conflict,
        is_irreducible=is_irreducible and bool(conflict),
        facts=facts(problem, conflict[0]) if len(conflict) == 1 else (),
        repairs=tuple(priced(problem, found, workshop)),
    )


def possible(problem: Problem, workshop: Workshop) -> Outcome:
    """Return whether any plan keeps every rule: FEASIBLE, INFEASIBLE or, in this time, UNKNOWN."""
    program = RenewalModel(Terms(problem)).program
    answer = minimise(program, workshop.look(), lambda found, bound: None)
    if answer.status is Status.INFEASIBLE:
        return Outcome.INFEASIBLE
    return Outcome.UNKNOWN if answer.values is None else Outcome.FEASIBLE


def holding(problem: Problem, rules: Sequence[NamedRule], among: Sequence[NamedRule]) -> Problem:
    """Return the problem with, of all the rules, only these."""
    kept = {(rule.rule, rule.key) for rule in among}
    for rule in rules:
        if (rule.rule, rule.key) not in kept:
            problem = rule.lifted(problem)
    return problem


def _suspects(
    problem: Problem, rules: Sequence[NamedRule], workshop: Workshop
) -> tuple[NamedRule, ...]:
    """Make hard, again and again, the rules that give: at the end some of them cannot all hold."""
    elastic, suspects = Elastic(problem, rules), list[NamedRule]()
    while workshop.seconds_left:
        status, gives = elastic.minimise(workshop.look())
        if status is Status.INFEASIBLE:
            return tuple(suspects)
        if not gives:
            break
        for rule in gives:
            workshop.tell(rule.sentence, len(suspects))
            elastic.harden(rule)
            suspects.append(rule)
    return tuple(rules)


def _irreducible(
    problem: Problem,
    rules: Sequence[NamedRule],
    suspects: Sequence[NamedRule],
    workshop: Workshop,
) -> tuple[tuple[NamedRule, ...], bool]:
    """Leave out each suspect in turn, for good where the others still cannot hold together."""
    needed, certain = list(suspects), True
    for rule in suspects:
        others = [other for other in needed if other is not rule]
        if not workshop.seconds_left:
            return tuple(needed), False
        workshop.tell(rule.sentence, len(suspects) - len(others))
        outcome = possible(holding(problem, rules, others), workshop)
        certain = certain and outcome is not Outcome.UNKNOWN
        if outcome is Outcome.INFEASIBLE:
            needed = others
    return tuple(needed), certain
