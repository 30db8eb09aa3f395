"""Which rows of the model keep a named rule, and what one more of what it gives does for each."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import isinf
from typing import Final, TypeAlias

from ortools.math_opt.python import mathopt

from services.capital.optimiser.answers.promises import OF_RULINGS
from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.problem import HubId, SiteId, TrustCode, TypeCode
from services.capital.optimiser.rules import Rule, Unit
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, Terms
from services.capital.optimiser.variables import label

RowsByName: TypeAlias = Mapping[str, mathopt.LinearConstraint]

# Rules whose rows count thousandths of vehicles.
SHARES: Final = frozenset(
    {Rule.ZERO_EMISSION_MANDATE, Rule.CHARGER_CAPACITY, Rule.DUTY_FIT, Rule.CONCENTRATION}
)


class RuleRows:
    """The rows of one model by the rules that they keep."""

    def __init__(self, terms: Terms, rows: RowsByName) -> None:
        self._terms: Final = terms
        self._rows: Final = rows

    def of(self, rule: NamedRule) -> Iterator[tuple[mathopt.LinearConstraint, float]]:
        """Yield each row with the coefficient of what gives: more of a least, less of a most."""
        for name, each in self._named_by(rule):
            row = self._rows.get(name)
            if row is not None:
                yield row, -each if isinf(row.lower_bound) else each

    def _named_by(self, rule: NamedRule) -> Iterator[tuple[str, float]]:
        if rule.rule is Rule.GRID_CAPACITY:
            yield from self._of_grid(rule)
            return
        each = PAR_PERMILLE if rule.rule in SHARES else 1.0
        for name in self._names(rule):
            yield name, each

    def _of_grid(self, rule: NamedRule) -> Iterator[tuple[str, float]]:
        for year in self._terms.horizon:
            yield label(rule.rule, (*rule.key, year)), 1.0
        if rule.unit is not Unit.KILOWATTS:
            return
        for site, year in product(self._terms.sites[TrustCode(rule.key[0])], self._terms.horizon):
            if site.hub_id == rule.key[1] and not site.maximum:
                yield label(rule.rule, (site.site_id, year)), 1 / site.kilowatts

    def _names(self, rule: NamedRule) -> Iterator[str]:
        match rule.rule:
            case Rule.ENVELOPE_ALLOCATION | Rule.SPENDING_CEILING:
                yield label(rule.rule, rule.key[:1])
            case ruling if ruling in OF_RULINGS.values():
                yield from (label(rule.rule, (*rule.key, end)) for end in ("least", "most"))
            case Rule.COMMISSIONING_CAPACITY:
                trust, year = rule.key
                yield label(rule.rule, rule.key)
                yield from self._named(f"{Rule.HUB_COMMISSIONING}[{trust},", f",{year}]")
            case Rule.CHARGER_CAPACITY | Rule.CONCENTRATION:
                yield from self._named(f"{rule.rule}[{rule.key[0]},", "]")
            case Rule.DUTY_FIT:
                trust, kind, technology, _ = rule.key
                yield from self._named(f"{rule.rule}[{trust}", f",{kind},{technology}")
            case Rule.MINIMUM_ORDER:
                ordered = self._named(f"{rule.rule}[", f",{rule.key[0]},")
                yield from (name for name in ordered if name.endswith(",least]"))
            case _:
                yield from (label(rule.rule, key) for key in self._keys(rule))

    def _keys(self, rule: NamedRule) -> Iterator[tuple[object, ...]]:
        years = self._terms.horizon
        match rule.rule:
            case Rule.ESTABLISHMENT_MAXIMUM:
                yield from ((*rule.key[:2], year) for year in self._sized(rule))
            case Rule.ZERO_EMISSION_MANDATE:
                yield from product(rule.key, self._terms.problem.trusts, years)
            case Rule.RESERVE_MAXIMUM:
                fleets = fleets_of_reserve(self._terms, rule)
                yield from ((*fleet, year) for fleet, year in product(fleets, years))
            case Rule.TRANSFER_REMAINDER:
                yield from ((*rule.key, year, "least") for year in years)
            case _:
                yield rule.key

    def _named(self, start: str, part: str) -> Iterator[str]:
        for name in self._rows:
            if name.startswith(start) and part in name[len(start) - 1 :]:
                yield name

    def _sized(self, rule: NamedRule) -> Iterator[int]:
        fleet = fleet_of(rule)
        stated = self._terms.problem.establishments
        for year in self._terms.horizon:
            row = self._terms.establishment(fleet, year)
            since = str(row.from_financial_year) if row in stated else ""
            if since == rule.key[2]:
                yield year


def fleet_of(rule: NamedRule) -> Fleet:
    return Fleet(TrustCode(rule.key[0]), TypeCode(rule.key[1]))


def fleets_of_reserve(terms: Terms, rule: NamedRule) -> Iterator[Fleet]:
    """Yield the fleets whose reserve the rule is about."""
    for fleet in terms.fleets:
        reserve = terms.reserve(fleet)
        if reserve and (reserve.trust or "", reserve.vehicle_type) == rule.key[:2]:
            yield fleet


def carried_too_much(terms: Terms, rule: NamedRule) -> int:
    """Return by how much what is there at first takes more of a grid than it carries.

    Rows take it as full, and no fuller; whoever asks for more has to ask for this too.
    """
    over = [0]
    for year in terms.horizon:
        if rule.unit is Unit.CHARGERS:
            site = terms.site_by_id[SiteId(rule.key[0])]
            over.append(terms.chargers(site, year) - terms.most_chargers(site, year))
        else:
            trust, hub_id = TrustCode(rule.key[0]), HubId(rule.key[1])
            there = (site for site in terms.sites[trust] if site.hub_id == hub_id)
            taken = sum(site.kilowatts * terms.chargers(site, year) for site in there)
            over.append(taken - terms.grid_kilowatts(terms.grids[trust, hub_id], year))
    return max(over)
