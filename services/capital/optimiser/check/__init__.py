"""Does this plan solve this problem? Every rule again, in plain integers and without the solver."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.check.cancelling import as_cancelled, cancelling_violations
from services.capital.optimiser.check.figures import FigureCheck
from services.capital.optimiser.check.proof import proof_violations
from services.capital.optimiser.check.replacements import replacement_violations
from services.capital.optimiser.check.rules import RuleCheck
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.plan import (
    Cancellation,
    Disposal,
    Hired,
    Moved,
    Plan,
    Purchase,
    Stationed,
    Stock,
)
from services.capital.optimiser.problem import BandCode, Problem, TechnologyCode
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.terms import NO_BAND, Fleet, MoveKind, Terms


def violations(problem: Problem, plan: Plan) -> list[Violation]:
    """Return everything wrong with the plan; an empty list when it solves the problem as it says.

    A plan that names what the problem does not have is looked at no further; one that orders what
    cannot come is not asked for its figures.
    """
    terms = Terms(problem)
    # Every later look takes for granted that names are known and rows are one of a kind.
    ill = list(malformed(terms, plan))
    if ill or not plan.has_decisions:
        return ill or list(proof_violations(problem, plan))
    broken = broken_rules(terms, plan)
    # What comes at no time of the horizon has no price to add up.
    if any(row.rule is Rule.LEAD_TIME for row in broken):
        return broken
    return [
        *broken,
        *FigureCheck(as_cancelled(terms, plan), plan).violations(),
        *replacement_violations(as_cancelled(terms, plan), plan),
        *proof_violations(problem, plan),
    ]


def broken_rules(terms: Terms, plan: Plan) -> list[Violation]:
    """Return the rules that the decisions and stated stock of a well-formed plan break."""
    return [
        *cancelling_violations(terms, plan),
        *RuleCheck(as_cancelled(terms, plan), plan).violations(),
    ]


def malformed(terms: Terms, plan: Plan) -> Iterator[Violation]:
    """Yield what the plan names that the problem does not have, says twice, or says of nothing."""
    if plan.problem_hash != problem_hash(terms.problem):
        yield _ill("problem_hash", "is another problem's")
    yield from chain(
        _unknown(terms, plan),
        _repeated(plan),
        _outside(terms, plan),
        _uncounted(plan),
        _astray(plan),
    )


def _unknown(terms: Terms, plan: Plan) -> Iterator[Violation]:
    yield from _absent(terms.options, (row.option_id for row in plan.purchases), "option")
    for hire in plan.hires:
        if hire.fleet not in terms.fleets:
            yield _ill(" ".join(hire.fleet), "is no fleet of the problem")
    yield from _absent(terms.envelopes, (row.envelope_id for row in plan.purchases), "envelope")
    yield from _absent(terms.envelopes, (row.envelope_id for row in plan.chargers), "envelope")
    remounts = (row for row in plan.moves if row.kind is MoveKind.REMOUNT)
    yield from _absent(terms.envelopes, (row.envelope_id for row in remounts), "envelope")
    on_order = {row.commitment_id for row in terms.problem.commitments}
    yield from _absent(on_order, (row.commitment_id for row in plan.cancellations), "commitment")
    sites = {row.site_id for row in terms.problem.charging_sites}
    yield from _absent(sites, (row.site_id for row in plan.chargers), "site")
    yield from _absent({*sites, ""}, (row.site_id for row in plan.stationed), "site")
    yield from _absent(terms.problem.trusts, (row.trust for row in plan.stationed), "trust")
    moving = (vintage for row in plan.moves for vintage in (row.source, row.target))
    for vintage in {*(row.vintage for row in _vehicle_rows(plan)), *moving}:
        yield from _strange(terms, vintage.fleet, vintage.technology, vintage.band)
    for row in plan.purchases:
        option = terms.options.get(row.option_id)
        if option is not None:
            yield from _strange(terms, Fleet(row.trust, option.vehicle_type), option.technology)


def _strange(
    terms: Terms, fleet: Fleet, technology: TechnologyCode, band: BandCode = NO_BAND
) -> Iterator[Violation]:
    if fleet not in terms.fleets or not terms.has_profile(fleet, technology, band):
        yield _ill(" ".join((*fleet, technology)), "is no vehicle of the problem")


def _repeated(plan: Plan) -> Iterator[Violation]:
    """Each thing is said once: two rows of one key could each look small enough."""
    keys = (replace(row, vehicles=0) for row in _counted_rows(plan))
    chargers = (replace(row, chargers=0) for row in plan.chargers)
    for key, times in Counter([*keys, *chargers]).items():
        if times > 1:
            yield _ill(str(key), f"is stated {times} times")


def _astray(plan: Plan) -> Iterator[Violation]:
    for row in plan.moves:
        if row.kind is not MoveKind.TRANSFER and row.to_trust:
            yield _ill(str(row), "names a receiver of what stays")
        if row.kind is not MoveKind.REMOUNT and row.envelope_id:
            yield _ill(str(row), "names an envelope where no capital is spent")


def _outside(terms: Terms, plan: Plan) -> Iterator[Violation]:
    for row in (*_vehicle_rows(plan), *plan.hires, *plan.moves):
        if row.financial_year not in terms.horizon:
            yield _ill(str(row), "is outside the years decided")
    of_sites: tuple[ChargersBought | Stationed, ...] = (*plan.chargers, *plan.stationed)
    for charging in of_sites:
        if charging.financial_year not in terms.horizon:
            yield _ill(str(charging), "is outside the years decided")
    for row in (*_vehicle_rows(plan), *plan.moves):
        if row.financial_year < row.entry_year:
            yield _ill(str(row), "is before its vehicles enter service")
    for bought in plan.purchases:
        if {bought.order_year, bought.delivery_year} - {*terms.horizon}:
            yield _ill(str(bought), "is outside the years decided")


def _uncounted(plan: Plan) -> Iterator[Violation]:
    for row in _counted_rows(plan):
        if row.vehicles < 1:
            yield _ill(str(row), "states no vehicle")
    for bought in plan.chargers:
        if bought.chargers < 1:
            yield _ill(str(bought), "states no charger")


def _counted_rows(
    plan: Plan,
) -> tuple[Purchase | Disposal | Stock | Stationed | Hired | Moved | Cancellation, ...]:
    return (
        *plan.purchases,
        *_vehicle_rows(plan),
        *plan.stationed,
        *plan.hires,
        *plan.moves,
        *plan.cancellations,
    )


def _vehicle_rows(plan: Plan) -> tuple[Disposal | Stock, ...]:
    return (*plan.disposals, *plan.stock)


def _absent(known: Container[str], named: Iterable[str], kind: str) -> Iterator[Violation]:
    for name in sorted({name for name in named if name not in known}):
        yield _ill(str(name), f"is no {kind} of the problem")


def _ill(subject: str, detail: str) -> Violation:
    return Violation(rule=Rule.WELL_FORMED, subject=subject, detail=detail)
