"""A solve's limits, progress and failures between protobuf and the optimiser's values."""

from typing import Final

from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve

from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.limits import Limits, Phase, Progress
from services.capital.optimiser.plan import Level

# Written out, as a table turned round would lose the types of the numbers.
LEVEL_NUMBERS: Final = {
    Level.SHORTFALL: RenewalPlan.LEVEL_SHORTFALL,
    Level.OVER_AGE: RenewalPlan.LEVEL_OVER_AGE,
    Level.COST: RenewalPlan.LEVEL_COST,
}
PHASE_NUMBERS: Final = {
    Phase.DRAFTING: RenewalSolve.PHASE_DRAFTING,
    Phase.IMPROVING: RenewalSolve.PHASE_IMPROVING,
    Phase.PROVING: RenewalSolve.PHASE_PROVING,
}


def limits_from_proto(message: RenewalSolve.Limits) -> Limits:
    """Read limits; seconds of 0 are the default, nodes and stall of 0 no limit."""
    return Limits(
        seconds=message.seconds or Limits().seconds,
        gap_ppm=message.gap_ppm,
        seed=message.seed,
        nodes=message.nodes or None,
        stall_seconds=message.stall_seconds or None,
    )


def limits_to_proto(limits: Limits) -> RenewalSolve.Limits:
    return RenewalSolve.Limits(
        seconds=limits.seconds,
        gap_ppm=limits.gap_ppm,
        seed=limits.seed,
        nodes=limits.nodes or 0,
        stall_seconds=limits.stall_seconds or 0,
    )


def progress_to_proto(progress: Progress, elapsed_seconds: float) -> RenewalSolve.Progress:
    return RenewalSolve.Progress(
        phase=PHASE_NUMBERS[progress.phase],
        level=LEVEL_NUMBERS[progress.level],
        incumbent=progress.incumbent,
        bound=progress.bound,
        gap_ppm=progress.gap_ppm,
        elapsed_seconds=elapsed_seconds,
    )


def failed(
    reason: RenewalSolve.Failed.Reason.ValueType, error: Exception | str
) -> RenewalSolve.Failed:
    """Return the failure, with the fields at fault where it is a refusal."""
    faults = error.faults if isinstance(error, InvalidProblem) else ()
    return RenewalSolve.Failed(
        reason=reason,
        message=str(error) or type(error).__name__,
        faults=[
            RenewalSolve.Failed.Fault(field=fault.field, description=fault.rule) for fault in faults
        ],
    )
