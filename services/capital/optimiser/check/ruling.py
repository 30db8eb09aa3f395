"""What a plan decides, against what was decided beforehand."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import NO_BAND, Vintage


class RulingCheck(Statement):
    """Orders and service, as ruled."""

    def _orders_are_as_ruled(self) -> Iterator[Violation]:
        bought: Counter[tuple[str, str, int]] = Counter()
        for row in self.plan.purchases:
            bought[row.trust, row.option_id, row.delivery_year] += row.vehicles
        for ruling in self.terms.problem.order_rulings:
            vehicles = bought[ruling.trust, ruling.option_id, ruling.financial_year]
            if not ruling.minimum <= vehicles <= ruling.maximum:
                subject = f"{ruling.trust} {ruling.option_id} {ruling.financial_year}"
                detail = f"{vehicles}, ruled {ruling.minimum} to {ruling.maximum}"
                yield broken(Rule.ORDER_RULING, subject, detail)

    def _vehicles_serve_as_ruled(self) -> Iterator[Violation]:
        for ruling in self.terms.problem.service_rulings:
            kind = ruling.trust, ruling.vehicle_type, ruling.technology
            band = ruling.band or NO_BAND
            vintage = Vintage(*kind, ruling.entry_year, band, ruling.in_reserve)
            vehicles = sum(
                serving
                for (kept, year), serving in self.stock.items()
                if year == ruling.financial_year and kept.is_ruled_by(vintage)
            )
            if not ruling.minimum <= vehicles <= ruling.maximum:
                ruled = f"ruled {ruling.minimum} to {ruling.maximum}"
                detail = f"{vehicles} serve in {ruling.financial_year}, {ruled}"
                yield broken(Rule.SERVICE_RULING, vintage, detail)
