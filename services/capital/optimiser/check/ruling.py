"""What a plan decides, against what was decided beforehand."""

from collections import Counter
from collections.abc import Iterator

from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan.decided import STAYS
from services.capital.optimiser.problem.ruling import Ruling
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import NO_BAND, Fleet, Vintage


class RulingCheck(Statement):
    """Each decision, as ruled."""

    def _orders_are_as_ruled(self) -> Iterator[Violation]:
        bought: Counter[tuple[str, str, int]] = Counter()
        for row in self.plan.purchases:
            bought[row.trust, row.option_id, row.delivery_year] += row.vehicles
        for ruling in self.terms.problem.order_rulings:
            vehicles = bought[ruling.trust, ruling.option_id, ruling.financial_year]
            yield from _misruled(Rule.ORDER_RULING, ruling, vehicles)

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

    def _vehicles_move_as_ruled(self) -> Iterator[Violation]:
        for ruling in self.terms.problem.move_rulings:
            moved = sum(
                row.vehicles
                for row in self.plan.moves
                if (row.kind, row.trust, row.vehicle_type)
                == (ruling.kind, ruling.trust, ruling.vehicle_type)
                and row.to_trust == (ruling.to_trust or STAYS)
                and row.financial_year == ruling.financial_year
            )
            yield from _misruled(Rule.MOVE_RULING, ruling, moved)

    def _vehicles_are_hired_as_ruled(self) -> Iterator[Violation]:
        hired = {(row.fleet, row.financial_year): row.vehicles for row in self.plan.hires}
        for ruling in self.terms.problem.hire_rulings:
            key = Fleet(ruling.trust, ruling.vehicle_type), ruling.financial_year
            yield from _misruled(Rule.HIRE_RULING, ruling, hired.get(key, 0))

    def _chargers_are_bought_as_ruled(self) -> Iterator[Violation]:
        bought: Counter[tuple[str, int]] = Counter()
        for row in self.plan.chargers:
            bought[row.site_id, row.financial_year] += row.chargers
        for ruling in self.terms.problem.charger_rulings:
            chargers = bought[ruling.site_id, ruling.financial_year]
            yield from _misruled(Rule.CHARGER_RULING, ruling, chargers)

    def _orders_are_cancelled_as_ruled(self) -> Iterator[Violation]:
        cancelled = self.plan.decisions.cancelled
        for ruling in self.terms.problem.cancellation_rulings:
            vehicles = cancelled.get(ruling.commitment_id, 0)
            yield from _misruled(Rule.CANCELLATION_RULING, ruling, vehicles)


def _misruled(rule: Rule, ruling: Ruling, decided: int) -> Iterator[Violation]:
    if not ruling.minimum <= decided <= ruling.maximum:
        detail = f"{decided}, ruled {ruling.minimum} to {ruling.maximum}"
        yield broken(rule, " ".join(map(str, ruling.subject)), detail)
