"""What a benchmark found: rows of product against ceiling, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case: what the product reached, what the ceiling did; the higher the ratio the better."""

    case: str
    ceiling: float
    product: float
    against: str
    unit: str
    ratio: float


def rate(
    case: str, against: str, unit: str, product: Sequence[float], ceiling: Sequence[float]
) -> Row:
    """Return the row of something that is better the more there is of it; medians of the rounds."""
    ours, theirs = median(product), median(ceiling)
    return Row(
        case=case,
        ceiling=round(theirs, 1),
        product=round(ours, 1),
        against=against,
        unit=unit,
        ratio=round(ours / theirs, 3),
    )


def duration(
    case: str, against: str, unit: str, product: Sequence[float], ceiling: Sequence[float]
) -> Row:
    """Return the row of something that is better the less there is of it; medians of the rounds."""
    ours, theirs = median(product), median(ceiling)
    return Row(
        case=case,
        ceiling=round(theirs, 2),
        product=round(ours, 2),
        against=against,
        unit=unit,
        ratio=round(theirs / ours, 3),
    )


def report(bench: str, rows: Sequence[Row], into: Path | None) -> None:
    """Print the rows, and write them where asked to."""
    table = Table(title=f"bench {bench}")
    table.add_column("case")
    for name in ("product", "ceiling"):
        table.add_column(name, justify="right")
    table.add_column("unit")
    table.add_column("against")
    table.add_column("ratio", justify="right")
    for row in rows:
        table.add_row(
            row.case,
            f"{row.product:,}",
            f"{row.ceiling:,}",
            row.unit,
            row.against,
            f"{row.ratio:.2f}",
        )
    Console(width=110).print(table)
    if into is not None:
        content = {"bench": bench, "rows": [asdict(row) for row in rows]}
        into.write_text(json.dumps(content, indent=2) + "\n")
