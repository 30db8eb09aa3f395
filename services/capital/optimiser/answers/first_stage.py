"""The first orders as a programme: what later years cost is known of some scenarios, cut by cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.capital.optimiser.answers.assembly import (
    Row,
    columns_alone,
    side_by_side,
    starts,
    with_rows,
)
from services.capital.optimiser.answers.recourse import Cut, Decision, Recourse
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.program import Program

# No scenario's cost, in thousands of pounds, is as far from nothing.
FAR: Final = 1e10


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """How much the worst counts: of the objective `risk` is the mean of the worst `1 - beta`."""

    risk: float = 0.5
    beta: float = 0.8

    def tail(self, scenarios: int) -> float:
        """Return how many scenarios the worst are: one at least, and one may count in part."""
        return max(1.0, (1 - self.beta) * scenarios)

    def worst(self, costs: Sequence[float]) -> float:
        """Return the mean of the worst."""
        left = tail = self.tail(len(costs))
        total = 0.0
        for cost in sorted(costs, reverse=True):
            total += min(1.0, left) * cost
            left = max(0.0, left - 1.0)
        return total / tail

    def value(self, costs: Sequence[float]) -> float:
        """Return what scenarios with these costs come to, all as likely."""
        return (1 - self.risk) * sum(costs) / len(costs) + self.risk * self.worst(costs)


class FirstStage:
    """The decisions, what each scenario is known to cost, and all of some scenarios.

    Columns: the decisions; each scenario's cost; where the tail of the worst starts, and what each
    scenario costs beyond; then those of the scenarios that are held whole. With all of them held
    it is the whole problem; of the others it knows what cuts say.
    """

    def __init__(
        self, parts: Sequence[Recourse], decisions: Sequence[Decision], attitude: Attitude
    ) -> None:
        self.held: Final[list[int]] = []
        self._parts: Final = parts
        self._decisions: Final = decisions
        self._attitude: Final = attitude
        self._most: Final = _most(parts, decisions)
        self._least: Final = np.full(len(parts), -FAR)
        self._cuts: Final[list[Row]] = []
        self._cost_at: Final = len(decisions)
        self._tail_at: Final = len(decisions) + len(parts)

    def cost_at_least(self, scenario: int, value: float) -> None:
        """Note that the scenario costs no less, whatever is decided."""
        self._least[scenario] = value

    def add(self, scenario: int, cut: Cut) -> None:
        """Take in what is so of the scenario, whatever is decided."""
        columns = np.flatnonzero(cut.slopes)
        values = -cut.slopes[columns]
        if not cut.is_broken:
            columns, values = np.append(columns, self._cost_at + scenario), np.append(values, 1.0)
        self._cuts.append(Row(columns, values, cut.constant, np.inf))

    def hold(self, scenario: int) -> None:
        """Have all of the scenario in the programme from now on."""
        self.held.append(scenario)

    def program(self) -> Program:
        """Return the programme, its decisions whole."""
        parts = [self._parts[scenario].program for scenario in self.held]
        free = [part.with_cost(np.zeros(part.columns)) for part in parts]
        rows = [*self._placing(), *self._beyond(), *self._cuts, *self._holding()]
        return with_rows(side_by_side([self._columns(), *free]), rows)

    def decided(self, x: Floats) -> Floats:
        """Return what a solution decides."""
        return x[: len(self._decisions)]

    def _columns(self) -> Program:
        """(1 - risk) mean cost + risk (start + mean excess / (1 - beta))."""
        how, count, few = self._attitude, len(self._parts), len(self._decisions)
        tail = np.full(count, how.risk / how.tail(count))
        mean, far = np.full(count, (1 - how.risk) / count), np.full(count, FAR)
        return columns_alone(
            np.concatenate([np.zeros(few), mean, [how.risk], tail]),
            np.concatenate([np.zeros(few), self._least, [-FAR], np.zeros(count)]),
            np.concatenate([self._most, far, [FAR], 2 * far]),
            np.arange(few + 2 * count + 1) < few,
        )

    def _placing(self) -> Iterator[Row]:
        """Ordered <= most x placed."""
        places = {decision: place for place, decision in enumerate(self._decisions)}
        for decision, place in places.items():
            placing = places.get(decision._replace(is_placing=True), place)
            if placing != place:
                most = -self._most[place]
                yield Row(np.array([place, placing]), np.array([1.0, most]), -np.inf, 0.0)

    def _beyond(self) -> Iterator[Row]:
        """Excess + start of the tail - cost >= 0."""
        for scenario in range(len(self._parts)):
            excess, cost = self._tail_at + 1 + scenario, self._cost_at + scenario
            columns = np.array([excess, self._tail_at, cost])
            yield Row(columns, np.array([1.0, 1.0, -1.0]), 0.0, np.inf)

    def _holding(self) -> Iterator[Row]:
        """Decided in the scenario = decided; cost >= what the scenario's columns cost."""
        begins = starts([self._parts[scenario].program.columns for scenario in self.held])
        first = self._tail_at + 1 + len(self._parts)
        for scenario, begin in zip(self.held, begins, strict=True):
            part = self._parts[scenario]
            for place, decision in enumerate(self._decisions):
                columns = part.columns_of(decision) + first + begin
                values = np.append(np.ones(len(columns)), -1.0)
                yield Row(np.append(columns, place), values, 0.0, 0.0)
            costly = np.flatnonzero(part.program.cost)
            columns = np.append(costly + first + begin, self._cost_at + scenario)
            values = np.append(-part.program.cost[costly], 1.0)
            yield Row(columns, values, part.program.offset, np.inf)


def _most(parts: Sequence[Recourse], decisions: Sequence[Decision]) -> Floats:
    """Return the most that all scenarios let each decision be."""
    most = [min(part.most(decision) for part in parts) for decision in decisions]
    return np.floor(np.array(most) + 1e-6)
