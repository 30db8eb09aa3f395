"""Vehicles in, out and serving, by vintage and year, as decisions make them."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from typing import Final, TypeVar

from services.capital.optimiser.plan import Decisions, Moved, Purchase
from services.capital.optimiser.problem import OptionId, TrustCode
from services.capital.optimiser.terms import Fleet, MoveKind, Terms, Vintage
from services.capital.optimiser.terms.prices import Batch

Key = TypeVar("Key", bound=Hashable)


class Flows:
    """The fleet rolled forward through the horizon."""

    def __init__(self, terms: Terms, decisions: Decisions) -> None:
        self.terms: Final = terms
        self.decisions: Final = decisions
        self.delivered: Final = self._delivered()
        self.disposed: Final = self._disposed()
        self.hired: Final = self._hired()
        self.moved_out: Final = _totals(
            ((row.source, row.financial_year), row.vehicles) for row in decisions.moves
        )
        self.moved_in: Final = _totals(
            ((row.target, row.financial_year), row.vehicles) for row in decisions.moves
        )
        self.vintages: Final = sorted(
            {*terms.opening, *self.delivered, *(v for v, _ in self.moved_in)}
        )
        self.serving: Final = {key: vehicles for key, vehicles in self._roll_forward() if vehicles}
        self.by_fleet_year: Final = self._grouped()
        self.delivered_to: Final = _totals(
            ((vintage.fleet, vintage.entry_year), n) for vintage, n in self.delivered.items()
        )
        self.disposed_from: Final = _totals(
            ((vintage.fleet, year), n) for (vintage, year), n in self.disposed.items()
        )

        self.remounted: Final = self._remounted()
        self.given: Final = _totals(
            ((row.source.fleet, row.financial_year), row.vehicles) for row in self._transfers()
        )
        self.received: Final = _totals(
            ((row.target.fleet, row.financial_year), row.vehicles) for row in self._transfers()
        )

    def away_permille(self, row: Moved) -> int:
        """Return what the remounted vehicles of the row lack in their year, of what they count."""
        on_road = self.terms.available_permille(row.target, row.financial_year)
        return row.vehicles * self.terms.away_permille(row.target, on_road)

    def remounts(self) -> Iterator[Moved]:
        return (row for row in self.decisions.moves if row.kind is MoveKind.REMOUNT)

    def _transfers(self) -> Iterator[Moved]:
        return (row for row in self.decisions.moves if row.kind is MoveKind.TRANSFER)

    def price_pence(self, purchase: Purchase) -> int:
        """Return the price of one vehicle of the purchase."""
        option = self.terms.options[purchase.option_id]
        batch = self.terms.batch(purchase.trust, option, purchase.delivery_year)
        together = self._batches[batch]
        return self.terms.volume_price_pence(option, purchase.delivery_year, together)

    @cached_property
    def _batches(self) -> Counter[Batch]:
        batches: Counter[Batch] = Counter()
        for row in self.decisions.purchases:
            option = self.terms.options[row.option_id]
            batches[self.terms.batch(row.trust, option, row.delivery_year)] += row.vehicles
        return batches

    @property
    def orders(self) -> list[tuple[TrustCode, OptionId, int]]:
        """Each order placed, once: trust, option and year of delivery."""
        purchases = self.decisions.purchases
        return sorted({(row.trust, row.option_id, row.delivery_year) for row in purchases})

    def _remounted(self) -> defaultdict[tuple[Fleet, int], list[Moved]]:
        remounted: defaultdict[tuple[Fleet, int], list[Moved]] = defaultdict(list)
        for row in self.remounts():
            remounted[row.source.fleet, row.financial_year].append(row)
        return remounted

    def _grouped(self) -> defaultdict[tuple[Fleet, int], list[tuple[Vintage, int]]]:
        groups: defaultdict[tuple[Fleet, int], list[tuple[Vintage, int]]] = defaultdict(list)
        for (vintage, year), vehicles in self.serving.items():
            groups[vintage.fleet, year].append((vintage, vehicles))
        return groups

    def _delivered(self) -> Counter[Vintage]:
        delivered = Counter(self.terms.committed)
        for row in self.decisions.purchases:
            option = self.terms.options[row.option_id]
            delivered[self.terms.newcomer(option, row.trust, row.delivery_year)] += row.vehicles
        return delivered

    def _disposed(self) -> Counter[tuple[Vintage, int]]:
        disposed: Counter[tuple[Vintage, int]] = Counter()
        for row in self.decisions.disposals:
            disposed[row.vintage, row.financial_year] += row.vehicles
        return disposed

    def _hired(self) -> Counter[tuple[Fleet, int]]:
        hired: Counter[tuple[Fleet, int]] = Counter()
        for row in self.decisions.hires:
            hired[row.fleet, row.financial_year] += row.vehicles
        return hired

    def _roll_forward(self) -> Iterator[tuple[tuple[Vintage, int], int]]:
        for vintage in self.vintages:
            vehicles = self.terms.opening.get(vintage, 0)
            for year in self.terms.horizon:
                if year == vintage.entry_year:
                    vehicles += self.delivered[vintage]
                vehicles += self.moved_in[vintage, year] - self.moved_out[vintage, year]
                vehicles -= self.disposed[vintage, year]
                yield (vintage, year), vehicles


def _totals(rows: Iterable[tuple[Key, int]]) -> Counter[Key]:
    totals: Counter[Key] = Counter()
    for key, vehicles in rows:
        totals[key] += vehicles
    return totals
