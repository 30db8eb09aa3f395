"""What the law asks of a vehicle on the road, and until when each item holds (rules 3 to 5)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from services.fleet.domain.kinds import VorCause, in_words
from services.kernel.calendar import add_months

# What a cause leaves behind when it ends: a new last day of the item that had lapsed.
DATED_CAUSES: Final = frozenset({VorCause.MOT, VorCause.LOLER, VorCause.TAX_OR_INSURANCE})
MONTHS_TO_FIRST_MOT: Final = 12
MONTHS_TAXED: Final = 12


def first_mot_holds_until(first_registered_on: date) -> date:
    """Return the last day a vehicle may be used untested: the eve of its first anniversary.

    An ambulance needs a test once it has been registered for a year (Road Traffic Act 1988,
    section 47(3)); one registered on 29 February reaches that on 28 February.
    """
    return add_months(first_registered_on, MONTHS_TO_FIRST_MOT) - timedelta(days=1)


def taxed_until(today: date) -> date:
    """Return the last day of a year's vehicle tax that begins today."""
    return add_months(today, MONTHS_TAXED) - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalItems:
    """The last day each item holds, in London. No lifting date: it lifts nobody."""

    mot_expires_on: date
    lifting_expires_on: date | None
    tax_expires_on: date

    def expires_on(self, cause: VorCause) -> date | None:
        """Return the last day of the item that `cause` speaks of, if it has one."""
        match cause:
            case VorCause.MOT:
                return self.mot_expires_on
            case VorCause.LOLER:
                return self.lifting_expires_on
            case VorCause.TAX_OR_INSURANCE:
                return self.tax_expires_on
            case _:
                return None

    def lapsed(self, today: date) -> tuple[VorCause, ...]:
        """Return what no longer holds on `today`, the gravest first."""
        # Asked before every deployment, and nearly always answered here.
        if today <= self.mot_expires_on and today <= self.tax_expires_on and self._lifts(today):
            return ()
        causes = (VorCause.MOT, VorCause.TAX_OR_INSURANCE, VorCause.LOLER)
        return tuple(cause for cause in causes if today > (self.expires_on(cause) or today))

    def renewed(self, cause: VorCause, holds_until: date) -> Self:
        """Return the items after the one that `cause` speaks of was renewed."""
        match cause:
            case VorCause.MOT:
                return replace(self, mot_expires_on=holds_until)
            case VorCause.LOLER:
                return replace(self, lifting_expires_on=holds_until)
            case VorCause.TAX_OR_INSURANCE:
                return replace(self, tax_expires_on=holds_until)
            case _:
                return self

    def sentence(self, cause: VorCause) -> str:
        """Return how the lapse reads: "its MOT held until 2027-03-19"."""
        return f"its {in_words(cause)} held until {self.expires_on(cause)}"

    def _lifts(self, today: date) -> bool:
        return self.lifting_expires_on is None or today <= self.lifting_expires_on
