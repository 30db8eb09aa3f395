"""What a process that solves reads of the environment besides what every process does."""

from datetime import timedelta

from pydantic import Field

from services.runtime.settings import Settings


class SolverSettings(Settings):
    """The settings of every process, and how a solve is limited."""

    # What one solver process may map.
    solver_memory_bytes: int = Field(3 << 30, ge=512 << 20)
    # How long a worker may be silent before another takes up its plan.
    solver_lease_seconds: float = Field(15, ge=0.5, le=300)

    @property
    def solver_lease(self) -> timedelta:
        return timedelta(seconds=self.solver_lease_seconds)
