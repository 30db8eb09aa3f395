"""`./dev check`: every rule that a program can hold, two at a time; all run even when one fails."""

import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tools import deployment, locks, protocol, style
from tools.outcome import ROOT, Check, Outcome, run

TYPED: Final = ("services", "demo", "benchmarks", "tests", "tools")


def types() -> Outcome:
    return run("mypy", *(name for name in TYPED if (ROOT / name).is_dir()))


def locked() -> Outcome:
    stale = locks.stale(ROOT)
    return Outcome.of(f"{lock}: run python -m tools.locks" for lock in stale)


# The longest first, so that two at a time end together.
CHECKS: Final[Mapping[str, Check]] = {
    "types": types,
    "layers": lambda: run("lint-imports", "--no-cache"),
    "proto generated": protocol.generated,
    "proto lint": protocol.lint,
    "proto breaking": protocol.breaking,
    "proto format": lambda: run("buf", "format", "--diff", "--exit-code", "proto"),
    "dependencies": lambda: run("deptry", "--no-ansi", "."),
    "yaml": lambda: run("yamllint", "--strict", "."),
    "lint": lambda: run("ruff", "check", "."),
    "format": lambda: run("ruff", "format", "--check", "."),
    "style": style.check,
    "locks": locked,
    "compose schema": deployment.compose_schema,
    "compose links": deployment.compose_links,
    "dockerfile": lambda: run("hadolint", "deploy/Dockerfile"),
    "topics": deployment.topics,
}


def timed(check: Check) -> tuple[Outcome, float]:
    started = time.perf_counter()
    return check(), time.perf_counter() - started


def report(name: str, outcome: Outcome, seconds: float) -> None:
    verdict = "FAIL" if outcome.faults else "ok  "
    print(f"{verdict} {name:<16} {seconds:5.1f} s  {outcome.note}".rstrip(), flush=True)
    for fault in outcome.faults:
        print("     " + fault.replace("\n", "\n     "), flush=True)


def main(names: Sequence[str]) -> int:
    """Run the checks whose names start with one of `names`, all by default; 1 if any failed."""
    chosen = {name: check for name, check in CHECKS.items() if name.startswith(tuple(names) or "")}
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as workers:
        for name, (outcome, seconds) in zip(
            chosen, workers.map(timed, chosen.values()), strict=True
        ):
            report(name, outcome, seconds)
            failed += bool(outcome.faults)
    print(f"{len(chosen) - failed} of {len(chosen)} checks passed")
    return int(failed > 0 or not chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
