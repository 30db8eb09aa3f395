"""What a plan does with named vehicles, and why, for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.loss import Loss
from services.capital.optimiser.vehicles import VehicleDecision
from services.capital.tables import table
from services.kernel.money import short_pounds

HEADINGS: Final = ("vehicle", "action", "year", "with", "from")


def vehicles_report(decisions: Sequence[VehicleDecision], loss: Loss) -> str:
    """Return each vehicle's decisions, then its reasons; and what cohorts did not see."""
    rows = [line for row in decisions for line in _lines(row)]
    reasons = (f"  {row.vehicle_id}: {_reasons(row)}\n" for row in decisions)
    return f"\n{table(HEADINGS, rows)}\n{''.join(reasons)}\n{_loss(loss)}"


def _lines(row: VehicleDecision) -> Iterator[Sequence[str]]:
    for step in (row, *row.later):
        yield (
            step.vehicle_id,
            str(step.action),
            year_label(step.financial_year) if step.financial_year else "",
            step.option_id or step.commitment_id or step.to_trust or "",
            step.envelope_id or "",
        )


def _reasons(row: VehicleDecision) -> str:
    return "; ".join(reason.sentence for reason in row.reasons)


def _loss(loss: Loss) -> str:
    return (
        f"From cohorts to vehicles: running costs {short_pounds(loss.named_pence)} by each "
        f"vehicle's own miles, where the plan counts {short_pounds(loss.cohort_pence)}: "
        f"{short_pounds(loss.loss_pence)} more. Letting the longest in service go first costs "
        f"{short_pounds(loss.order_pence)} more than letting those with most miles go first.\n"
    )
