"""All of cost given to one solver at once, beside parts of it: when, and what is handed over."""

from collections.abc import Sequence
from typing import Final

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.levelled import Objective
from services.capital.optimiser.model import RenewalModel

# With more, a solver is not through with the root of its tree before parts have come further.
MOST_COLUMNS: Final = 60_000
# The linear programme comes to nothing within this much.
NOTHING: Final = 1e-4


def suits(model: RenewalModel, objectives: Sequence[Objective], linear: Floats) -> bool:
    """Whether HiGHS sees more in the whole than we in parts, given the linear programme's answer.

    So it is where nothing is all or nothing. Levels before cost must be able to come to nothing:
    nobody knows yet at what else to hold them.
    """
    earlier = (level.value(linear) for level in objectives[:-1])
    is_small = len(linear) <= MOST_COLUMNS
    return is_small and not model.variables.has_switches and max(earlier, default=0.0) <= NOTHING


class HandedOver:
    """What was found elsewhere, for those who look for better plans near the best."""

    def __init__(self) -> None:
        self.is_there = False
        self._x: Floats | None = None

    def give(self, x: Floats | None) -> None:
        """Let them begin anew, from this where it is given."""
        self._x = x
        self.is_there = True

    def take(self, x: Floats, objectives: Sequence[Objective]) -> Floats:
        """Return the better of what was given and what there is."""
        given, self._x, self.is_there = self._x, None, False
        plans = [x] if given is None else [x, given]
        return min(plans, key=lambda plan: [level.value(plan) for level in objectives])
