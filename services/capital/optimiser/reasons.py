"""Why vehicles go when they go, or stay: the rules that bind, in words."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.capital.optimiser.cancelling import after_cancelling
from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.charger_reasons import ChargersLeft
from services.capital.optimiser.money_reasons import PENCE_PER_POUND, MoneyLeft
from services.capital.optimiser.plan import Moved, Plan
from services.capital.optimiser.problem import LineId, MandateBasis, Option, TrustCode
from services.capital.optimiser.problem.periods import label
from services.capital.optimiser.rules import Rule, rule_of
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, MoveKind, Terms, Vintage, covers

MOST_REASONS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that binds, and how, as a sentence without its subject."""

    rule: Rule
    sentence: str


class Reasons:
    """Reads off a plan what binds: ages first, then what was full when a vehicle was due."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        # What is cancelled leaves its places to others.
        self._capacity: Final = Capacity(after_cancelling(terms, plan.decisions.cancelled))
        self._money: Final = MoneyLeft(terms, plan)
        self._chargers: Final = ChargersLeft(terms, plan)
        self._on_line: Final[Counter[tuple[LineId, int]]] = Counter()
        self._arriving: Final[Counter[tuple[TrustCode, int]]] = Counter()
        self._sizes: Final[Counter[tuple[Fleet, int]]] = Counter(
            {(row.fleet, row.financial_year): row.vehicles for row in plan.fleet_years}
        )
        for row in plan.purchases:
            self._arriving[row.trust, row.delivery_year] += row.vehicles
            for line_id in terms.options[row.option_id].supply_lines:
                self._on_line[line_id, row.delivery_year] += row.vehicles

    def for_leaving(self, vintage: Vintage, year: int) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles of the vintage go in the year."""
        return _first(self._leaving(vintage, year))

    def for_moving(self, row: Moved) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles become reserve, another trust's or remounted."""
        return _first(self._moving(row))

    def for_staying(self, vintage: Vintage) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles of the vintage serve the whole horizon."""
        return _first(self._staying(vintage))

    def _leaving(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        policy = self._terms.policy(vintage.fleet, year)
        age = vintage.age_in(year)
        if policy.is_past_maximum(age):
            sentence = f"may not serve {label(year)} at age {age}"
            yield Reason(rule=Rule.MAXIMUM_AGE, sentence=sentence)
        if self._terms.is_past_lease(vintage, year):
            yield Reason(rule=Rule.LEASE_TERM, sentence=f"its lease is over in {label(year)}")
        if policy.is_over_age(age):
            sentence = f"is at its target age of {policy.target_age_years} in {label(year)}"
            yield Reason(rule=Rule.TARGET_AGE, sentence=sentence)
        due = self._due(vintage)
        # Late: what stood in the way the year before is why it is not sooner.
        if due is not None and due < year:
            yield from self._hindrances(vintage, year - 1)
        if not policy.is_past_maximum(age) and (due is None or year < due):
            sentence = f"costs less over its life let go in {label(year)} than kept"
            yield Reason(rule=Rule.WHOLE_LIFE_COST, sentence=sentence)
        yield from self._for_room(vintage.fleet, year)
        # Not late: what stands in the way a year later is why it does not wait.
        if year + 1 in self._terms.horizon:
            yield from self._obstacles(vintage, year + 1)

    def _for_room(self, fleet: Fleet, year: int) -> Iterator[Reason]:
        size, maximum = self._sizes[fleet, year], self._terms.establishment(fleet, year).maximum
        if size >= maximum:
            named = f"{maximum} {fleet.vehicle_type} in {label(year)}, and has them without it"
            sentence = f"{fleet.trust} may have {named}"
            yield Reason(rule=Rule.ESTABLISHMENT_MAXIMUM, sentence=sentence)

    def _moving(self, row: Moved) -> Iterator[Reason]:
        year, age = row.financial_year, row.source.age_in(row.financial_year)
        match row.kind:
            case MoveKind.TRANSFER:
                sentence = f"does more for {row.to_trust} from {label(year)} than at {row.trust}"
                yield Reason(rule=Rule.TRANSFER_ROUTE, sentence=sentence)
            case MoveKind.RESERVE:
                sentence = f"is old enough at {age} for the reserve of {row.trust}"
                yield Reason(rule=Rule.RESERVE_AGE, sentence=sentence)
            case MoveKind.REMOUNT:
                price = self._terms.remount_price_pence(row.source, year) // PENCE_PER_POUND
                sentence = f"its box serves on, on a new chassis at £{price:,}"
                yield Reason(rule=Rule.REMOUNT_OFFER, sentence=sentence)
        yield from self._leaving(row.source, year)

    def _staying(self, vintage: Vintage) -> Iterator[Reason]:
        due = self._due(vintage)
        if due is not None:
            yield from self._hindrances(vintage, due)
        elif self._terms.policy(vintage.fleet, self._terms.horizon[-1]).target_age_years:
            sentence = f"stays below its target age to {label(self._terms.horizon[-1])}"
            yield Reason(rule=Rule.TARGET_AGE, sentence=sentence)
        yield from self._for_want(vintage.fleet)
        if due is None:
            yield Reason(rule=Rule.WHOLE_LIFE_COST, sentence="costs less kept than replaced")
        for year in self._terms.horizon:
            yield from self._obstacles(vintage, year)

    def _for_want(self, fleet: Fleet) -> Iterator[Reason]:
        for year in self._terms.horizon:
            size, minimum = self._sizes[fleet, year], self._terms.establishment(fleet, year).minimum
            if 0 < size <= minimum:
                named = f"{minimum} {fleet.vehicle_type} in {label(year)}, and has no more"
                sentence = f"{fleet.trust} is to have {named}"
                yield Reason(rule=Rule.ESTABLISHMENT_MINIMUM, sentence=sentence)

    def _due(self, vintage: Vintage) -> int | None:
        """Return the first year of the horizon in which the vintage is over age."""
        for year in self._terms.horizon:
            if self._terms.policy(vintage.fleet, year).is_over_age(vintage.age_in(year)):
                return year
        return None

    def _hindrances(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        """Yield why the vintage is not replaced in the year, be it that others come first."""
        yield from self._obstacles(vintage, year)
        options = self._terms.options_for(vintage.vehicle_type)
        if not all(any(self._option_hindrances(vintage, row, year)) for row in options):
            sentence = f"others had the better claim in {label(year)}"
            yield Reason(rule=Rule.WHOLE_LIFE_COST, sentence=sentence)

    def _obstacles(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        """Yield what stands in the way of one more replacement in the year, of the vintage."""
        if self._terms.is_frozen(vintage.fleet, year):
            sentence = f"disposals are frozen in {label(year)}"
            yield Reason(rule=Rule.DISPOSAL_FREEZE, sentence=sentence)
        for option in self._terms.options_for(vintage.vehicle_type):
            yield from islice(self._option_hindrances(vintage, option, year), 1)

    def _option_hindrances(self, vintage: Vintage, option: Option, year: int) -> Iterator[Reason]:
        trust = vintage.trust
        if year not in self._terms.delivery_years(option):
            sentence = f"{option.option_id} cannot be delivered by {label(year)}"
            yield Reason(rule=Rule.LEAD_TIME, sentence=sentence)
            return
        for rule, sentence in self._money.hindrances(trust, option, year):
            yield Reason(rule=rule, sentence=sentence)
        for line_id in option.supply_lines:
            line = self._terms.lines[line_id]
            if self._capacity.line_left(line, year) <= self._on_line[line_id, year]:
                sentence = f"{line_id} has no place left in {label(year)}"
                yield Reason(rule=rule_of(line.kind), sentence=sentence)
        hubs_left = self._capacity.commissioning_left(trust, year)
        if hubs_left is not None and hubs_left <= self._arriving[trust, year]:
            sentence = f"the hubs of {trust} can commission no more in {label(year)}"
            yield Reason(rule=Rule.COMMISSIONING_CAPACITY, sentence=sentence)
        if self._terms.is_zero_emission(option.technology):
            yield from self._for_want_of_a_charger(vintage, year)
        if not self._is_clean_enough(trust, option, year):
            sentence = f"{option.option_id} is not zero emission, as {label(year)} asks"
            yield Reason(rule=Rule.ZERO_EMISSION_MANDATE, sentence=sentence)

    def _for_want_of_a_charger(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        # What charges already leaves its charger to what comes.
        if not self._terms.is_zero_emission(vintage.technology):
            for rule, sentence in self._chargers.hindrances(vintage.fleet, year):
                yield Reason(rule=rule, sentence=sentence)

    def _is_clean_enough(self, trust: TrustCode, option: Option, year: int) -> bool:
        """Whether no mandate for nothing but zero emission stands against the option."""
        return self._terms.is_zero_emission(option.technology) or not any(
            mandate.share_permille == PAR_PERMILLE
            and bound == trust
            and covers(mandate, option.vehicle_type)
            and since
            == year - (option.lead_time_years if mandate.basis is MandateBasis.ORDERS else 0)
            for mandate, bound, since in self._terms.mandates()
        )


def _first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    by_rule: dict[Rule, Reason] = {}
    for reason in reasons:
        by_rule.setdefault(reason.rule, reason)
    return tuple(islice(by_rule.values(), MOST_REASONS))
