"""All that can be bought in a problem of a few vehicles, by trying every number of everything."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import prod
from typing import Final

from services.capital.optimiser.problem import (
    Envelope,
    EnvelopeId,
    MandateBasis,
    Option,
    Problem,
    SupplyKind,
)
from services.capital.optimiser.rules import Rule
from tests.unit.capital.optimiser.oracle_hubs import find_hubs
from tests.unit.capital.optimiser.oracle_money import Besides, Lot, pays, scores
from tests.unit.capital.optimiser.oracle_tables import money_of

NOTHING: Final = Besides(Counter(), Counter(), Counter())


class Market:
    """Enumerates the ways of buying that keep every rule about money, supply and mandates."""

    def __init__(self, problem: Problem, besides: Besides = NOTHING) -> None:
        self.problem: Final = problem
        self.besides: Final = besides
        self.first: Final = problem.first_financial_year
        self.last: Final = problem.first_financial_year + problem.years - 1

    def purchases(self) -> Iterator[list[Lot]]:
        choices = [self._sizes(*slot) for slot in self._slots()]
        for sizes in product(*choices):
            lots = [lot for lot in sizes if lot.vehicles]
            if self._may_buy(lots):
                yield lots

    def ways(self) -> int:
        """Return how many ways of buying there are to try."""
        return prod(len(self._sizes(*slot)) for slot in self._slots())

    def _slots(self) -> Iterator[tuple[str, Option, int, Envelope]]:
        for trust, option in product(self.problem.trusts, self.problem.options):
            for year in range(self.first, self.last + 1 - option.lead_time_years):
                delivery = year + option.lead_time_years
                if not option.price_pence[delivery - self.first]:
                    continue
                for envelope in self.problem.envelopes:
                    if envelope.financial_year == money_of(delivery) and pays(
                        envelope, trust, option
                    ):
                        yield trust, option, year, envelope

    def _sizes(self, trust: str, option: Option, year: int, envelope: Envelope) -> list[Lot]:
        price = option.price_pence[year + option.lead_time_years - self.first]
        # More than there could be: everything carried forward that may be, of every year.
        pence = envelope.allocation_pence * (1000 + envelope.over_planning_permille) // 1000
        pence += sum(row.carry_forward_pence for row in self.problem.envelopes)
        # What other envelopes are brought may be carried forward, up to their limits.
        pence += self.besides.proceeds_pence[envelope.envelope_id]
        # What scores in other years is not of this money: as if nothing scored in its own.
        price = price * min([1000, *(row.price_permille for row in option.price_tiers)]) // 1000
        early = sum(part.permille for part in option.instalments)
        price = max(1, price - price * early // 1000)
        most = min(pence // price, self._largest(trust, option.vehicle_type))
        return [Lot(trust, option, year, envelope, count) for count in range(most + 1)]

    def _largest(self, trust: str, vehicle_type: str) -> int:
        """Return more than the fleet could ever take: its largest size, however reached."""
        there = sum(
            row.vehicles
            for row in self.problem.cohorts
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
        )
        stated = (
            row.maximum
            for row in self.problem.establishments
            if (row.trust, row.vehicle_type) == (trust, vehicle_type)
        )
        return max(there, *stated, 0)

    def _may_buy(self, lots: list[Lot]) -> bool:
        return next(self.broken(lots), None) is None

    def broken(self, lots: list[Lot]) -> Iterator[Rule]:
        """Yield each rule of buying that the lots break."""
        rules: dict[Rule, Callable[[list[Lot]], bool]] = {
            Rule.ENVELOPE_ELIGIBILITY: self._has_payers,
            Rule.ENVELOPE_ALLOCATION: self._within_envelopes,
            Rule.SPENDING_CEILING: self._under_ceilings,
            Rule.CONCENTRATION: self._is_of_many_lines,
            Rule.MINIMUM_ORDER: self._above_minimum_orders,
            Rule.CONVERTER_SLOTS: partial(self._within_lines, SupplyKind.CONVERTER),
            Rule.CHASSIS_ALLOTMENT: partial(self._within_lines, SupplyKind.CHASSIS),
            Rule.COMMISSIONING_CAPACITY: self._within_trusts,
            Rule.HUB_COMMISSIONING: self._within_hubs,
            Rule.ZERO_EMISSION_MANDATE: self._within_mandates,
            Rule.ORDER_RULING: self._as_ruled,
        }
        for rule, is_kept in rules.items():
            if not is_kept(lots):
                yield rule

    def _as_ruled(self, lots: list[Lot]) -> bool:
        return all(
            row.minimum
            <= sum(
                lot.vehicles
                for lot in lots
                if (lot.trust, lot.option.option_id, lot.delivery_year)
                == (row.trust, row.option_id, row.financial_year)
            )
            <= row.maximum
            for row in self.problem.order_rulings
        )

    def _is_of_many_lines(self, lots: list[Lot]) -> bool:
        for limit in self.problem.concentration_limits:
            for trust in limit.trusts or self.problem.trusts:
                new = [
                    lot
                    for lot in lots
                    if lot.trust == trust
                    and (not limit.vehicle_types or lot.option.vehicle_type in limit.vehicle_types)
                ]
                few = [lot for lot in new if set(lot.option.supply_lines) & set(limit.supply_lines)]
                every = sum(lot.vehicles for lot in new)
                if 1000 * sum(lot.vehicles for lot in few) > limit.share_permille * every:
                    return False
        return True

    def _has_payers(self, lots: list[Lot]) -> bool:
        return all(payer for lot in lots for _, payer, _ in scores(self.problem, lot, lots))

    def _within_envelopes(self, lots: list[Lot]) -> bool:
        scored = self._scored(lots)
        return all(
            scored[row.envelope_id] <= self._held(row, scored) for row in self.problem.envelopes
        )

    def _under_ceilings(self, lots: list[Lot]) -> bool:
        scored = self._scored(lots) if self.problem.ceilings else Counter()
        return all(
            sum(scored[name] for name in row.envelope_ids) <= row.limit_pence
            for row in self.problem.ceilings
        )

    def _scored(self, lots: list[Lot]) -> Counter[EnvelopeId]:
        spent = Counter(self.besides.spent_pence)
        for lot in lots:
            for _, payer, pence in scores(self.problem, lot, lots):
                if payer:
                    spent[payer] += pence
        for row in self.problem.commitments:
            if row.envelope_id:
                spent[row.envelope_id] += row.vehicles * row.price_pence
        return spent

    def _held(self, envelope: Envelope, scored: Counter[EnvelopeId]) -> int:
        """Return what the envelope may pay: its own money, and what the year before left it."""
        counted = envelope.allocation_pence * (1000 - envelope.haircut_permille)
        own = counted * (1000 + envelope.over_planning_permille) // 10**6
        own += self.besides.proceeds_pence[envelope.envelope_id]
        for row in self.problem.envelopes:
            alike = (row.holder, row.fund) == (envelope.holder, envelope.fund)
            if alike and row.financial_year == envelope.financial_year - 1:
                left = self._held(row, scored) - scored[row.envelope_id]
                own += max(0, min(row.carry_forward_pence, left))
        return own

    def _above_minimum_orders(self, lots: list[Lot]) -> bool:
        ordered: dict[tuple[str, str, int], int] = {}
        least: dict[tuple[str, str, int], int] = {}
        for lot in lots:
            key = lot.trust, lot.option.option_id, lot.order_year
            ordered[key] = ordered.get(key, 0) + lot.vehicles
            least[key] = lot.option.minimum_order
        return all(vehicles >= least[key] for key, vehicles in ordered.items())

    def _within_lines(self, kind: SupplyKind, lots: list[Lot]) -> bool:
        for line in self.problem.supply_lines:
            for place, most in enumerate(line.vehicles if line.kind is kind else ()):
                year = self.first + place
                taken = sum(
                    lot.vehicles
                    for lot in lots
                    if lot.delivery_year == year and line.line_id in lot.option.supply_lines
                )
                taken += sum(
                    row.vehicles
                    for row in self.problem.commitments
                    if row.financial_year == year and line.line_id in row.supply_lines
                )
                if taken + self.besides.places[line.line_id, year] > most:
                    return False
        return True

    def _within_trusts(self, lots: list[Lot]) -> bool:
        return all(
            len(self._coming(lots, hubs.trust, self.first + place)) <= most
            for hubs in self.problem.commissioning
            for place, most in enumerate(() if hubs.hub_id else hubs.vehicles)
        )

    def _within_hubs(self, lots: list[Lot]) -> bool:
        trusts = {hub.trust for hub in self.problem.commissioning if hub.hub_id}
        return all(
            find_hubs(self.problem, trust, year, self._coming(lots, trust, year))
            for trust, year in product(trusts, range(self.first, self.last + 1))
        )

    def _coming(self, lots: list[Lot], trust: str, year: int) -> list[str]:
        """Return the type of each vehicle that the trust is delivered in the year."""
        coming: list[str] = []
        for lot in lots:
            if (lot.trust, lot.delivery_year) == (trust, year):
                coming += [lot.option.vehicle_type] * lot.vehicles
        for row in self.problem.commitments:
            if (row.trust, row.financial_year) == (trust, year):
                coming += [row.vehicle_type] * row.vehicles
        return coming

    def _within_mandates(self, lots: list[Lot]) -> bool:
        clean = {row.code for row in self.problem.technologies if row.zero_emission}
        for mandate in self.problem.mandates:
            by_order = mandate.basis is MandateBasis.ORDERS
            for trust in mandate.trusts or self.problem.trusts:
                for year in range(max(self.first, mandate.from_financial_year), self.last + 1):
                    counted = [
                        lot
                        for lot in lots
                        if lot.trust == trust
                        and (lot.order_year if by_order else lot.delivery_year) == year
                        and lot.option.vehicle_type
                        in (mandate.vehicle_types or (lot.option.vehicle_type,))
                    ]
                    every = sum(lot.vehicles for lot in counted)
                    good = sum(lot.vehicles for lot in counted if lot.option.technology in clean)
                    if 1000 * good < mandate.share_permille * every:
                        return False
        return True
