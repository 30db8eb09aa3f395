"""Clients that could lose, skip or reorder events are refused before they are made."""

import pytest

from services.runtime.kafka import ConsumerSettings, ProducerSettings, UnsafeSettings


@pytest.mark.parametrize(
    "unsafe",
    [{"acks": "1"}, {"idempotent": False}, {"batch_bytes": 1_000_000}, {"batch_bytes": 0}],
    ids=str,
)
def test_an_unsafe_producer_is_refused(unsafe: dict[str, str | bool | int]) -> None:
    with pytest.raises(UnsafeSettings):
        ProducerSettings(**unsafe)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unsafe",
    [{"auto_commit": True}, {"offset_reset": "latest"}, {"offset_reset": "earliest"}],
    ids=str,
)
def test_an_unsafe_consumer_is_refused(unsafe: dict[str, str | bool]) -> None:
    with pytest.raises(UnsafeSettings):
        ConsumerSettings(**unsafe)  # type: ignore[arg-type]


def test_a_session_outlasts_three_heartbeats() -> None:
    assert ConsumerSettings(session_ms=6_000).heartbeat_ms == 2_000
    assert ConsumerSettings().heartbeat_ms == 3_000
