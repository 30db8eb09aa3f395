"""What each step of a search may take: a share of its seconds, or counts where these end it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.limits import Limits
from services.capital.optimiser.mathopt_adapter import Effort
from services.capital.optimiser.timing import Timing

# What each step may use where counts, and not seconds, end it.
STEPS: Final = 8
MOST_STEPS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Allowance:
    """One search's limits, of which each step has its part as it begins."""

    limits: Limits
    timing: Timing

    @property
    def counts(self) -> bool:
        """Whether counts, and not seconds, end the search."""
        return self.limits.nodes is not None

    def effort(self, share: float = 1.0) -> Effort:
        """Return what one minimisation may take."""
        return Effort(
            seconds=self.timing.part(share), seed=self.limits.seed, nodes=self.limits.nodes
        )

    def effort_in_time(self) -> Effort | None:
        """Return what one minimisation may take; None once the search is over."""
        return None if self.timing.is_over else self.effort()

    def budget(self, share: float, clock: Callable[[], float]) -> Budget:
        """Return what looking for plans may take, by the clock, of the seconds left."""
        return Budget(
            clock=clock,
            deadline=self.timing.now() + share * self.timing.left,
            steps=STEPS if self.counts else MOST_STEPS,
            nodes=self.limits.nodes,
            solved=self.timing.end_part,
        )
