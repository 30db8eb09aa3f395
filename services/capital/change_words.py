"""What each level gains from one plan to another, in words, with what is proved of it."""

from collections.abc import Iterable

from services.capital.optimiser.answers.difference import Difference
from services.capital.optimiser.plan import Level
from services.kernel.money import NOTHING, short_pounds


def changes(rows: Iterable[Difference]) -> str:
    return "; ".join(f"{row.level} {change(row)}" for row in rows)


def change(row: Difference) -> str:
    found = _signed(row.level, row.found)
    if row.least is None or row.most is None:
        return f"{found} (nothing proved)"
    least, most = _signed(row.level, row.least), _signed(row.level, row.most)
    # Proved as far as it is written.
    return f"{found} (proved)" if least == most else f"{found} ({least} to {most})"


def _signed(level: Level, value: int) -> str:
    size = short_pounds(value) if level is Level.COST else str(value)
    return f"+{size}" if value > 0 and size != NOTHING else size
