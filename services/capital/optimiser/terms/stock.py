"""What vehicles there are, come and can come: the vintages that a problem begins with."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from services.capital.optimiser.problem import Cohort, Commitment, Option, TrustCode
from services.capital.optimiser.terms.keys import (
    NO_BAND,
    Fleet,
    Row,
    Vintage,
    counted,
    fleet_of,
)
from services.capital.optimiser.terms.moves import MoveTerms


class StockTerms(MoveTerms):
    """The look-ups of vehicles in service and on order."""

    @cached_property
    def opening(self) -> dict[Vintage, int]:
        """Vehicles in service when the horizon begins."""
        return counted(
            (
                self.vintage_of(row),
                row.vehicles,
            )
            for row in self.problem.cohorts
        )

    def vintage_of(self, row: Cohort) -> Vintage:
        """Return what vehicles in service as the horizon begins are."""
        return Vintage(
            row.trust,
            row.vehicle_type,
            row.technology,
            self.problem.horizon[0] - row.age_years,
            row.band or NO_BAND,
            row.in_reserve,
            *self._box_of(row),
        )

    @cached_property
    def committed(self) -> dict[Vintage, int]:
        """Vehicles on order when the horizon begins, by the year they enter service."""
        return counted(
            (
                self.newcomer(row, row.trust, row.financial_year),
                row.vehicles,
            )
            for row in self.problem.commitments
        )

    def newcomer(self, row: Option | Commitment, trust: TrustCode, year: int) -> Vintage:
        """Return what is delivered: front line, in no band, with a box of its own age if any."""
        fleet = Fleet(trust, row.vehicle_type)
        boxed = row.box_body and self.could_remount(fleet, row.technology)
        new = Vintage(*fleet, row.technology, year)
        return new._replace(box_entry_year=year) if boxed else new

    def _box_of(self, row: Cohort) -> tuple[int, int]:
        """Return when a cohort's boxes entered service and how often they were remounted."""
        # Where nobody could remount them boxes are as vans: fewer vintages, and the same plans.
        if not row.box_body or not self.could_remount(fleet_of(row), row.technology):
            return 0, 0
        return self.problem.horizon[0] - (row.box_age_years or row.age_years), row.remounts

    @cached_property
    def fleets(self) -> tuple[Fleet, ...]:
        """Every fleet the problem speaks of."""
        rows: tuple[Iterable[Row], ...] = (
            self.problem.cohorts,
            self.problem.commitments,
            self.problem.establishments,
            self.problem.needs,
        )
        return tuple(sorted({fleet_of(row) for table in rows for row in table}))

    @cached_property
    def opening_sizes(self) -> Counter[Fleet]:
        sizes: Counter[Fleet] = Counter()
        for vintage, vehicles in self.opening.items():
            sizes[vintage.fleet] += 0 if vintage.in_reserve else vehicles
        return sizes
