"""Refusals and the sentences they are told in."""

import pytest

from services.kernel.errors import Malformed, Violation


@pytest.mark.parametrize(
    ("field", "rule", "sentence"),
    [
        ("request_id", "is required", "request_id is required"),
        ("request_id", "must be a UUID", "request_id must be a UUID"),
        ("page_token", "does not belong to this query", "page_token does not belong to this query"),
        ("kind", "must be specified", "kind: must be specified"),
        ("name", "at most 200 characters", "name: at most 200 characters"),
        ("", "set a deadline", "set a deadline"),
    ],
)
def test_a_violation_reads_as_one_sentence(field: str, rule: str, sentence: str) -> None:
    assert str(Violation(field=field, rule=rule)) == sentence


def test_many_violations_are_refused_together_in_their_order() -> None:
    broken = (Violation(field="vin", rule="is required"), Violation(field="kind", rule="unknown"))

    refusal = Malformed.of(broken)

    assert refusal.violations == broken
    assert refusal.message == "vin is required; kind: unknown"
