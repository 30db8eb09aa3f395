"""What the demo shows: each step with its time and how far it is, then tables.

On a terminal a step is a live line; elsewhere it is a plain line when it begins and when it ends.
"""

import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.status import Status
from rich.table import Table

WIDTH: Final = 118
# How often a step says how far it is where nothing can be overwritten.
PLAIN_SECONDS: Final = 5.0


@dataclass(slots=True, kw_only=True)
class Step:
    """A step under way. `tell` says how far it is."""

    console: Console
    title: str
    status: Status | None
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    last: str = ""

    def tell(self, text: str) -> None:
        """Say how far the step is; the last that was said stands beside its time at the end."""
        self.last = text
        if self.status is not None:
            self.status.update(f"{self.title}: {text}")
        elif time.monotonic() - self.told > PLAIN_SECONDS:
            self.told = time.monotonic()
            self.console.print(f"    {text}", highlight=False, markup=False)

    def count(self, what: str, done: int, total: int) -> None:
        """Say how many of how many are done, with a bar."""
        filled = 20 * done // max(1, total)
        self.tell(f"{'━' * filled}{'─' * (20 - filled)} {done:,} of {total:,} {what}")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


class Screen:
    """Prints to standard output, or to standard error; `quiet`: nowhere."""

    def __init__(self, *, stderr: bool = False, quiet: bool = False) -> None:
        self.console = Console(stderr=stderr, quiet=quiet)
        self.is_live = self.console.is_terminal
        if not self.is_live:
            self.console.width = WIDTH

    @contextmanager
    def step(self, title: str) -> Generator[Step]:
        """Show a step for the length of the block; a line stays with what was said last."""
        if self.is_live:
            with self.console.status(title) as status:
                step = Step(console=self.console, title=title, status=status)
                yield step
        else:
            self.line(f"  … {title}")
            step = Step(console=self.console, title=title, status=None)
            yield step
        said = f": {step.last}" if step.last else ""
        self.line(f"  ✓ {title}{said} ({step.seconds:.1f} s)")

    def line(self, text: str = "") -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def failure(self, reasons: Iterable[str]) -> None:
        """Say, in so many lines, why the run failed."""
        for reason in reasons:
            self.console.print(f"✗ {reason}", style="bold red", highlight=False, markup=False)

    def heading(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]", highlight=False)

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        caption: str,
        names: int = 1,
    ) -> None:
        """Print a table: names on the left of the first columns, figures on the right of others."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for index, column in enumerate(columns):
            table.add_column(column, justify="left" if index < names else "right")
        for row in rows:
            table.add_row(*row)
        self.console.print(f"\n[bold]{title}[/bold]", highlight=False)
        self.console.print(table)
        self.console.print(caption, style="dim", highlight=False, markup=False)
