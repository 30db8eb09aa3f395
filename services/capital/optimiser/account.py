"""What decisions come to, exactly: vehicles, money and the levels of the objective."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import assert_never

from services.capital.optimiser.cancelling import after_cancelling
from services.capital.optimiser.costing import cost_of
from services.capital.optimiser.flows import Flows
from services.capital.optimiser.levels import standing
from services.capital.optimiser.pairing import paired
from services.capital.optimiser.plan import (
    CeilingUse,
    Cost,
    Decisions,
    EnvelopeUse,
    FleetYear,
    Level,
    Replacement,
    RevenueUse,
    Stationed,
    Stock,
)
from services.capital.optimiser.revenue_uses import revenue_uses
from services.capital.optimiser.spending import Spending
from services.capital.optimiser.stationing import stationed
from services.capital.optimiser.terms import PAR_PERMILLE, Fleet, Terms, Vintage


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The figures a plan states, worked out from its decisions."""

    decisions: Decisions
    stationed: tuple[Stationed, ...]
    stock: tuple[Stock, ...]
    replacements: tuple[Replacement, ...]
    fleet_years: tuple[FleetYear, ...]
    envelope_uses: tuple[EnvelopeUse, ...]
    ceiling_uses: tuple[CeilingUse, ...]
    revenue_uses: tuple[RevenueUse, ...]
    cost: Cost
    standing: tuple[Level, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """What the levels that stand come to, first to last: plans compare by them."""
        return tuple(self.value(level) for level in self.standing)

    def value(self, level: Level) -> int:
        """Return vehicle-years, or pence for COST."""
        match level:
            case Level.SHORTFALL:
                return sum(row.shortfall + row.vacancies for row in self.fleet_years)
            case Level.OVER_AGE:
                return sum(row.over_age for row in self.fleet_years)
            case Level.COST:
                return self.cost.total_pence
        assert_never(level)


def account_for(terms: Terms, decisions: Decisions) -> Account:
    """Work out every figure of the decisions, whether or not they keep the rules."""
    # What is cancelled is as if it had never been ordered, but for its price.
    left = after_cancelling(terms, decisions.cancelled)
    flows = Flows(left, decisions)
    fleet_years = tuple(
        _fleet_year(flows, fleet, year) for fleet, year in product(terms.fleets, terms.horizon)
    )
    spending = Spending(flows)
    return Account(
        decisions=decisions,
        stationed=tuple(sorted(stationed(flows))),
        stock=tuple(sorted(_stock(flows))),
        replacements=tuple(paired(left, decisions)),
        fleet_years=fleet_years,
        envelope_uses=tuple(spending.envelope_uses()),
        ceiling_uses=tuple(spending.ceiling_uses()),
        revenue_uses=tuple(revenue_uses(flows)),
        cost=cost_of(flows, fleet_years),
        standing=standing(terms.problem),
    )


def _stock(flows: Flows) -> Iterator[Stock]:
    for (vintage, year), vehicles in flows.serving.items():
        yield Stock.of(vintage, year, vehicles)


def _fleet_year(flows: Flows, fleet: Fleet, year: int) -> FleetYear:
    terms = flows.terms
    serving = flows.by_fleet_year[fleet, year]
    vehicles = sum(count for vintage, count in serving if not vintage.in_reserve)
    required = terms.required(fleet, year)
    available = sum(count * terms.available_permille(vintage, year) for vintage, count in serving)
    remounts = flows.remounted[fleet, year]
    available -= sum(flows.away_permille(row) for row in remounts)
    hired = flows.hired[fleet, year]
    available += hired * _available_if_hired(terms, fleet)
    return FleetYear(
        trust=fleet.trust,
        vehicle_type=fleet.vehicle_type,
        financial_year=year,
        vehicles=vehicles,
        over_age=sum(n for vintage, n in serving if _is_over_age(terms, vintage, year)),
        delivered=flows.delivered_to[fleet, year],
        disposed=flows.disposed_from[fleet, year],
        required_available=required,
        available_permille=available,
        # Half a vehicle on average answers no call: what is missing is rounded up.
        shortfall=max(0, required - available // PAR_PERMILLE),
        vacancies=max(0, terms.establishment(fleet, year).minimum - vehicles),
        hired=hired,
        in_reserve=sum(count for vintage, count in serving if vintage.in_reserve),
        received=flows.received[fleet, year],
        given=flows.given[fleet, year],
        remounted=sum(row.vehicles for row in remounts),
    )


def _is_over_age(terms: Terms, vintage: Vintage, year: int) -> bool:
    return terms.policy_of(vintage, year).is_over_age(vintage.age_in(year))


def _available_if_hired(terms: Terms, fleet: Fleet) -> int:
    hire = terms.hire(fleet)
    return hire.available_permille if hire else 0
