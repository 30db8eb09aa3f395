"""What is proved of each level while plans are looked for: bounds that rise round by round."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from threading import Event
from typing import Final

from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.couplings import safety
from services.capital.optimiser.engine.levelled import LevelBounds, Objective, at_level
from services.capital.optimiser.engine.program import Program
from services.capital.optimiser.gains import Gains
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import GapPpm, Listener, Phase
from services.capital.optimiser.mathopt_adapter import Effort, Stop, solve_program
from services.capital.optimiser.plan import Level
from services.capital.optimiser.proof import PPM
from services.capital.optimiser.yardstick import bound_from_solver, to_solver

# Rounds that can close no more of the gap than this share leave the cores to plans.
LEAST_SHARE: Final = 0.02
REST_SECONDS: Final = 0.5
# A round for an earlier level is worth as much as so many rounds for cost.
EARLIER_ROUNDS: Final = 3


class Proving:
    """Raises the bound of the level that is most in need, for plans as good as the best."""

    def __init__(
        self,
        bounds: LevelBounds,
        incumbent: Incumbent,
        listener: Listener,
        gap_ppm: GapPpm,
        now: Callable[[], float],
    ) -> None:
        self._bounds = bounds
        self._incumbent: Final = incumbent
        self._listener: Final = listener
        self._gap_ppm: Final = gap_ppm
        self._gains: Final = Gains(now)
        self._at_once = -inf
        self._is_alone: Final = Event()
        self._is_held: Final = Event()

    def learn(self, x: Floats) -> None:
        """Take in the best plan's parts, and what it gained."""
        self._bounds.solutions.append(x)
        value = self._incumbent.value(Level.COST)
        if value is not None:
            self._gains.note(to_solver(Level.COST, value))

    def begin_anew(self, bounds: LevelBounds) -> None:
        """Raise other bounds from now on; what was proved stands."""
        bounds.solutions.extend(self._bounds.solutions)
        self._bounds = bounds
        self.restate()

    def run(self, effort: Callable[[], Effort | None]) -> None:
        """Raise bounds until no effort is given, or none is of use."""
        while (given := effort()) is not None:
            has_plan, waiting = self._has_plan(), self._waiting()
            if not waiting and (has_plan or self._is_alone.wait(REST_SECONDS)):
                return
            if not waiting:
                continue
            worth = [level for level in waiting if self._is_worth_a_round(level, given)]
            if worth or self._is_alone.wait(REST_SECONDS):
                self.rise(self._next(worth or waiting), given)
            self.restate()

    def at_once(
        self, program: Program, objectives: Sequence[Objective], effort: Effort, stop: Stop
    ) -> Floats | None:
        """Give HiGHS all of cost, nothing lost at levels before; return what it finds.

        Its bounds count at once, and of plans that lose nothing later on, too.
        """
        nothing = (0,) * (len(objectives) - 1)
        program = at_level(program, objectives, len(nothing), self._most(nothing))
        margin = safety(program)

        def report(found: float | None, bound: float | None) -> None:
            if bound is not None:
                self._at_once = max(self._at_once, bound - margin)
                self._note(Level.COST, self._at_once, nothing)
                self._tell(Level.COST)

        gap = self._incumbent.diluted_ppm(self._gap_ppm) / PPM
        effort = replace(effort, relative_gap=gap)
        solved = solve_program(program, effort, report=report, stop=stop)
        report(solved.value, solved.bound)
        return None if solved.x is None else program.whole(solved.x)

    def go_on_alone(self) -> None:
        """Take it that no more plans are looked for: every core is free for bounds."""
        self._is_alone.set()

    def hold(self) -> None:
        """Take it that plans are looked for that are better at cost, and no worse before it."""
        self._is_held.set()

    def is_done(self) -> bool:
        """Whether nothing is left to prove: every level is, and cost to within the gap asked."""
        return self.is_done_before_cost() and self._is_settled(Level.COST)

    def is_done_before_cost(self) -> bool:
        """Whether every level before cost is proved."""
        return all(map(self._is_settled, self._incumbent.levels[:-1]))

    def rise(self, level: Level, effort: Effort) -> None:
        """Price every fleet once more for the level."""
        held, number = self._incumbent.held(level), self._incumbent.levels.index(level)
        bound = self._bounds.rise(number, self._most(held), effort, may_fall=self._may_fall(number))
        self._note(level, bound, held)
        self._tell(level)

    def restate(self) -> None:
        """Note what the bounds known say of plans as good as the best is by now."""
        for number, level in enumerate(self._open()):
            held = self._incumbent.held(level)
            self._note(level, self._bounds.bound(number, self._most(held)), held)
        self._note(Level.COST, self._at_once, (0,) * (len(self._incumbent.levels) - 1))

    def _may_fall(self, number: int) -> bool:
        """Whether better plans may yet be found at the levels before this one."""
        if self._is_alone.is_set() or self._is_held.is_set():
            return False
        return not all(map(self._incumbent.is_proved, self._incumbent.levels[:number]))

    def _most(self, held: tuple[int, ...]) -> list[float]:
        return [to_solver(*row) for row in zip(self._incumbent.levels, held, strict=False)]

    def _note(self, level: Level, bound: float, held: tuple[int, ...]) -> None:
        if bound > -inf:
            self._incumbent.prove(level, bound_from_solver(level, bound), held)

    def _open(self) -> Sequence[Level]:
        """Return the levels that something can be said of: before there is a plan, the first.

        Of a later one bounds are of plans as good as the best before it. Where no plan is looked
        for any more and none is known, nothing is left to say.
        """
        levels = self._incumbent.levels
        if self._has_plan():
            return levels
        return () if self._is_alone.is_set() else levels[:1]

    def _has_plan(self) -> bool:
        return self._incumbent.best is not None

    def _waiting(self) -> list[Level]:
        """Return the levels whose bounds can be of more use."""
        return [
            level
            for number, level in enumerate(self._open())
            if not self._is_settled(level) and not self._bounds.has_converged(number)
        ]

    def _next(self, levels: list[Level]) -> Level:
        """Return the level that had the fewest rounds for what they are worth; cost where even."""
        standing = self._incumbent.levels
        rounds = {level: self._bounds.rounds[standing.index(level)] for level in levels}
        worth = {level: 1 if level is Level.COST else EARLIER_ROUNDS for level in levels}
        return min(reversed(levels), key=lambda level: rounds[level] * worth[level])

    def _is_worth_a_round(self, level: Level, effort: Effort) -> bool:
        value = self._incumbent.value(level)
        if value is None or effort.nodes is not None:
            return True
        number = self._incumbent.levels.index(level)
        # What plans gain is counted in cost; earlier levels are worth more than any of it.
        if level is Level.COST and self._gains.outdo(self._bounds.rate(number)):
            return False
        gap = to_solver(level, value - self._incumbent.bound(level))
        return self._bounds.hope(number) >= LEAST_SHARE * gap

    def _is_settled(self, level: Level) -> bool:
        if self._incumbent.is_proved(level):
            return True
        gap = self._incumbent.gap_ppm()
        return level is Level.COST and gap is not None and gap <= self._gap_ppm

    def _tell(self, level: Level) -> None:
        self._listener(self._incumbent.progress(Phase.PROVING, level))
