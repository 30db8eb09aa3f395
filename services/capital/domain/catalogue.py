"""What may be bought, from whom, and what vehicles cost and give as they age. No clock, no I/O."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from services.capital.optimiser.problem import Mandate, SupplyKind
from services.kernel.errors import Malformed, NotFound, Violation
from services.kernel.ids import OdsCode
from services.kernel.vehicle import Technology, VehicleType

TYPE_CODES: Final[frozenset[str]] = frozenset(VehicleType)


class CatalogueNotFound(NotFound):
    reason = "CATALOGUE_NOT_FOUND"


class Kind(NamedTuple):
    """What a vehicle is for and what drives it: what cost and age are told by."""

    vehicle_type: VehicleType
    technology: Technology


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleOption:
    """A vehicle that can be ordered, at the price of the catalogue's year.

    `price_change_permille` None: its price rises as the catalogue's. `first_delivery_year` 0: any.
    """

    option_id: str
    name: str
    kind: Kind
    price_pence: int
    price_change_permille: int | None = None
    lead_time_years: int = 0
    minimum_order: int = 0
    first_delivery_year: int = 0
    supply_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedLine:
    """A converter's places or a maker's chassis, the same every year."""

    line_id: str
    name: str
    kind: SupplyKind
    vehicles_per_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One vehicle by age, first year first; ages past a table's end use its last entry."""

    kind: Kind
    running_cost_pence: tuple[int, ...]
    off_road_permille: tuple[int, ...]
    resale_pence: tuple[int, ...] = (0,)
    lost_day_cost_pence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One organisation's, whole. Its parts name each other rightly, or it cannot be built."""

    holder: OdsCode
    price_year: int
    vehicle_inflation_permille: int
    cost_inflation_permille: int
    discount_permille: int
    options: tuple[VehicleOption, ...]
    supply_lines: tuple[LimitedLine, ...] = ()
    profiles: tuple[Profile, ...]
    mandates: tuple[Mandate, ...] = ()
    source: str
    version: int = 1
    by_kind: dict[Kind, Profile] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_kind", {row.kind: row for row in self.profiles})
        violations = tuple(_violations(self))
        if violations:
            raise Malformed.of(violations)

    def change_permille(self, option: VehicleOption) -> int:
        """Return what the option's price changes each year."""
        own = option.price_change_permille
        return self.vehicle_inflation_permille if own is None else own


def _violations(catalogue: Catalogue) -> Iterator[Violation]:
    yield from _repeated("options", "option_id", (row.option_id for row in catalogue.options))
    yield from _repeated("supply_lines", "line_id", (row.line_id for row in catalogue.supply_lines))
    yield from _repeated("profiles", "technology", (row.kind for row in catalogue.profiles))
    yield from _repeated("mandates", "mandate_id", (row.mandate_id for row in catalogue.mandates))
    yield from _unknown_lines(catalogue)
    yield from _options_without_profile(catalogue)
    yield from _unlike_lost_days(catalogue)
    yield from _unknown_types(catalogue)


def _repeated(table: str, field_name: str, keys: Iterable[object]) -> Iterator[Violation]:
    seen: Counter[object] = Counter()
    for index, key in enumerate(keys):
        seen[key] += 1
        if seen[key] > 1:
            yield _violation(f"{table}[{index}].{field_name}", "must be unique in the catalogue")


def _unknown_lines(catalogue: Catalogue) -> Iterator[Violation]:
    known = {row.line_id for row in catalogue.supply_lines}
    for index, option in enumerate(catalogue.options):
        for place, line in enumerate(option.supply_lines):
            if line not in known:
                path = f"options[{index}].supply_lines[{place}]"
                yield _violation(path, "must be a supply line of the catalogue")


def _options_without_profile(catalogue: Catalogue) -> Iterator[Violation]:
    for index, option in enumerate(catalogue.options):
        if option.kind not in catalogue.by_kind:
            path = f"options[{index}].technology"
            yield _violation(path, "needs a profile of its type and technology")


def _unlike_lost_days(catalogue: Catalogue) -> Iterator[Violation]:
    """Find two prices of a lost day: a crew loses the same day whatever drives its vehicle."""
    first: dict[VehicleType, int] = {}
    for index, row in enumerate(catalogue.profiles):
        if (
            first.setdefault(row.kind.vehicle_type, row.lost_day_cost_pence)
            != row.lost_day_cost_pence
        ):
            path = f"profiles[{index}].lost_day_cost_pence"
            yield _violation(path, "must be the same in every profile of a type")


def _unknown_types(catalogue: Catalogue) -> Iterator[Violation]:
    for index, mandate in enumerate(catalogue.mandates):
        for place, code in enumerate(mandate.vehicle_types):
            if code not in TYPE_CODES:
                path = f"mandates[{index}].vehicle_types[{place}]"
                yield _violation(path, "must be the code of a vehicle type, such as DCA")


def _violation(path: str, rule: str) -> Violation:
    return Violation(field=f"catalogue.{path}", rule=rule)
