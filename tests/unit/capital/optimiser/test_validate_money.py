"""Rows of money and supply that make no sense, and what is said of them."""

from dataclasses import replace

import pytest

from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.problem import Ceiling, CeilingId, Envelope, EnvelopeId
from services.capital.optimiser.validate import check_problem
from tests.unit.capital.optimiser.build import FIRST, a_problem, an_envelope, an_option, budgets

SECOND = FIRST + 1


def envelopes(**changes: object) -> dict[str, object]:
    first, *others = budgets(2, 2, 2)
    return {"envelopes": (altered(first, **changes), *others)}


def altered(envelope: Envelope, **changes: object) -> Envelope:
    return replace(envelope, **changes)  # type: ignore[arg-type]  # each case names its own fields


def a_ceiling(pence: int = 0, *names: str) -> Ceiling:
    return Ceiling(
        ceiling_id=CeilingId("system"),
        limit_pence=pence,
        envelope_ids=tuple(map(EnvelopeId, names or (f"provider-{FIRST}",))),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"options": (replace(an_option(), order_charge_pence=(1,)),)},
            "options[0].order_charge_pence",
        ),
        (
            {"options": (replace(an_option(), order_charge_pence=(0, 0, -1)),)},
            "options[0].order_charge_pence[2]",
        ),
        (envelopes(carry_forward_pence=-1), "envelopes[0].carry_forward_pence"),
        (envelopes(over_planning_permille=1001), "envelopes[0].over_planning_permille"),
        (
            envelopes(carry_forward_pence=1, over_planning_permille=1),
            "envelopes[0].carry_forward_pence",
        ),
        (envelopes(haircut_permille=1), "envelopes[0].haircut_permille"),
        (envelopes(indicative=True, haircut_permille=1001), "envelopes[0].haircut_permille"),
        (
            {
                "envelopes": (
                    replace(an_envelope(FIRST, 1), carry_forward_pence=1),
                    an_envelope(SECOND, 1),
                    an_envelope(SECOND, 1, name="another"),
                )
            },
            "envelopes[0].carry_forward_pence",
        ),
        ({"ceilings": (a_ceiling(-1),)}, "ceilings[0].limit_pence"),
        ({"ceilings": (a_ceiling(), a_ceiling())}, "ceilings[1]"),
        ({"ceilings": (a_ceiling(1, "none"),)}, "ceilings[0].envelope_ids[0]"),
        ({"ceilings": (replace(a_ceiling(), envelope_ids=()),)}, "ceilings[0].envelope_ids"),
        (
            {"ceilings": (a_ceiling(1, f"provider-{FIRST}", f"provider-{FIRST}"),)},
            "ceilings[0].envelope_ids",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        check_problem(a_problem(**changes))

    assert [fault.field for fault in refusal.value.faults] == [field]


def test_what_the_last_year_may_carry_forward_is_no_fault_but_lost() -> None:
    *others, last = budgets(2, 2, 2)

    check_problem(a_problem(envelopes=(*others, replace(last, carry_forward_pence=1))))
