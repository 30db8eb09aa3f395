"""Two given plans side by side, both by one problem's rules, whatever they say of themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias, TypeVar

from services.capital.optimiser.account import Account, account_for
from services.capital.optimiser.answers.decided import Change, Verb, changes
from services.capital.optimiser.cancelling import after_cancelling
from services.capital.optimiser.check import broken_rules, malformed
from services.capital.optimiser.flows import Flows
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.plan import Decisions, Level, Plan
from services.capital.optimiser.problem import Problem, TrustCode
from services.capital.optimiser.revenue_uses import revenue_pence
from services.capital.optimiser.rules import Rule, Violation
from services.capital.optimiser.stating import stated
from services.capital.optimiser.terms import Terms

# What comes at no time has no price, and what is not there costs nothing: no figures then.
WITHOUT_FIGURES: Final = frozenset({Rule.WELL_FORMED, Rule.LEAD_TIME, Rule.VEHICLES_CONSERVED})

Fund: TypeAlias = tuple[str, str, int]
Key = TypeVar("Key", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelMoved:
    """What a level comes to in the first plan and the second: vehicle-years, or pence for COST."""

    level: Level
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMoved:
    """What a holder's fund pays in a year, commitments included, by the first plan and second."""

    holder: str
    fund: str
    financial_year: int
    before_pence: int
    after_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueMoved:
    """What a trust spends in a year to run, lease, hire and order, by both plans."""

    trust: TrustCode
    financial_year: int
    before_pence: int
    after_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """From a first plan to a second, exactly. Rows that are the same in both are left out.

    Levels, priced or not, and money are worked out from what is decided; there are none where
    either plan names what the problem does not have, or lets go what is not there.
    """

    levels: tuple[LevelMoved, ...]
    money: tuple[MoneyMoved, ...]
    revenue: tuple[RevenueMoved, ...]
    decisions: tuple[Change, ...]
    broken: tuple[Violation, ...]
    cured: tuple[Violation, ...]

    @property
    def purchases_moved(self) -> int:
        """How many vehicles the second buys that the first does not."""
        bought = (row for row in self.decisions if row.verb is Verb.BUY)
        return sum(max(0, row.after - row.before) for row in bought)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A plan by the problem's rules; without figures where it has none by them."""

    broken: tuple[Violation, ...]
    account: Account | None = None
    revenue: Counter[tuple[TrustCode, int]]

    @property
    def is_read(self) -> bool:
        """Whether it was held to every rule: its names are the problem's."""
        return not any(row.rule is Rule.WELL_FORMED for row in self.broken)


def compare(problem: Problem, before: Plan, after: Plan) -> Comparison:
    """Compare the plans by the problem's rules; either may have been made for another problem."""
    terms = Terms(problem)
    first, second = _judged(terms, before), _judged(terms, after)
    levels, money, revenue = _figures(terms, first, second)
    return Comparison(
        levels=tuple(levels),
        money=tuple(money),
        revenue=tuple(revenue),
        decisions=tuple(changes(before.decisions, after.decisions)),
        broken=tuple(_beyond(second.broken, first.broken)),
        # Of a plan that cannot be read it is not known what it keeps.
        cured=tuple(_beyond(first.broken, second.broken)) if second.is_read else (),
    )


def _judged(terms: Terms, plan: Plan) -> _Judged:
    none: Counter[tuple[TrustCode, int]] = Counter()
    if not plan.has_decisions:
        nothing = Violation(rule=Rule.WELL_FORMED, subject=plan.outcome, detail="decides nothing")
        return _Judged(broken=(nothing,), revenue=none)
    name = problem_hash(terms.problem)
    foreign = tuple(malformed(terms, replace(plan, problem_hash=name, stock=(), stationed=())))
    if foreign:
        return _Judged(broken=foreign, revenue=none)
    account = account_for(terms, plan.decisions)
    broken = tuple(broken_rules(terms, stated(account, name, plan.engine)))
    if any(row.rule in WITHOUT_FIGURES for row in broken):
        return _Judged(broken=broken, revenue=none)
    return _Judged(broken=broken, account=account, revenue=_revenue(terms, plan.decisions))


def _beyond(rows: Iterable[Violation], others: Iterable[Violation]) -> Iterator[Violation]:
    """Yield the rows on rules and subjects that none of the others is on."""
    known = {(row.rule, row.subject) for row in others}
    return (row for row in rows if (row.rule, row.subject) not in known)


def _figures(
    terms: Terms, first: _Judged, second: _Judged
) -> tuple[Iterable[LevelMoved], Iterable[MoneyMoved], Iterable[RevenueMoved]]:
    if first.account is None or second.account is None:
        return (), (), ()
    before, after = first.account, second.account
    levels = (
        LevelMoved(level=level, before=before.value(level), after=after.value(level))
        for level in Level
    )
    funds = (_paid(terms, account) for account in (before, after))
    money = (
        MoneyMoved(holder=holder, fund=fund, financial_year=year, before_pence=was, after_pence=now)
        for (holder, fund, year), was, now in _changed(*funds)
    )
    revenue = (
        RevenueMoved(trust=trust, financial_year=year, before_pence=was, after_pence=now)
        for (trust, year), was, now in _changed(first.revenue, second.revenue)
    )
    return levels, money, revenue


def _paid(terms: Terms, account: Account) -> Counter[Fund]:
    paid: Counter[Fund] = Counter()
    for use in account.envelope_uses:
        row = terms.envelopes[use.envelope_id]
        paid[row.holder, row.fund, row.financial_year] += use.committed_pence + use.spent_pence
    return paid


def _revenue(terms: Terms, decisions: Decisions) -> Counter[tuple[TrustCode, int]]:
    flows = Flows(after_cancelling(terms, decisions.cancelled), decisions)
    places = product(terms.problem.trusts, terms.horizon)
    return Counter({place: revenue_pence(flows, *place) for place in places})


def _changed(before: Counter[Key], after: Counter[Key]) -> Iterator[tuple[Key, int, int]]:
    for key in sorted({*before, *after}):
        if before[key] != after[key]:
            yield key, before[key], after[key]
