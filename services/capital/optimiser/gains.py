"""What better plans gained lately, so that cores go to plans or to bounds, whichever gain more."""

from collections import deque
from collections.abc import Callable
from typing import Final

# What was gained longer ago says little of what comes next; less than the least, nothing yet.
LATELY_SECONDS: Final = 5.0
LEAST_SECONDS: Final = 1.0
# What of their gains plans lose meanwhile: a round takes one core of the two that they would have.
ROUND_SHARE: Final = 0.5


class Gains:
    """By how much the best plan's value falls in a second, going by the last few."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now: Final = now
        self._noted: Final[deque[tuple[float, float]]] = deque()

    def note(self, value: float) -> None:
        """Take in what the best plan comes to."""
        self._noted.append((self._now(), value))

    def outdo(self, rate: float) -> bool:
        """Whether plans would gain more with what a round takes that raises a bound so per second.

        What either gains closes the same gap.
        """
        return ROUND_SHARE * self.rate() > rate

    def rate(self) -> float:
        """Return what was gained per second; nothing where no plan, or no better one, came."""
        now, noted = self._now(), self._noted
        while len(noted) > 1 and noted[1][0] <= now - LATELY_SECONDS:
            noted.popleft()
        if not noted:
            return 0.0
        began, value = noted[0]
        seconds = min(LATELY_SECONDS, max(LEAST_SECONDS, now - began))
        return max(0.0, value - noted[-1][1]) / seconds
