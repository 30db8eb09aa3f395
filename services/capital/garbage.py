"""How seldom a solver's process looks through its memory for what nobody refers to any more."""

import gc
from typing import Final

# A model of ten trusts is some millions of objects.
OBJECTS: Final = 1_000_000


def collect_seldom() -> None:
    """Look seldom from now on, for the rest of the process.

    What a model is made of lives as long as the run: looking through it again and again took a
    third of the time of making it.
    """
    gc.set_threshold(OBJECTS)
