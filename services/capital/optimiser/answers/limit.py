"""The limits of a problem that have an amount: money of envelopes and ceilings, places of lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from services.capital.optimiser.problem import Ceiling, Envelope, Problem, SupplyLine
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.rules import Rule, Unit, rule_of
from services.capital.optimiser.terms import PAR_PERMILLE, PAR_PPM, Terms
from services.capital.optimiser.variables import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One amount that bounds a plan: of which envelope, ceiling or line, and whose it is.

    A ceiling has no year. Of each pound of an indicative or over-planned envelope, `usable_ppm`
    millionths may be planned. `called`, where the subject is no name of the limit's own. `holds`:
    rows of the model that one more of it lets be so much larger; none: `row` alone, by one.
    """

    rule: Rule
    subject: str
    financial_year: int | None
    owner: str
    fund: str
    unit: Unit
    amount: int
    usable_ppm: int = PAR_PPM
    called: str = ""
    holds: tuple[tuple[str, float], ...] = ()
    changed: Callable[[Problem, int], Problem] | None = field(
        default=None, compare=False, repr=False
    )

    @property
    def row(self) -> str:
        """Return the name of the row that keeps it in the relaxation."""
        if self.called:
            return label("limit", (self.rule, self.called))
        year = () if self.unit is Unit.PENCE else (self.financial_year,)
        return label(self.rule, (self.subject, *year))

    @property
    def name(self) -> str:
        if self.called:
            return self.called
        is_place = self.unit is Unit.VEHICLES and self.financial_year is not None
        return f"{self.subject} {self.financial_year}" if is_place else self.subject


def limits_of(problem: Problem) -> Iterator[Limit]:
    """Yield every envelope, every ceiling, then every supply line's years."""
    for envelope in sorted(problem.envelopes, key=lambda row: row.envelope_id):
        if envelope.financial_year in set(map(money_year, problem.horizon)):
            yield _of_envelope(envelope)
    for ceiling in sorted(problem.ceilings, key=lambda row: row.ceiling_id):
        yield _of_ceiling(ceiling)
    for line in sorted(problem.supply_lines, key=lambda row: row.line_id):
        for year, places in zip(problem.horizon, line.vehicles, strict=True):
            yield _of_line(line, year, places)


def moved(problem: Problem, limit: Limit, amount: int) -> Problem:
    """Return the problem with the limit at another amount."""
    if limit.changed is not None:
        return limit.changed(problem, amount)
    if limit.rule is Rule.SPENDING_CEILING:
        return replace(
            problem,
            ceilings=tuple(
                replace(row, limit_pence=amount) if row.ceiling_id == limit.subject else row
                for row in problem.ceilings
            ),
        )
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
            _with_places(row, (limit.financial_year or 0) - problem.first_financial_year, amount)
            if row.line_id == limit.subject
            else row
            for row in problem.supply_lines
        ),
    )


def one_more(terms: Terms, limit: Limit) -> int:
    """Return what one more vehicle takes of the limit: a place, or the cheapest price it may pay.

    0: nothing that could be bought depends on it.
    """
    if limit.unit is not Unit.PENCE:
        return 1
    names = _envelopes_of(terms, limit)
    prices = (
        terms.price_pence(option, year)
        for fleet in terms.fleets
        for option in terms.options_for(fleet.vehicle_type)
        for year in terms.delivery_years(option)
        for envelope in terms.envelopes_for(fleet.trust, option, year)
        if envelope.envelope_id in names
    )
    return -(-min(prices, default=0) * PAR_PPM // max(1, limit.usable_ppm))


def _envelopes_of(terms: Terms, limit: Limit) -> frozenset[str]:
    for ceiling in terms.problem.ceilings:
        if ceiling.ceiling_id == limit.subject and limit.rule is Rule.SPENDING_CEILING:
            return frozenset(ceiling.envelope_ids)
    return frozenset({limit.subject})


def _with_places(line: SupplyLine, place: int, places: int) -> SupplyLine:
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
        usable_ppm=(PAR_PERMILLE - row.haircut_permille)
        * (PAR_PERMILLE + row.over_planning_permille),
    )


def _of_ceiling(row: Ceiling) -> Limit:
    return Limit(
        rule=Rule.SPENDING_CEILING,
        subject=row.ceiling_id,
        financial_year=None,
        owner=row.holder or row.ceiling_id,
        fund="",
        unit=Unit.PENCE,
        amount=row.limit_pence,
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
