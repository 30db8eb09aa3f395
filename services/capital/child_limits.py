"""What a process of its own may take, whose work is heavy and nobody waits at a screen for."""

import os
import resource
from typing import Final

NICENESS: Final = 10


def limit(memory_bytes: int) -> None:
    """Let this process map no more memory, and stand back for others from now on."""
    # Address space, not resident memory: Linux enforces no limit on the latter.
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    os.nice(NICENESS)
