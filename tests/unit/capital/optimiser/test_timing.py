"""When something that takes time may be done again."""

from math import inf

from services.capital.optimiser.timing import Pace


class Hand:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_what_may_take_a_tenth_of_the_time_is_due_again_after_nine_times_what_it_took() -> None:
    clock = Hand()
    pace = Pace(clock, 0.1)
    at_first = pace.is_due()
    with pace.taken():
        clock.seconds = 2.0

    due = []
    for clock.seconds in (2.0, 19.0, 20.0):
        due.append(pace.is_due())

    assert at_first
    assert due == [False, False, True]


def test_what_may_take_all_of_the_time_is_always_due() -> None:
    clock = Hand()
    pace = Pace(clock, 1.0)

    with pace.taken():
        clock.seconds = 2.0

    assert pace.is_due()


def test_after_a_stop_what_comes_last_is_due() -> None:
    clock = Hand()
    pace = Pace(clock, 0.1)
    with pace.taken():
        clock.seconds = 2.0

    clock.seconds = inf

    assert pace.is_due()
