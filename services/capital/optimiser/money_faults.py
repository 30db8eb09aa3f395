"""Rows of money that cannot be meant."""

from collections.abc import Iterator

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.money import Money
from services.capital.optimiser.problem import Problem


def money_contradictions(problem: Problem) -> Iterator[Fault]:
    """Yield what envelopes and ceilings say against one another."""
    yield from _unclear_carrying(problem)
    yield from _cut_while_firm(problem)
    yield from _empty_ceilings(problem)


def _unclear_carrying(problem: Problem) -> Iterator[Fault]:
    money = Money(problem)
    for place, envelope in enumerate(problem.envelopes):
        if not envelope.carry_forward_pence:
            continue
        field = f"envelopes[{place}].carry_forward_pence"
        if envelope.over_planning_permille:
            rule = "cannot stand beside over-planning: what may be over-planned is not there"
            yield Fault(field=field, rule=rule)
        year = envelope.financial_year + 1
        heirs = money.alike(envelope, year)
        if len(heirs) > 1:
            rule = f"its holder and fund have {len(heirs)} envelopes in {year}: it is unclear which"
            yield Fault(field=field, rule=rule)


def _cut_while_firm(problem: Problem) -> Iterator[Fault]:
    for place, envelope in enumerate(problem.envelopes):
        if envelope.haircut_permille and not envelope.indicative:
            rule = "is for indicative envelopes only, and this one is firm"
            yield Fault(field=f"envelopes[{place}].haircut_permille", rule=rule)


def _empty_ceilings(problem: Problem) -> Iterator[Fault]:
    for place, ceiling in enumerate(problem.ceilings):
        field = f"ceilings[{place}].envelope_ids"
        if not ceiling.envelope_ids:
            yield Fault(field=field, rule="must not be empty: it would limit nothing")
        if len(set(ceiling.envelope_ids)) < len(ceiling.envelope_ids):
            yield Fault(field=field, rule="names an envelope twice")
