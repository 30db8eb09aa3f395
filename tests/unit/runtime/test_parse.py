"""Untrusted fields: what is read from them, and what they are refused for."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.errors import Malformed
from services.runtime import parse

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "mark",
    [
        "BX71ABC",
        "bx71 abc",
        "P123 ABC",
        "A1 ABC",
        "Q123ABC",
        "ABC 123P",
        "ABC1A",
        "AB 1234",
        "ABC 123",
        "A 1",
        "1234 AB",
        "123 ABC",
        "1 A",
        "AIA 1234",
        "ABZ 1234",
        "1234 AZ",
        "9999 ABZ",
    ],
)
def test_a_uk_registration_is_read_without_spaces_in_capitals(mark: str) -> None:
    assert parse.parse_vrm("vrm", mark) == mark.replace(" ", "").upper()


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "BX71AB",
        "BX7ABC",
        "BX71ABCD",
        "BI71ABC",
        "BX71AIC",
        "I123ABC",
        "ABC 0123",
        "A0",
        "1234ABC",
        "AB12345",
        "B-X71ABC",
    ],
)
def test_what_is_no_uk_registration_is_refused(mark: str) -> None:
    with pytest.raises(Malformed, match=r"^vrm: not a UK registration$"):
        parse.parse_vrm("vrm", mark)


@pytest.mark.parametrize("mark", ["BX71\u202eABC", "ВX71ABC", "BX71ABC\u200b", "BX７1ABC"])
def test_a_registration_in_characters_that_only_look_so_is_refused(mark: str) -> None:
    with pytest.raises(Malformed, match=r"^vrm: unsupported character$"):
        parse.parse_vrm("vrm", mark)


def test_a_vin_needs_no_check_digit() -> None:
    assert parse.parse_vin("vin", "zfa25000001234567") == "ZFA25000001234567"


@pytest.mark.parametrize(
    "number",
    ["", "ZFA2500000123456", "ZFA250000012345678", "ZFA2500000123456O", "ZFA250000０1234567"],
)
def test_a_vin_has_17_capitals_and_digits_without_i_o_and_q(number: str) -> None:
    with pytest.raises(Malformed, match=r"^vin: 17 characters"):
        parse.parse_vin("vin", number)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("01/02/2026", "use YYYY-MM-DD"),
        ("2026-2-1", "use YYYY-MM-DD"),
        ("２０２６-02-01", "use YYYY-MM-DD"),
        ("", "use YYYY-MM-DD"),
        ("2026-02-31", "no such day in the calendar"),
        ("1949-12-31", "must lie in 1950 to 2199"),
        ("2200-01-01", "must lie in 1950 to 2199"),
    ],
)
def test_a_day_that_is_none_is_refused(text: str, rule: str) -> None:
    with pytest.raises(Malformed, match=rf"^in_service_on: {rule}$"):
        parse.parse_date("in_service_on", text)


@given(st.dates(date(1950, 1, 1), date(2199, 12, 31)))
def test_every_day_reads_back(day: date) -> None:
    assert parse.parse_date("day", day.isoformat()) == day


@pytest.mark.parametrize(
    ("seconds", "nanos"),
    [(10**13, 0), (-(10**13), 0), (5, -1), (5, 1_000_000_000), (-(2**63), 0), (2**63 - 1, 0)],
)
def test_a_timestamp_out_of_range_is_refused(seconds: int, nanos: int) -> None:
    with pytest.raises(Malformed, match=r"^at: not a valid timestamp$"):
        parse.parse_instant("at", Timestamp(seconds=seconds, nanos=nanos), NOW)


def test_an_empty_instant_is_now() -> None:
    assert parse.parse_instant("at", Timestamp(), NOW) == NOW


def test_an_instant_may_be_five_minutes_ahead_and_no_more() -> None:
    ahead, beyond = Timestamp(), Timestamp()
    ahead.FromDatetime(NOW + timedelta(minutes=5))
    beyond.FromDatetime(NOW + timedelta(minutes=5, microseconds=1))

    assert parse.parse_instant("at", ahead, NOW) == NOW + timedelta(minutes=5)
    with pytest.raises(Malformed, match=r"^at: must not be in the future$"):
        parse.parse_instant("at", beyond, NOW)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must not be blank"),
        (" \u00a0\u2003", "must not be blank"),
        ("a\0b", "contains a control character"),
        ("a\nb", "contains a control character"),
        ("a\u202eb", "unsupported character"),
        ("a\ufeffb", "unsupported character"),
        ("é" * 6, "at most 5 characters"),
    ],
)
def test_text_that_cannot_be_shown_or_stored_is_refused(text: str, rule: str) -> None:
    with pytest.raises(Malformed, match=rf"^name: {rule}$"):
        parse.parse_text("name", text, 5)


def test_text_is_kept_in_one_normal_form() -> None:
    assert parse.parse_text("name", " Cafe\u0301 ", 4) == "Café"


def test_joined_emoji_are_text_and_no_identifier() -> None:
    crew = "👩\u200d🚒"

    assert parse.parse_text("name", crew) == crew
    with pytest.raises(Malformed, match=r"^fleet_number: unsupported character$"):
        parse.parse_identifier("fleet_number", crew)


def test_a_note_may_be_empty_and_have_lines() -> None:
    assert parse.parse_note("note", "") == ""
    assert parse.parse_note("note", "tyre\r\n brakes \n") == "tyre\nbrakes"
    with pytest.raises(Malformed, match=r"^note: contains a control character$"):
        parse.parse_note("note", "bell\a")


def test_patient_data_is_refused_without_being_repeated() -> None:
    with pytest.raises(parse.PatientData) as refused:
        parse.parse_note("note", "patient 943 476 5919")

    assert refused.value.message == "note: seems to hold patient data (NHS number); leave it out"
    assert refused.value.metadata == {"kind": "NHS number", "field": "note"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{12345678-1234-4234-8234-123456789abc}",
        "1" * 65,
        "12345678123442348234123456789abc",
    ],
)
def test_only_a_uuid_in_its_canonical_form_is_one(text: str) -> None:
    with pytest.raises(Malformed, match=r"^vehicle_id must be a UUID$"):
        parse.parse_uuid("vehicle_id", text)


def test_what_is_optional_may_be_empty() -> None:
    assert parse.parse_optional_uuid("hub_id", "") is None
    assert parse.parse_optional_date("due_by", "") is None
    assert parse.parse_optional_ods_code("trust", "") is None


READERS = (
    parse.parse_uuid,
    parse.parse_date,
    parse.parse_text,
    parse.parse_note,
    parse.parse_identifier,
    parse.parse_ods_code,
    parse.parse_vrm,
    parse.parse_vin,
)


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(max_size=40))
def test_no_text_whatever_breaks_a_parser(read: Callable[[str, str], object], text: str) -> None:
    with suppress(Malformed):
        read("field", text)
