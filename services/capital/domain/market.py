"""The catalogue as a problem states it: prices by year, worth by age, supply, mandates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.capital.domain.catalogue import Catalogue, Kind, VehicleOption
from services.capital.domain.codes import technology_code, type_code
from services.capital.domain.inputs import LifeAges
from services.capital.domain.rounding import nearest, risen
from services.capital.domain.scenario import CatalogueIncomplete, Question
from services.capital.optimiser.problem import (
    AgeProfile,
    LineId,
    Mandate,
    Option,
    OptionId,
    SupplyLine,
    Technology,
)
from services.capital.optimiser.problem import VehicleType as ProblemType
from services.kernel.vehicle import ZERO_EMISSION, VehicleType

# Years over which a vehicle loses its worth where no policy says how long it serves
# (domain.md 8.4: the usual depreciation life, an estimate).
DEPRECIATION_YEARS: Final = 7


class Market:
    """What the catalogue offers for the types of one question, at each year's prices."""

    def __init__(
        self, catalogue: Catalogue, question: Question, types: Sequence[VehicleType]
    ) -> None:
        self._catalogue = catalogue
        self._question = question
        self._types: frozenset[str] = frozenset(types)
        self._trusts: frozenset[str] = frozenset(question.trusts)
        self._type_order = types
        self._offers = [row for row in catalogue.options if row.kind.vehicle_type in types]

    def kinds(self, in_use: Iterable[Kind]) -> list[Kind]:
        """Return every kind in use or on offer; refused when one of them has no profile."""
        kinds = sorted({*in_use, *(row.kind for row in self._offers)})
        for kind in kinds:
            if kind not in self._catalogue.by_kind:
                what = f"profile of {kind.vehicle_type} {kind.technology}"
                raise CatalogueIncomplete(f"the catalogue has no {what}", what=what)
        return kinds

    def options(self) -> tuple[Option, ...]:
        return tuple(
            Option(
                option_id=OptionId(row.option_id),
                vehicle_type=type_code(row.kind.vehicle_type),
                technology=technology_code(row.kind.technology),
                lead_time_years=row.lead_time_years,
                minimum_order=row.minimum_order,
                price_pence=tuple(self._for_sale(row, year) for year in self._question.horizon),
                supply_lines=tuple(map(LineId, row.supply_lines)),
            )
            for row in self._offers
        )

    def lines(self) -> tuple[SupplyLine, ...]:
        """Return the supply lines that something on offer needs."""
        needed = {line for row in self._offers for line in row.supply_lines}
        return tuple(
            SupplyLine(
                line_id=LineId(row.line_id),
                kind=row.kind,
                vehicles=(row.vehicles_per_year,) * self._question.years,
            )
            for row in self._catalogue.supply_lines
            if row.line_id in needed
        )

    def types(self) -> tuple[ProblemType, ...]:
        """Return the types with what a day off the road costs, as every profile of a type says."""
        days = {row.kind.vehicle_type: row.lost_day_cost_pence for row in self._catalogue.profiles}
        return tuple(
            ProblemType(code=type_code(kind), lost_day_cost_pence=self._cost(days.get(kind, 0)))
            for kind in self._type_order
        )

    def profiles(self, kinds: Iterable[Kind], ages: Sequence[LifeAges]) -> tuple[AgeProfile, ...]:
        return tuple(self._profile(kind, _life_years(kind, ages)) for kind in kinds)

    def mandates(self) -> Iterator[Mandate]:
        """Yield the mandates that bind a trust and a type of the question, told of those alone."""
        for row in self._catalogue.mandates:
            trusts = tuple(code for code in row.trusts if code in self._trusts)
            types = tuple(code for code in row.vehicle_types if code in self._types)
            if bool(trusts) == bool(row.trusts) and bool(types) == bool(row.vehicle_types):
                yield replace(row, trusts=trusts, vehicle_types=types)

    def _for_sale(self, option: VehicleOption, year: int) -> int:
        return self._price(option, year) if year >= option.first_delivery_year else 0

    def _price(self, option: VehicleOption, year: int) -> int:
        years = year - self._catalogue.price_year
        return max(1, risen(option.price_pence, self._catalogue.change_permille(option), years))

    def _cost(self, amount_pence: int) -> int:
        """Return a running cost, a lost day or a resale at the prices of the first year."""
        years = self._question.first_financial_year - self._catalogue.price_year
        return risen(amount_pence, self._catalogue.cost_inflation_permille, years)

    def _profile(self, kind: Kind, life_years: int) -> AgeProfile:
        row = self._catalogue.by_kind[kind]
        resale_pence = tuple(map(self._cost, row.resale_pence))
        new = [self._price(o, self._question.horizon[0]) for o in self._offers if o.kind == kind]
        return AgeProfile(
            vehicle_type=type_code(kind.vehicle_type),
            technology=technology_code(kind.technology),
            running_cost_pence=tuple(map(self._cost, row.running_cost_pence)),
            off_road_permille=row.off_road_permille,
            resale_pence=resale_pence,
            terminal_value_pence=worth_by_age(resale_pence, min(new, default=0), life_years),
        )


def technologies(kinds: Iterable[Kind]) -> tuple[Technology, ...]:
    return tuple(
        Technology(code=technology_code(row), zero_emission=row in ZERO_EMISSION)
        for row in sorted({kind.technology for kind in kinds})
    )


def worth_by_age(resale_pence: Sequence[int], price_pence: int, life_years: int) -> tuple[int, ...]:
    """Return what a vehicle is worth at each age to who goes on using it.

    It falls in a straight line from the price of a new one to the resale at the end of its life,
    and is never below what it would fetch. A price of 0: nothing alike is sold, it is worth that.
    """
    ages = max(life_years + 1, len(resale_pence))
    fetched = [resale_pence[min(age, len(resale_pence) - 1)] for age in range(ages)]
    last = fetched[life_years]
    return tuple(
        max(resale, last + nearest((price_pence - last) * (life_years - age), life_years))
        if age < life_years and price_pence > last
        else resale
        for age, resale in enumerate(fetched)
    )


def _life_years(kind: Kind, ages: Iterable[LifeAges]) -> int:
    """Return the longest target age of the type in any trust."""
    targets = (row.target_years for row in ages if row.vehicle_type is kind.vehicle_type)
    return max(targets, default=0) or DEPRECIATION_YEARS
