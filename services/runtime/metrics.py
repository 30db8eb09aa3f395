"""What a process counts about its events, for Prometheus. One registry per process, no globals."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600)
ROWS: Final = (1, 3, 10, 30, 100, 300, 1000)


class Metrics:
    """Every figure about messaging; rpc adds its own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.loop_lag_seconds = Gauge(
            "makeready_event_loop_lag_seconds",
            "How late the event loop ran its last heartbeat.",
            registry=self.registry,
        )
        self.relay = RelayMetrics(self.registry)
        self.consumer = ConsumerMetrics(self.registry)
        self.schedule_runs = Counter(
            "makeready_schedule_runs_total",
            "Runs of schedules, by outcome: done or failed.",
            ["schedule", "outcome"],
            registry=self.registry,
        )


class RelayMetrics:
    """The way from the outbox to the broker."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.active = Gauge(
            "makeready_relay_active", "1 while this process leads the relay.", registry=registry
        )
        self.unsent = Gauge(
            "makeready_outbox_unsent",
            "Events committed and not yet acknowledged.",
            registry=registry,
        )
        self.oldest_seconds = Gauge(
            "makeready_outbox_oldest_age_seconds",
            "Age of the oldest event not yet acknowledged.",
            registry=registry,
        )
        self.parked = Gauge(
            "makeready_outbox_parked_keys",
            "Keys whose events the broker refused too often; each wakes an engineer.",
            registry=registry,
        )
        self.sent = Counter(
            "makeready_relay_sent",
            "Events acknowledged by the broker.",
            registry=registry,
        )
        self.batch_rows = Histogram(
            "makeready_relay_batch_rows", "Events sent at once.", buckets=ROWS, registry=registry
        )
        self.ack_seconds = Histogram(
            "makeready_relay_ack_seconds",
            "From sending a batch to its last acknowledgement.",
            buckets=SECONDS,
            registry=registry,
        )


class ConsumerMetrics:
    """The way from the broker to the effect."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.applied = Counter(
            "makeready_events_applied", "Events applied.", ["topic"], registry=registry
        )
        self.skipped = Counter(
            "makeready_events_skipped",
            "Events that changed nothing: duplicate, stale, passed_over (not wanted, tombstones).",
            ["topic", "cause"],
            registry=registry,
        )
        self.parked = Counter(
            "makeready_events_parked", "Events parked.", ["topic", "reason"], registry=registry
        )
        self.dead = Counter(
            "makeready_events_dead",
            "Records that will never be applied.",
            ["topic", "reason"],
            registry=registry,
        )
        self.clock_suspect = Counter(
            "makeready_events_clock_suspect",
            "Events that say they happened a day after they were recorded, or before 2000.",
            ["topic"],
            registry=registry,
        )
        self.failures = Counter(
            "makeready_batches_failed",
            "Batches rolled back: refused, bug, or moved (taken over by another reader).",
            ["topic", "cause"],
            registry=registry,
        )
        self._add_batches(registry)
        self._add_standing(registry)

    def _add_batches(self, registry: CollectorRegistry) -> None:
        self.batch_rows = Histogram(
            "makeready_consumer_batch_rows",
            "Records taken in one transaction.",
            ["topic"],
            buckets=ROWS,
            registry=registry,
        )
        self.delay_seconds = Histogram(
            "makeready_event_delay_seconds",
            "From an event's commit to the commit of its effect, by batch: its oldest event.",
            ["topic"],
            buckets=SECONDS,
            registry=registry,
        )

    def _add_standing(self, registry: CollectorRegistry) -> None:
        self.lag = Gauge(
            "makeready_consumer_lag",
            "Records not yet taken in.",
            ["topic", "partition"],
            registry=registry,
        )
        self.keys_waiting = Gauge(
            "makeready_keys_waiting",
            "Keys whose events are parked.",
            ["topic"],
            registry=registry,
        )
        self.rebalances = Counter(
            "makeready_consumer_rebalances", "New assignments of partitions.", registry=registry
        )
