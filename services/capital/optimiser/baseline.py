"""The plan of doing as little as the rules allow: buy nothing, and keep what may be kept."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.plan import Decisions, Disposal
from services.capital.optimiser.terms import Fleet, Terms, Vintage


def least_decisions(terms: Terms) -> Decisions:
    """Dispose of what is past its maximum age, then the oldest beyond the establishment.

    A place to start from and to compare with; where disposals are frozen or commitments leave no
    room it may break a rule, which the checker tells.
    """
    disposals = (row for fleet in terms.fleets for row in _disposals(terms, fleet))
    return Decisions(disposals=tuple(sorted(disposals)))


def _disposals(terms: Terms, fleet: Fleet) -> Iterator[Disposal]:
    serving = Counter({v: count for v, count in terms.opening.items() if v.fleet == fleet})
    for year in terms.horizon:
        for vintage, vehicles in terms.committed.items():
            if vintage.fleet == fleet and vintage.entry_year == year:
                serving[vintage] += vehicles
        for vintage, vehicles in leaving(terms, fleet, year, serving).items():
            serving[vintage] -= vehicles
            yield disposal(vintage, year, vehicles)


def leaving(terms: Terms, fleet: Fleet, year: int, serving: Counter[Vintage]) -> Counter[Vintage]:
    """Return what goes in the year whatever is bought: the expired, the oldest of too many."""
    front_line = sum(n for vintage, n in serving.items() if not vintage.in_reserve)
    surplus = front_line - terms.establishment(fleet, year).maximum
    leaving: Counter[Vintage] = Counter()
    for vintage in sorted(+serving, key=lambda vintage: vintage.entry_year):
        # Oldest first, so that a shrinking establishment sheds what is worth least.
        old = terms.policy_of(vintage, year).is_past_maximum(vintage.age_in(year))
        expired = old or terms.is_past_lease(vintage, year)
        excess = 0 if vintage.in_reserve else surplus
        movable = vintage.entry_year < year and not terms.is_frozen(fleet, year)
        wanted = serving[vintage] if expired else min(serving[vintage], excess)
        if movable and wanted > 0:
            leaving[vintage] = wanted
            surplus -= 0 if vintage.in_reserve else wanted
    return leaving


def disposal(vintage: Vintage, year: int, vehicles: int) -> Disposal:
    return Disposal.of(vintage, year, vehicles)
