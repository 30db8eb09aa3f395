"""A search that is told to stop waits for no solver that hears no interruption."""

from collections.abc import Iterator
from threading import Event

import pytest

from services.capital.optimiser.mathopt_adapter import Stop
from services.capital.optimiser.unheard import are_left, unless_stopped


@pytest.fixture
def end() -> Iterator[Event]:
    """Yield what ends a call that hears nothing else."""
    ended = Event()
    yield ended
    ended.set()


def test_what_a_call_comes_to_is_returned() -> None:
    assert unless_stopped(lambda: 7, Stop()) == 7


def test_a_fault_of_a_call_is_its_callers() -> None:
    def fail() -> int:
        raise ValueError("no model")

    with pytest.raises(ValueError, match="no model"):
        unless_stopped(fail, Stop())


def test_told_to_stop_nobody_waits_for_a_call_that_goes_on(end: Event) -> None:
    stop = Stop()

    def deaf() -> bool:
        # By now it is under way, and told to stop.
        stop.interrupt()
        return end.wait()

    assert unless_stopped(deaf, stop) is None
    assert are_left()
