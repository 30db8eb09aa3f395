"""Decisions changed a little, and plans that state other than they decide: seeded, never ending."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from random import Random
from typing import Final, TypeAlias, TypeVar, get_type_hints

from services.capital.optimiser.account import account_for
from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.hashing import problem_hash
from services.capital.optimiser.plan import (
    Cancellation,
    Decisions,
    Disposal,
    Hired,
    Level,
    LevelResult,
    Moved,
    Outcome,
    Plan,
    Purchase,
    Stock,
)
from services.capital.optimiser.problem import (
    BandCode,
    CommitmentId,
    EnvelopeId,
    OptionId,
    Problem,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.proof import is_proved, outcome_of, stated_gap_ppm
from services.capital.optimiser.stating import stated, with_bounds
from services.capital.optimiser.terms import NO_ENVELOPE, MoveKind, Terms

Row: TypeAlias = Cancellation | Purchase | Disposal | Hired | Moved | ChargersBought
T = TypeVar("T")

TABLES: Final = ("cancellations", "purchases", "disposals", "hires", "moves", "chargers")
COUNTS: Final = frozenset({"vehicles", "chargers"})
NOWHERE: Final = TrustCode("")
NOBODY: Final = (NO_ENVELOPE,)
NOTHING_PROVED: Final = -(10**15)
STEPS: Final = (1, 1, 1, 1, 2, 3)


class Mutagen:
    """Changes the decisions of one plan at random: rows dropped, added, grown, shifted, renamed."""

    def __init__(self, problem: Problem, plan: Plan, seed: int) -> None:
        self.problem: Final = problem
        self.plan: Final = plan
        self.random: Final = Random(seed)
        self.years: Final = (
            problem.horizon.start - 1,
            *problem.horizon,
            problem.horizon.stop,
        )
        self.names: Final[Mapping[object, Sequence[object]]] = {
            TrustCode: problem.trusts,
            TypeCode: [row.code for row in problem.vehicle_types],
            TechnologyCode: [row.code for row in problem.technologies],
            OptionId: [row.option_id for row in problem.options],
            EnvelopeId: [NO_ENVELOPE, *(row.envelope_id for row in problem.envelopes)],
            CommitmentId: [row.commitment_id for row in problem.commitments],
            SiteId: [row.site_id for row in problem.charging_sites],
            BandCode: [BandCode(""), *{row.band for row in problem.age_profiles if row.band}],
            MoveKind: list(MoveKind),
            bool: (True, False),
        }

    def decisions(self) -> Decisions:
        """Return other decisions; now and then, after two changes, the same."""
        changed = self.plan.decisions
        for _ in range(self.random.choice(STEPS)):
            changed = self._changed(changed)
        return changed

    def _changed(self, decisions: Decisions) -> Decisions:
        rows = [row for table in TABLES for row in getattr(decisions, table)]
        if not rows or self.random.random() < 0.25:
            return _gathered([*rows, *self._another()])
        place = self.random.randrange(len(rows))
        return _gathered([*rows[:place], *self._instead(rows[place]), *rows[place + 1 :]])

    def _instead(self, row: Row) -> list[Row]:
        match self.random.randrange(6):
            case 0:
                return []
            case 1:
                return [counting(row, counted(row) + self.random.choice((-1, 1, 1, 2)))]
            case 2 if counted(row) > 1:
                left = counting(row, counted(row) - 1)
                return [left, self._renamed(counting(row, 1))]
            case 3:
                return [self._shifted(row)]
        return [self._renamed(row)]

    def _shifted(self, row: Row) -> Row:
        """Move the row by a year, an order with its delivery and money."""
        by = self.random.choice((-1, 1))
        if isinstance(row, Cancellation):
            return self._renamed(row)
        if not isinstance(row, Purchase):
            return replace(row, financial_year=row.financial_year + by)
        year = row.delivery_year + by
        of_year = [e.envelope_id for e in self.problem.envelopes if e.financial_year == year]
        return replace(
            row,
            order_year=row.order_year + by,
            delivery_year=year,
            envelope_id=self.random.choice(of_year or [row.envelope_id]),
        )

    def _renamed(self, row: Row) -> Row:
        hints = get_type_hints(type(row))
        name = self.random.choice([field.name for field in fields(row) if field.name not in COUNTS])
        return altered(row, name, self._other(hints[name], getattr(row, name)))

    def _other(self, hint: object, value: object) -> object:
        if hint is int and isinstance(value, int):
            return value + self.random.choice((-1, 1))
        return self.random.choice(self.names[hint])

    def _another(self) -> list[Row]:
        match self.random.randrange(5):
            case 4 if self.problem.charging_sites and self.problem.envelopes:
                return [self._chargers()]
            case 3 if self.problem.commitments:
                order = self.random.choice(self.problem.commitments)
                return [Cancellation(commitment_id=order.commitment_id, vehicles=1)]
            case 0 if self.problem.options and self.problem.envelopes:
                return [self._purchase()]
            case 1 if self.plan.stock:
                return [self._disposal(self.random.choice(self.plan.stock))]
            case 2 if self.plan.stock:
                return [self._move(self.random.choice(self.plan.stock))]
        fleet = self.random.choice(self.problem.cohorts)
        return [
            Hired(
                trust=fleet.trust,
                vehicle_type=fleet.vehicle_type,
                financial_year=self.random.choice(self.years),
                vehicles=self.random.choice((1, 2)),
            )
        ]

    def _purchase(self) -> Purchase:
        envelope = self.random.choice(self.problem.envelopes)
        option = self.random.choice(self.problem.options)
        return Purchase(
            trust=self.random.choice(self.problem.trusts),
            option_id=option.option_id,
            order_year=envelope.financial_year - option.lead_time_years,
            delivery_year=envelope.financial_year,
            envelope_id=envelope.envelope_id,
            vehicles=self.random.choice((1, 1, 2, 3)),
        )

    def _chargers(self) -> ChargersBought:
        envelope = self.random.choice(self.problem.envelopes)
        return ChargersBought(
            site_id=self.random.choice(self.problem.charging_sites).site_id,
            financial_year=envelope.financial_year,
            envelope_id=envelope.envelope_id,
            chargers=self.random.choice((1, 1, 2)),
        )

    def _disposal(self, row: Stock) -> Disposal:
        year = row.financial_year + self.random.choice((0, 0, 1))
        return Disposal.of(row.vintage, year, self.random.randint(1, row.vehicles))

    def _move(self, row: Stock) -> Moved:
        kind = self.random.choice(list(MoveKind))
        others, year = self.problem.trusts, row.financial_year
        payers = [e.envelope_id for e in self.problem.envelopes if e.financial_year == year]
        return Moved(
            kind=kind,
            trust=row.trust,
            vehicle_type=row.vehicle_type,
            technology=row.technology,
            entry_year=row.entry_year,
            band=row.band,
            financial_year=year,
            to_trust=self.random.choice(others) if kind is MoveKind.TRANSFER else NOWHERE,
            box_entry_year=row.box_entry_year,
            remounts=row.remounts,
            envelope_id=self.random.choice([*payers, *NOBODY])
            if kind is MoveKind.REMOUNT
            else NO_ENVELOPE,
            vehicles=self.random.randint(1, row.vehicles),
        )


def _gathered(rows: Sequence[Row]) -> Decisions:
    """Put the rows in their tables, in order, each key once."""
    counts: Counter[Row] = Counter()
    for row in rows:
        counts[counting(row, 0)] += counted(row)
    # What comes to nothing is not decided; what comes to less is for the checker to find.
    whole = [counting(row, count) for row, count in counts.items() if count]
    return Decisions(
        purchases=tuple(sorted(row for row in whole if isinstance(row, Purchase))),
        disposals=tuple(sorted(row for row in whole if isinstance(row, Disposal))),
        hires=tuple(sorted(row for row in whole if isinstance(row, Hired))),
        moves=tuple(sorted(row for row in whole if isinstance(row, Moved))),
        chargers=tuple(sorted(row for row in whole if isinstance(row, ChargersBought))),
        cancellations=tuple(sorted(row for row in whole if isinstance(row, Cancellation))),
    )


def counted(row: Row) -> int:
    return row.chargers if isinstance(row, ChargersBought) else row.vehicles


def counting(row: Row, count: int) -> Row:
    if isinstance(row, ChargersBought):
        return replace(row, chargers=count)
    return replace(row, vehicles=count)


def honestly(problem: Problem, decisions: Decisions, known: Plan) -> Plan:
    """State the decisions with their own figures, and of what is known what holds of them too."""
    account = account_for(Terms(problem), decisions)
    bounds = dict.fromkeys(Level, NOTHING_PROVED) | {row.level: row.bound for row in known.levels}
    plan = with_bounds(stated(account, problem_hash(problem), engine=""), account, bounds)
    # Fewer than none cannot be stated: who disposes of what is not there says it was.
    return replace(plan, stock=tuple(row for row in plan.stock if row.vehicles > 0))


def misstatements(plan: Plan) -> Iterator[Plan]:
    """Yield the plan with one row left out, said twice, or one figure that is not so."""
    for field in fields(plan):
        rows = getattr(plan, field.name)
        if not isinstance(rows, tuple):
            continue
        for place, row in enumerate(rows):
            before, after = rows[:place], rows[place + 1 :]
            yield altered(plan, field.name, before + after)
            yield altered(plan, field.name, (*before, row, row, *after))
            for changed in _misstated(row):
                yield altered(plan, field.name, (*before, changed, *after))
    if plan.cost is not None:
        for changed in _misstated(plan.cost):
            yield altered(plan, "cost", changed)
    yield from _claims(plan)


def _misstated(row: T) -> Iterator[T]:
    for field in fields(row):  # type: ignore[arg-type]  # every row of a plan is a dataclass
        # A lower bound claims less, which is no misstatement; see `humbler`.
        worse = isinstance(row, LevelResult) and field.name == "bound"
        value = row.value + 1 if isinstance(row, LevelResult) and worse else None
        for other in (value,) if worse else _others(getattr(row, field.name)):
            yield altered(row, field.name, other)


def _others(value: object) -> tuple[object, ...]:
    match value:
        case bool():
            return (not value,)
        case MoveKind():
            return tuple(kind for kind in MoveKind if kind is not value)
        case int():
            return tuple({value - 1, value + 1, 2 * value, -value, 10**12} - {value})
        case None:
            return ("nobody",)
    return ("nobody",) if type(value) is str else ()


def _claims(plan: Plan) -> Iterator[Plan]:
    for outcome in set(Outcome) - {plan.outcome}:
        yield replace(plan, outcome=outcome)
    for gap in (plan.cost_gap_ppm - 1, plan.cost_gap_ppm + 1, 10**6):
        yield replace(plan, cost_gap_ppm=gap)
    yield replace(plan, problem_hash="0" * 64)
    yield replace(plan, cost=None)
    yield replace(plan, levels=())
    if len(plan.levels) > 1:
        yield replace(plan, levels=plan.levels[::-1])


def humbler(plan: Plan, by: int) -> Plan:
    """Claim less than is proved: every bound lower, and what follows from that."""
    levels = tuple(
        replace(row, bound=row.bound - by, proved=is_proved(row.level, row.value, row.bound - by))
        for row in plan.levels
    )
    humble = replace(plan, levels=levels, outcome=outcome_of(levels))
    return replace(humble, cost_gap_ppm=stated_gap_ppm(humble))


def altered(row: T, field: str, value: object) -> T:
    return replace(row, **{field: value})  # type: ignore[type-var]  # also what it should not be
