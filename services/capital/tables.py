"""Tables for a terminal: the first column to the left, the others to the right."""

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the rows under their headings, each column as wide as it needs."""
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(_aligned(line, widths) for line in lines)


def titled(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the table under its title; nothing at all where there are no rows."""
    lines = list(rows)
    return f"\n{title}\n{table(headings, lines)}" if lines else ""


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = widths
    cells = [line[0].ljust(first), *map(str.rjust, line[1:], rest)]
    return "  ".join(cells).rstrip() + "\n"
