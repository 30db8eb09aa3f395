"""What a lane says about its work: one log line per thing that went wrong, figures for the rest."""

import time
from collections.abc import Sequence
from typing import Final

import structlog

from services.kernel.errors import Refusal
from services.runtime.contiguity import Held, Verdicts
from services.runtime.events import Arrival
from services.runtime.faults import HOSTILE
from services.runtime.inbox import Place
from services.runtime.metrics import ConsumerMetrics
from services.runtime.release import Released
from services.runtime.telemetry import trace_id

log = structlog.get_logger()

DAY_SECONDS: Final = 86_400
YEAR_2000_SECONDS: Final = 946_684_800


class Report:
    """Counts and logs for one partition."""

    def __init__(self, place: Place, metrics: ConsumerMetrics) -> None:
        topic = place.topic
        self.place = {"topic": topic, "partition": place.partition}
        self._metrics = metrics
        self._topic = topic
        self._applied = metrics.applied.labels(topic)
        self._rows = metrics.batch_rows.labels(topic)
        self._delay = metrics.delay_seconds.labels(topic)
        self._suspect = metrics.clock_suspect.labels(topic)
        self._skipped = {
            cause: metrics.skipped.labels(topic, cause)
            for cause in ("duplicates", "stale", "passed_over")
        }

    def committed(self, arrivals: Sequence[Arrival], verdicts: Verdicts) -> None:
        """Report a batch that was taken in."""
        oldest_seconds = min(arrival.record.timestamp for arrival in arrivals) / 1000
        self._delay.observe(max(time.time() - oldest_seconds, 0))
        self._rows.observe(len(arrivals))
        self._applied.inc(len(verdicts.apply))
        self._skipped["duplicates"].inc(verdicts.duplicates)
        self._skipped["stale"].inc(verdicts.stale)
        self._skipped["passed_over"].inc(verdicts.passed_over)
        self._suspect.inc(sum(map(_is_clock_suspect, arrivals)))
        for held in verdicts.parked:
            self._parked(held)
        for held in verdicts.dead:
            self._dead(held)

    def failed(self, error: Exception) -> None:
        """Report a batch that was rolled back because of its content."""
        cause = "refused" if isinstance(error, Refusal) else "bug"
        self._metrics.failures.labels(self._topic, cause).inc()

    def moved(self, position: int) -> None:
        """Report a batch dropped because another reader had taken it in."""
        self._metrics.failures.labels(self._topic, "moved").inc()
        log.info("consumer_moved", **self.place, position=position)

    def released(self, key: str, released: Released) -> None:
        """Report a key that was tried again."""
        still = str(released.fault) if released.fault is not None else None
        log.info("key_released", **self.place, key=key, applied=released.applied, still=still)

    def of(self, arrival: Arrival) -> dict[str, object]:
        """Return what a log line says about an event: where it stands, never what is in it."""
        where: dict[str, object] = {**self.place, "offset": arrival.record.offset}
        event = arrival.event
        if event is not None:
            where |= {"event_id": str(event.id), "type": event.type, "version": event.version}
            where |= {"key": event.key, "cause_trace": trace_id(event.traceparent)}
        return where

    def _parked(self, held: Held) -> None:
        self._metrics.parked.labels(self._topic, held.fault.reason).inc()
        log.warning("event_parked", **self.of(held.arrival), **_why(held))

    def _dead(self, held: Held) -> None:
        self._metrics.dead.labels(self._topic, held.fault.reason).inc()
        is_hostile = held.fault.reason in HOSTILE
        log.error("event_dead", **self.of(held.arrival), **_why(held), page=is_hostile)


def _why(held: Held) -> dict[str, str]:
    return {"reason": held.fault.reason, "detail": held.fault.detail}


def _is_clock_suspect(arrival: Arrival) -> bool:
    if arrival.event is None:
        return False
    ahead_seconds = arrival.event.occurred_at.timestamp() - arrival.record.timestamp / 1000
    return ahead_seconds > DAY_SECONDS or arrival.event.occurred_at.timestamp() < YEAR_2000_SECONDS
