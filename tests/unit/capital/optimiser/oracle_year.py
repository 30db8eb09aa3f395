"""What given vehicles come to in one year, and which rules their serving it breaks."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Protocol, TypeVar

from services.capital.optimiser.problem import Problem
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle_garage import Garage
from tests.unit.capital.optimiser.oracle_motion import Kind, Place
from tests.unit.capital.optimiser.oracle_tables import Tables, is_quarter

Serving = Mapping[Kind, int]


class Dated(Protocol):
    @property
    def trust(self) -> str: ...
    @property
    def vehicle_type(self) -> str: ...
    @property
    def from_financial_year(self) -> int: ...


class Years:
    """Counts vehicles of one problem, a year at a time."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem
        self.tables: Final = Tables(problem)
        self.garage: Final = Garage(problem)

    def broken(self, year: int, now: Serving, places: Collection[Place]) -> Iterator[Rule]:
        """Yield each rule of age, size and rulings that is broken at the places."""
        if any(vehicles < 0 for vehicles in now.values()):
            yield Rule.VEHICLES_CONSERVED
        sizes: Counter[tuple[Place, bool]] = Counter()
        for kind, vehicles in now.items():
            sizes[kind.place, kind.held] += vehicles
            oldest = self._oldest(kind, year)
            if vehicles and 0 < oldest <= year - kind.entry:
                yield Rule.MAXIMUM_AGE
            if vehicles and year - kind.entry >= self._term(kind):
                yield Rule.LEASE_TERM
        for (place, held), vehicles in sizes.items():
            if vehicles > self._largest(place, year, held=held):
                yield Rule.RESERVE_MAXIMUM if held else Rule.ESTABLISHMENT_MAXIMUM
        yield from self._misruled(year, now, places)

    def vacant(self, place: Place, year: int, now: Serving) -> int:
        size = latest(self.problem.establishments, place, year)
        least = size.minimum if size else self._there(place)
        serving = sum(n for kind, n in now.items() if kind.place == place and not kind.held)
        return max(0, least - serving)

    def missing(self, place: Place, year: int, now: Serving, besides_permille: int) -> int:
        """Return what is missing from a need, with what is there beside the vehicles."""
        required = sum(
            row.required_available
            for row in self.problem.needs
            if ((row.trust, row.vehicle_type), row.financial_year) == (place, year)
        )
        on_road = sum(
            n * self.on_road_permille(kind, year) for kind, n in now.items() if kind.place == place
        )
        return max(0, -((on_road + besides_permille - 1000 * required) // 1000))

    def old(self, place: Place, year: int, now: Serving) -> int:
        policy = latest(self.problem.life_policies, place, year)
        target = policy.target_age_years if policy else 0
        return sum(
            n
            for kind, n in now.items()
            if kind.place == place and not kind.held and 0 < target <= year - kind.entry
        )

    def on_road_permille(self, kind: Kind, year: int) -> int:
        off = self.tables.off_road_permille(kind, year)
        return (1000 - off) * self.garage.terms(*kind.place, held=kind.held)[0] // 1000

    def away_permille(self, kind: Kind, year: int, weeks_out: int) -> int:
        """Return what one vehicle lacks that is away so many weeks of the year."""
        whole, weeks = self.on_road_permille(kind, year), 13 if is_quarter(year) else 52
        return whole - whole * (weeks - weeks_out) // weeks

    def running_weight(self, kind: Kind, year: int) -> int:
        """Return what one vehicle costs to run, at the year's prices, in 10^-6 pence."""
        paid = self.garage.terms(*kind.place, held=kind.held)[1]
        return self.tables.running_pence(kind, year) * paid * self.tables.index(year)

    def weight(self, kind: Kind, year: int) -> int:
        """Return what one vehicle costs in the year that it serves, in 10^-12 pence."""
        days = 91 if is_quarter(year) else 365
        off = 0 if kind.held else self.tables.off_road_permille(kind, year)
        lost = off * days * self.tables.lost_day_pence(kind.vehicle_type)
        running = self.running_weight(kind, year) * self.tables.discount(year)
        return running + lost * self.tables.worth(year)

    def _misruled(self, year: int, now: Serving, places: Collection[Place]) -> Iterator[Rule]:
        for ruling in self.problem.service_rulings:
            named = ruling.trust, ruling.vehicle_type, ruling.technology, ruling.entry_year
            ruled = range(ruling.minimum, ruling.maximum + 1)
            ruled_kind = Kind(*named, ruling.band or "", ruling.in_reserve)
            serving = sum(
                n for kind, n in now.items() if kind._replace(box=0, remounts=0) == ruled_kind
            )
            due = ruling.financial_year == year and ruled_kind.place in places
            if due and serving not in ruled:
                yield Rule.SERVICE_RULING

    def _term(self, kind: Kind) -> int:
        named = kind.vehicle_type, kind.technology
        leases = (
            row.lease for row in self.problem.options if named == (row.vehicle_type, row.technology)
        )
        return min((lease.term_years for lease in leases if lease), default=99)

    def _oldest(self, kind: Kind, year: int) -> int:
        if kind.held:
            reserve = self.garage.open_to(*kind.place)
            return reserve.maximum_age_years if reserve else 0
        policy = latest(self.problem.life_policies, kind.place, year)
        return policy.maximum_age_years if policy else 0

    def _largest(self, place: Place, year: int, *, held: bool) -> int:
        if held:
            reserve = self.garage.open_to(*place)
            return reserve.maximum if reserve else 0
        size = latest(self.problem.establishments, place, year)
        return size.maximum if size else self._there(place)

    def _there(self, place: Place) -> int:
        return sum(
            row.vehicles
            for row in self.problem.cohorts
            if (row.trust, row.vehicle_type) == place and not row.in_reserve
        )


D = TypeVar("D", bound=Dated)


def latest(rows: Iterable[D], place: Place, year: int) -> D | None:
    begun = [
        row
        for row in rows
        if (row.trust, row.vehicle_type) == place and row.from_financial_year <= year
    ]
    return max(begun, key=lambda row: row.from_financial_year, default=None)
