"""The kinds of random problems, and how many of each are tried: five hundred and more together."""

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from services.capital.optimiser.problem import Problem
from tests.unit.capital.optimiser.random_hungry import a_random_problem_in_need
from tests.unit.capital.optimiser.random_mixed import a_mixed_random_problem
from tests.unit.capital.optimiser.random_money import a_random_problem_of_money
from tests.unit.capital.optimiser.random_moves import a_random_problem_with_a_reserve
from tests.unit.capital.optimiser.random_problems import a_random_problem
from tests.unit.capital.optimiser.random_ruled import a_random_problem_with_a_ruling

# Set, more problems are tried, and every one of them without each of its rules.
THOROUGH: Final = bool(os.environ.get("MAKEREADY_PROOFS"))
TIMES: Final = 4 if THOROUGH else 1


class Kind(NamedTuple):
    """How to make a problem of a seed, and how many to make."""

    make: Callable[[int], Problem]
    problems: int


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "mixed": Kind(a_mixed_random_problem, 220),
        "in need": Kind(a_random_problem_in_need, 100),
        "with a ruling": Kind(a_random_problem_with_a_ruling, 72),
        "of money": Kind(a_random_problem_of_money, 80),
        "with a reserve": Kind(a_random_problem_with_a_reserve, 40),
        "plain": Kind(a_random_problem, 70),
    }
)
