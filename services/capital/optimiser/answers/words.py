"""How answers write years and money."""

from typing import Final

from services.capital.optimiser.problem.periods import label

PENCE_PER_POUND: Final = 100
# Pounds in one, and its letter.
UNITS: Final = ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k"))


def year_label(year: int) -> str:
    """Return a financial year, or a quarter, as it is spoken of: "2027/28"."""
    return label(year)


def rough_pounds(pence: int) -> str:
    """Return an amount to a tenth of its largest unit: "£1.4m"."""
    pounds = -(-abs(pence) // PENCE_PER_POUND)
    sign = "-" if pence < 0 else ""
    for size, letter in UNITS:
        if pounds >= size:
            return f"{sign}£{pounds / size:,.1f}{letter}".replace(".0" + letter, letter)
    return f"{sign}£{pounds:,}"
