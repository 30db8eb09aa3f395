"""Registration marks and vehicle identification numbers: well formed, unique, and nobody's."""

from datetime import date
from typing import Final

# Letters a mark ends in: all but I and Q.
ENDINGS: Final = "ABCDEFGHJKLMNOPRSTUVWXYZ"
MARKS: Final = len(ENDINGS) ** 3
# Coprime to the number of endings: neighbours get marks far apart.
SCATTER: Final = 7919
# Marks issued from September carry the year and fifty, to the end of February.
AUTUMN: Final = 50
MARCH, SEPTEMBER = 3, 9
YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"
FIRST_YEAR: Final = 2010


def mark(serial: int, registered: date) -> str:
    """Return a Birmingham mark of the right age: "BX71ABC". Serials below 13,824 never collide."""
    scattered = serial * SCATTER % MARKS
    letters = (ENDINGS[scattered // len(ENDINGS) ** place % len(ENDINGS)] for place in (2, 1, 0))
    return f"BX{age_identifier(registered)}{''.join(letters)}"


def age_identifier(registered: date) -> str:
    """Return the two digits of the half year of first registration."""
    if registered.month < MARCH:
        return f"{(registered.year - 1) % 100 + AUTUMN:02}"
    later = AUTUMN if registered.month >= SEPTEMBER else 0
    return f"{registered.year % 100 + later:02}"


def vin(maker: str, registered: date, serial: int) -> str:
    """Return a VIN of the maker. Its description section reads SYN: no factory builds that."""
    year = YEARS[(registered.year - FIRST_YEAR) % len(YEARS)]
    return f"{maker}SYN000{year}0{serial:06}"
