"""What else could be done with one vehicle: replaced in another year than planned, or not at all.

Each trial is one change to the plan; whether it keeps every rule, and what it comes to, is
`Margin`'s to say.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from services.capital.optimiser.margin import Change, Margin, Tried
from services.capital.optimiser.plan import Level, Plan, Replacement
from services.capital.optimiser.problem import Option
from services.capital.optimiser.terms import Terms, Vintage
from services.capital.optimiser.variables import Buy


class Trial(NamedTuple):
    """One change, the year it would be in, what would be bought for it, and what it comes to."""

    year: int
    option: Option | None
    change: Change
    tried: Tried
    first: tuple[Level, int] | None

    @property
    def gains(self) -> bool:
        """Whether the plan would be better for it, were no rule in the way."""
        return self.first is not None and self.first[1] < 0

    @property
    def is_free(self) -> bool:
        return not self.tried.broken


Changing: TypeAlias = Callable[[Buy], Change]


class Trials:
    """Looks at one vehicle of a plan at a time."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._margin: Final = Margin(terms, plan)
        self._stock: Final[Counter[tuple[Vintage, int]]] = Counter(
            {(row.vintage, row.financial_year): row.vehicles for row in plan.stock}
        )

    @property
    def levels(self) -> Sequence[Level]:
        return self._margin.standing

    def replaced(self, vintage: Vintage, year: int) -> Iterator[Trial]:
        """Yield each way in which one that stays could be replaced in the year."""

        def change(key: Buy) -> Change:
            new = self._newcomer(key)
            going = (vintage, year, 1), *((new, end, 1) for end in self._too_old(new))
            return Change(going, ((key, 1),))

        return self._bought(vintage, year, change)

    def let_go(self, vintage: Vintage, year: int) -> Iterator[Trial]:
        """Yield what letting one go that stays comes to, with nothing in its place."""
        yield from self._tried(year, None, Change(((vintage, year, 1),)))

    def moved_to(self, vintage: Vintage, row: Replacement, year: int) -> Iterator[Trial]:
        """Yield each way in which one could go in the year, not in that of its replacement.

        Past the horizon it stays; what would have taken its place comes when it goes, or never.
        """
        going = ((vintage, row.financial_year, -1), *self._goes(vintage, year))
        if row.option_id is None or row.envelope_id is None:
            yield from self._tried(year, None, Change(going))
            return
        planned = Buy(row.trust, row.option_id, row.financial_year, row.envelope_id)
        if year not in self._terms.horizon:
            going = *going, *self._instead(planned, None)
            yield from self._tried(year, None, Change(going, ((planned, -1),)))
            return

        def change(key: Buy) -> Change:
            return Change((*going, *self._instead(planned, key)), ((planned, -1), (key, 1)))

        yield from self._bought(vintage, year, change)

    def _goes(self, vintage: Vintage, year: int) -> Iterator[tuple[Vintage, int, int]]:
        if year in self._terms.horizon:
            yield vintage, year, 1

    def _instead(self, planned: Buy, key: Buy | None) -> Iterator[tuple[Vintage, int, int]]:
        """Yield who goes when what was planned would have gone."""
        new = self._newcomer(planned)
        for year in self._terms.horizon:
            if year > planned.delivery_year and not self._stock[new, year]:
                yield new, year, -1
                if key is not None:
                    yield self._newcomer(key), year, 1
                return

    def _bought(self, vintage: Vintage, year: int, change: Changing) -> Iterator[Trial]:
        for option in self._terms.options_for(vintage.vehicle_type):
            if year not in self._terms.delivery_years(option):
                continue
            for envelope in self._terms.envelopes_for(vintage.trust, option, year):
                key = Buy(vintage.trust, option.option_id, year, envelope.envelope_id)
                yield from self._tried(year, option, change(key))

    def _tried(self, year: int, option: Option | None, change: Change) -> Iterator[Trial]:
        tried = self._margin.tried(change)
        if tried is not None:
            yield Trial(year, option, change, tried, tried.first_of(self.levels))

    def _newcomer(self, key: Buy) -> Vintage:
        return self._terms.newcomer(
            self._terms.options[key.option_id], key.trust, key.delivery_year
        )

    def _too_old(self, new: Vintage) -> Iterator[int]:
        """Yield the year in which a new vehicle may serve no more, if the horizon has one."""
        for year in range(new.entry_year + 1, self._terms.horizon.stop):
            policy = self._terms.policy_of(new, year)
            is_past = policy.is_past_maximum(new.age_in(year))
            if is_past or self._terms.is_past_lease(new, year):
                yield year
                return
