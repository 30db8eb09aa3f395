"""Rules that the model keeps as bounds, or as variables that are not there: what each lets through.

The model is that of the problem without these rules (`without_bounds`); what they forbid is then
counted, and may come to no more than the rule gives.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Final

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.places import IN_RESERVE
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.answers.rule_rows import fleet_of, fleets_of_reserve
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.problem import Envelope, EnvelopeId, OptionId, Problem
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Fleet, Move, MoveKind, Terms, Vintage, is_eligible
from services.capital.optimiser.variables import PENCE_PER_POUND, Buy

BOUNDS: Final = frozenset(
    {
        Rule.MAXIMUM_AGE,
        Rule.DISPOSAL_FREEZE,
        Rule.LEASE_TERM,
        Rule.RESERVE_AGE,
        Rule.ENVELOPE_ELIGIBILITY,
        Rule.LEAD_TIME,
        Rule.HIRE_MAXIMUM,
        Rule.CARRY_FORWARD,
        Rule.REMOUNT_OFFER,
        Rule.GRID_CAPACITY,
    }
)
# Those counted by how long vehicles serve.
LONGER: Final = frozenset({Rule.MAXIMUM_AGE, Rule.LEASE_TERM})
LEAST: Final = 1e-4


def without_bounds(problem: Problem, rules: Sequence[NamedRule]) -> Problem:
    """Return the problem without the rules that the model keeps as bounds of variables."""
    for rule in rules:
        if rule.rule in BOUNDS:
            problem = rule.lifted(problem)
    return problem


class Letting:
    """What bounds let through; `terms` are those of the problem that keeps them."""

    def __init__(self, terms: Terms, model: RenewalModel) -> None:
        self._terms: Final = terms
        self._model: Final = model
        self.later: Final[list[mathopt.Variable]] = []

    def counts(self, rule: NamedRule) -> bool:
        return rule.rule in BOUNDS - {Rule.GRID_CAPACITY}

    def constrain(self, rule: NamedRule, slack: mathopt.Variable) -> None:
        """Let what the rule forbids come to no more than it gives."""
        match rule.rule:
            case Rule.MAXIMUM_AGE | Rule.LEASE_TERM:
                self._at_most(self._first_years(rule), slack)
            case Rule.HIRE_MAXIMUM | Rule.CARRY_FORWARD:
                for variable, most in self._bounded(rule):
                    self._model.program.add_linear_constraint(variable <= most + slack)
            case _:
                self._at_most(self._forbidden(rule), slack)

    def _at_most(self, forbidden: Iterable[mathopt.Variable], slack: mathopt.Variable) -> None:
        self._model.program.add_linear_constraint(mathopt.fast_sum(forbidden) <= slack)

    def ages_served(
        self, rule: NamedRule, values: Mapping[mathopt.Variable, float]
    ) -> tuple[int, int]:
        """Return the age at which service ends, and that to which vehicles serve all the same."""
        keep = self._model.variables.keep
        oldest = max(
            vintage.age_in(year)
            for vintage, year in self._past(rule)
            if values[keep[vintage, year]] > LEAST
        )
        ends = (self._ends(rule, vintage, year) for vintage, year in self._past(rule))
        return min(ends), oldest

    def years_sooner(self, rule: NamedRule, values: Mapping[mathopt.Variable, float]) -> int:
        """Return by how many years what comes too soon, or too young, does."""
        if rule.rule is Rule.LEAD_TIME:
            option = self._terms.options[OptionId(rule.key[0])]
            first = self._terms.horizon[0] + option.lead_time_years
            soon = (key.delivery_year for key, row in self._too_soon(rule) if values[row] > LEAST)
            return first - min(soon)
        young = [
            move.source.age_in(move.year)
            for move, row in self._too_young(rule)
            if values[row] > LEAST
        ]
        reserve = self._terms.reserve(next(fleets_of_reserve(self._terms, rule)))
        return (reserve.from_age_years if reserve else 0) - min(young)

    def _first_years(self, rule: NamedRule) -> Iterator[mathopt.Variable]:
        """Vehicles are counted in the first year they are too old; later years weigh little."""
        keep = self._model.variables.keep
        first: dict[Vintage, int] = {}
        for vintage, year in self._past(rule):
            if vintage in first:
                self.later.append(keep[vintage, year])
            first.setdefault(vintage, year)
        return (keep[key] for key in first.items())

    def _past(self, rule: NamedRule) -> Iterator[tuple[Vintage, int]]:
        """Yield vintages that serve in a year at an age at which, by the rule, they may not."""
        theirs = list(self._theirs(rule))
        for year, vintage in product(self._terms.horizon, theirs):
            if year in self._model.variables.years_of(vintage):
                ends = self._ends(rule, vintage, year)
                if 0 < ends <= vintage.age_in(year):
                    yield vintage, year

    def _theirs(self, rule: NamedRule) -> Iterator[Vintage]:
        """Yield the vintages that the rule is about."""
        if rule.rule is Rule.LEASE_TERM:
            option = self._terms.options[OptionId(rule.key[0])]
            kind = option.vehicle_type, option.technology
            for vintage in self._model.variables.vintages:
                if (vintage.vehicle_type, vintage.technology) == kind:
                    yield vintage
            return
        in_reserve = rule.key[-1] == IN_RESERVE
        fleets = fleets_of_reserve(self._terms, rule) if in_reserve else [fleet_of(rule)]
        for fleet in fleets:
            for vintage in self._model.variables.vintages_of[fleet]:
                if vintage.in_reserve == in_reserve:
                    yield vintage

    def _ends(self, rule: NamedRule, vintage: Vintage, year: int) -> int:
        """Return the age at which the rule ends a vintage's service; 0: it does not then."""
        if rule.rule is Rule.LEASE_TERM:
            lease = self._terms.options[OptionId(rule.key[0])].lease
            return lease.term_years if lease else 0
        policy = self._terms.policy_of(vintage, year)
        in_force = rule.key[-1] in {IN_RESERVE, str(policy.from_financial_year)}
        return policy.maximum_age_years if in_force else 0

    def _bounded(self, rule: NamedRule) -> Iterator[tuple[mathopt.Variable, float]]:
        if rule.rule is Rule.CARRY_FORWARD:
            name = EnvelopeId(rule.key[0])
            carried = self._model.variables.carried.get(name)
            if carried is not None:
                yield carried, self._terms.envelopes[name].carry_forward_pence / PENCE_PER_POUND
            return
        for (fleet, year), hired in self._model.variables.hire.items():
            hire = self._terms.hire(fleet)
            if hire and (hire.trust or "", hire.vehicle_type) == rule.key:
                yield hired, self._terms.most_hired(fleet, year)

    def _forbidden(self, rule: NamedRule) -> Iterator[mathopt.Variable]:
        match rule.rule:
            case Rule.DISPOSAL_FREEZE:
                for (vintage, year), gone in self._model.variables.dispose.items():
                    if vintage.fleet == fleet_of(rule) and str(year) == rule.key[2]:
                        yield gone
            case Rule.LEAD_TIME:
                yield from (bought for _, bought in self._too_soon(rule))
            case Rule.RESERVE_AGE:
                yield from (moved for _, moved in self._too_young(rule))
            case Rule.ENVELOPE_ELIGIBILITY:
                yield from self._ineligible(self._terms.envelopes[EnvelopeId(rule.key[0])])
            case Rule.REMOUNT_OFFER:
                yield from self._worn(rule)

    def _too_soon(self, rule: NamedRule) -> Iterator[tuple[Buy, mathopt.Variable]]:
        option = self._terms.options[OptionId(rule.key[0])]
        in_time = set(self._terms.delivery_years(option))
        for key, bought in self._model.variables.buy.items():
            if key.option_id == option.option_id and key.delivery_year not in in_time:
                yield key, bought

    def _too_young(self, rule: NamedRule) -> Iterator[tuple[Move, mathopt.Variable]]:
        theirs: set[Fleet] = set(fleets_of_reserve(self._terms, rule))
        for move, moved in self._model.variables.move.items():
            reserve = self._terms.reserve(move.source.fleet)
            if move.kind is not MoveKind.RESERVE or move.source.fleet not in theirs:
                continue
            if reserve and move.source.age_in(move.year) < reserve.from_age_years:
                yield move, moved

    def _ineligible(self, envelope: Envelope) -> Iterator[mathopt.Variable]:
        terms, variables = self._terms, self._model.variables
        yield from self._unpaid[envelope.envelope_id]
        for charge, chargers in variables.charge.items():
            place = terms.site_by_id[charge.site_id].trust, charge.financial_year
            is_its = charge.envelope_id == envelope.envelope_id
            if is_its and not terms.pays_for_chargers(envelope, *place):
                yield chargers
        for move, moved in variables.move.items():
            kind = move.source.trust, move.source.vehicle_type, move.source.technology
            if move.envelope_id == envelope.envelope_id and not is_eligible(envelope, *kind):
                yield moved

    @cached_property
    def _unpaid(self) -> defaultdict[EnvelopeId, list[mathopt.Variable]]:
        """What would be bought from each envelope, and may not be."""
        unpaid: defaultdict[EnvelopeId, list[mathopt.Variable]] = defaultdict(list)
        for key, bought in self._model.variables.buy.items():
            option = self._terms.options[key.option_id]
            kind = key.trust, option.vehicle_type, option.technology
            for envelope in self._paying(key):
                if not is_eligible(envelope, *kind):
                    unpaid[envelope.envelope_id].append(bought)
        return unpaid

    def _paying(self, key: Buy) -> Iterator[Envelope]:
        money, envelope = self._terms.money, self._terms.envelopes[key.envelope_id]
        yield envelope
        for row in self._terms.options[key.option_id].instalments:
            yield from money.alike(envelope, envelope.financial_year - row.years_before_delivery)

    def _worn(self, rule: NamedRule) -> Iterator[mathopt.Variable]:
        for move, moved in self._model.variables.move.items():
            if move.kind is not MoveKind.REMOUNT:
                continue
            offer = self._terms.remount(move.source.fleet, move.source.technology)
            if offer is None or self._terms.remount_price_pence(move.source, move.year):
                continue
            if (offer.trust or "", offer.vehicle_type, offer.technology) == rule.key:
                yield moved
