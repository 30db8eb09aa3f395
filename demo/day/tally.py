"""What was done in a day: counted as it is done, and held against what the services say."""

from dataclasses import dataclass, fields


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one hub, or of all together."""

    crews: int = 0
    kept_waiting: int = 0
    deployed: int = 0
    returned: int = 0
    broken_down: int = 0
    back_on_road: int = 0
    jobs_started: int = 0
    jobs_completed: int = 0

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return (
            f"{self.deployed:,} out, {self.returned:,} back, {self.broken_down:,} broken down,"
            f" {self.back_on_road:,} mended, {self.jobs_completed:,} made ready;"
            f" {self.kept_waiting:,} of {self.crews:,} crews kept waiting"
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )
