"""The limits of a problem that have an amount: each envelope's money, each supply line's places."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.capital.optimiser.problem import Envelope, Problem, SupplyLine
from services.capital.optimiser.rules import Rule, rule_of
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.variables import label


class Unit(StrEnum):
    PENCE = "pence"
    VEHICLES = "vehicles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One amount that bounds a plan. `subject`: the envelope or line; `owner`: whose it is."""

    rule: Rule
    subject: str
    financial_year: int
    owner: str
    fund: str
    unit: Unit
    amount: int

    @property
    def row(self) -> str:
        """Return the name of the row that keeps it in the model."""
        year = () if self.unit is Unit.PENCE else (self.financial_year,)
        return label(self.rule, (self.subject, *year))

    @property
    def name(self) -> str:
        return f"{self.subject} {self.financial_year}"


def limits_of(problem: Problem) -> Iterator[Limit]:
    """Yield every envelope, then every supply line's years."""
    for envelope in sorted(problem.envelopes, key=lambda row: row.envelope_id):
        if envelope.financial_year in problem.horizon:
            yield _of_envelope(envelope)
    for line in sorted(problem.supply_lines, key=lambda row: row.line_id):
        for year, places in zip(problem.horizon, line.vehicles, strict=True):
            yield _of_line(line, year, places)


def moved(problem: Problem, limit: Limit, amount: int) -> Problem:
    """Return the problem with the limit at another amount."""
    if limit.unit is Unit.PENCE:
        return replace(
            problem,
            envelopes=tuple(
                replace(row, allocation_pence=amount) if row.envelope_id == limit.subject else row
                for row in problem.envelopes
            ),
        )
    return replace(
        problem,
        supply_lines=tuple(
            _with_places(problem, row, limit.financial_year, amount)
            if row.line_id == limit.subject
            else row
            for row in problem.supply_lines
        ),
    )


def one_more(terms: Terms, limit: Limit) -> int:
    """Return what one more vehicle takes of the limit: a place, or the cheapest price it may pay.

    0: nothing that could be bought depends on it.
    """
    if limit.unit is Unit.VEHICLES:
        return 1
    year = limit.financial_year
    prices = (
        terms.price_pence(option, year)
        for fleet in terms.fleets
        for option in terms.options_for(fleet.vehicle_type)
        if year in terms.delivery_years(option)
        for envelope in terms.envelopes_for(fleet.trust, option, year)
        if envelope.envelope_id == limit.subject
    )
    return min(prices, default=0)


def _with_places(problem: Problem, line: SupplyLine, year: int, places: int) -> SupplyLine:
    place = year - problem.first_financial_year
    return replace(line, vehicles=(*line.vehicles[:place], places, *line.vehicles[place + 1 :]))


def _of_envelope(row: Envelope) -> Limit:
    return Limit(
        rule=Rule.ENVELOPE_ALLOCATION,
        subject=row.envelope_id,
        financial_year=row.financial_year,
        owner=row.holder or row.envelope_id,
        fund=row.fund,
        unit=Unit.PENCE,
        amount=row.allocation_pence,
    )


def _of_line(row: SupplyLine, year: int, places: int) -> Limit:
    return Limit(
        rule=rule_of(row.kind),
        subject=row.line_id,
        financial_year=year,
        owner=row.line_id,
        fund="",
        unit=Unit.VEHICLES,
        amount=places,
    )
