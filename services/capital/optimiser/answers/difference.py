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
    """Return, level by level, what the second plan comes to less the first; both have decisions."""
    rows = []
    proved = True
    for first, second in zip(before.levels, after.levels, strict=True):
        rows.append(
            Difference(
                level=first.level,
                found=second.value - first.value,
                least=second.bound - first.value if proved else None,
                most=second.value - first.bound if proved else None,
            )
        )
        proved = proved and first.proved and second.proved
    return tuple(rows)


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
