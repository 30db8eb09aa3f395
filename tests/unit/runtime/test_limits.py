"""What a server takes on, and how fast it says no."""

from datetime import timedelta

import pytest

from services.runtime.rpc.limits import InHand, Limits, Overloaded, RateLimited, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_caller_may_burst_and_then_waits_for_his_rate() -> None:
    clock = Clock()
    rate = RateLimiter(Limits(calls_per_second=0.5, burst_calls=3), clock)
    for _ in range(3):
        rate.spend("alice")

    with pytest.raises(
        RateLimited, match=r"^rate limit for this caller; retry after 2 s$"
    ) as refused:
        rate.spend("alice")

    assert refused.value.retry_after == timedelta(seconds=2)
    clock.seconds += 2
    rate.spend("alice")


def test_one_caller_at_his_limit_is_nothing_to_another() -> None:
    rate = RateLimiter(Limits(calls_per_second=1, burst_calls=1), Clock())
    rate.spend("alice")

    rate.spend("bob")

    with pytest.raises(RateLimited):
        rate.spend("alice")


def test_a_rested_caller_has_no_more_than_a_burst() -> None:
    clock = Clock()
    rate = RateLimiter(Limits(calls_per_second=10, burst_calls=2), clock)
    rate.spend("alice")
    clock.seconds += 3600

    rate.spend("alice")
    rate.spend("alice")

    with pytest.raises(RateLimited):
        rate.spend("alice")


def test_the_call_too_many_is_turned_away_and_has_not_entered() -> None:
    in_hand = InHand(Limits(calls_in_hand=2))
    in_hand.enter()
    in_hand.enter()

    with pytest.raises(Overloaded) as refused:
        in_hand.enter()

    assert refused.value.retry_after == timedelta(seconds=1)
    assert in_hand.calls == 2
    in_hand.leave()
    in_hand.enter()


def test_a_caller_may_open_so_many_streams_and_one_more_after_closing_one() -> None:
    in_hand = InHand(Limits(streams_per_caller=1))

    with in_hand.stream("alice"), in_hand.stream("bob"):
        with pytest.raises(Overloaded), in_hand.stream("alice"):
            pass

    with in_hand.stream("alice"):
        pass
