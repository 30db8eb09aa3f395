"""Which kind of neighbourhood to look at next: mostly what gained most for its time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.capital.optimiser.engine.primal.families import Groups, Pairs, Standing, groups
from services.capital.optimiser.engine.primal.neighbourhood import Neighbourhood

# What a kind gained is forgotten by a third with each look.
MEMORY: Final = 0.67
# Gains count in typical ones, the geometric mean of the last few: plans far from good, where a look
# gains thousands of times as much, teach little of plans that are nearly.
TYPICAL_MEMORY: Final = 0.7
MOST_TYPICAL: Final = 4.0
# Kinds have time by what they gain in it, and each of them this share of what the best has.
CURIOSITY: Final = 0.05
# Kinds that are not solved to the end get a little longer each time.
FIRST_PATIENCE: Final = 0.5
PATIENCE_GROWTH: Final = 1.1
MOST_PATIENCE: Final = 2.0
# Where no clock tells, a look that was not solved to the end costs as much as so many that were.
UNSOLVED_COST: Final = 5.0
# What a look takes beside what its solver does.
LOOK_SECONDS: Final = 0.03
LEAST_RATE: Final = 1e-12


@dataclass(slots=True)
class Record:
    """What a kind of neighbourhood gained lately, in typical gains, and what it took."""

    gain: float = 0.0
    cost: float = 0.0
    looks: int = 0
    looks_kept: float = 0.0

    def add(self, gain: float, cost: float) -> None:
        self.gain = MEMORY * self.gain + gain
        self.cost = MEMORY * self.cost + cost
        self.looks_kept = MEMORY * self.looks_kept + 1.0
        self.looks += 1


class Choice:
    """Each kind once, then mostly those that gain most for their time."""

    def __init__(self, standing: Standing) -> None:
        self._standing: Final = standing
        kinds: list[Pairs | Groups] = [Pairs(standing), *groups()]
        self._kinds: Final = {kind.name: kind for kind in kinds}
        self.records: Final = {name: Record() for name in self._kinds}
        self._typical = 0.0
        self._tried: Final[set[str]] = set()
        self._patience: Final = dict.fromkeys(self._kinds, FIRST_PATIENCE)

    def next(self) -> Neighbourhood | None:
        """Return what to look at; None where nothing is left that is not being looked at."""
        for name in self._order():
            found = self._kinds[name].propose(self._standing)
            if found is not None:
                self._tried.add(name)
                return found
        return None

    def learn(
        self, near: Neighbourhood, gain: float, seconds: float | None, *, proved: bool
    ) -> None:
        """Take in what a look gained, and the seconds it took; None: no clock is to tell."""
        counted = 1.0 if proved else UNSOLVED_COST
        cost = counted if seconds is None else LOOK_SECONDS + seconds
        self.records[near.family].add(self._in_typical(gain), cost)
        self._kinds[near.family].learn(proved=proved)
        patience = self._patience[near.family] * (1.0 if proved else PATIENCE_GROWTH)
        self._patience[near.family] = min(MOST_PATIENCE, patience)

    def patience(self, near: Neighbourhood) -> float:
        """Return by how much longer than usual one of its kind is looked at."""
        return self._patience[near.family]

    def _in_typical(self, gain: float) -> float:
        """Return how many typical gains it is, which it changes a little."""
        if gain <= 0:
            return 0.0
        before = self._typical or gain
        self._typical = before**TYPICAL_MEMORY * gain ** (1.0 - TYPICAL_MEMORY)
        return min(MOST_TYPICAL, gain / self._typical)

    def _order(self) -> list[str]:
        """Return the kinds that are new, then those known as they are drawn, then the others."""
        new = [name for name in self._kinds if name not in self._tried]
        known = [name for name, record in self.records.items() if record.looks]
        unknown = [name for name in self._kinds if name not in new and name not in known]
        return [*new, *self._drawn(known), *unknown]

    def _drawn(self, names: list[str]) -> list[str]:
        """Return the kinds as time is due to them, by chance."""
        if not names:
            return []
        records = [self.records[name] for name in names]
        rates = np.array([record.gain / record.cost for record in records])
        worth = (rates / max(LEAST_RATE, rates.max())) ** 2 + CURIOSITY
        # Of two that are worth the same, the quicker is looked at more often.
        chances = worth * np.array([record.looks_kept / record.cost for record in records])
        share = chances / chances.sum()
        drawn = self._standing.random.choice(len(names), len(names), replace=False, p=share)
        return [names[place] for place in drawn.tolist()]
