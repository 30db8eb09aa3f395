"""What is left to buy with while purchases are made one after another: money, places, hubs."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.capacity import Capacity
from services.capital.optimiser.plan import Purchase
from services.capital.optimiser.problem import (
    Envelope,
    EnvelopeId,
    LineId,
    MandateBasis,
    Option,
    OptionId,
    TrustCode,
)
from services.capital.optimiser.terms import Terms, covers


class Ledger:
    """Buys as much of what it is asked for as every limit allows, with the narrowest money first.

    Money left over is never carried forward, and a mandate's share, whatever it is, is taken whole.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms
        self._capacity: Final = Capacity(terms)
        self._bought: Final[Counter[tuple[TrustCode, OptionId, int, EnvelopeId]]] = Counter()
        self._ordered: Final[Counter[tuple[TrustCode, OptionId, int]]] = Counter()
        self._spent: Final[Counter[EnvelopeId]] = Counter()
        self._on_line: Final[Counter[tuple[LineId, int]]] = Counter()
        self._coming: Final[Counter[tuple[TrustCode, int]]] = Counter()
        self._clean_only: Final = frozenset(
            (mandate, trust, year) for mandate, trust, year in terms.mandates()
        )

    def purchases(self) -> Iterator[Purchase]:
        """Yield all that was bought."""
        for (trust, option_id, year, envelope_id), vehicles in self._bought.items():
            yield Purchase(
                trust=trust,
                option_id=option_id,
                order_year=year - self._terms.options[option_id].lead_time_years,
                delivery_year=year,
                envelope_id=envelope_id,
                vehicles=vehicles,
            )

    def least(self, trust: TrustCode, option: Option, year: int) -> int:
        """Return the fewest that can be bought now: what the order lacks of its minimum."""
        ordered = self._ordered[trust, option.option_id, year]
        return max(1, option.minimum_order - ordered)

    def buy(self, trust: TrustCode, option: Option, year: int, wanted: int) -> int:
        """Buy at most so many for delivery in the year; return how many, 0 if under the minimum."""
        most = min([wanted, *self._places(trust, option, year)])
        parts = list(self._paid(trust, option, year, most))
        vehicles = sum(count for _, count in parts)
        if vehicles < self.least(trust, option, year):
            return 0
        for envelope, count in parts:
            self._bought[trust, option.option_id, year, envelope.envelope_id] += count
            for payer, pence in self._payments(envelope, trust, option, year):
                self._spent[payer.envelope_id] += count * pence
        self._ordered[trust, option.option_id, year] += vehicles
        self._coming[trust, year] += vehicles
        for line_id in option.supply_lines:
            self._on_line[line_id, year] += vehicles
        return vehicles

    def is_mandated(self, trust: TrustCode, option: Option, year: int) -> bool:
        """Whether a mandate lets the trust have only clean vehicles of the type, then."""
        return any(
            covers(mandate, option.vehicle_type)
            and (mandate, trust, self._counted_in(mandate.basis, option, year)) in self._clean_only
            for mandate in self._terms.problem.mandates
        )

    def _counted_in(self, basis: MandateBasis, option: Option, year: int) -> int:
        return year - (option.lead_time_years if basis is MandateBasis.ORDERS else 0)

    def _places(self, trust: TrustCode, option: Option, year: int) -> Iterator[int]:
        for line_id in option.supply_lines:
            left = self._capacity.line_left(self._terms.lines[line_id], year)
            yield left - self._on_line[line_id, year]
        hubs = self._capacity.commissioning_left(trust, year)
        if hubs is not None:
            yield hubs - self._coming[trust, year]

    def _paid(
        self, trust: TrustCode, option: Option, year: int, wanted: int
    ) -> Iterator[tuple[Envelope, int]]:
        now: Counter[EnvelopeId] = Counter()
        for envelope in sorted(self._terms.envelopes_for(trust, option, year), key=_narrowness):
            payments = self._payments(envelope, trust, option, year)
            affordable = [self._left_pence(row, now) // pence for row, pence in payments if pence]
            count = min(wanted, *affordable) if payments else 0
            if count > 0:
                wanted -= count
                now.update({row.envelope_id: count * pence for row, pence in payments})
                yield envelope, count

    def _payments(
        self, envelope: Envelope, trust: TrustCode, option: Option, year: int
    ) -> list[tuple[Envelope, int]]:
        price = self._terms.price_pence(option, year)
        return self._terms.money.payments(envelope, trust, option, year, price)

    def _left_pence(self, envelope: Envelope, now: Counter[EnvelopeId]) -> int:
        """Return what the envelope can pay, beside what is being paid `now`."""
        left = self._capacity.money_left(envelope) - self._spent[envelope.envelope_id]
        for ceiling in self._terms.money.ceilings_over(envelope):
            spent = sum(self._spent[name] + now[name] for name in ceiling.envelope_ids)
            left = min(left, self._capacity.ceiling_left(ceiling) - spent)
        return left


def _narrowness(envelope: Envelope) -> tuple[int, EnvelopeId]:
    """Order what may pay for little before what may pay for much."""
    lists = (envelope.trusts, envelope.vehicle_types, envelope.technologies)
    return sum(not codes for codes in lists), envelope.envelope_id
