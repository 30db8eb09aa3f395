"""What free text is refused for, and what it is not."""

import pytest

from services.kernel.screening import is_nhs_number, patient_data_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pt 943 476 5919 vomited in the back", "NHS number"),
        ("9434765919", "NHS number"),
        ("943-476-5919", "NHS number"),
        ("DOB 01/02/1950", "date of birth"),
        ("born on 1 February 1950", "date of birth"),
        ("d.o.b: 1950-02-01", "date of birth"),
        ("collected from B15 2TH", "postcode"),
        ("collected from b152th", "postcode"),
        ("SW1A 1AA twice", "postcode"),
    ],
)
def test_patient_data_is_found(text: str, kind: str) -> None:
    assert patient_data_in(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nearside rear tyre, 3 mm",
        "registration BX71 ABC",
        "odometer 123456, service due 2026-12-01",
        "9434765918",
        "order 12345678901",
        "part 7H0 498 103 A",
        "seal 0001234567",
    ],
)
def test_ordinary_notes_are_let_through(text: str) -> None:
    assert patient_data_in(text) is None


def test_only_one_check_digit_makes_an_nhs_number() -> None:
    numbers = [f"943476591{digit}" for digit in range(10)]

    assert [number for number in numbers if is_nhs_number(number)] == ["9434765919"]
