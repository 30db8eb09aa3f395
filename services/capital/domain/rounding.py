"""Money that rises and is scaled, in integers: each result rounded once, halves up."""

from typing import Final

PERMILLE: Final = 1000
PPM: Final = 1_000_000


def nearest(numerator: int, denominator: int) -> int:
    """Return the quotient rounded to the nearest whole number, halves up; `denominator` above 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def scaled(amount: int, permille: int) -> int:
    return nearest(amount * permille, PERMILLE)


def risen(amount: int, permille_a_year: int, years: int) -> int:
    """Return the amount after `years` of compound change, before as many when below 0.

    The power is exact: the amount is rounded at the end, not year by year.
    """
    grown, base = (PERMILLE + permille_a_year) ** abs(years), PERMILLE ** abs(years)
    return nearest(amount * grown, base) if years >= 0 else nearest(amount * base, grown)


def discounts_ppm(permille_a_year: int, years: int) -> tuple[int, ...]:
    """Return what a pound of each year is worth in the first, and last at the horizon's end."""
    return tuple(risen(PPM, permille_a_year, -year) for year in range(years + 1))


def indices_permille(permille_a_year: int, years: int) -> tuple[int, ...]:
    """Return each year's prices against the first's, and last those at the horizon's end."""
    return tuple(risen(PERMILLE, permille_a_year, year) for year in range(years + 1))
