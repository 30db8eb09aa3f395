"""`./dev bench plan [--instances NAME ...] [--methods NAME ...] [--seconds N] [--json FILE]`.

Every method plans every instance in a process of its own, one after the other, with the same
problem, seconds and cores. The table follows, and the JSON, where asked for, has each run's trace.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.plan.instances import INSTANCES, SECONDS, STAGED, TINY_SECONDS, known
from benchmarks.plan.methods import METHODS
from benchmarks.plan.processes import run as run_process
from benchmarks.plan.row import Row, Run, nothing
from benchmarks.plan.staged import STAGED_METHODS
from benchmarks.plan.table import line, table, verdicts
from benchmarks.plan.trace import Moment

# A solver may be slow to stop; what it does after this is not waited for.
GRACE_SECONDS: Final = 60
GRACE_SHARE: Final = 0.5
TABLE_WIDTH: Final = 120


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _parser().parse_args(arguments)
    rows: list[Row] = []
    for row in measured(list(_runs(asked))):
        rows.append(row)
        print(line(row), flush=True)
        # After each, so that what was measured outlives an interruption.
        if asked.json is not None:
            write(rows, asked.json)
    Console(width=TABLE_WIDTH).print(table(rows))
    for verdict in verdicts(rows):
        print(verdict)


def write(rows: Sequence[Row], into: Path) -> None:
    content = {"bench": "plan", "machine": machine(), "rows": [asdict(row) for row in rows]}
    into.write_text(json.dumps(content, indent=1) + "\n")


def measured(runs: Sequence[Run]) -> Iterator[Row]:
    """Yield each run's row as it ends, telling on the way what is running."""
    for place, run in enumerate(runs, start=1):
        about = f"{run.instance} by {run.method}, {run.limit_seconds} s"
        print(f"{place} of {len(runs)}: {about}", file=sys.stderr, flush=True)
        yield one(run)


def one(run: Run) -> Row:
    """Run the method in a process of its own."""
    asked = [run.instance, run.method, str(run.limit_seconds), str(run.seed)]
    most_seconds = run.limit_seconds * (1 + GRACE_SHARE) + GRACE_SECONDS
    ended = run_process(["-m", "benchmarks.plan.child", *asked], most_seconds)
    if ended.code != 0:
        said = ended.errors.strip().splitlines()[-1:] if ended.code is not None else ["overran"]
        return nothing(run, ended.seconds, ended.memory_mb, " ".join(said))
    stated = json.loads(ended.output)
    stated["trace"] = tuple(Moment(*moment) for moment in stated["trace"])
    row = Row(**stated)
    return replace(row, memory_mb=max(row.memory_mb, ended.memory_mb))


def machine() -> dict[str, str | int]:
    """Return what the figures were measured on."""
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "ortools": version("ortools"),
    }


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.machine()


def _runs(asked: argparse.Namespace) -> Iterator[Run]:
    for name in asked.instances:
        for method in asked.methods:
            if name in STAGED and method not in STAGED_METHODS:
                continue
            yield Run(
                instance=name,
                method=method,
                limit_seconds=asked.seconds or SECONDS.get(name, TINY_SECONDS),
                seed=asked.seed,
            )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench plan", description=__doc__)
    names = ", ".join(INSTANCES)
    parser.add_argument("--instances", nargs="+", type=known, default=list(INSTANCES), help=names)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--seconds", type=int, help="for each run; by default the instance's own")
    parser.add_argument("--seed", type=int, default=0, help="of the searches")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    return parser


if __name__ == "__main__":
    main()
