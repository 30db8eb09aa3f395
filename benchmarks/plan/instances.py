"""The problems by name. Each is made from its seed alone and known by its content's hash."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from benchmarks.plan.alliances import TIGHT, england, lumpy, three_trusts, wmas
from benchmarks.plan.ambcap import ambcap
from benchmarks.plan.complete import complete
from benchmarks.plan.quarters import quarterly
from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.random_problems import a_random_problem

INSTANCES: Final[Mapping[str, Callable[[], Problem]]] = {
    "wmas-10y": wmas,
    "wmas-10y-tight": partial(wmas, budget_share=TIGHT),
    "alliance-10y": three_trusts,
    "england-10y": england,
    "ambcap-10y": partial(ambcap, 10),
    "ambcap-20y": partial(ambcap, 20),
    "ambcap-f-10y": partial(ambcap, 10, lumpy=True),
    "ambcap-f-20y": partial(ambcap, 20, lumpy=True),
    "lumpy": lumpy,
    "quarters": lambda: quarterly(three_trusts(years=5)),
    "complete-10y": complete,
    "scenarios-50": partial(wmas, years=3),
}
# The time each is given, where no other is asked for.
SECONDS: Final[Mapping[str, int]] = {
    "wmas-10y": 10,
    "wmas-10y-tight": 60,
    "alliance-10y": 20,
    "england-10y": 60,
    "ambcap-10y": 20,
    "ambcap-20y": 60,
    "ambcap-f-10y": 60,
    "ambcap-f-20y": 60,
    "lumpy": 20,
    "quarters": 60,
    "complete-10y": 60,
    "scenarios-50": 180,
}


# Two-stage problems, made of scenarios of the problem.
STAGED: Final = frozenset({"scenarios-50"})
TINY: Final = re.compile(r"tiny-(\d{1,3})")
TINY_SECONDS: Final = 5


def instance(name: str) -> Problem:
    """Return the problem of that name; of `tiny-0` to `tiny-999`, what the tests enumerate."""
    tiny = TINY.fullmatch(name)
    return a_random_problem(int(tiny[1])) if tiny else INSTANCES[name]()


def known(name: str) -> str:
    """Return the name if there is such a problem, for a command line to take."""
    if name not in INSTANCES and not TINY.fullmatch(name):
        raise ValueError(name)
    return name
