"""The model with a price on breaking each named rule: how little must give for a plan to exist."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import isinf
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.limit import Unit
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.loosened import loosened
from services.capital.optimiser.mathopt_adapter import Effort, Status, minimise
from services.capital.optimiser.problem import Commitment, Problem, TrustCode, TypeCode
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, Terms, Vintage
from services.capital.optimiser.variables import label

PENCE_PER_POUND: Final = 100
# What is found within the solver's tolerance of nothing is nothing.
LEAST_SLACK: Final = 1e-4
# A year more of a vehicle that serves too long anyway; an owner or rule more to ask.
YEAR_POUNDS: Final = 1.0
# More than any trust's vehicles cost to run in a year.
REVENUE_POUNDS: Final = 1e9
ASKED_POUNDS: Final = 10.0
# Rules whose rows count thousandths of vehicles.
SHARES: Final = frozenset({Rule.ZERO_EMISSION_MANDATE, Rule.CHARGER_CAPACITY, Rule.DUTY_FIT})


class Elastic:
    """Every named rule may give, at its weight; what gives least in all is found.

    A rule's `give` is in pounds or vehicles: of a life policy the vehicles that serve on, of a
    freeze those that go, of what is on order those that do not come.
    """

    def __init__(self, problem: Problem, rules: Sequence[NamedRule]) -> None:
        self.rules: Final = tuple(rules)
        self._terms: Final = Terms(problem)
        self._model: Final = loosened(_without_bounds(problem, rules), supply=True)
        self._program: Final = self._model.program
        self._rows: Final = {row.name: row for row in self._program.linear_constraints()}
        self._dearest_pounds: Final = max(1.0, _dearest(problem) / PENCE_PER_POUND)
        self._later: Final[list[mathopt.Variable]] = []
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

    def ages_served(self, rule: NamedRule) -> tuple[int, int]:
        """Return a life policy's maximum age, and the age to which vehicles serve all the same."""
        keep = self._model.variables.keep
        served = [
            (vintage.age_in(year), self._terms.policy(vintage.fleet, year).maximum_age_years)
            for vintage, year in self._past(rule)
            if self._values[keep[vintage, year]] > LEAST_SLACK
        ]
        oldest, maximum = max(served)
        return maximum, oldest

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
            yield slack * (1.0 if rule.unit is Unit.PENCE else self._dearest_pounds)
        yield from (YEAR_POUNDS * kept for kept in self._later)

    def _slack(self, rule: NamedRule) -> mathopt.Variable:
        most, name = self._most(rule), label("give", (rule.rule, *rule.key))
        if rule.unit is Unit.PENCE:
            slack = self._program.add_variable(lb=0, ub=most, name=name)
        else:
            slack = self._program.add_integer_variable(lb=0, ub=most, name=name)
        match rule.rule:
            case Rule.MAXIMUM_AGE:
                self._let_serve_on(rule, slack)
            case Rule.DISPOSAL_FREEZE:
                self._let_go(rule, slack)
            case Rule.VEHICLES_CONSERVED:
                self._let_not_come(rule, slack)
            case _:
                self._let_rows_give(rule, slack)
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
        ruled = sum(row.minimum for row in terms.problem.order_rulings)
        ruled += sum(row.minimum for row in terms.problem.service_rulings)
        there = sum(terms.opening.values()) + sum(terms.committed.values()) + ruled
        if rule.rule is not Rule.TRUST_GUARANTEE:
            return float(there)
        # Counted in vehicle-years, over age and missing from needs alike.
        missing = sum(row.required_available for row in terms.problem.needs)
        for fleet, year in product(terms.fleets, terms.horizon):
            missing += terms.establishment(fleet, year).minimum
        return float(there * terms.problem.years + missing)

    def _let_rows_give(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        for name in self._rows_of(rule):
            row = self._rows.get(name)
            if row is not None:
                row.set_coefficient(slack, self._helped_by(rule, row))

    def _helped_by(self, rule: NamedRule, row: mathopt.LinearConstraint) -> float:
        """Return what one more of the slack does for the row: more of a least, less of a most."""
        if isinf(row.lower_bound):
            return -PAR_PERMILLE if rule.rule in SHARES else -1.0
        return PAR_PERMILLE if rule.rule in SHARES else 1.0

    def _rows_of(self, rule: NamedRule) -> Iterator[str]:
        years = self._terms.horizon
        match rule.rule:
            case Rule.ENVELOPE_ALLOCATION | Rule.SPENDING_CEILING:
                yield label(rule.rule, rule.key[:1])
            case Rule.ORDER_RULING | Rule.SERVICE_RULING:
                yield from (label(rule.rule, (*rule.key, end)) for end in ("least", "most"))
            case Rule.ESTABLISHMENT_MAXIMUM:
                yield from (label(rule.rule, (*rule.key[:2], year)) for year in self._sized(rule))
            case Rule.COMMISSIONING_CAPACITY:
                trust, year = rule.key
                yield label(rule.rule, rule.key)
                yield from self._named(f"{Rule.HUB_COMMISSIONING}[{trust},", f",{year}]")
            case Rule.CHARGER_CAPACITY:
                yield from self._named(f"{rule.rule}[{rule.key[0]},", "]")
            case Rule.DUTY_FIT:
                trust, kind, technology, _ = rule.key
                yield from self._named(f"{rule.rule}[{trust}", f",{kind},{technology}")
            case Rule.ZERO_EMISSION_MANDATE:
                trusts = self._terms.problem.trusts
                keys = product(rule.key, trusts, years)
                yield from (label(rule.rule, key) for key in keys)
            case _:
                yield label(rule.rule, rule.key)

    def _named(self, start: str, part: str) -> Iterator[str]:
        for name in self._rows:
            if name.startswith(start) and part in name[len(start) - 1 :]:
                yield name

    def _sized(self, rule: NamedRule) -> Iterator[int]:
        fleet = _fleet_of(rule)
        stated = self._terms.problem.establishments
        for year in self._terms.horizon:
            row = self._terms.establishment(fleet, year)
            since = str(row.from_financial_year) if row in stated else ""
            if since == rule.key[2]:
                yield year

    def _let_serve_on(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        """Vehicles are counted in the first year they are too old; later years weigh little."""
        first: dict[Vintage, int] = {}
        for vintage, year in self._past(rule):
            if vintage in first:
                self._later.append(self._model.variables.keep[vintage, year])
            first.setdefault(vintage, year)
        kept = [self._model.variables.keep[key] for key in first.items()]
        self._program.add_linear_constraint(mathopt.fast_sum(kept) <= slack)

    def _past(self, rule: NamedRule) -> Iterator[tuple[Vintage, int]]:
        fleet = _fleet_of(rule)
        for year, vintage in product(self._terms.horizon, self._model.variables.vintages_of[fleet]):
            policy = self._terms.policy(fleet, year)
            in_force = str(policy.from_financial_year) == rule.key[2]
            serves = year in self._model.variables.years_of(vintage)
            if serves and in_force and policy.is_past_maximum(vintage.age_in(year)):
                yield vintage, year

    def _let_go(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        gone = (
            variable
            for (vintage, year), variable in self._model.variables.dispose.items()
            if vintage.fleet == _fleet_of(rule) and str(year) == rule.key[2]
        )
        self._program.add_linear_constraint(mathopt.fast_sum(gone) <= slack)

    def _let_not_come(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        order = self._order(rule)
        year = order.financial_year
        vintage = self._terms.newcomer(order, order.trust, year)
        conserved = self._rows[label(Rule.VEHICLES_CONSERVED, (*vintage, year))]
        conserved.set_coefficient(slack, 1.0)
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


def _fleet_of(rule: NamedRule) -> Fleet:
    return Fleet(TrustCode(rule.key[0]), TypeCode(rule.key[1]))


def _without_bounds(problem: Problem, rules: Sequence[NamedRule]) -> Problem:
    """Return the problem without the rules that the model keeps as bounds of variables."""
    for rule in rules:
        if rule.rule in {Rule.MAXIMUM_AGE, Rule.DISPOSAL_FREEZE}:
            problem = rule.lifted(problem)
    return problem


def _dearest(problem: Problem) -> int:
    prices = [price for row in problem.options for price in row.price_pence]
    return max([*prices, *(row.price_pence for row in problem.commitments)], default=0)
