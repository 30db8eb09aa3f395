"""What is left to buy with once commitments are met: money, supply, commissioning."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from services.capital.optimiser.problem import (
    Ceiling,
    Commissioning,
    Envelope,
    EnvelopeId,
    LineId,
    Option,
    SupplyLine,
    TrustCode,
)
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, Terms
from services.capital.optimiser.terms.sites import Confined

# What costs nothing is bought without end, as far as money goes.
FREE: Final = 10**6


class Capacity:
    """Limits less commitments. Negative where commitments alone exceed a limit."""

    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms
        self._committed: Final[Counter[EnvelopeId | None]] = Counter()
        self._on_line: Final[Counter[tuple[LineId, int]]] = Counter()
        self._arriving: Final[Counter[tuple[TrustCode, int]]] = Counter()
        for row in terms.problem.commitments:
            self._committed[row.envelope_id] += row.cost_pence
            self._arriving[row.trust, row.financial_year] += row.vehicles
            for line_id in row.supply_lines:
                self._on_line[line_id, row.financial_year] += row.vehicles

    def money_left(self, envelope: Envelope) -> int:
        """Return the pence that purchases may score against the envelope's own money."""
        return envelope.usable_pence - self.committed_pence(envelope)

    def committed_pence(self, envelope: Envelope) -> int:
        """Return the pence that commitments score against the envelope."""
        return self._committed[envelope.envelope_id]

    def ceiling_left(self, ceiling: Ceiling) -> int:
        """Return the pence that purchases may score under the ceiling."""
        return ceiling.limit_pence - sum(self._committed[row] for row in ceiling.envelope_ids)

    def most_carried(self, envelope: Envelope) -> int:
        """Return the most pence that the envelope can leave to the year after."""
        if not self._terms.money.carries(envelope):
            return 0
        return max(0, min(envelope.carry_forward_pence, self._most_held(envelope)))

    def most_spent(self, envelope: Envelope) -> int:
        """Return the most pence that purchases can score against the envelope, come what may."""
        ceilings = self._terms.money.ceilings_over(envelope)
        return min([self._most_held(envelope), *map(self.ceiling_left, ceilings)])

    def _most_held(self, envelope: Envelope) -> int:
        before = self._terms.money.carrying_to(envelope)
        carried = sum(self.most_carried(row) for row in before)
        return self.money_left(envelope) + carried + self._most_proceeds(envelope)

    def _most_proceeds(self, envelope: Envelope) -> int:
        """Return more than disposals could ever bring the envelope."""
        if not envelope.proceeds_permille:
            return 0
        terms, own = self._terms, envelope.financial_year
        dearest = max(max(row.resale_pence) for row in terms.problem.age_profiles)
        each = sum(
            max(0, dearest) * terms.price_index_permille(year) // PAR_PERMILLE
            for year in terms.horizon
            if money_year(year) == own
        )
        return each * self._most_there

    @cached_property
    def _most_there(self) -> int:
        """Return more vehicles than could ever be there; worked out once, as every bound asks."""
        terms, there = self._terms, Counter[Fleet]()
        for vintage, vehicles in terms.opening.items():
            there[vintage.fleet] += vehicles
        return sum(
            max(there[fleet], *(terms.establishment(fleet, year).maximum for year in terms.horizon))
            for fleet in terms.fleets
        )

    def line_left(self, line: SupplyLine, year: int) -> int:
        """Return the vehicles the line can still supply in the year."""
        return self._terms.line_capacity(line, year) - self._on_line[line.line_id, year]

    def commissioning_left(self, trust: TrustCode, year: int) -> int | None:
        """Return the vehicles the trust can still bring into service; None: any number."""
        capacity = self._terms.commissioning_capacity(trust, year)
        return None if capacity is None else capacity - self._arriving[trust, year]

    def hubs_left(self, trust: TrustCode, confined: Confined[Commissioning], year: int) -> int:
        """Return the vehicles that the hubs can still take of the types that only they take."""
        place = year - self._terms.horizon[0]
        committed = sum(
            row.vehicles
            for row in self._terms.problem.commitments
            if (row.trust, row.financial_year) == (trust, year)
            and row.vehicle_type in confined.vehicle_types
        )
        return sum(hub.vehicles[place] for hub in confined.hubs) - committed

    def most_deliverable(self, trust: TrustCode, option: Option, year: int) -> int:
        """Return the most the trust can take of the option in the year, whoever pays."""
        return max(0, min(self._limits(trust, option, year)))

    def most_bought(self, trust: TrustCode, option: Option, year: int, envelope: Envelope) -> int:
        """Return the most one envelope can buy.

        An order bound tightened by its money is 5 to 20 times closer than the size of the fleet,
        and so is the linear relaxation of a minimum order.
        """
        price = self._terms.lowest_price_pence(option, year)
        affordable = self.affordable(trust, option, envelope, year, price)
        return max(0, min(affordable, self.most_deliverable(trust, option, year)))

    def affordable(
        self, trust: TrustCode, option: Option, envelope: Envelope, year: int, price_pence: int
    ) -> int:
        """Return the most the envelope could pay at the price, and those that pay early parts."""
        payments = self._terms.money.payments(envelope, trust, option, year, price_pence)
        counts = (self.most_spent(payer) // pence for payer, pence in payments if pence)
        return max(0, min(counts, default=FREE)) if payments else 0

    def _limits(self, trust: TrustCode, option: Option, year: int) -> Iterator[int]:
        yield self._terms.establishment(Fleet(trust, option.vehicle_type), year).maximum
        for line_id in option.supply_lines:
            yield self.line_left(self._terms.lines[line_id], year)
        commissioning = self.commissioning_left(trust, year)
        if commissioning is not None:
            yield commissioning
