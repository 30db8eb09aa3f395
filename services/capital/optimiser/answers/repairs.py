"""The least that would have to give for a plan to exist, in several ways, each with its owner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.elastic import Elastic
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.answers.words import rough_pounds, year_label
from services.capital.optimiser.mathopt_adapter import Status
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule, Unit

PENCE_PER_POUND: Final = 100
ROUNDING_POUNDS: Final = 1e-3
LEAST: Final = 1e-3
WORDS: Final = {
    Rule.ENVELOPE_ALLOCATION: "{amount} in {year} from {owner}",
    Rule.ENVELOPE_ELIGIBILITY: "{amount} paid from {first} that {owner} keeps for others",
    Rule.CARRY_FORWARD: "{amount} more carried forward from {first} by {owner}",
    Rule.SPENDING_CEILING: "{amount} more under {first} from {owner}",
    Rule.REVENUE_BUDGET: "{amount} of revenue in {year} from {owner}",
    Rule.MINIMUM_ORDER: "{amount} fewer {first} in the least order of {owner}",
    Rule.LEAD_TIME: "{amount} {first} sooner than the lead time of {owner}",
    Rule.LEASE_TERM: "{amount} {first} leased to age {age} by {owner}",
    Rule.CONCENTRATION: "{amount} more than {first} allows, from {owner}",
    Rule.ORDER_RULING: "{amount} {kind} otherwise than ruled for {owner} in {year}",
    Rule.SERVICE_RULING: "{amount} {kind} of {owner} otherwise than ruled in {year}",
    Rule.MOVE_RULING: "{amount} otherwise than ruled of a {first} by {owner} in {year}",
    Rule.HIRE_RULING: "{amount} {kind} hired by {owner} otherwise than ruled in {year}",
    Rule.CHARGER_RULING: "{amount} chargers for {first} of {owner} otherwise than ruled in {year}",
    Rule.CANCELLATION_RULING: "{amount} of order {first} cancelled otherwise than {owner} ruled",
    Rule.TRUST_GUARANTEE: "{amount} vehicle-years of {kind} more than {owner} is guaranteed",
    Rule.CHARGER_CAPACITY: "{amount} more charged by {owner}",
    Rule.GRID_CAPACITY: "{amount} {unit} more carried by the grid of {owner}",
    Rule.DUTY_FIT: "{amount} more duties of {kind} for {owner}",
    Rule.ZERO_EMISSION_MANDATE: "{amount} fewer zero emission than {first} asks, by {owner}",
    Rule.MAXIMUM_AGE: "{amount} {kind} of {owner} to age {age}",
    Rule.DISPOSAL_FREEZE: "{amount} {kind} of {owner} go in {year} after all",
    Rule.VEHICLES_CONSERVED: "{amount} fewer of order {first} for {owner}",
    Rule.ESTABLISHMENT_MAXIMUM: "{amount} more {kind} allowed to {owner}",
    Rule.COMMISSIONING_CAPACITY: "{amount} more commissioned by {owner} in {year}",
    Rule.CONVERTER_SLOTS: "{amount} more places of {owner} in {year}",
    Rule.CHASSIS_ALLOTMENT: "{amount} more chassis of {owner} in {year}",
    Rule.HIRE_MAXIMUM: "{amount} more {kind} a year from {owner}",
    Rule.TRANSFER_REMAINDER: "{amount} fewer kept by {owner} when it gives to {kind}",
    Rule.REMOUNT_OFFER: "{amount} boxes remounted once more, or older, by {owner}",
    Rule.RESERVE_AGE: "{amount} {kind} younger than the reserve of {owner} takes",
    Rule.RESERVE_MAXIMUM: "{amount} more {kind} in the reserve of {owner}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """What one rule must give: pence or vehicles; vehicles past a maximum age serve to `to_age`.

    `eased_by` is what the rule is eased by for it.
    """

    rule: NamedRule
    amount: int
    eased_by: int
    to_age: int = 0

    @property
    def sentence(self) -> str:
        """Say it as it would be asked for: "£1.4m in 2027/28 from the Black Country"."""
        key, year = self.rule.key, self.rule.key[-1]
        return WORDS[self.rule.rule].format(
            amount=rough_pounds(self.amount) if self.rule.unit is Unit.PENCE else self.amount,
            unit=self.rule.unit,
            first=key[0],
            kind=key[1] if len(key) > 1 else "",
            year=year_label(int(year)) if year.isdecimal() else "",
            owner=self.rule.owner,
            age=self.to_age,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Rules that give so much, together, make a plan possible; and none of them could give none.

    `is_least`: proved that no other way, but those listed before, takes less in all. `plan`: the
    best found of the problem repaired, with what is proved of it; None: none was sought in time.
    """

    gives: tuple[Give, ...]
    is_least: bool
    plan: Plan | None = field(default=None, compare=False, repr=False)

    def applied(self, problem: Problem) -> Problem:
        """Return the problem repaired."""
        for give in self.gives:
            problem = give.rule.eased(problem, give.eased_by)
        return problem


def repairs(
    problem: Problem, rules: Sequence[NamedRule], most: int, workshop: Workshop
) -> Iterator[Repair]:
    """Yield ways to make a plan possible, cheapest first, none a part of another."""
    elastic = Elastic(problem, rules)
    elastic.prefer_few()
    for place in range(most):
        if not workshop.seconds_left:
            return
        workshop.tell("repairs", place)
        status, gives = elastic.minimise(workshop.look())
        if not gives:
            return
        yield Repair(
            gives=tuple(_give(elastic, rule, give) for rule, give in gives.items()),
            is_least=status is Status.PROVED,
        )
        elastic.forbid(tuple(gives))


def priced(problem: Problem, found: Sequence[Repair], workshop: Workshop) -> Iterator[Repair]:
    """Yield each repair with the plan of the problem repaired, as the effort allows."""
    for repair in found:
        told = " and ".join(give.sentence for give in repair.gives)
        yield replace(repair, plan=workshop.plan(repair.applied(problem), told))


def _give(elastic: Elastic, rule: NamedRule, give: float) -> Give:
    if rule.unit is Unit.PENCE:
        pence = ceil(give - ROUNDING_POUNDS) * PENCE_PER_POUND
        return Give(rule=rule, amount=pence, eased_by=pence)
    amount = elastic.amount(rule, ceil(give - LEAST))
    eased_by, to_age = elastic.eased_by(rule, amount)
    return Give(rule=rule, amount=amount, eased_by=eased_by, to_age=to_age)
