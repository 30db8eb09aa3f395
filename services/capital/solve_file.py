"""The optimiser alone, on a problem file: `python -m services.capital.solve_file PROBLEM.json`.

Ctrl-C ends the search with the best plan so far. Exit codes: 0 a plan, 2 a problem or arguments
that make no sense, 3 proved infeasible, 4 no plan found in time, 5 a fault of the solver.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final, NoReturn

from services.capital.executor import ClusterAway, executor
from services.capital.garbage import collect_seldom
from services.capital.interruption import interruptible
from services.capital.optimiser.faults import InvalidProblem, SolverFault
from services.capital.optimiser.limits import Limits, Listener, Progress
from services.capital.optimiser.plan import Outcome, Plan
from services.capital.optimiser.problem import (
    Problem,
)
from services.capital.optimiser.unheard import are_left
from services.capital.plan_wire import plan_to_json
from services.capital.solve_arguments import limits_of, parser
from services.capital.solve_inputs import approved_file, plan_file, problem_file, vehicles_file
from services.capital.solve_report import progress_line, report, summary
from services.capital.why import whys

if TYPE_CHECKING:
    from services.capital.optimiser.answers.effort import Step
    from services.capital.solve_answers import Questions

BAD_INPUT: Final = 2
SOLVER_FAULT: Final = 5
EXIT_CODES: Final = {
    Outcome.OPTIMAL: 0,
    Outcome.FEASIBLE: 0,
    Outcome.INFEASIBLE: 3,
    Outcome.UNKNOWN: 4,
}


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    try:
        return _solve(asked)
    except InvalidProblem as refusal:
        _complain("\n".join(map(str, refusal.faults)))
    except (OSError, argparse.ArgumentTypeError) as error:
        _complain(str(error))
    except (ClusterAway, SolverFault) as fault:
        _complain(f"the solver failed: {fault}")
        return SOLVER_FAULT
    return BAD_INPUT


def _solve(asked: argparse.Namespace) -> int:
    collect_seldom()
    # After the files are read: a file at fault is refused without loading the solver.
    problem, limits = problem_file(asked.problem), limits_of(asked)
    questions = _questions(problem, asked)
    began = monotonic()
    plan = _planned(problem, limits, began)
    sys.stdout.write(summary(problem, plan, monotonic() - began))
    if asked.out is not None:
        asked.out.write_text(plan_to_json(plan), encoding="utf-8")
    if asked.report:
        sys.stdout.write(report(problem, plan))
    _answer(problem, plan, questions, limits)
    return EXIT_CODES[plan.outcome]


def _planned(problem: Problem, limits: Limits, began: float) -> Plan:
    with interruptible() as hand_over:
        from services.capital.optimiser.mathopt_adapter import Stop  # noqa: PLC0415
        from services.capital.optimiser.solve import solve  # noqa: PLC0415

        stop = Stop()
        hand_over(stop.interrupt)
        with executor() as cores:
            return solve(problem, limits, _told_since(began), executor=cores, stop=stop)


def _answer(problem: Problem, plan: Plan, questions: "Questions", limits: Limits) -> None:
    from services.capital.solve_answers import answers  # noqa: PLC0415

    for text in answers(problem, plan, questions, limits, _tell_step):
        sys.stdout.write(text)
        sys.stdout.flush()


def _questions(problem: Problem, asked: argparse.Namespace) -> "Questions":
    """Read whatever files the questions name; raises when they make no sense."""
    why = tuple(whys(problem, asked))
    vehicles = vehicles_file(asked.vehicles) if asked.vehicles else ()
    other = plan_file(asked.compare) if asked.compare else None
    approved = approved_file(asked.replan) if asked.replan else None
    from services.capital.optimiser.answers.fairness import Choice  # noqa: PLC0415
    from services.capital.solve_answers import Questions  # noqa: PLC0415

    return Questions(
        report=asked.report,
        why=why,
        other=other,
        approved=approved,
        frozen_years=_frozen_years(problem, asked),
        stress=asked.stress,
        fair=None if asked.fair is None else Choice(asked.fair),
        vehicles=vehicles,
        scenarios=asked.scenarios,
    )


def _frozen_years(problem: Problem, asked: argparse.Namespace) -> int:
    years = int(asked.frozen_years)
    if years and asked.replan is None:
        raise argparse.ArgumentTypeError("--frozen-years: of no approved plan; give --replan")
    if not 0 <= years <= problem.years:
        raise argparse.ArgumentTypeError(f"--frozen-years: {years} is not 0 to {problem.years}")
    return years


def _tell_step(step: "Step") -> None:
    sys.stderr.write(f"{step.answer:<9}  {step.done + 1}  {step.subject}\n")


def _told_since(began: float) -> Listener:
    def listen(progress: Progress) -> None:
        sys.stderr.write(progress_line(progress, monotonic() - began))

    return listen


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _end(code: int) -> NoReturn:
    """End the process, whatever solver still runs in it that hears no interruption."""
    if are_left():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _end(main())
