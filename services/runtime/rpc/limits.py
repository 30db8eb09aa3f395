"""How much the server takes on: calls in hand, streams and calls a second of one caller."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from services.kernel.errors import Exhausted

CALLERS_REMEMBERED: Final = 10_000
BACK_IN: Final = timedelta(seconds=1)


class Overloaded(Exhausted):
    reason = "OVERLOADED"


class RateLimited(Exhausted):
    reason = "RATE_LIMITED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server process takes on. Streams are not counted among the calls in hand."""

    calls_in_hand: int = 256
    streams_per_caller: int = 20
    calls_per_second: float = 5_000.0
    burst_calls: float = 10_000.0


class InHand:
    """Counts the calls in hand and turns away the one too many, at once and without queueing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._streams: Counter[str] = Counter()
        self.calls = 0

    def enter(self) -> None:
        """Count a call in; whoever enters leaves. Raises Overloaded, and then has not entered."""
        if self.calls >= self._limits.calls_in_hand:
            raise Overloaded("the server is busy; try again", BACK_IN)
        self.calls += 1

    def leave(self) -> None:
        self.calls -= 1

    @contextmanager
    def stream(self, caller: str) -> Iterator[None]:
        """Count a stream of a caller in and out."""
        if self._streams[caller] >= self._limits.streams_per_caller:
            raise Overloaded("too many streams of this caller; close one", BACK_IN)
        self._streams[caller] += 1
        try:
            yield
        finally:
            self._streams[caller] -= 1
            if not self._streams[caller]:
                del self._streams[caller]


@dataclass(slots=True)
class _Bucket:
    calls: float
    filled_at: float


class RateLimiter:
    """One token bucket for every caller, kept in this process."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, caller: str) -> None:
        """Take one call from the caller's bucket, or raise RateLimited with when to come back."""
        now = self._monotonic()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._open(caller, now)
        rate = self._limits.calls_per_second
        earned = (now - bucket.filled_at) * rate
        bucket.calls = min(self._limits.burst_calls, bucket.calls + earned)
        bucket.filled_at = now
        if bucket.calls < 1:
            seconds = ceil((1 - bucket.calls) / rate)
            message = f"rate limit for this caller; retry after {seconds} s"
            raise RateLimited(message, timedelta(seconds=seconds))
        bucket.calls -= 1

    def _open(self, caller: str, now: float) -> _Bucket:
        if len(self._buckets) >= CALLERS_REMEMBERED:
            self._buckets.popitem(last=False)
        bucket = self._buckets[caller] = _Bucket(self._limits.burst_calls, now)
        return bucket
