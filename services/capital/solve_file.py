"""The optimiser alone, on a problem file: `python -m services.capital.solve_file PROBLEM.json`.

Exit codes: 0 a plan, 2 a problem or arguments that make no sense, 3 proved infeasible, 4 no plan
found in time, 5 a fault of the solver.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from services.capital.optimiser.faults import InvalidProblem, SolverFault
from services.capital.optimiser.limits import Limits, Listener, Progress
from services.capital.optimiser.plan import Outcome
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.proof import PPM
from services.capital.plan_wire import plan_to_json
from services.capital.problem_wire import problem_from_json
from services.capital.solve_report import progress_line, report, summary

# Several times England's ten trusts over ten years, and still read and refused within two seconds.
MOST_BYTES: Final = 3 * 1024 * 1024
MOST_VALUES: Final = 150_000
BAD_INPUT: Final = 2
SOLVER_FAULT: Final = 5
EXIT_CODES: Final = {
    Outcome.OPTIMAL: 0,
    Outcome.FEASIBLE: 0,
    Outcome.INFEASIBLE: 3,
    Outcome.UNKNOWN: 4,
}


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        return _solve(asked.problem, _limits(asked), asked.out, with_report=asked.report)
    except InvalidProblem as refusal:
        _complain("\n".join(map(str, refusal.faults)))
    except (OSError, argparse.ArgumentTypeError) as error:
        _complain(str(error))
    except SolverFault as fault:
        _complain(f"the solver failed: {fault}")
        return SOLVER_FAULT
    return BAD_INPUT


def _solve(path: Path, limits: Limits, out: Path | None, *, with_report: bool) -> int:
    # After the file is read: a file at fault is refused without loading the solver.
    problem = _problem(path)
    from services.capital.optimiser.solve import solve  # noqa: PLC0415

    began = monotonic()
    plan = solve(problem, limits, _told_since(began))
    sys.stdout.write(summary(plan, monotonic() - began))
    if with_report:
        sys.stdout.write(report(problem, plan))
    if out is not None:
        out.write_text(plan_to_json(plan), encoding="utf-8")
    return EXIT_CODES[plan.outcome]


def _problem(path: Path) -> Problem:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise OSError(f"{path}: {size:,} bytes; a problem file has at most {MOST_BYTES:,}")
    content = path.read_bytes()
    # Values take longer to read than bytes, and commas are soon counted.
    values = content.count(b",")
    if values > MOST_VALUES:
        raise OSError(
            f"{path}: about {values:,} values; a problem file has at most {MOST_VALUES:,}"
        )
    return problem_from_json(content)


def _limits(asked: argparse.Namespace) -> Limits:
    return Limits(seconds=asked.seconds, gap_ppm=round(asked.gap * PPM), seed=asked.seed)


def _told_since(began: float) -> Listener:
    def listen(progress: Progress) -> None:
        sys.stderr.write(progress_line(progress, monotonic() - began))

    return listen


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="solve", description="Plan the renewal of a fleet.")
    parser.add_argument("problem", type=Path, help="a RenewalProblem in protobuf JSON")
    parser.add_argument("--seconds", type=int, default=30, help="of search, 1 to 1800")
    parser.add_argument("--gap", type=_share, default=1e-4, help="of cost to stop at, 0 to 1")
    parser.add_argument("--seed", type=int, default=0, help="of the search")
    parser.add_argument("--out", type=Path, help="where to write the RenewalPlan")
    parser.add_argument("--report", action="store_true", help="print the plan year by year")
    return parser


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
