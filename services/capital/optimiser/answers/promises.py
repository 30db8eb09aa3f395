"""What was promised, budgeted or ruled, by name: rules that a problem states beside its limits."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from services.capital.optimiser.answers.rule import AMPLE, NamedRule
from services.capital.optimiser.answers.rulings import in_words, ruled, ruled_before, rulings_of
from services.capital.optimiser.answers.words import rough_pounds, year_label
from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    ChargingSite,
    DutyFit,
    Guarantee,
    HireRuling,
    MoveRuling,
    OrderRuling,
    Problem,
    RevenueBudget,
    ServiceRuling,
    SiteId,
    TrustCode,
)
from services.capital.optimiser.problem.ruling import NO_MAXIMUM, Ruling
from services.capital.optimiser.rules import Rule, Unit
from services.capital.optimiser.terms import PAR_PERMILLE

OF_RULINGS: Final[Mapping[type[Ruling], Rule]] = MappingProxyType(
    {
        OrderRuling: Rule.ORDER_RULING,
        ServiceRuling: Rule.SERVICE_RULING,
        MoveRuling: Rule.MOVE_RULING,
        HireRuling: Rule.HIRE_RULING,
        ChargerRuling: Rule.CHARGER_RULING,
        CancellationRuling: Rule.CANCELLATION_RULING,
    }
)


def stated_rules(problem: Problem) -> Iterator[NamedRule]:
    """Yield budgets of revenue, guarantees, chargers, duties and rulings."""
    yield from map(_revenue, problem.revenue_budgets)
    for row in problem.guarantees:
        yield _guarantee(row, "shortfall", row.most_shortfall)
        yield _guarantee(row, "over_age", row.most_over_age)
    yield from map(_chargers, sorted({row.trust for row in problem.charging_sites}))
    yield from map(_duty, problem.duty_fits)
    yield from _rulings(problem)


def _revenue(budget: RevenueBudget) -> NamedRule:
    limit, year = rough_pounds(budget.limit_pence), year_label(budget.financial_year)
    return NamedRule(
        rule=Rule.REVENUE_BUDGET,
        key=(budget.trust, str(budget.financial_year)),
        owner=budget.trust,
        unit=Unit.PENCE,
        sentence=f"{budget.trust} spends at most {limit} of revenue on vehicles in {year}",
        eased=lambda problem, more: replace(
            problem,
            revenue_budgets=tuple(
                replace(row, limit_pence=min(AMPLE[Unit.PENCE], row.limit_pence + more))
                if (row.trust, row.financial_year) == (budget.trust, budget.financial_year)
                else row
                for row in problem.revenue_budgets
            ),
        ),
    )


def _guarantee(row: Guarantee, what: str, most: int) -> NamedRule:
    return NamedRule(
        rule=Rule.TRUST_GUARANTEE,
        key=(row.trust, what),
        owner=row.trust,
        unit=Unit.VEHICLE_YEARS,
        sentence=f"{row.trust} is guaranteed at most {most} vehicle-years of {what}",
        eased=partial(_with_less_promised, row.trust, what),
    )


def _with_less_promised(trust: TrustCode, what: str, problem: Problem, more: int) -> Problem:
    rows = []
    for row in problem.guarantees:
        short = more if (row.trust, what) == (trust, "shortfall") else 0
        old = more if (row.trust, what) == (trust, "over_age") else 0
        rows.append(
            replace(
                row,
                most_shortfall=row.most_shortfall + short,
                most_over_age=row.most_over_age + old,
            )
        )
    return replace(problem, guarantees=tuple(rows))


def _chargers(trust: TrustCode) -> NamedRule:
    return NamedRule(
        rule=Rule.CHARGER_CAPACITY,
        key=(trust,),
        owner=trust,
        unit=Unit.VEHICLES,
        sentence=f"zero-emission vehicles of {trust} need its chargers",
        eased=partial(_with_more_charged, trust),
    )


def _with_more_charged(trust: TrustCode, problem: Problem, more: int) -> Problem:
    """Return the problem with chargers for so many more, at no hub; or with no limit to them."""
    theirs = {row.site_id for row in problem.charging_sites if row.trust == trust}
    is_ruled = any(row.site_id in theirs for row in problem.charger_rulings)
    # A site that somebody ruled on stays.
    if more < AMPLE[Unit.VEHICLES] or is_ruled:
        place = ChargingSite(
            site_id=SiteId(f"{trust}:more"),
            trust=trust,
            chargers=(more,) * problem.years,
            vehicles_per_charger_permille=PAR_PERMILLE,
        )
        return replace(problem, charging_sites=(*problem.charging_sites, place))
    return replace(
        problem,
        charging_sites=tuple(row for row in problem.charging_sites if row.trust != trust),
        grid_connections=tuple(row for row in problem.grid_connections if row.trust != trust),
    )


def _duty(fit: DutyFit) -> NamedRule:
    trust, share = fit.trust or "", f"{fit.share_permille / 10:g} %"
    return NamedRule(
        rule=Rule.DUTY_FIT,
        key=(trust, fit.vehicle_type, fit.technology, str(fit.from_financial_year)),
        owner=trust or "every trust",
        unit=Unit.VEHICLES,
        sentence=f"{fit.technology} does at most {share} of the duties of {fit.vehicle_type}",
        eased=lambda problem, _: replace(
            problem, duty_fits=tuple(row for row in problem.duty_fits if row != fit)
        ),
    )


def _rulings(problem: Problem) -> Iterator[NamedRule]:
    """Yield what is ruled, each ruling the decision of the trust that it is on."""
    trusts: dict[object, TrustCode] = {
        **{row.site_id: row.trust for row in problem.charging_sites},
        **{row.commitment_id: row.trust for row in problem.commitments},
    }
    for ruling in rulings_of(problem):
        rule = OF_RULINGS[type(ruling)]
        yield NamedRule(
            rule=rule,
            key=tuple(map(str, ruling.subject)),
            owner=getattr(ruling, "trust", None) or trusts[ruling.subject[0]],
            unit=rule.unit,
            sentence=f"it is ruled: {in_words(ruling)}",
            eased=partial(_with_looser, ruling),
        )


def _with_looser(ruling: Ruling, problem: Problem, more: int) -> Problem:
    if ruled_before(problem, ruling) is None:
        return problem
    looser = replace(
        ruling,
        minimum=max(0, ruling.minimum - more),
        maximum=min(NO_MAXIMUM, ruling.maximum + more),
    )
    return ruled(problem, looser)
