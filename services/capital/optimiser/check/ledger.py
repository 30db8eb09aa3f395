"""A plan's money, added up again: what scores where, and what is carried from year to year."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.check.offers import remount_pence
from services.capital.optimiser.check.tiers import PricesPaid
from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.problem import Ceiling, ChargingSite, Envelope, EnvelopeId
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.terms import MoveKind, Terms, at_age, is_eligible


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One envelope's year, in pence."""

    committed: int
    spent: int
    carried_in: int
    usable: int
    carried_out: int
    proceeds: int

    @property
    def held(self) -> int:
        return self.usable + self.carried_in + self.proceeds

    @property
    def left(self) -> int:
        return self.held - self.committed - self.spent


def charger_pence(site: ChargingSite, bought: ChargersBought, terms: Terms) -> int:
    """Return the price of each; 0 where none is for sale."""
    place = bought.financial_year - terms.problem.first_financial_year
    return site.price_pence[place] if site.price_pence else 0


class Ledger:
    """Every envelope's page, first year first, so that what is carried is known when it comes."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self._terms: Final = terms
        self._committed: Final[Counter[EnvelopeId]] = Counter()
        self._spent: Final[Counter[EnvelopeId]] = Counter()
        for ordered in terms.problem.commitments:
            if ordered.envelope_id is not None:
                self._committed[ordered.envelope_id] += ordered.vehicles * ordered.price_pence
        paid = PricesPaid(terms, plan)
        for row in plan.purchases:
            self._pay(row, paid.pence(row))
        for bought in plan.chargers:
            site = next(r for r in terms.problem.charging_sites if r.site_id == bought.site_id)
            self._spent[bought.envelope_id] += bought.chargers * charger_pence(site, bought, terms)
        for moved in plan.moves:
            if moved.kind is MoveKind.REMOUNT:
                self._spent[moved.envelope_id] += moved.vehicles * remount_pence(terms, moved)
        self._plan: Final = plan
        self._carried_in: Final[Counter[EnvelopeId]] = Counter()
        by_year = sorted(terms.problem.envelopes, key=lambda row: row.financial_year)
        self.pages: Final = {row.envelope_id: self._page(row) for row in by_year}

    def committed_under(self, ceiling: Ceiling) -> int:
        return sum(self._committed[name] for name in ceiling.envelope_ids)

    def spent_under(self, ceiling: Ceiling) -> int:
        return sum(self._spent[name] for name in ceiling.envelope_ids)

    def _pay(self, row: Purchase, price: int) -> None:
        """Enter each part of the price where it scores; parts that nobody pays are not entered."""
        option = self._terms.options[row.option_id]
        left = price
        for part in option.instalments:
            pence = price * part.permille // 1000
            left -= pence
            for payer in payers(self._terms, row, row.delivery_year - part.years_before_delivery):
                self._spent[payer.envelope_id] += row.vehicles * pence
        self._spent[row.envelope_id] += row.vehicles * left

    def _proceeds(self, envelope: Envelope) -> int:
        total = 0
        for row in self._plan.disposals:
            kind = row.trust, row.vehicle_type, row.technology
            is_of_year = money_year(row.financial_year) == envelope.financial_year
            if is_of_year and is_eligible(envelope, *kind):
                table = self._terms.profile_of(row.vintage).resale_pence
                fetched = max(0, at_age(table, row.financial_year - row.entry_year))
                index = self._terms.price_index_permille(row.financial_year)
                each = fetched * index // 1000 * envelope.proceeds_permille // 1000
                total += row.vehicles * each
        return total

    def _page(self, envelope: Envelope) -> Page:
        name = envelope.envelope_id
        committed, spent = self._committed[name], self._spent[name]
        proceeds = self._proceeds(envelope) if envelope.proceeds_permille else 0
        held = envelope.usable_pence + self._carried_in[name] + proceeds
        unspent = held - committed - spent
        heirs = self._terms.money.alike(envelope, envelope.financial_year + 1)
        carried = max(0, min(envelope.carry_forward_pence, unspent)) if len(heirs) == 1 else 0
        for heir in heirs:
            self._carried_in[heir.envelope_id] += carried
        return Page(
            committed=committed,
            spent=spent,
            carried_in=self._carried_in[name],
            usable=envelope.usable_pence,
            carried_out=carried,
            proceeds=proceeds,
        )


def payers(terms: Terms, row: Purchase, period: int) -> list[Envelope]:
    """Return the envelopes that may pay what scores in a period before the delivery."""
    option, own = terms.options[row.option_id], terms.envelopes[row.envelope_id]
    if money_year(period) == own.financial_year:
        return [own]
    return [
        envelope
        for envelope in terms.problem.envelopes
        if (envelope.holder, envelope.fund) == (own.holder, own.fund)
        and envelope.financial_year == money_year(period)
        and is_eligible(envelope, row.trust, option.vehicle_type, option.technology)
    ]
