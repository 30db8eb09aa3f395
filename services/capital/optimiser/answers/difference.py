"""How far two plans are apart, and how far the best plans are proved to be."""

from dataclasses import dataclass, replace

from services.capital.optimiser.plan import Level, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one level gains from a first problem to a second: vehicle-years, or pence for COST.

    `found` is between the two plans; the difference of the best plans is from `least` to `most`,
    and None where nothing is proved: a level is bounded only while all before it are proved.
    """

    level: Level
    found: int
    least: int | None
    most: int | None

    @property
    def is_exact(self) -> bool:
        return self.least is not None and self.least == self.most


def differences(before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Return, level by level, what the second plan comes to less the first; both have decisions.

    A level that one of their problems prices, and so has none of its own, is left out.
    """
    return tuple(
        _between(before, after, level)
        for level in Level
        if _has(before, level) and _has(after, level)
    )


def is_bounded(plan: Plan, level: Level) -> bool:
    """Whether the level's bound and value hold the best plan's: every level before is proved."""
    place = [row.level for row in plan.levels].index(level)
    return all(row.proved for row in plan.levels[:place])


def _between(before: Plan, after: Plan, level: Level) -> Difference:
    first, second = before.level(level), after.level(level)
    bounded = is_bounded(before, level) and is_bounded(after, level)
    return Difference(
        level=level,
        found=second.value - first.value,
        least=second.bound - first.value if bounded else None,
        most=second.value - first.bound if bounded else None,
    )


def _has(plan: Plan, level: Level) -> bool:
    return any(row.level is level for row in plan.levels)


def never_less(rows: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Sharpen the differences by what is known without a search: the second is no better."""
    sharper = []
    for row in rows:
        least = None if row.least is None else max(0, row.least)
        sharper.append(replace(row, least=least))
        # Once an earlier level may have gained, a later one may lose.
        if least != 0 or row.most != 0:
            break
    return (*sharper, *rows[len(sharper) :])


def never_more(rows: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Sharpen the differences by what is known without a search: the second is no worse."""
    turned = tuple(_turned(row) for row in rows)
    return tuple(_turned(row) for row in never_less(turned))


def _turned(row: Difference) -> Difference:
    return Difference(
        level=row.level,
        found=-row.found,
        least=None if row.most is None else -row.most,
        most=None if row.least is None else -row.least,
    )
