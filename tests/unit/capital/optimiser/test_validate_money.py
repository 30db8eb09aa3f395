"""Rows of money and supply that make no sense, and what is said of them."""

from dataclasses import replace

import pytest

from services.capital.optimiser.faults import InvalidProblem
from services.capital.optimiser.problem import (
    Ceiling,
    CeilingId,
    ConcentrationId,
    ConcentrationLimit,
    Envelope,
    EnvelopeId,
    Instalment,
    Lease,
    LineId,
    Option,
    OptionId,
    PriceTier,
    RevenueBudget,
    TrustCode,
)
from services.capital.optimiser.validate import check_problem
from tests.unit.capital.optimiser.build import (
    FIRST,
    RYA,
    a_commitment,
    a_problem,
    an_envelope,
    an_option,
    budgets,
)

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


LEASE = Lease(term_years=2, yearly_payment_pence=(1, 1, 1))
LATER = an_envelope(SECOND, 1)
A_SHARE = ConcentrationLimit(
    limit_id=ConcentrationId("one-base"), supply_lines=(LineId("none"),), share_permille=1
)
BUDGET = RevenueBudget(trust=RYA, financial_year=FIRST, limit_pence=1)


def options(*rows: Option) -> dict[str, object]:
    return {"options": rows}


def in_parts(*permille: int) -> Option:
    parts = (Instalment(years_before_delivery=1, permille=share) for share in permille)
    return replace(an_option(lead=1), instalments=tuple(parts))


def tiered(*tiers: tuple[int, int]) -> Option:
    rows = (PriceTier(from_vehicles=least, price_permille=share) for least, share in tiers)
    return replace(an_option(), price_tiers=tuple(rows))


def leased(lease: Lease) -> Option:
    return replace(an_option(), lease=lease)


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
        (options(in_parts(0)), "options[0].instalments[0].permille"),
        (options(replace(in_parts(500), lead_time_years=0)), "options[0].instalments"),
        (options(in_parts(500, 500)), "options[0].instalments"),
        (options(replace(in_parts(500), lease=LEASE)), "options[0].instalments"),
        (
            {
                "options": (in_parts(500),),
                "envelopes": (an_envelope(FIRST, 1), an_envelope(FIRST, 1, "b"), LATER),
            },
            "options[0].instalments",
        ),
        (options(leased(replace(LEASE, term_years=0))), "options[0].lease.term_years"),
        (
            options(leased(replace(LEASE, yearly_payment_pence=(1,)))),
            "options[0].lease.yearly_payment_pence",
        ),
        (
            options(leased(replace(LEASE, yearly_payment_pence=(1, -1, 1)))),
            "options[0].lease.yearly_payment_pence[1]",
        ),
        (
            options(an_option(), replace(leased(LEASE), option_id=OptionId("other"))),
            "options[1].lease",
        ),
        (envelopes(proceeds_permille=1001), "envelopes[0].proceeds_permille"),
        (
            {
                "envelopes": (
                    replace(an_envelope(FIRST, 1), proceeds_permille=600),
                    replace(an_envelope(FIRST, 1, "b"), proceeds_permille=401, trusts=(RYA,)),
                )
            },
            "envelopes",
        ),
        ({"revenue_budgets": (BUDGET, BUDGET)}, "revenue_budgets[1]"),
        (
            {"revenue_budgets": (replace(BUDGET, financial_year=FIRST + 3),)},
            "revenue_budgets[0].financial_year",
        ),
        (
            {"revenue_budgets": (replace(BUDGET, trust=TrustCode("RYX")),)},
            "revenue_budgets[0].trust",
        ),
        (
            {"revenue_budgets": (replace(BUDGET, limit_pence=-1),)},
            "revenue_budgets[0].limit_pence",
        ),
        (options(tiered((1, 900))), "options[0].price_tiers[0].from_vehicles"),
        (options(tiered((2, 1001))), "options[0].price_tiers[0].price_permille"),
        (options(tiered((5, 900), (5, 800))), "options[0].price_tiers"),
        (options(tiered((5, 900), (6, 900))), "options[0].price_tiers"),
        (options(replace(tiered((5, 900)), lease=LEASE)), "options[0].price_tiers"),
        (
            {"concentration_limits": (replace(A_SHARE, supply_lines=()),)},
            "concentration_limits[0].supply_lines",
        ),
        (
            {"concentration_limits": (A_SHARE,)},
            "concentration_limits[0].supply_lines[0]",
        ),
        (
            {"concentration_limits": (replace(A_SHARE, share_permille=-1),)},
            "concentration_limits[0].share_permille",
        ),
        (
            {"commitments": (replace(a_commitment(FIRST), cancellation_price_pence=1),)},
            "commitments[0].cancellation_price_pence",
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

    assert {fault.field for fault in refusal.value.faults} == {field}


def test_what_the_last_year_may_carry_forward_is_no_fault_but_lost() -> None:
    *others, last = budgets(2, 2, 2)

    check_problem(a_problem(envelopes=(*others, replace(last, carry_forward_pence=1))))
