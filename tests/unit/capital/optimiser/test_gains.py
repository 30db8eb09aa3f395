"""Cores go to plans or to bounds, whichever close more of the gap for them."""

from services.capital.optimiser.gains import LATELY_SECONDS, Gains


class Hand:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def falling(hand: Hand, *, seconds: int, each: float) -> Gains:
    """Return the gains of plans whose value fell by so much in each second."""
    gains = Gains(hand)
    for second in range(seconds + 1):
        hand.now = float(second)
        gains.note(1_000.0 - each * second)
    return gains


def test_what_plans_gain_is_told_per_second() -> None:
    assert falling(Hand(), seconds=20, each=4.0).rate() == 4.0


def test_gains_of_long_ago_are_forgotten() -> None:
    hand = Hand()
    gains = falling(hand, seconds=20, each=4.0)

    hand.now += LATELY_SECONDS / 2
    half = gains.rate()
    hand.now += LATELY_SECONDS

    assert 0.0 < half < 4.0
    assert gains.rate() == 0.0


def test_before_there_are_plans_nothing_is_gained() -> None:
    assert Gains(Hand()).rate() == 0.0


def test_a_plan_that_costs_more_because_it_is_short_of_less_gains_nothing() -> None:
    hand = Hand()
    gains = falling(hand, seconds=3, each=-4.0)

    assert gains.rate() == 0.0


def test_a_round_waits_while_plans_gain_more_with_the_core_it_would_take() -> None:
    gains = falling(Hand(), seconds=10, each=4.0)

    assert gains.outdo(1.0)
    assert not gains.outdo(3.0)
    assert not gains.outdo(float("inf"))
