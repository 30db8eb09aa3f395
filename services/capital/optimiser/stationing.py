"""Where zero-emission vehicles charge: which sites at hubs take how many of which types."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from services.capital.optimiser.flows import Flows
from services.capital.optimiser.plan import Decisions, Stationed
from services.capital.optimiser.problem import ChargingSite, SiteId, TrustCode, TypeCode
from services.capital.optimiser.terms import PAR_PERMILLE, Terms


class Room(NamedTuple):
    """How many vehicles charge at a site at a hub, or at a trust's other sites together."""

    site_id: SiteId
    vehicle_types: tuple[TypeCode, ...]
    vehicles: int


def stationed(flows: Flows) -> Iterator[Stationed]:
    """Yield where vehicles charge at trusts with sites at hubs: as many as find a charger."""
    trusts = filter(flows.terms.stations, flows.terms.sites)
    for trust, year in product(trusts, flows.terms.horizon):
        rooms = list(rooms_in(flows.terms, flows.decisions, trust, year))
        for (site_id, kind), vehicles in placed(_charging(flows, trust, year), rooms):
            yield Stationed(
                trust=trust,
                site_id=site_id,
                vehicle_type=kind,
                financial_year=year,
                vehicles=vehicles,
            )


def _charging(flows: Flows, trust: TrustCode, year: int) -> Counter[TypeCode]:
    charging: Counter[TypeCode] = Counter()
    for (vintage, served), vehicles in flows.serving.items():
        clean = flows.terms.is_zero_emission(vintage.technology)
        if clean and (vintage.trust, served) == (trust, year):
            charging[vintage.vehicle_type] += max(0, vehicles)
    return charging


def rooms_in(terms: Terms, decisions: Decisions, trust: TrustCode, year: int) -> Iterator[Room]:
    """Yield the room at each of the trust's sites at hubs, and at its others together."""
    elsewhere = 0
    for site in terms.sites[trust]:
        there = terms.chargers(site, year) + _bought(decisions, site, year)
        permille = site.vehicles_per_charger_permille * there
        if site.hub_id is None:
            elsewhere += permille
        else:
            yield Room(site.site_id, site.vehicle_types, permille // PAR_PERMILLE)
    yield Room(SiteId(""), (), elsewhere // PAR_PERMILLE)


def _bought(decisions: Decisions, site: ChargingSite, year: int) -> int:
    return sum(
        row.chargers
        for row in decisions.chargers
        if row.site_id == site.site_id and row.financial_year <= year
    )


def placed(
    charging: Mapping[TypeCode, int], rooms: Sequence[Room]
) -> Iterator[tuple[tuple[SiteId, TypeCode], int]]:
    """Yield where vehicles, given by type, charge: as many of them as there is any way to place."""
    placing = Placing(rooms)
    for kind in sorted(charging):
        waiting = charging[kind]
        while waiting and (put := placing.put(kind, waiting)):
            waiting -= put
    for (place, kind), vehicles in sorted(placing.there.items()):
        if vehicles:
            yield (rooms[place].site_id, kind), vehicles


class Placing:
    """Vehicles in rooms. Those that are there make way, where another room takes them."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self.there: Final[Counter[tuple[int, TypeCode]]] = Counter()
        self._rooms: Final = rooms
        self._free: Final = [room.vehicles for room in rooms]

    def put(self, kind: TypeCode, most: int) -> int:
        """Find room for some vehicles of the type; return for how many, 0 where there is none."""
        return self._put(kind, most, set())

    def _put(self, kind: TypeCode, most: int, asked: set[int]) -> int:
        for place, room in enumerate(self._rooms):
            if place in asked or kind not in (room.vehicle_types or (kind,)):
                continue
            asked.add(place)
            found = min(most, self._free[place]) or self._made_way(place, most, asked)
            if found:
                self._free[place] = max(0, self._free[place] - found)
                self.there[place, kind] += found
                return found
        return 0

    def _made_way(self, place: int, most: int, asked: set[int]) -> int:
        for (where, kind), vehicles in list(self.there.items()):
            if where == place and vehicles:
                moved = self._put(kind, min(most, vehicles), asked)
                if moved:
                    self.there[place, kind] -= moved
                    return moved
        return 0
