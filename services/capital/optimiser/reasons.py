"""Why vehicles go when they go, or stay: the rules that bind, in words.

What is said of other ways is tried: a rule is in the way if the change would break it and the plan
would be better for the change, and a price is what the change comes to.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from services.capital.optimiser.margin import Change
from services.capital.optimiser.plan import Level, Moved, Plan, Replacement
from services.capital.optimiser.problem import Option, OptionId
from services.capital.optimiser.problem.periods import label, money_year
from services.capital.optimiser.reason_words import LEVELS, PENCE_PER_POUND, Words
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Fleet, MoveKind, Terms, Vintage
from services.capital.optimiser.trials import Trial, Trials

MOST_REASONS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that binds, and how, as a sentence without its subject.

    `shown_by`: the change to the plan that the rule is in the way of or, where `is_price`, that
    comes to so much; None where the sentence tells a fact of the problem or the plan.
    """

    rule: Rule
    sentence: str
    is_price: bool = False
    shown_by: Change | None = field(default=None, compare=False, repr=False)


class Reasons:
    """Reads off a plan what binds: ages first, then what stands in the way of other ways."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._plan: Final = plan
        self._words: Final = Words(terms)
        self._known: Final[dict[object, tuple[Reason, ...]]] = {}
        self._sizes: Final[Counter[tuple[Fleet, int]]] = Counter(
            {(row.fleet, row.financial_year): row.vehicles for row in plan.fleet_years}
        )

    @cached_property
    def _trials(self) -> Trials:
        return Trials(self._terms, self._plan)

    def for_leaving(self, row: Replacement) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles go in the year of their replacement."""
        return self._first(row, lambda: self._leaving(row))

    def for_moving(self, row: Moved) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles become reserve, another trust's or remounted."""
        return self._first(row, lambda: self._moving(row))

    def for_staying(self, vintage: Vintage) -> tuple[Reason, ...]:
        """Return up to three reasons why vehicles of the vintage serve the whole horizon."""
        return self._first(vintage, lambda: self._staying(vintage))

    def _first(self, key: object, found: Callable[[], Iterator[Reason]]) -> tuple[Reason, ...]:
        if key not in self._known:
            self._known[key] = _first(found())
        return self._known[key]

    def _aged(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        policy, age = self._terms.policy_of(vintage, year), vintage.age_in(year)
        if policy.is_past_maximum(age):
            sentence = f"may not serve {label(year)} at age {age}"
            yield Reason(rule=Rule.MAXIMUM_AGE, sentence=sentence)
        if self._terms.is_past_lease(vintage, year):
            yield Reason(rule=Rule.LEASE_TERM, sentence=f"its lease is over in {label(year)}")
        if policy.is_over_age(age):
            sentence = f"is at its target age of {policy.target_age_years} in {label(year)}"
            yield Reason(rule=Rule.TARGET_AGE, sentence=sentence)

    def _leaving(self, row: Replacement) -> Iterator[Reason]:
        vintage, year = row.vintage, row.financial_year
        aged = list(self._aged(vintage, year))
        yield from aged
        due = self._due(vintage)
        # Late: what stood in the way the year before is why it is not sooner.
        if due is not None and due < year:
            yield from self._otherwise(vintage, year - 1, "replaced in", row)
        if not {reason.rule for reason in aged} & {Rule.MAXIMUM_AGE, Rule.LEASE_TERM}:
            yield from self._otherwise(vintage, year + 1, "kept until", row)
        yield from self._for_room(vintage.fleet, year)

    def _otherwise(
        self, vintage: Vintage, year: int, what: str, row: Replacement
    ) -> Iterator[Reason]:
        """Yield why the vehicle does not go in the other year; past the horizon it would stay."""
        is_in = year in self._terms.horizon
        if is_in and year < row.financial_year:
            yield from self._unavailable(vintage, year)
        yield from self._judged(
            list(self._trials.moved_to(vintage, row, year)),
            f"{what} {label(year)}" if is_in else "kept to the end",
        )

    def _for_room(self, fleet: Fleet, year: int) -> Iterator[Reason]:
        size, maximum = self._sizes[fleet, year], self._terms.establishment(fleet, year).maximum
        if size >= maximum:
            named = f"no more than {maximum} {fleet.vehicle_type} in {label(year)}"
            sentence = f"{fleet.trust} may have {named}, and has as many without it"
            yield Reason(rule=Rule.ESTABLISHMENT_MAXIMUM, sentence=sentence)

    def _moving(self, row: Moved) -> Iterator[Reason]:
        year, age = row.financial_year, row.source.age_in(row.financial_year)
        match row.kind:
            case MoveKind.TRANSFER:
                sentence = f"a route leads from {row.trust} to {row.to_trust}"
                yield Reason(rule=Rule.TRANSFER_ROUTE, sentence=sentence)
            case MoveKind.RESERVE:
                sentence = f"is old enough at {age} for the reserve of {row.trust}"
                yield Reason(rule=Rule.RESERVE_AGE, sentence=sentence)
            case MoveKind.REMOUNT:
                price = self._terms.remount_price_pence(row.source, year) // PENCE_PER_POUND
                sentence = f"its box serves on, on a new chassis at £{price:,}"
                yield Reason(rule=Rule.REMOUNT_OFFER, sentence=sentence)
        yield from self._aged(row.source, year)
        yield from self._for_room(row.source.fleet, year)

    def _staying(self, vintage: Vintage) -> Iterator[Reason]:
        due, horizon = self._due(vintage), self._terms.horizon
        if due is None and self._terms.policy_of(vintage, horizon[-1]).target_age_years:
            sentence = f"stays below its target age to {label(horizon[-1])}"
            yield Reason(rule=Rule.TARGET_AGE, sentence=sentence)
        if due is not None:
            yield from self._unavailable(vintage, due)
        years = horizon if due is None else range(due, horizon.stop)
        trials = [row for year in years for row in self._trials.replaced(vintage, year)]
        yield from self._judged(trials, "")
        yield from self._for_want(vintage.fleet)
        yield from self._judged(list(self._trials.let_go(vintage, horizon[0])), "let go")

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
            if self._terms.policy_of(vintage, year).is_over_age(vintage.age_in(year)):
                return year
        return None

    def _unavailable(self, vintage: Vintage, year: int) -> Iterator[Reason]:
        """Yield why options cannot be had in the year whatever else is decided."""
        for option in self._terms.options_for(vintage.vehicle_type):
            if year not in self._terms.delivery_years(option):
                sentence = f"{option.option_id} cannot be delivered by {label(year)}"
                yield Reason(rule=Rule.LEAD_TIME, sentence=sentence)
            elif not any(self._terms.envelopes_for(vintage.trust, option, year)):
                yield self._unpaid(option, year)

    def _unpaid(self, option: Option, year: int) -> Reason:
        if any(row.financial_year == money_year(year) for row in self._terms.problem.envelopes):
            sentence = f"no envelope of {label(year)} may pay for {option.option_id}"
            return Reason(rule=Rule.ENVELOPE_ELIGIBILITY, sentence=sentence)
        priced = self._words.priced(option, year)
        sentence = f"no envelope of {label(year)} has room for one more {priced}"
        return Reason(rule=Rule.ENVELOPE_ALLOCATION, sentence=sentence)

    def _judged(self, trials: Sequence[Trial], what: str) -> Iterator[Reason]:
        """Yield which rules are in the way of gains, and what the best of the rest would cost."""
        together: defaultdict[tuple[int, OptionId | None], list[Trial]] = defaultdict(list)
        for row in trials:
            together[row.year, row.option.option_id if row.option else None].append(row)
        for rows in together.values():
            if not any(row.is_free for row in rows):
                yield from self._in_the_way([row for row in rows if row.gains])
        better = [row for row in trials if row.gains and row.is_free]
        if rest := better or [row for row in trials if not row.gains]:
            yield self._weighed(min(rest, key=self._place), what, is_best=not better)

    def _place(self, row: Trial) -> tuple[int, ...]:
        return tuple(row.tried.levels[level] for level in self._trials.levels)

    def _in_the_way(self, rows: Sequence[Trial]) -> Iterator[Reason]:
        """Yield the rules in the way of all; or, where none is, of each its first."""
        broken = [{broken.rule for broken in row.tried.broken} for row in rows]
        common = set.intersection(*broken) if broken else set()
        for row in rows[:1] if common else rows:
            for rule in row.tried.broken[: None if common else 1]:
                if rule.rule in common or not common:
                    alone = not common and len(rows) > 1
                    sentence = self._words.of(rule, row.option, row.year, alone=alone)
                    yield Reason(rule=rule.rule, sentence=sentence, shown_by=row.change)

    def _weighed(self, row: Trial, what: str, *, is_best: bool) -> Reason:
        """Return what the change comes to: of the levels, the first that it changes."""
        what = what or f"replaced in {label(row.year)}"
        level, by = row.first or (Level.COST, 0)
        rule, unit = LEVELS[level]
        pounds = -(-abs(by) // PENCE_PER_POUND)
        more = "more" if by > 0 else "less"
        told = f"be {abs(by)} {unit} {more}" if unit else f"cost £{pounds:,} {more} in all"
        sentence = f"{what}, it would {told}" if by else f"{what}, it would cost as much"
        if not is_best:
            sentence += ": better than the plan found"
        return Reason(rule=rule, sentence=sentence, is_price=True, shown_by=row.change)


def _first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    by_rule: dict[Rule, Reason] = {}
    for reason in reasons:
        by_rule.setdefault(reason.rule, reason)
        if len(by_rule) == MOST_REASONS:
            break
    return tuple(by_rule.values())
