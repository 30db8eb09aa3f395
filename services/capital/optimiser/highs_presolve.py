"""What HiGHS's presolve gets wrong now and then: then it is asked again, without."""

from typing import Final

from ortools.math_opt import parameters_pb2, result_pb2

# How HiGHS ends where it cannot undo its presolve of a plan found, at small programmes.
STUMBLED: Final = "[INTERNAL]"
NONE_THERE: Final = frozenset(
    {
        result_pb2.TERMINATION_REASON_INFEASIBLE,
        result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
    }
)


def stumbled(parameters: parameters_pb2.SolveParametersProto, fault: str) -> bool:
    """Whether the fault is of undoing presolve."""
    return not parameters.presolve and STUMBLED in fault


def found_none(parameters: parameters_pb2.SolveParametersProto, reason: int) -> bool:
    """Whether there is no solution by presolve's word alone.

    Where rows leave room by a few units of the last digit, it takes programmes that have solutions
    for ones that have none. What has none without presolve has none.
    """
    return not parameters.presolve and reason in NONE_THERE


def without_presolve(
    parameters: parameters_pb2.SolveParametersProto,
) -> parameters_pb2.SolveParametersProto:
    plain = parameters_pb2.SolveParametersProto(presolve=parameters_pb2.EMPHASIS_OFF)
    plain.MergeFrom(parameters)
    return plain
