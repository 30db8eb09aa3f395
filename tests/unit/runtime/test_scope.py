"""The scope of a transaction, and how it is told to the database."""

import pytest

from services.kernel.ids import OdsCode
from services.runtime.scope import OrganisationOutOfScope, Scope, quote

RYA, RX1, RYE = OdsCode("RYA"), OdsCode("RX1"), OdsCode("RYE")


def a_scope() -> Scope:
    return Scope(subject="alice", orgs=frozenset({RYA}), read_orgs=frozenset({RX1}))


def test_a_scope_acts_for_its_organisations_and_reads_the_others() -> None:
    a_scope().require_org(RYA)
    a_scope().require_read_org(RYA)
    a_scope().require_read_org(RX1)


def test_an_organisation_out_of_scope_is_refused() -> None:
    message = "^organisation is outside your scope$"

    with pytest.raises(OrganisationOutOfScope, match=message):
        a_scope().require_org(RX1)
    with pytest.raises(OrganisationOutOfScope, match=message) as refused:
        a_scope().require_read_org(RYE)

    assert refused.value.metadata == {"organisation": "RYE"}


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("alice", "'alice'"),
        ("o'brien", "'o''brien'"),
        ("', true); --", "''', true); --'"),
        ("\\", "'\\'"),
    ],
)
def test_text_is_quoted_for_standard_conforming_strings(text: str, literal: str) -> None:
    assert quote(text) == literal


def test_a_nul_is_never_quoted() -> None:
    with pytest.raises(ValueError, match=r"NUL"):
        quote("a\0")


def test_only_codes_of_organisations_reach_the_database() -> None:
    with pytest.raises(ValueError, match=r"not an ODS code"):
        Scope(subject="alice", orgs=frozenset({OdsCode("RYA,RX1")}))


def test_a_purpose_is_one_of_those_known() -> None:
    with pytest.raises(ValueError, match=r"unknown purpose"):
        Scope(subject="alice", purpose="everything")


def test_a_system_scope_acts_for_the_organisations_it_is_given_and_no_other() -> None:
    scope = Scope.system("consume", [RYA])

    assert scope.orgs == {RYA}
    assert not scope.roles
    assert scope.purpose == "consume"
