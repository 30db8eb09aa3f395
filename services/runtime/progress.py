"""Whether a reader gets anywhere: the only sign of health a stuck client cannot fake. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiokafka import TopicPartition

NO_ADVANCE_SECONDS: Final = 60.0
NO_ASSIGNMENT_SECONDS: Final = 120.0


class NoProgress(Exception):
    """There is work and none gets done; only a new process helps."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A partition at one moment. `end_offset` None: the broker did not say."""

    position: int
    end_offset: int | None

    @property
    def lag(self) -> int | None:
        return None if self.end_offset is None else max(self.end_offset - self.position, 0)


@dataclass(slots=True)
class Progress:
    """Remembers when each partition last moved or had nothing to do. Seconds are monotonic."""

    now_seconds: float
    _assigned_seconds: float = field(init=False)
    _positions: dict[TopicPartition, int] = field(default_factory=dict)
    _well_seconds: dict[TopicPartition, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._assigned_seconds = self.now_seconds

    def observe(
        self,
        standings: Mapping[TopicPartition, Standing],
        now_seconds: float,
        *,
        is_assigned: bool,
    ) -> str | None:
        """Take in where the partitions stand; return what is wrong, in one sentence."""
        if is_assigned:
            self._assigned_seconds = now_seconds
        elif now_seconds - self._assigned_seconds > NO_ASSIGNMENT_SECONDS:
            return f"no assignment for {NO_ASSIGNMENT_SECONDS:.0f} s"
        for partition in self._positions.keys() - standings.keys():
            del self._positions[partition], self._well_seconds[partition]
        for partition, standing in standings.items():
            moved = self._positions.get(partition) != standing.position
            self._positions[partition] = standing.position
            if moved or standing.lag == 0:
                self._well_seconds[partition] = now_seconds
            elif now_seconds - self._well_seconds[partition] > NO_ADVANCE_SECONDS:
                where = f"{partition.topic}/{partition.partition}"
                return f"{where} stands at {standing.position}, with {standing.lag} to read"
        return None
