"""Solvers through MathOpt. The one place that knows how MathOpt is called, and how it fails."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from importlib.metadata import version
from math import inf, isfinite
from typing import Final

from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver as core
from ortools.math_opt.python import mathopt
from ortools.math_opt.python.solve import StatusNotOk
from ortools.util.python.solve_interrupter import SolveInterrupter

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.faults import SolverFault
from services.capital.optimiser.highs_log import Report, listener, unreported
from services.capital.optimiser.highs_presolve import found_none, stumbled, without_presolve
from services.capital.optimiser.mathopt_program import Basis, proto_of, spread
from services.capital.optimiser.unheard import unless_stopped

# What is known of a programme whose solver is no longer waited for.
INTERRUPTED: Final = result_pb2.SolveResultProto(
    termination=result_pb2.TerminationProto(
        reason=result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND,
        limit=result_pb2.LIMIT_INTERRUPTED,
        problem_status=result_pb2.ProblemStatusProto(
            primal_status=result_pb2.FEASIBILITY_STATUS_UNDETERMINED,
            dual_status=result_pb2.FEASIBILITY_STATUS_UNDETERMINED,
        ),
        objective_bounds=result_pb2.ObjectiveBoundsProto(primal_bound=inf, dual_bound=-inf),
    )
)

Stop = SolveInterrupter


class Solver(Enum):
    """The solvers of the ortools wheel; the last two are for linear programmes."""

    HIGHS = mathopt.SolverType.HIGHS
    SCIP = mathopt.SolverType.GSCIP
    CP_SAT = mathopt.SolverType.CP_SAT
    GLOP = mathopt.SolverType.GLOP
    PDLP = mathopt.SolverType.PDLP


NAMES: Final = {
    Solver.HIGHS: "HiGHS",
    Solver.SCIP: "SCIP",
    Solver.CP_SAT: "CP-SAT",
    Solver.GLOP: "GLOP",
    Solver.PDLP: "PDLP",
}
# Linear programmes take none.
HINTED: Final = frozenset({Solver.HIGHS, Solver.SCIP, Solver.CP_SAT})
# No limit below nothing is taken, and none past what a duration can say.
MOST_SECONDS: Final = 1e6
# HiGHS refuses `threads` as a common parameter, and takes it as an option of its own.
THREADED: Final = frozenset({Solver.CP_SAT, Solver.PDLP})


class Status(Enum):
    PROVED = auto()
    FOUND = auto()
    INFEASIBLE = auto()
    NOTHING = auto()


STATUSES: Final = {
    mathopt.TerminationReason.OPTIMAL: Status.PROVED,
    mathopt.TerminationReason.FEASIBLE: Status.FOUND,
    mathopt.TerminationReason.INFEASIBLE: Status.INFEASIBLE,
    # Every variable is bounded, so a program cannot be unbounded.
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED: Status.INFEASIBLE,
    mathopt.TerminationReason.NO_SOLUTION_FOUND: Status.NOTHING,
    # A linear programme stopped by its limit after reaching a feasible point of its own.
    mathopt.TerminationReason.IMPRECISE: Status.NOTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When one minimisation stops. Gaps are between the best solution and the proved bound."""

    seconds: float
    relative_gap: float = 0.0
    absolute_gap: float = 0.0
    seed: int = 0
    nodes: int | None = None
    # The share of its work that HiGHS may give to heuristics; None: its own choice.
    heuristics: float | None = None
    # So many solutions end it, each better than the one before; None: as many as there are.
    solutions: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What one minimisation of a Program came to, as arrays over its columns and rows.

    `bound` None: nothing proved. `x` None: nothing found. Prices are those of a linear programme:
    what one more unit of a row's limit changes the value by. `seconds` are the solver's own.
    """

    status: Status
    seconds: float = 0.0
    bound: float | None = None
    value: float | None = None
    x: Floats | None = None
    row_prices: Floats | None = None
    reduced_costs: Floats | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one minimisation came to. `bound` None: nothing proved. `values` None: nothing found."""

    status: Status
    bound: float | None
    values: Mapping[mathopt.Variable, float] | None


def engine() -> str:
    return f"mathopt-highs {version('ortools')}"


def solve_program(
    program: Program,
    effort: Effort,
    *,
    solver: Solver = Solver.HIGHS,
    report: Report = unreported,
    hint: Floats | None = None,
    stop: Stop | None = None,
) -> Solution:
    """Minimise the programme; `report` hears (value, bound) as HiGHS logs them."""
    model = proto_of(program)
    result = _run(model, solver, _parameters(effort, solver), report, _hints(hint, solver), stop)
    return _solution(program, result)


def solve_from(
    program: Program, basis: Basis | None, effort: Effort, stop: Stop | None = None
) -> Solution:
    """Minimise a linear programme from where one ended that is nearly the same.

    HiGHS takes no basis; what GLOP comes to no end with from there, HiGHS solves.
    """
    if basis is not None:
        with suppress(SolverFault):
            found = _from(program, basis, effort, stop)
            if found.status is Status.PROVED:
                return found
    return solve_program(program, effort, stop=stop)


