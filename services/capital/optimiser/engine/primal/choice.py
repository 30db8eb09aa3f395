"""Which kind of neighbourhood to look at next: mostly what gained most for its time."""

from dataclasses import dataclass
from typing import Final

from services.capital.optimiser.engine.primal.families import Groups, Pairs, Standing, groups
from services.capital.optimiser.engine.primal.neighbourhood import Neighbourhood

# What a kind gained is forgotten by a fifth with each look, and one look in four is at random.
MEMORY: Final = 0.8
CURIOSITY: Final = 0.25
FIRST_LOOKS: Final = 3
# Kinds that are not solved to the end get a little longer each time.
PATIENCE_GROWTH: Final = 1.1
MOST_PATIENCE: Final = 4.0
# Where no clock tells, a look that was not solved to the end costs as much as so many that were.
UNSOLVED_COST: Final = 5.0
LEAST_SECONDS: Final = 0.02


@dataclass(slots=True)
class Record:
    """What a kind of neighbourhood gained lately, and what it took."""

    gain: float = 0.0
    cost: float = 0.0
    looks: int = 0

    @property
    def rate(self) -> float:
        """What it gained for its time; the most at first, so that each kind is tried."""
        return self.gain / self.cost if self.looks >= FIRST_LOOKS else float("inf")

    def add(self, gain: float, cost: float) -> None:
        self.gain = MEMORY * self.gain + gain
        self.cost = MEMORY * self.cost + cost
        self.looks += 1


class Choice:
    """Each kind a few times, then mostly the one that gains most."""

    def __init__(self, standing: Standing) -> None:
        self._standing: Final = standing
        kinds: list[Pairs | Groups] = [Pairs(standing), *groups()]
        self._kinds: Final = {kind.name: kind for kind in kinds}
        self.records: Final = {name: Record() for name in self._kinds}
        self._patience: Final = dict.fromkeys(self._kinds, 1.0)

    def next(self) -> Neighbourhood | None:
        """Return what to look at; None where nothing is left that is not being looked at."""
        for name in self._order():
            found = self._kinds[name].propose(self._standing)
            if found is not None:
                return found
        return None

    def learn(self, near: Neighbourhood, gain: float, seconds: float, *, proved: bool) -> None:
        counted = 1.0 if proved else UNSOLVED_COST
        self.records[near.family].add(gain, max(LEAST_SECONDS, seconds) if seconds else counted)
        self._kinds[near.family].learn(proved=proved)
        patience = self._patience[near.family] * (1.0 if proved else PATIENCE_GROWTH)
        self._patience[near.family] = min(MOST_PATIENCE, patience)

    def patience(self, near: Neighbourhood) -> float:
        """Return by how much longer than usual one of its kind is looked at."""
        return self._patience[near.family]

    def _order(self) -> list[str]:
        names = sorted(self.records, key=lambda name: -self.records[name].rate)
        if self._standing.random.random() < CURIOSITY:
            names = [names[i] for i in self._standing.random.permutation(len(names))]
        return names
