"""What a plan orders, against the rules of supply."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.offers import remount_of
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan import Purchase
from services.capital.optimiser.problem import Mandate, MandateBasis, OptionId, TrustCode
from services.capital.optimiser.rules import Rule, Violation, rule_of
from services.capital.optimiser.terms import MoveKind, comes_by, covers


class SupplyCheck(Statement):
    """What is ordered, built, commissioned, and of which technology."""

    def _deliveries_keep_lead_times(self) -> Iterator[Violation]:
        for row in self.plan.purchases:
            option = self.terms.options[row.option_id]
            ordered_inside = row.order_year in self.terms.horizon
            in_time = row.delivery_year == row.order_year + option.lead_time_years
            if not (ordered_inside and in_time and self._price_pence(row)):
                detail = f"ordered in {row.order_year} for {row.delivery_year}"
                yield broken(Rule.LEAD_TIME, row.option_id, detail)

    def _orders_are_nothing_or_at_least_their_minimum(self) -> Iterator[Violation]:
        ordered: Counter[tuple[TrustCode, OptionId, int]] = Counter()
        for row in self.plan.purchases:
            ordered[row.trust, row.option_id, row.order_year] += row.vehicles
        for (trust, option_id, year), vehicles in ordered.items():
            if vehicles < self.terms.options[option_id].minimum_order:
                detail = f"{trust} orders {vehicles} in {year}"
                yield broken(Rule.MINIMUM_ORDER, option_id, detail)

    def _supply_lines_deliver_no_more_than_they_can(self) -> Iterator[Violation]:
        taken: Counter[tuple[str, int]] = Counter()
        for row in self.plan.purchases:
            for line_id in self._option(row).supply_lines:
                taken[line_id, row.delivery_year] += row.vehicles
        for moved in self.plan.moves:
            offer = remount_of(self.terms, moved) if moved.kind is MoveKind.REMOUNT else None
            for line_id in offer.supply_lines if offer else ():
                taken[line_id, moved.financial_year] += moved.vehicles
        for ordered in self.terms.problem.commitments:
            for line_id in ordered.supply_lines:
                taken[line_id, ordered.financial_year] += ordered.vehicles
        for line in self.terms.problem.supply_lines:
            for year, places in zip(self.terms.horizon, line.vehicles, strict=True):
                if taken[line.line_id, year] > places:
                    detail = f"{taken[line.line_id, year]} of {places} places in {year}"
                    yield broken(rule_of(line.kind), line.line_id, detail)

    def _trusts_commission_no_more_than_their_hubs_can(self) -> Iterator[Violation]:
        coming: Counter[tuple[str, int]] = Counter()
        for vintage, vehicles in self.delivered.items():
            coming[vintage.trust, vintage.entry_year] += vehicles
        for hubs in self.terms.problem.commissioning:
            if hubs.hub_id is not None:
                continue
            for year, most in zip(self.terms.horizon, hubs.vehicles, strict=True):
                if coming[hubs.trust, year] > most:
                    detail = f"{coming[hubs.trust, year]} of {most} in {year}"
                    yield broken(Rule.COMMISSIONING_CAPACITY, hubs.trust, detail)

    def _mandated_shares_are_zero_emission(self) -> Iterator[Violation]:
        for mandate, trust, year in self.terms.mandates():
            covered = [
                row for row in self.plan.purchases if self._counts(mandate, row, trust, year)
            ]
            new = sum(row.vehicles for row in covered)
            clean = sum(row.vehicles for row in covered if self._is_zero_emission(row))
            if clean * 1000 < mandate.share_permille * new:
                detail = f"{clean} of {new} at {trust} in {year}"
                yield broken(Rule.ZERO_EMISSION_MANDATE, mandate.mandate_id, detail)

    def _no_line_has_too_large_a_share(self) -> Iterator[Violation]:
        for limit in self.terms.problem.concentration_limits:
            for trust in limit.trusts or self.terms.problem.trusts:
                covered = [
                    (row.vehicles, self._option(row))
                    for row in self.plan.purchases
                    if row.trust == trust and covers(limit, self._option(row).vehicle_type)
                ]
                new = sum(vehicles for vehicles, _ in covered)
                on_lines = sum(n for n, option in covered if comes_by(limit, option))
                if on_lines * 1000 > limit.share_permille * new:
                    detail = f"{on_lines} of {new} at {trust}"
                    yield broken(Rule.CONCENTRATION, limit.limit_id, detail)

    def _counts(self, mandate: Mandate, row: Purchase, trust: TrustCode, year: int) -> bool:
        by_order = mandate.basis is MandateBasis.ORDERS
        counted_in = row.order_year if by_order else row.delivery_year
        covered = covers(mandate, self._option(row).vehicle_type)
        return row.trust == trust and counted_in == year and covered