def _from(program: Program, basis: Basis, effort: Effort, stop: Stop | None) -> Solution:
    parameters = _parameters(effort, Solver.GLOP)
    parameters.lp_algorithm = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
    parameters.presolve = parameters_pb2.EMPHASIS_OFF
    start = model_parameters_pb2.ModelSolveParametersProto(initial_basis=basis.proto())
    result = _run(proto_of(program), Solver.GLOP, parameters, unreported, start, stop)
    return _solution(program, result)


def minimise(
    program: mathopt.Model,
    effort: Effort,
    report: Report,
    stop: Stop | None = None,
    hint: Mapping[int, float] | None = None,
) -> Answer:
    """Minimise the model's objective; `report` hears (solution, bound) as HiGHS logs them.

    `hint` is some variables' values by id, of a solution to begin from.
    """
    parameters = _parameters(effort, Solver.HIGHS)
    hints = model_parameters_pb2.ModelSolveParametersProto()
    if hint:
        values = hints.solution_hints.add().variable_values
        values.ids.extend(sorted(hint))
        values.values.extend(hint[column] for column in sorted(hint))
    result = _run(program.export_model(), Solver.HIGHS, parameters, report, hints, stop)
    return _answer(mathopt.parse_solve_result(result, program, validate=False))


def _run(
    model: model_pb2.ModelProto,
    solver: Solver,
    parameters: parameters_pb2.SolveParametersProto,
    report: Report,
    hints: model_parameters_pb2.ModelSolveParametersProto,
    stop: Stop | None,
) -> result_pb2.SolveResultProto:
    def solved() -> result_pb2.SolveResultProto:
        result: result_pb2.SolveResultProto = core.solve(
            model,
            solver.value.value,
            parameters_pb2.SolverInitializerProto(),
            parameters,
            hints,
            listener(report, stop) if solver is Solver.HIGHS else None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None if stop is None else stop.pybind_interrupter,
        )
        return result

    try:
        # HiGHS hears no interruption; the others come to an end of their own.
        is_waited_for = stop is None or solver is not Solver.HIGHS
        found = solved() if is_waited_for or stop is None else unless_stopped(solved, stop)
    except (StatusNotOk, RuntimeError, ValueError) as fault:
        if solver is Solver.HIGHS and stumbled(parameters, str(fault)):
            return _run(model, solver, without_presolve(parameters), report, hints, stop)
        # MathOpt's own Python loses the message of a status: its core is called without it.
        raise SolverFault(f"{NAMES[solver]} refused the model or a parameter: {fault}") from fault
    result = INTERRUPTED if found is None else found
    if solver is Solver.HIGHS and found_none(parameters, result.termination.reason):
        return _run(model, solver, without_presolve(parameters), report, hints, stop)
    return result


def _parameters(effort: Effort, solver: Solver) -> parameters_pb2.SolveParametersProto:
    linear = solver in (Solver.GLOP, Solver.PDLP)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=min(max(0.0, effort.seconds), MOST_SECONDS)),
        relative_gap_tolerance=None if linear else effort.relative_gap,
        absolute_gap_tolerance=None if linear else effort.absolute_gap,
        random_seed=None if linear else effort.seed,
        node_limit=None if linear else effort.nodes,
        solution_limit=None if linear else effort.solutions,
        threads=1 if solver in THREADED else None,
    ).to_proto()
    if effort.heuristics is not None:
        parameters.highs.double_options["mip_heuristic_effort"] = effort.heuristics
    return parameters


def _hints(hint: Floats | None, solver: Solver) -> model_parameters_pb2.ModelSolveParametersProto:
    parameters = model_parameters_pb2.ModelSolveParametersProto()
    if hint is not None and solver in HINTED:
        values = parameters.solution_hints.add().variable_values
        values.ids.extend(range(len(hint)))
        values.values.extend(hint.tolist())
    return parameters


def _solution(program: Program, result: result_pb2.SolveResultProto) -> Solution:
    status = _status(mathopt.parse_termination(result.termination))
    bound = result.termination.objective_bounds.dual_bound
    seconds = result.solve_stats.solve_time.ToTimedelta().total_seconds()
    found = Solution(status=status, seconds=seconds, bound=bound if isfinite(bound) else None)
    if not result.solutions:
        return found
    best = result.solutions[0]
    primal, dual = best.primal_solution, best.dual_solution
    has_x = primal.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE
    has_prices = (
        best.HasField("dual_solution")
        and dual.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE
    )
    return Solution(
        status=status,
        seconds=seconds,
        bound=found.bound,
        value=primal.objective_value if has_x else None,
        x=spread(primal.variable_values, program.columns) if has_x else None,
        row_prices=spread(dual.dual_values, program.rows) if has_prices else None,
        reduced_costs=spread(dual.reduced_costs, program.columns) if has_prices else None,
        basis=Basis.of(best.basis) if best.HasField("basis") else None,
    )


def _status(termination: mathopt.Termination) -> Status:
    status = STATUSES.get(termination.reason)
    if status is None:
        raise SolverFault(f"the solver ended with {termination}")
    return status


def _answer(result: mathopt.SolveResult) -> Answer:
    bound = result.termination.objective_bounds.dual_bound
    return Answer(
        status=_status(result.termination),
        bound=bound if isfinite(bound) else None,
        values=result.variable_values() if result.has_primal_feasible_solution() else None,
    )
