"""How answers write years, money and vehicles."""

from typing import Final

from services.capital.optimiser.problem.periods import label
from services.capital.optimiser.terms import Vintage

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


def vehicles_words(vintage: Vintage) -> str:
    """Return vehicles as they are spoken of: "DCA DIESEL of 2022/23 at RYA, in reserve"."""
    said = f"{vintage.vehicle_type} {vintage.technology} of {label(vintage.entry_year)}"
    more = [
        f"in band {vintage.band}" if vintage.band else "",
        "in reserve" if vintage.in_reserve else "",
        f"with boxes of {label(vintage.box_entry_year)}" if vintage.box_entry_year else "",
        f"remounted {vintage.remounts} times" if vintage.remounts else "",
    ]
    return ", ".join([f"{said} at {vintage.trust}", *filter(None, more)])
