"""Envelopes: who may hold which money in which year, and how they change."""

from dataclasses import replace

import pytest

from services.capital.domain.envelope import (
    EnvelopeAllocated,
    EnvelopeRevised,
    Fund,
    HolderKind,
    HolderNotOfYear,
    allocated,
)
from tests.unit.capital.build import an_envelope


@pytest.mark.parametrize(
    ("year", "rightful"), [(2020, HolderKind.SYSTEM), (2025, HolderKind.SYSTEM)]
)
def test_systems_held_operational_capital_to_2025(year: int, rightful: HolderKind) -> None:
    assert an_envelope(year).holder_kind is rightful


@pytest.mark.parametrize("kind", set(HolderKind) - {HolderKind.PROVIDER})
def test_only_providers_hold_operational_capital_from_2026(kind: HolderKind) -> None:
    with pytest.raises(HolderNotOfYear, match="of 2026/27 is held by providers") as refused:
        replace(an_envelope(2026), holder_kind=kind)

    assert refused.value.metadata == {"holder_kind": kind, "financial_year": "2026"}


@pytest.mark.parametrize("fund", set(Fund) - {Fund.OPERATIONAL})
def test_other_funds_may_be_held_by_any_body(fund: Fund) -> None:
    programme = replace(an_envelope(2026), fund=fund, holder_kind=HolderKind.NATIONAL_PROGRAMME)

    assert programme.fund is fund


def test_the_first_allocation_is_the_envelope_itself() -> None:
    given = an_envelope()

    assert allocated(None, given) == EnvelopeAllocated(envelope=given)


def test_a_revision_keeps_the_identity_and_tells_what_was_allowed_before() -> None:
    current = replace(an_envelope(2026), version=4)
    given = replace(an_envelope(2027), financial_year=2026, allocation_pence=1)

    fact = allocated(current, given)

    assert fact == EnvelopeRevised(
        envelope=replace(given, id=current.id, version=5),
        previous_allocation_pence=current.allocation_pence,
    )
