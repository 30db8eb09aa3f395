"""What is left to buy with once commitments are met: money, supply, commissioning."""

from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.problem import (
    Envelope,
    LineId,
    Option,
    SupplyLine,
    TrustCode,
)
from services.capital.optimiser.terms import Fleet, Terms


class Capacity:
    """Limits less commitments. Negative where commitments alone exceed a limit."""

    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms

    def money_left(self, envelope: Envelope) -> int:
        """Return the pence that purchases may score against the envelope."""
        committed = sum(
            row.cost_pence
            for row in self._terms.commitments_in(envelope.financial_year)
            if row.envelope_id == envelope.envelope_id
        )
        return envelope.allocation_pence - committed

    def line_left(self, line: SupplyLine, year: int) -> int:
        """Return the vehicles the line can still supply in the year."""
        committed = sum(
            row.vehicles
            for row in self._terms.commitments_in(year)
            if line.line_id in row.supply_lines
        )
        return self._terms.line_capacity(line, year) - committed

    def commissioning_left(self, trust: TrustCode, year: int) -> int | None:
        """Return the vehicles the trust can still bring into service; None: any number."""
        capacity = self._terms.commissioning_capacity(trust, year)
        if capacity is None:
            return None
        committed = sum(
            row.vehicles for row in self._terms.commitments_in(year) if row.trust == trust
        )
        return capacity - committed

    def most_deliverable(self, trust: TrustCode, option: Option, year: int) -> int:
        """Return the most the trust can take of the option in the year, whoever pays."""
        return max(0, min(self._limits(trust, option, year)))

    def most_bought(self, trust: TrustCode, option: Option, year: int, envelope: Envelope) -> int:
        """Return the most one envelope can buy: the order bound tightened by its money."""
        affordable = self.money_left(envelope) // self._terms.price_pence(option, year)
        return max(0, min(affordable, self.most_deliverable(trust, option, year)))

    def _limits(self, trust: TrustCode, option: Option, year: int) -> Iterator[int]:
        yield self._terms.establishment(Fleet(trust, option.vehicle_type), year).maximum
        for line_id in option.supply_lines:
            yield self.line_left(self._line(line_id), year)
        commissioning = self.commissioning_left(trust, year)
        if commissioning is not None:
            yield commissioning

    def _line(self, line_id: LineId) -> SupplyLine:
        return self._terms.lines[line_id]
