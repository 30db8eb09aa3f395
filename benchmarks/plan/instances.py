"""The problems by name. Each is made from its seed alone and known by its content's hash."""

from collections.abc import Callable, Mapping
from typing import Final

from benchmarks.plan.alliances import england, three_trusts, wmas
from services.capital.optimiser.problem import Problem

INSTANCES: Final[Mapping[str, Callable[[], Problem]]] = {
    "wmas-10y": wmas,
    "alliance-10y": three_trusts,
    "england-10y": england,
}


def instance(name: str) -> Problem:
    """Return the problem of that name."""
    return INSTANCES[name]()
