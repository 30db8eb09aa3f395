"""One run in a process of its own: `python -m benchmarks.plan.child INSTANCE METHOD SECONDS SEED`.

Writes one JSON row. Making the problem is not counted, making the model and checking the plan are.
"""

import json
import os
import resource
import sys
from dataclasses import asdict, replace
from typing import Final

from benchmarks.plan.instances import STAGED, instance
from benchmarks.plan.methods import METHODS
from benchmarks.plan.row import Row, Run, row_of
from benchmarks.plan.staged import staged
from benchmarks.plan.trace import Trace
from services.capital.garbage import collect_seldom

KIB_PER_MB: Final = 1000 * 1000 / 1024


def measured(run: Run) -> Row:
    problem = instance(run.instance)
    trace = Trace()
    if run.instance in STAGED:
        return replace(staged(run, problem, trace), memory_mb=_peak_mb())
    plan = METHODS[run.method](problem, run.limit_seconds, run.seed, trace)
    return row_of(run, problem, plan, trace, _peak_mb())


def _peak_mb() -> int:
    # Linux counts in kibibytes.
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB)


def main() -> None:
    name, method, seconds, seed = sys.argv[1:]
    collect_seldom()
    # Solvers' libraries print where they please: stdout is kept for the row.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answer:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        run = Run(instance=name, method=method, limit_seconds=int(seconds), seed=int(seed))
        json.dump(asdict(measured(run)), answer)


if __name__ == "__main__":
    main()
