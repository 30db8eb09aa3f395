"""Money in whole pence, and how it is written. No float touches it."""

from typing import Final, NewType

Pence = NewType("Pence", int)

PENCE_PER_POUND: Final = 100
NOTHING: Final = "£0"
# Largest unit first: pence in one, and its letter.
UNITS: Final = ((100_000_000_000, "bn"), (100_000_000, "m"), (100_000, "k"))


def pounds(amount_pence: int) -> str:
    """Write an amount in full: "£1,234.56", "-£0.05"."""
    whole, pence = divmod(abs(amount_pence), PENCE_PER_POUND)
    return f"{_sign(amount_pence)}£{whole:,}.{pence:02}"


def short_pounds(amount_pence: int) -> str:
    """Write an amount to a tenth of its largest unit, halves up in size: "£1.2m", "-£950"."""
    size = _short(abs(amount_pence))
    # Less than half a pound, either way, is written as nothing.
    return size if size == NOTHING else _sign(amount_pence) + size


def _short(size_pence: int) -> str:
    for unit_pence, letter in UNITS:
        if size_pence >= unit_pence:
            whole, tenth = divmod(_halves_up(size_pence * 10, unit_pence), 10)
            return f"£{whole:,}.{tenth}{letter}" if tenth else f"£{whole:,}{letter}"
    return f"£{_halves_up(size_pence, PENCE_PER_POUND):,}"


def _halves_up(amount: int, unit: int) -> int:
    return (amount + unit // 2) // unit


def _sign(amount_pence: int) -> str:
    return "-" if amount_pence < 0 else ""
