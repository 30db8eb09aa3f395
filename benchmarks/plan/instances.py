"""The problems by name. Each is made from its seed alone and known by its content's hash."""

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.plan.alliances import england, lumpy, three_trusts, wmas
from benchmarks.plan.ambcap import ambcap
from services.capital.optimiser.problem import Problem

INSTANCES: Final[Mapping[str, Callable[[], Problem]]] = {
    "wmas-10y": wmas,
    "alliance-10y": three_trusts,
    "england-10y": england,
    "lumpy": lumpy,
    "ambcap-10y": lambda: ambcap(10),
    "ambcap-20y": lambda: ambcap(20),
    "ambcap-f-10y": lambda: ambcap(10, lumpy=True),
    "ambcap-f-20y": lambda: ambcap(20, lumpy=True),
}


def instance(name: str) -> Problem:
    """Return the problem of that name."""
    return INSTANCES[name]()
