"""The search of problems that fall into fleets: plans from parts of plans, bounds from prices."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from threading import Event
from typing import Final

from services.capital.optimiser.allowance import Allowance
from services.capital.optimiser.at_once import HandedOver, suits
from services.capital.optimiser.closing_in import closed_in
from services.capital.optimiser.decisions import decisions_of
from services.capital.optimiser.engine.arrays import Floats
from services.capital.optimiser.engine.couplings import proved_by
from services.capital.optimiser.engine.levelled import (
    LevelBounds,
    Objective,
    at_level,
    prices_at_level,
    weighed,
)
from services.capital.optimiser.engine.primal.drafting import draft
from services.capital.optimiser.engine.primal.guide import Guide
from services.capital.optimiser.engine.primal.improving import improve
from services.capital.optimiser.engine.primal.leaving_out import solved_without_unused
from services.capital.optimiser.engine.program import Program, between_blocks, with_own_rows
from services.capital.optimiser.incumbent import Incumbent
from services.capital.optimiser.limits import Limits, Listener, Phase
from services.capital.optimiser.mathopt_adapter import Effort, Solution, Status, solve_from
from services.capital.optimiser.mathopt_program import Basis
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level
from services.capital.optimiser.proving import Proving
from services.capital.optimiser.starting import ByColumn, Start
from services.capital.optimiser.timing import Pace, Timing
from services.capital.optimiser.weights import weights

# With more, the linear programme takes longer than all that closer rows spare the search.
MOST_ROWS_AT_ONCE: Final = 10_000
# Of the seconds that remain when it begins, what each step may use.
DRAFT_SHARE: Final = 0.5
# Where levels come in order, what is left after the draft has more to better than cost.
ORDERED_DRAFT_SHARE: Final = 0.35
# A level before cost that may yet be bettered is worth more than cost.
UNSETTLED_SHARE: Final = 0.6
ALONE_SHARE: Final = 0.6
# What HiGHS takes with all of cost at once, where that is of use.
AT_ONCE_SHARE: Final = 0.7
# Where neither doing least nor worst-first replacement keeps every rule, a plan of what the linear
# programme uses is worth so much of the time; with more columns HiGHS finds none in it.
WITHOUT_A_PLAN_SHARE: Final = 0.7
MOST_COLUMNS_WITHOUT_A_PLAN: Final = 40_000
# Of the time, what it may take to work out plans that are better only by a little.
OFFER_SHARE: Final = 0.1
# Of each level, where counts end a run.
ROUNDS: Final = 2


class DecomposedSearch:
    """Drafts a plan from the linear programme, and betters it part by part, while bounds rise."""

    def __init__(
        self,
        model: RenewalModel,
        incumbent: Incumbent,
        limits: Limits,
        listener: Listener,
        timing: Timing,
        executor: Executor | None,
    ) -> None:
        self._model: Final = model
        self._incumbent: Final = incumbent
        self._limits: Final = limits
        self._listener: Final = listener
        self._timing: Final = timing
        self._allowance: Final = Allowance(limits, timing)
        self._executor: Final = executor
        # What better plans are looked for on: none but this thread while all of cost is solved.
        self._cores = executor
        self._has_drafted: Final = Event()
        self._start: Final = Start(model, incumbent, self._allowance)
        self._closer: Final = model.closer_rows()
        self._are_few: Final = len(self._closer.lower) <= MOST_ROWS_AT_ONCE
        plain = model.arrays()
        self._program: Final = with_own_rows(plain, self._closer) if self._are_few else plain
        self._handed_over: Final = HandedOver()
        self._pace: Final = Pace(timing.now, 1.0 if self._allowance.counts else OFFER_SHARE)
        weight = weights(model.terms)
        self._objectives: Final = tuple(
            Objective(
                cost=cost, offset=offset, weight=weight[level], step=float(level is not Level.COST)
            )
            for level in incumbent.levels
            for cost, offset in (model.cost(level),)
        )

    def run(self) -> Status:
        """Leave the best plan with the incumbent; NOTHING: no plan of its own was found."""
        program = weighed(self._program, self._objectives)
        self._tell(Phase.DRAFTING)
        linear = self._relaxed(program)
        if linear.status is Status.INFEASIBLE:
            return Status.INFEASIBLE
        if linear.x is None or linear.row_prices is None:
            return Status.NOTHING
        bounds = self._bounds(self._program, linear.x, linear.row_prices)
        proving = Proving(
            bounds, self._incumbent, self._listener, self._limits.gap_ppm, self._timing.now
        )
        guide = Guide(x=linear.x, row_prices=between_blocks(self._program, linear.row_prices))
        with self._beside(proving, linear, linear.x):
            return self._plan(program, self._known(program, linear, proving), guide, proving)

    def _known(self, program: Program, linear: Solution, proving: Proving) -> Floats | None:
        """Return a plan to be bettered: the best there is, or one of what is worth using alone."""
        known = self._start.best(program)
        if known is not None or program.columns > MOST_COLUMNS_WITHOUT_A_PLAN:
            return known
        effort = replace(self._allowance.effort(WITHOUT_A_PLAN_SHARE), solutions=1)
        x = solved_without_unused(program, linear, effort, self._timing.stop)
        return x if x is not None and self._offer(x, proving) else None

    def _relaxed(self, program: Program, basis: Basis | None = None) -> Solution:
        return solve_from(program.relaxed(), basis, self._allowance.effort(), self._timing.stop)

    def _plan(
        self, program: Program, known: Floats | None, guide: Guide, proving: Proving
    ) -> Status:
        """Draft, better all levels at once, then cost with the levels before it held."""
        x = self._drafted(program, guide, known)
        self._has_drafted.set()
        if x is None or not self._offer(x, proving):
            x = self._start.of(program, x, known)
        self._timing.stall.begin()
        if x is None:
            return Status.NOTHING
        # Levels that are proved need no holding: what is worse at them is no better plan.
        is_settled = not self._allowance.counts and proving.is_done_before_cost()
        x = self._improved(program, x, guide, 1.0 if is_settled else UNSETTLED_SHARE, proving)
        proving.hold()
        x = self._start.again(program, x)
        while not self._timing.is_over:
            x = self._handed_over.take(x, self._objectives)
            # What is short weighs more than any cost: so it may still be less, and cost with it.
            if self._are_priced and not proving.is_done_before_cost():
                x = self._improved(program, x, guide, 1.0, proving)
            else:
                x = self._improved(*self._of_cost(x, guide), 1.0, proving)
            if not self._handed_over.is_there:
                break
        return Status.FOUND

    def _solve_at_once(self, proving: Proving) -> None:
        """Give HiGHS all of cost; its bound and its plan count, and others are sought near that."""
        effort = self._allowance.effort(AT_ONCE_SHARE)
        x = proving.at_once(self._program, self._objectives, effort, self._timing.stop)
        self._cores = self._executor
        self._handed_over.give(x if x is not None and self._offer(x, proving) else None)

    def _drafted(self, program: Program, guide: Guide, known: Floats | None) -> Floats | None:
        return draft(
            program,
            self._allowance.budget(
                DRAFT_SHARE if self._are_priced else ORDERED_DRAFT_SHARE, self._now
            ),
            latest=self._timing.deadline,
            seed=self._limits.seed,
            guide=guide,
            known=known,
            executor=self._cores,
        )

    @property
    def _are_priced(self) -> bool:
        """Whether no level but shortfall comes before cost."""
        return set(self._incumbent.levels) <= {Level.SHORTFALL, Level.COST}

    def _of_cost(self, x: Floats, guide: Guide) -> tuple[Program, Floats, Guide]:
        """Return the programme of cost alone, what the best plan comes to before it held."""
        last = len(self._objectives) - 1
        held = [level.value(x) for level in self._objectives[:last]]
        prices = prices_at_level(guide.row_prices, self._objectives, last)
        program = at_level(self._program, self._objectives, last, held)
        return program, x, Guide(x=guide.x, row_prices=prices)

    def _improved(
        self, program: Program, x: Floats, guide: Guide, share: float, proving: Proving
    ) -> Floats:
        """Return the best found, having offered every better plan on the way."""
        budget = self._allowance.budget(share, self._now)
        found = improve(
            program, x, budget, seed=self._limits.seed, guide=guide, executor=self._cores
        )
        waiting: Floats | None = None
        for better in found:
            waiting = better
            # Working out a plan's account takes as long as finding several better ones.
            if self._pace.is_due():
                x, waiting = self._offered(better, x, proving), None
            if proving.is_done():
                break
        return x if waiting is None else self._offered(waiting, x, proving)

    def _offered(self, better: Floats, x: Floats, proving: Proving) -> Floats:
        """Return the better solution if its plan is one, else the one that was there."""
        with self._pace.taken():
            return better if self._offer(better, proving) else x

    def _offer(self, x: Floats, proving: Proving) -> bool:
        if not self._incumbent.offer(decisions_of(self._model, ByColumn(self._model, x))):
            return False
        proving.learn(x)
        self._tell(Phase.IMPROVING)
        return True

    def _bounds(self, program: Program, x: Floats, row_prices: Floats) -> LevelBounds:
        """Return bounds of the programme's levels, begun from what its relaxation proves."""
        return LevelBounds(
            program,
            self._model.blocks.trusts,
            self._objectives,
            between_blocks(program, row_prices),
            x,
            executor=self._executor,
            seconds_left=lambda: self._timing.left,
            proved=proved_by(weighed(program, self._objectives), row_prices),
        )

    def _come_closer(self, proving: Proving, linear: Solution) -> None:
        """Have bounds begun anew with those closer rows that the relaxation breaks.

        Where there are many, these say nearly as much as all; where few, all are in already.
        """
        if self._are_few:
            return
        program = weighed(self._program, self._objectives)
        closed = closed_in(program, self._closer, linear, self._relaxed)
        if closed is not None:
            proving.begin_anew(self._bounds(*closed))

    @contextmanager
    def _beside(self, proving: Proving, linear: Solution, x: Floats) -> Iterator[None]:
        """Prove beside what is done within; where counts end a run, after it."""
        at_once = suits(self._model, self._objectives, x)
        if self._allowance.counts:
            yield
            proving.go_on_alone()
            if at_once:
                self._solve_at_once(proving)
            self._come_closer(proving, linear)
            rounds = iter(range(ROUNDS * len(self._objectives)))
            proving.run(lambda: self._counted_effort(rounds))
            proving.restate()
            return
        self._cores = None if at_once else self._executor
        with ThreadPoolExecutor(1) as beside:
            prove = self._prove_at_once if at_once else self._prove
            proof = beside.submit(prove, proving, linear)
            try:
                yield
            finally:
                self._has_drafted.set()
                proving.go_on_alone()
                proof.result()
                proving.restate()

    def _prove_at_once(self, proving: Proving, linear: Solution) -> None:
        """Leave what there is to prove of cost to HiGHS, and the cores to plans after that."""
        self._solve_at_once(proving)
        if not proving.is_done_before_cost():
            self._prove(proving, linear)

    def _prove(self, proving: Proving, linear: Solution) -> None:
        # A first plan is worth more than a first bound: every core is the draft's for a while.
        self._has_drafted.wait(self._timing.part(ALONE_SHARE))
        proving.restate()
        self._come_closer(proving, linear)
        proving.run(self._allowance.effort_in_time)

    def _counted_effort(self, rounds: Iterator[int]) -> Effort | None:
        self._timing.end_part()
        return None if next(rounds, None) is None else self._allowance.effort_in_time()

    def _now(self) -> float:
        """Return the time; past every deadline once plans are to be looked for anew."""
        return inf if self._handed_over.is_there else self._timing.now()

    def _tell(self, phase: Phase) -> None:
        self._listener(self._incumbent.progress(phase, Level.COST))
