"""What a plan decides, against every rule that may not be broken."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from services.capital.optimiser.plan import Plan, Purchase
from services.capital.optimiser.problem import Mandate, MandateBasis, Option, OptionId, TrustCode
from services.capital.optimiser.rules import Rule, Violation, rule_of
from services.capital.optimiser.terms import Fleet, Terms, Vintage, covers, is_eligible


class RuleCheck:
    """Each clause yields what breaks its rule."""

    def __init__(self, terms: Terms, plan: Plan) -> None:
        self.terms: Final = terms
        self.plan: Final = plan
        self.stock: Final = {(row.vintage, row.financial_year): row.vehicles for row in plan.stock}
        self.delivered: Final = self._delivered()

    def violations(self) -> Iterator[Violation]:
        yield from self._vehicles_are_conserved()
        yield from self._new_vehicles_serve_their_first_year()
        yield from self._no_vehicle_serves_past_its_maximum_age()
        yield from self._no_vehicle_goes_in_a_freeze()
        yield from self._deliveries_keep_lead_times()
        yield from self._money_pays_only_for_what_it_may()
        yield from self._spending_stays_within_each_envelope()
        yield from self._orders_are_nothing_or_at_least_their_minimum()
        yield from self._supply_lines_deliver_no_more_than_they_can()
        yield from self._trusts_commission_no_more_than_their_hubs_can()
        yield from self._mandated_shares_are_zero_emission()
        yield from self._no_fleet_exceeds_its_establishment()

    def _vehicles_are_conserved(self) -> Iterator[Violation]:
        gone = {(row.vintage, row.financial_year): row.vehicles for row in self.plan.disposals}
        stated = {vintage for vintage, _ in (*self.stock, *gone)}
        for vintage in sorted({*self.terms.opening, *self.delivered, *stated}):
            before = self.terms.opening.get(vintage, 0)
            for year in self.terms.horizon:
                arriving = self.delivered[vintage] if year == vintage.entry_year else 0
                serving = self.stock.get((vintage, year), 0)
                expected = before + arriving - gone.get((vintage, year), 0)
                if serving != expected or serving < 0:
                    detail = f"{serving} serve in {year}, where {expected} are there"
                    yield _broken(Rule.VEHICLES_CONSERVED, vintage, detail)
                # From what is stated, so that one wrong row is one finding and not one a year.
                before = serving

    def _new_vehicles_serve_their_first_year(self) -> Iterator[Violation]:
        for row in self.plan.disposals:
            if row.financial_year <= row.entry_year:
                detail = f"{row.vehicles} go in {row.financial_year}, the year they enter service"
                yield _broken(Rule.NEW_VEHICLES_SERVE, row.vintage, detail)

    def _no_vehicle_serves_past_its_maximum_age(self) -> Iterator[Violation]:
        for (vintage, year), vehicles in self.stock.items():
            policy = self.terms.policy(vintage.fleet, year)
            if policy.is_past_maximum(vintage.age_in(year)):
                detail = f"{vehicles} serve in {year} at age {vintage.age_in(year)}"
                yield _broken(Rule.MAXIMUM_AGE, vintage, detail)

    def _no_vehicle_goes_in_a_freeze(self) -> Iterator[Violation]:
        for row in self.plan.disposals:
            if self.terms.is_frozen(row.vintage.fleet, row.financial_year):
                detail = f"{row.vehicles} go in {row.financial_year}"
                yield _broken(Rule.DISPOSAL_FREEZE, row.vintage, detail)

    def _deliveries_keep_lead_times(self) -> Iterator[Violation]:
        for row in self.plan.purchases:
            option = self.terms.options[row.option_id]
            ordered_inside = row.order_year in self.terms.horizon
            in_time = row.delivery_year == row.order_year + option.lead_time_years
            if not (ordered_inside and in_time and self._price_pence(row)):
                detail = f"ordered in {row.order_year} for {row.delivery_year}"
                yield _broken(Rule.LEAD_TIME, row.option_id, detail)

    def _money_pays_only_for_what_it_may(self) -> Iterator[Violation]:
        for row in self.plan.purchases:
            envelope = self.terms.envelopes[row.envelope_id]
            option = self.terms.options[row.option_id]
            named = is_eligible(envelope, row.trust, option.vehicle_type, option.technology)
            if not named or row.delivery_year != envelope.financial_year:
                detail = f"pays for {row.option_id} at {row.trust} in {row.delivery_year}"
                yield _broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)

    def _spending_stays_within_each_envelope(self) -> Iterator[Violation]:
        # Commitments outside every envelope are gathered under a name that none has.
        scored: Counter[str] = Counter()
        for row in self.plan.purchases:
            scored[row.envelope_id] += row.vehicles * self._price_pence(row)
        for ordered in self.terms.problem.commitments:
            scored[ordered.envelope_id or ""] += ordered.vehicles * ordered.price_pence
        for envelope in self.terms.problem.envelopes:
            if scored[envelope.envelope_id] > envelope.allocation_pence:
                detail = f"{scored[envelope.envelope_id]} of {envelope.allocation_pence} pence"
                yield _broken(Rule.ENVELOPE_ALLOCATION, envelope.envelope_id, detail)

    def _orders_are_nothing_or_at_least_their_minimum(self) -> Iterator[Violation]:
        ordered: Counter[tuple[TrustCode, OptionId, int]] = Counter()
        for row in self.plan.purchases:
            ordered[row.trust, row.option_id, row.order_year] += row.vehicles
        for (trust, option_id, year), vehicles in ordered.items():
            if vehicles < self.terms.options[option_id].minimum_order:
                detail = f"{trust} orders {vehicles} in {year}"
                yield _broken(Rule.MINIMUM_ORDER, option_id, detail)

    def _supply_lines_deliver_no_more_than_they_can(self) -> Iterator[Violation]:
        taken: Counter[tuple[str, int]] = Counter()
        for row in self.plan.purchases:
            for line_id in self._option(row).supply_lines:
                taken[line_id, row.delivery_year] += row.vehicles
        for ordered in self.terms.problem.commitments:
            for line_id in ordered.supply_lines:
                taken[line_id, ordered.financial_year] += ordered.vehicles
        for line in self.terms.problem.supply_lines:
            for year, places in zip(self.terms.horizon, line.vehicles, strict=True):
                if taken[line.line_id, year] > places:
                    detail = f"{taken[line.line_id, year]} of {places} places in {year}"
                    yield _broken(rule_of(line.kind), line.line_id, detail)

    def _trusts_commission_no_more_than_their_hubs_can(self) -> Iterator[Violation]:
        coming: Counter[tuple[str, int]] = Counter()
        for vintage, vehicles in self.delivered.items():
            coming[vintage.trust, vintage.entry_year] += vehicles
        for hubs in self.terms.problem.commissioning:
            for year, most in zip(self.terms.horizon, hubs.vehicles, strict=True):
                if coming[hubs.trust, year] > most:
                    detail = f"{coming[hubs.trust, year]} of {most} in {year}"
                    yield _broken(Rule.COMMISSIONING_CAPACITY, hubs.trust, detail)

    def _mandated_shares_are_zero_emission(self) -> Iterator[Violation]:
        for mandate, trust, year in self.terms.mandates():
            covered = [
                row for row in self.plan.purchases if self._counts(mandate, row, trust, year)
            ]
            new = sum(row.vehicles for row in covered)
            clean = sum(row.vehicles for row in covered if self._is_zero_emission(row))
            if clean * 1000 < mandate.share_permille * new:
                detail = f"{clean} of {new} at {trust} in {year}"
                yield _broken(Rule.ZERO_EMISSION_MANDATE, mandate.mandate_id, detail)

    def _counts(self, mandate: Mandate, row: Purchase, trust: TrustCode, year: int) -> bool:
        by_order = mandate.basis is MandateBasis.ORDERS
        counted_in = row.order_year if by_order else row.delivery_year
        covered = covers(mandate, self._option(row).vehicle_type)
        return row.trust == trust and counted_in == year and covered

    def _no_fleet_exceeds_its_establishment(self) -> Iterator[Violation]:
        sizes: Counter[tuple[Fleet, int]] = Counter()
        for (vintage, year), vehicles in self.stock.items():
            sizes[vintage.fleet, year] += vehicles
        for (fleet, year), vehicles in sizes.items():
            maximum = self.terms.establishment(fleet, year).maximum
            if vehicles > maximum:
                detail = f"{vehicles} of {maximum} in {year}"
                yield _broken(Rule.ESTABLISHMENT_MAXIMUM, fleet, detail)

    def _delivered(self) -> Counter[Vintage]:
        delivered: Counter[Vintage] = Counter()
        for ordered in self.terms.problem.commitments:
            place = ordered.trust, ordered.vehicle_type, ordered.technology
            delivered[Vintage(*place, ordered.financial_year)] += ordered.vehicles
        for row in self.plan.purchases:
            option = self._option(row)
            place = row.trust, option.vehicle_type, option.technology
            delivered[Vintage(*place, row.delivery_year)] += row.vehicles
        return delivered

    def _option(self, row: Purchase) -> Option:
        return self.terms.options[row.option_id]

    def _is_zero_emission(self, row: Purchase) -> bool:
        return self.terms.technologies[self._option(row).technology].zero_emission

    def _price_pence(self, row: Purchase) -> int:
        return self.terms.price_pence(self._option(row), row.delivery_year)


def _broken(rule: Rule, subject: str | Vintage | Fleet, detail: str) -> Violation:
    named = subject if isinstance(subject, str) else " ".join(map(str, subject))
    return Violation(rule=rule, subject=named, detail=detail)
