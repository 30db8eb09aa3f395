"""How long to look: seconds of a handed-in clock, or counts where a run must repeat exactly."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from services.capital.optimiser.mathopt_adapter import Effort

# What one programme may take where nothing else ends it: longer is no step, but a search.
STEP_SECONDS: Final = 1.0
COUNTED_SECONDS: Final = 600.0
LEAST_SECONDS: Final = 0.01


def no_clock() -> float:
    """Tell that no time passes."""
    return 0.0


def nobody_told() -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Ends at `deadline` by the clock, and after `steps` programmes solved.

    With `nodes`, the most of one programme's search tree, a run is the same wherever it is made.
    """

    clock: Callable[[], float] = no_clock
    deadline: float = inf
    steps: int = 1_000_000_000
    nodes: int | None = None
    # Told of every programme solved.
    solved: Callable[[], None] = nobody_told

    @property
    def seconds_left(self) -> float:
        return self.deadline - self.clock()

    def allows(self, steps: int) -> bool:
        """Whether one more programme may be solved after so many."""
        return steps < self.steps and self.seconds_left > LEAST_SECONDS

    def effort(self, *, absolute_gap: float, seed: int, share: float = 1.0) -> Effort:
        """Return what one programme may take, or a share of it."""
        seconds = share * STEP_SECONDS if self.nodes is None else COUNTED_SECONDS
        return Effort(
            seconds=max(LEAST_SECONDS, min(seconds, self.seconds_left)),
            absolute_gap=absolute_gap,
            seed=seed,
            nodes=None if self.nodes is None else max(1, int(share * self.nodes)),
        )
