"""Free text that looks like a patient's data is refused at the door (domain.md, rule 41)."""

import re
from typing import Final

TEN_DIGITS: Final = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
# Case matters little in free text; "AA9A 9AA" and its five sisters. "T5 4WD" is a van, not a home.
POSTCODE: Final = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?(?![24]WD\b)\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
BORN: Final = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\b[ :=-]*"
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} \d{2,4})",
    re.IGNORECASE,
)
WEIGHTS: Final = range(10, 1, -1)
MODULUS: Final = 11


def patient_data_in(text: str) -> str | None:
    """Return what kind of patient data `text` seems to hold, or None."""
    if any(is_nhs_number(match.group()) for match in TEN_DIGITS.finditer(text)):
        return "NHS number"
    if BORN.search(text):
        return "date of birth"
    if POSTCODE.search(text):
        return "postcode"
    return None


def is_nhs_number(text: str) -> bool:
    """Whether ten digits, spaced or not, carry the NHS number's check digit (modulus 11).

    NHS Data Dictionary: weights 10 to 2 over the first nine digits; eleven minus the remainder is
    the tenth, eleven reads as nought, and ten is never issued.
    """
    digits = [int(letter) for letter in text if letter.isdigit()]
    total = sum(weight * digit for weight, digit in zip(WEIGHTS, digits[:9], strict=True))
    return (MODULUS - total % MODULUS) % MODULUS == digits[9]
