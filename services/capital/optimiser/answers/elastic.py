"""The model with a price on breaking each named rule: how little must give for a plan to exist."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.letting import BOUNDS, LONGER, Letting, without_bounds
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.answers.rule_rows import RuleRows, carried_too_much
from services.capital.optimiser.answers.rulings import rulings_of
from services.capital.optimiser.loosened import loosened
from services.capital.optimiser.mathopt_adapter import Effort, Status, minimise
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Commitment, Problem
from services.capital.optimiser.rules import Rule, Unit
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.variables import label

PENCE_PER_POUND: Final = 100
# What is found within the solver's tolerance of nothing is nothing.
LEAST_SLACK: Final = 1e-4
# A year more of a vehicle that serves too long anyway; an owner or rule more to ask.
YEAR_POUNDS: Final = 1.0
# More than any trust's vehicles cost to run in a year.
REVENUE_POUNDS: Final = 1e9
ASKED_POUNDS: Final = 10.0
# Of a charger that is soon done.
KILOWATTS_PER_CHARGER: Final = 50


class Elastic:
    """Every named rule may give, at its weight; what gives least in all is found.

    A rule's `give` is in pounds or vehicles: of a life policy the vehicles that serve on, of a
    freeze those that go, of what is on order those that do not come.
    """

    def __init__(self, problem: Problem, rules: Sequence[NamedRule]) -> None:
        self.rules: Final = tuple(rules)
        self._terms: Final = Terms(problem)
        self._model: Final = loosened(without_bounds(problem, rules), supply=True)
        self._program: Final = self._model.program
        self._rows: Final = {row.name: row for row in self._program.linear_constraints()}
        self._dearest_pounds: Final = max(1.0, _dearest(problem) / PENCE_PER_POUND)
        self._letting: Final = Letting(self._terms, self._model)
        self._rule_rows: Final = RuleRows(self._terms, self._rows)
        self._keep_grids(problem)
        self.give: Final = {rule: self._slack(rule) for rule in rules}
        self._asked: Final[dict[NamedRule, mathopt.Variable]] = {}
        self._values: Mapping[mathopt.Variable, float] = {}
        self._program.minimize(mathopt.fast_sum(self._weighed()))

    def minimise(self, effort: Effort) -> tuple[Status, dict[NamedRule, float]]:
        """Return the least that must give, rule by rule; nothing when no plan is found."""
        answer = minimise(self._program, effort, lambda found, bound: None)
        if answer.values is None:
            return answer.status, {}
        self._values = answer.values
        gives = {rule: answer.values[slack] for rule, slack in self.give.items()}
        return answer.status, {rule: give for rule, give in gives.items() if give > LEAST_SLACK}

    def harden(self, rule: NamedRule) -> None:
        """Let the rule give no more."""
        self.give[rule].upper_bound = 0

    def prefer_few(self) -> None:
        """Of ways that give as much, look for those that ask fewest rules of fewest owners."""
        self._asked.update({rule: self._asks(rule) for rule in self.rules})
        owners: defaultdict[str, list[mathopt.Variable]] = defaultdict(list)
        for rule, asked in self._asked.items():
            owners[rule.owner].append(asked)
        asked_of = [self._any_of(owner, asked) for owner, asked in owners.items()]
        few = mathopt.fast_sum([*self._asked.values(), *asked_of])
        self._program.minimize(mathopt.fast_sum(self._weighed()) + ASKED_POUNDS * few)

    def forbid(self, together: Sequence[NamedRule]) -> None:
        """Let these not all give together again."""
        asked = mathopt.fast_sum(self._asked[rule] for rule in together)
        self._program.add_linear_constraint(asked <= len(together) - 1)

    def amount(self, rule: NamedRule, give: int) -> int:
        """Return what is to be asked of the rule for it to give so much."""
        is_grid = rule.rule is Rule.GRID_CAPACITY
        return give + (carried_too_much(self._terms, rule) if is_grid else 0)

    def eased_by(self, rule: NamedRule, amount: int) -> tuple[int, int]:
        """Return what the rule is eased by for what it gives, and the age that vehicles serve to.

        Pence, vehicles, chargers or kilowatts as they are given; of ages and lead times, years.
        """
        if rule.rule in LONGER:
            ends, oldest = self._letting.ages_served(rule, self._values)
            return oldest - ends + 1, oldest
        if rule.rule in {Rule.LEAD_TIME, Rule.RESERVE_AGE}:
            return self._letting.years_sooner(rule, self._values), 0
        return amount, 0

    def _asks(self, rule: NamedRule) -> mathopt.Variable:
        asked = self._program.add_binary_variable(name=label("asked", (rule.rule, *rule.key)))
        give = self.give[rule]
        self._program.add_linear_constraint(give <= give.upper_bound * asked)
        return asked

    def _any_of(self, owner: str, asked: Sequence[mathopt.Variable]) -> mathopt.Variable:
        any_asked = self._program.add_binary_variable(name=label("owner", (owner,)))
        for one in asked:
            self._program.add_linear_constraint(one <= any_asked)
        return any_asked

    def _weighed(self) -> Iterator[mathopt.LinearTypes]:
        for rule, slack in self.give.items():
            yield slack * (1.0 if rule.unit is Unit.PENCE else self._each(rule.unit))
        yield from (YEAR_POUNDS * kept for kept in self._letting.later)

    def _each(self, unit: Unit) -> float:
        """Return what one of the unit weighs: as the dearest vehicle, or its share of a charger."""
        share = KILOWATTS_PER_CHARGER if unit is Unit.KILOWATTS else 1
        return self._dearest_pounds / share

    def _keep_grids(self, problem: Problem) -> None:
        """Let rows of grids, and no bounds, say what they carry: chargers past it can be bought."""
        if not any(rule.rule is Rule.GRID_CAPACITY for rule in self.rules):
            return
        for row in RenewalModel(Terms(problem)).program.linear_constraints():
            if row.name.startswith(f"{Rule.GRID_CAPACITY}[") and row.name in self._rows:
                self._rows[row.name].upper_bound = row.upper_bound

    def _slack(self, rule: NamedRule) -> mathopt.Variable:
        most, name = self._most(rule), label("give", (rule.rule, *rule.key))
        if rule.unit is Unit.PENCE:
            slack = self._program.add_variable(lb=0, ub=most, name=name)
        else:
            slack = self._program.add_integer_variable(lb=0, ub=most, name=name)
        if rule.rule is Rule.VEHICLES_CONSERVED:
            self._let_not_come(rule, slack)
        elif self._letting.counts(rule):
            self._letting.constrain(rule, slack)
        else:
            for row, each in self._rule_rows.of(rule):
                row.set_coefficient(slack, each)
        return slack

    def _most(self, rule: NamedRule) -> float:
        """Return more than any plan could ask of the rule: what is there, and what comes."""
        terms = self._terms
        if rule.unit is Unit.PENCE:
            committed = sum(row.cost_pence for row in terms.problem.commitments)
            ruled = sum(row.minimum for row in terms.problem.order_rulings)
            most = committed / PENCE_PER_POUND + ruled * self._dearest_pounds + 1.0
            return most if rule.rule is not Rule.REVENUE_BUDGET else REVENUE_POUNDS
        if rule.rule is Rule.VEHICLES_CONSERVED:
            return float(self._order(rule).vehicles)
        ruled = sum(row.minimum for row in rulings_of(terms.problem))
        there = sum(terms.opening.values()) + sum(terms.committed.values()) + ruled
        if rule.unit is Unit.KILOWATTS:
            return float(there * max(row.kilowatts for row in terms.problem.charging_sites))
        if rule.rule not in {Rule.TRUST_GUARANTEE, *BOUNDS, Rule.CONCENTRATION}:
            return float(there)
        # Counted in vehicle-years, over age and missing from needs alike.
        missing = sum(row.required_available for row in terms.problem.needs)
        for fleet, year in product(terms.fleets, terms.horizon):
            missing += terms.establishment(fleet, year).minimum
        return float(there * terms.problem.years + missing)

    def _let_not_come(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        order = self._order(rule)
        year = order.financial_year
        vintage = self._terms.newcomer(order, order.trust, year)
        conserved = self._rows[label(Rule.VEHICLES_CONSERVED, (*vintage, year))]
        conserved.set_coefficient(slack, 1.0)
        cancelled = self._model.variables.cancel.get(order.commitment_id)
        if cancelled is not None:
            # What is cancelled cannot fail to come once more.
            self._program.add_linear_constraint(cancelled + slack <= order.vehicles)
        for name, each in self._charged(order):
            if name in self._rows:
                self._rows[name].set_coefficient(slack, -each)

    def _charged(self, order: Commitment) -> Iterator[tuple[str, float]]:
        """Yield the rows that a vehicle on order takes from, and how much of each."""
        if order.envelope_id is not None:
            pounds = order.price_pence / PENCE_PER_POUND
            yield label(Rule.ENVELOPE_ALLOCATION, (order.envelope_id,)), pounds
            for ceiling in self._terms.problem.ceilings:
                if order.envelope_id in ceiling.envelope_ids:
                    yield label(Rule.SPENDING_CEILING, (ceiling.ceiling_id,)), pounds
        yield label(Rule.COMMISSIONING_CAPACITY, (order.trust, order.financial_year)), 1.0
        for confined in self._terms.confined(order.trust):
            if order.vehicle_type in confined.vehicle_types:
                hubs = "+".join(sorted(hub.hub_id or "" for hub in confined.hubs))
                key = order.trust, hubs, order.financial_year
                yield label(Rule.HUB_COMMISSIONING, key), 1.0
        for line_id in order.supply_lines:
            for rule in (Rule.CONVERTER_SLOTS, Rule.CHASSIS_ALLOTMENT):
                yield label(rule, (line_id, order.financial_year)), 1.0

    def _order(self, rule: NamedRule) -> Commitment:
        rows = self._terms.problem.commitments
        return next(row for row in rows if row.commitment_id == rule.key[0])


def _dearest(problem: Problem) -> int:
    prices = [price for row in problem.options for price in row.price_pence]
    return max([*prices, *(row.price_pence for row in problem.commitments)], default=0)
