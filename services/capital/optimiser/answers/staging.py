"""The search for first orders: proposed by a programme, judged by every scenario, cut by cut."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from services.capital.optimiser.answers.effort import Workshop
from services.capital.optimiser.answers.first_stage import Attitude, FirstStage
from services.capital.optimiser.answers.recourse import Cut, Outlook, Recourse, solve_linear
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.mathopt_adapter import Solution, Status, solve_program
from services.capital.optimiser.proof import COST_TOLERANCE_PPM, PPM

T = TypeVar("T")
# Scenarios held whole: each makes proposals closer, and slower.
MOST_HELD: Final = 4
# Divisible orders are soon proposed, and their cuts hold of whole ones too: until this gap, for so
# many rounds, or while more than this share of the time is left.
DIVISIBLE_GAP: Final = 1e-4
DIVISIBLE_ROUNDS: Final = 30
WHOLE_SHARE: Final = 0.5
MOST_ROUNDS: Final = 1000
# A proposal need only be as good as this share of the gap that is left.
PROPOSAL_GAP_SHARE: Final = 0.2
# Of the seconds left, what one proposal may take: what it comes to is to be seen as well.
PROPOSAL_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """The best decisions found, None where none were, and what no others do better than.

    `costs` are the scenarios', and all values in the solver's units.
    """

    decided: Floats | None = None
    value: float = np.inf
    bound: float = -np.inf
    costs: tuple[float, ...] = ()
    infeasible: bool = False


class Staging:
    """Proposes what is best by all that is known, and asks every scenario what it comes to."""

    def __init__(
        self,
        parts: Sequence[Recourse],
        attitude: Attitude,
        workshop: Workshop,
        executor: Executor | None,
    ) -> None:
        self.decisions: Final = tuple(sorted({row for part in parts for row in part.decided}))
        self._parts: Final = parts
        self._attitude: Final = attitude
        self._workshop: Final = workshop
        self._executor: Final = executor
        self._outlooks: Final = [Outlook(part, self.decisions) for part in parts]
        self._stage: Final = FirstStage(parts, self.decisions, attitude)
        self._best = Staged()
        self._gap: Final = max(COST_TOLERANCE_PPM, workshop.gap_ppm) / PPM
        self._whole_seconds: Final = WHOLE_SHARE * workshop.seconds_left
        self._is_divisible = True

    def run(self) -> Staged:
        """Return the best decisions that were found, with what is proved of them."""
        alone = self._each([(solve_linear, part.program) for part in self._parts])
        if any(found.status is Status.INFEASIBLE for found in alone):
            return replace(self._best, infeasible=True)
        least = [found.value for found in alone if found.value is not None]
        if len(least) < len(alone):
            return self._best
        for scenario, value in enumerate(least):
            self._stage.cost_at_least(scenario, value)
        self._bounded(self._attitude.value(least))
        # To order nothing does where anything does: from here on there is an answer.
        self._ask(np.zeros(len(self.decisions)))
        if not self._stage.held:
            self._stage.hold(least.index(max(least)))
        rounds = iter(range(MOST_ROUNDS))
        while (number := next(rounds, None)) is not None and self._round(number):
            pass
        return self._best

    def _round(self, number: int) -> bool:
        """Propose, and ask; say whether there is more to be had."""
        self._workshop.tell("first orders", number)
        before, is_divisible = self._best, self._is_divisible
        found = self._proposal()
        if found.status is Status.INFEASIBLE:
            self._best = replace(before, infeasible=before.decided is None)
            return False
        if found.bound is not None:
            self._bounded(found.bound)
        if found.x is None or found.value is None or self._is_over():
            return False
        decided = self._stage.decided(found.x)
        value = self._ask(decided if is_divisible else np.round(decided))
        if is_divisible:
            close = value - found.value <= DIVISIBLE_GAP * abs(value)
            self._is_divisible = not (close or number >= DIVISIBLE_ROUNDS or self._is_late())
        return not self._is_over() and (is_divisible or self._has_moved(before, value, found.value))

    def _has_moved(self, before: Staged, value: float, proposed: float) -> bool:
        """Whether a round was of use: it bettered plan or bound, or told what it did not know."""
        now = self._best
        return now.value < before.value or now.bound > before.bound or value > proposed

    def _proposal(self) -> Solution:
        """Return what is best by all that is known: of divisible orders at first, then of whole."""
        effort, program = self._workshop.look(), self._stage.program()
        if self._is_divisible:
            return solve_program(program.relaxed(), effort)
        seconds = effort.seconds if effort.nodes is not None else PROPOSAL_SHARE * effort.seconds
        # Where there is no plan yet, any proposal is a good one.
        left = min(self._best.value - self._best.bound, abs(self._best.bound))
        gap = PROPOSAL_GAP_SHARE * left
        return solve_program(program, replace(effort, seconds=seconds, absolute_gap=gap))

    def _ask(self, decided: Floats) -> float:
        """Return what the decisions come to, infinite where they cannot be taken; learn from it."""
        cuts = self._each([(outlook.cut, decided) for outlook in self._outlooks])
        for scenario, cut in enumerate(cuts):
            if cut is not None:
                self._stage.add(scenario, cut)
        self._hold_hardest(cuts)
        costs = tuple(cut.value for cut in cuts if cut is not None and not cut.is_broken)
        if len(costs) < len(cuts):
            return np.inf
        value = self._attitude.value(costs)
        if value < self._best.value and np.array_equal(decided, np.round(decided)):
            self._best = replace(self._best, decided=decided, value=value, costs=costs)
        return value

    def _hold_hardest(self, cuts: Sequence[Cut | None]) -> None:
        """Hold whole the scenario that allows least of what was asked about, if any forbids it."""
        broken = {
            scenario: cut.value
            for scenario, cut in enumerate(cuts)
            if cut is not None and cut.is_broken and scenario not in self._stage.held
        }
        if broken and len(self._stage.held) < MOST_HELD:
            self._stage.hold(max(broken, key=lambda scenario: broken[scenario]))

    def _bounded(self, bound: float) -> None:
        self._best = replace(self._best, bound=max(self._best.bound, bound))

    def _is_late(self) -> bool:
        is_timed = self._workshop.look().nodes is None
        return is_timed and self._workshop.seconds_left < self._whole_seconds

    def _is_over(self) -> bool:
        best = self._best
        is_known = best.decided is not None
        is_proved = is_known and best.value - best.bound <= self._gap * abs(best.value)
        return is_proved or self._workshop.is_spent

    def _each(self, calls: Sequence[tuple[Callable[..., T], object]]) -> list[T]:
        """Call each with what it is given and the effort of one programme, side by side."""
        effort = self._workshop.look()
        if self._executor is None:
            return [call(given, effort) for call, given in calls]
        flights = [self._executor.submit(call, given, effort) for call, given in calls]
        return [flight.result() for flight in flights]
