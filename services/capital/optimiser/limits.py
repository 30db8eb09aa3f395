"""When a search stops, and how far it tells it has come."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Range
from services.capital.optimiser.proof import PPM, gap_ppm

Seconds: TypeAlias = Annotated[int, Range(1, 1800)]
GapPpm: TypeAlias = Annotated[int, Range(0, PPM)]
Seed: TypeAlias = Annotated[int, Range(0, 2**31 - 1)]
Nodes: TypeAlias = Annotated[int, Range(1, 10**9)]
StallSeconds: TypeAlias = Annotated[int, Range(1, 1800)]
# Ways in which things may go that first orders are placed for together.
MOST_SCENARIOS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`gap_ppm`: the proved relative gap of cost to stop at, in millionths; 0: only at a proof.

    `nodes`, for each level, makes a search that ends before its seconds the same wherever it runs.
    `stall_seconds`: how long neither plan nor bound may stand still, see `stall`; None: for ever.
    With `nodes` it counts parts of the search begun, and not seconds.
    """

    seconds: Seconds = 30
    gap_ppm: GapPpm = 100
    seed: Seed = 0
    nodes: Nodes | None = None
    stall_seconds: StallSeconds | None = None


class Phase(StrEnum):
    """What the search is at: looking for plans, or proving how good a level is."""

    DRAFTING = "drafting"
    IMPROVING = "improving"
    PROVING = "proving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a level stands, in vehicle-years or pence; None: no plan, or nothing proved, yet.

    `priced`: of a plan's cost, what levels before it cost where the problem gives prices.
    """

    phase: Phase
    level: Level
    incumbent: int | None
    bound: int | None
    priced: int = 0

    @property
    def gap_ppm(self) -> int | None:
        """The gap between the two in millionths of what is not priced; None: not both known."""
        if self.incumbent is None or self.bound is None:
            return None
        return max(0, gap_ppm(self.incumbent, self.bound, self.priced))


Listener: TypeAlias = Callable[[Progress], None]
# Seconds since any fixed moment, never going back.
Clock: TypeAlias = Callable[[], float]


def unheard(progress: Progress) -> None:
    """Listen to nothing."""
