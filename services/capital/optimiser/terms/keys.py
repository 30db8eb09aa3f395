"""What the look-ups are by: a fleet, a vintage, an age, a year; and which row is in force."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

from services.capital.optimiser.problem import (
    BandCode,
    ConcentrationLimit,
    Envelope,
    LifePolicy,
    Mandate,
    Option,
    Problem,
    ServiceRuling,
    TechnologyCode,
    TrustCode,
    TypeCode,
)


class Fleet(NamedTuple):
    """A trust's vehicles of one type: what needs, policies and establishments are stated for."""

    trust: TrustCode
    vehicle_type: TypeCode


NO_BAND: Final = BandCode("")


class Vintage(NamedTuple):
    """Vehicles of one fleet and technology that entered service in one financial year.

    Those in a mileage band, in reserve, or with a box of another age, are a vintage of their own.
    """

    trust: TrustCode
    vehicle_type: TypeCode
    technology: TechnologyCode
    entry_year: int
    band: BandCode = NO_BAND
    in_reserve: bool = False
    # 0: a van's own body, or a box for which no remount is offered.
    box_entry_year: int = 0
    remounts: int = 0

    @property
    def fleet(self) -> Fleet:
        return Fleet(self.trust, self.vehicle_type)

    def is_ruled_by(self, ruled: "Vintage") -> bool:
        """Whether a ruling on the vehicles, which says nothing of their boxes, is about these."""
        return self._replace(box_entry_year=0, remounts=0) == ruled

    def age_in(self, year: int) -> int:
        return year - self.entry_year


class Dated(Protocol):
    @property
    def trust(self) -> TrustCode: ...
    @property
    def vehicle_type(self) -> TypeCode: ...
    @property
    def from_financial_year(self) -> int: ...


class Row(Protocol):
    @property
    def trust(self) -> TrustCode: ...
    @property
    def vehicle_type(self) -> TypeCode: ...


T = TypeVar("T", bound=Dated)

PAR_PPM: Final = 1_000_000
PAR_PERMILLE: Final = 1000
# Where no policy is stated a vehicle is never over age, and serves as long as pays.
NO_POLICY: Final = LifePolicy(
    trust=TrustCode(""), vehicle_type=TypeCode(""), from_financial_year=2000
)


class OfProblem:
    """Where each subject's look-ups begin."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem


def at_age(table: Sequence[int], age_years: int) -> int:
    """Return the entry for the age; ages past the table's end use its last."""
    return table[min(age_years, len(table) - 1)]


def is_eligible(
    envelope: Envelope, trust: TrustCode, vehicle_type: TypeCode, technology: TechnologyCode
) -> bool:
    """Whether the envelope may pay for such a vehicle; an empty list of codes allows every one."""
    return (
        trust in (envelope.trusts or (trust,))
        and vehicle_type in (envelope.vehicle_types or (vehicle_type,))
        and technology in (envelope.technologies or (technology,))
    )


def covers(rule: Mandate | ConcentrationLimit, vehicle_type: TypeCode) -> bool:
    return vehicle_type in (rule.vehicle_types or (vehicle_type,))


def comes_by(limit: ConcentrationLimit, option: Option) -> bool:
    """Whether one of the lines that the limit is about builds the option."""
    return not set(limit.supply_lines).isdisjoint(option.supply_lines)


def fleet_of(row: Row) -> Fleet:
    return Fleet(row.trust, row.vehicle_type)


def by_fleet(rows: Iterable[T]) -> dict[Fleet, list[T]]:
    fleets: defaultdict[Fleet, list[T]] = defaultdict(list)
    for row in rows:
        fleets[fleet_of(row)].append(row)
    return fleets


def in_force(rows: Sequence[T], year: int) -> T | None:
    begun = [row for row in rows if row.from_financial_year <= year]
    return max(begun, key=lambda row: row.from_financial_year, default=None)


def counted(rows: Iterable[tuple[Vintage, int]]) -> dict[Vintage, int]:
    counts: Counter[Vintage] = Counter()
    for vintage, vehicles in rows:
        counts[vintage] += vehicles
    return dict(sorted(counts.items()))


def ruled_vintage(row: ServiceRuling) -> Vintage:
    """Return the vehicles that a ruling on service is about."""
    kind = row.trust, row.vehicle_type, row.technology
    return Vintage(*kind, row.entry_year, row.band or NO_BAND, row.in_reserve)
