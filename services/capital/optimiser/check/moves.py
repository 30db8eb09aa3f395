"""What a plan moves from trust to trust and to reserve, against the rules of both."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from services.capital.optimiser.check.offers import remount_of, remount_pence, reserve_of, route_of
from services.capital.optimiser.check.statement import Statement, broken
from services.capital.optimiser.plan import Moved
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import Fleet, MoveKind, is_eligible


class MoveCheck(Statement):
    """Transfers and the reserve."""

    def _transfers_follow_their_routes(self) -> Iterator[Violation]:
        for row in self._transfers():
            if route_of(self.terms, row) is None:
                detail = f"gives {row.vehicles} {row.vehicle_type} to {row.to_trust}"
                yield broken(Rule.TRANSFER_ROUTE, row.trust, detail)

    def _givers_keep_enough(self) -> Iterator[Violation]:
        used = {(route_of(self.terms, row), row.financial_year) for row in self._transfers()}
        for route, year in used:
            if route is None:
                continue
            fleet = Fleet(route.from_trust, route.vehicle_type)
            remaining = self._held[fleet, year, False]
            if remaining < route.minimum_remaining:
                detail = f"{remaining} of {route.minimum_remaining} remain in {year}"
                yield broken(Rule.TRANSFER_REMAINDER, fleet, detail)

    def _reserves_are_joined_at_their_age(self) -> Iterator[Violation]:
        for row in self.plan.moves:
            if row.kind is MoveKind.RESERVE:
                reserve = reserve_of(self.terms, row.source.fleet)
                age = row.financial_year - row.entry_year
                if reserve is None or age < reserve.from_age_years:
                    detail = f"{row.vehicles} join in {row.financial_year} at age {age}"
                    yield broken(Rule.RESERVE_AGE, row.source, detail)

    def _no_reserve_exceeds_its_maximum(self) -> Iterator[Violation]:
        for (fleet, year, in_reserve), vehicles in self._held.items():
            reserve = reserve_of(self.terms, fleet)
            most = reserve.maximum if reserve else 0
            if in_reserve and vehicles > most:
                detail = f"{vehicles} of {most} in {year}"
                yield broken(Rule.RESERVE_MAXIMUM, fleet, detail)

    def _boxes_are_remounted_as_offered(self) -> Iterator[Violation]:
        for row in self.plan.moves:
            if row.kind is not MoveKind.REMOUNT:
                continue
            year, offer = row.financial_year, remount_of(self.terms, row)
            age = year - row.box_entry_year
            fit = row.box_entry_year and offer and age < offer.maximum_box_age_years
            if not (fit and offer and row.remounts < offer.maximum_remounts):
                detail = f"box of age {age} in {year}, {row.remounts} times before"
                yield broken(Rule.REMOUNT_OFFER, row.source, detail)
            elif not remount_pence(self.terms, row):
                yield broken(Rule.REMOUNT_OFFER, row.source, f"is not for sale in {year}")

    def _remounts_are_paid_by_who_may(self) -> Iterator[Violation]:
        for row in self.plan.moves:
            if row.kind is MoveKind.REMOUNT:
                envelope = self.terms.envelopes[row.envelope_id]
                kind = row.trust, row.vehicle_type, row.technology
                named = is_eligible(envelope, *kind)
                if not named or envelope.financial_year != money_year(row.financial_year):
                    detail = f"pays for remounts at {row.trust} in {row.financial_year}"
                    yield broken(Rule.ENVELOPE_ELIGIBILITY, row.envelope_id, detail)

    def _transfers(self) -> Iterator[Moved]:
        return (row for row in self.plan.moves if row.kind is MoveKind.TRANSFER)

    @cached_property
    def _held(self) -> Counter[tuple[Fleet, int, bool]]:
        held: Counter[tuple[Fleet, int, bool]] = Counter()
        for row in self.plan.stock:
            fleet = Fleet(row.trust, row.vehicle_type)
            held[fleet, row.financial_year, row.in_reserve] += row.vehicles
        return held
