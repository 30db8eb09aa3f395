"""Solvers that hear no interruption: nobody waits for them once a search is told to stop."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Final, Protocol, TypeVar

T = TypeVar("T")

# How soon a stop is heard.
LISTEN_SECONDS: Final = 0.1

_left: Final[list[Thread]] = []


class Interrupted(Protocol):
    """A word to stop, said or not."""

    @property
    def interrupted(self) -> bool: ...


def unless_stopped(call: Callable[[], T], stop: Interrupted) -> T | None:
    """Return what the call comes to; None once told to stop.

    It then goes on to its own end, and what it comes to is nobody's.
    """
    answer: Future[T] = Future()
    thread = Thread(target=_call, args=(call, answer), daemon=True)
    thread.start()
    while not wait([answer], timeout=LISTEN_SECONDS).done:
        if stop.interrupted:
            _left.append(thread)
            return None
    return answer.result()


def are_left() -> bool:
    """Whether calls still go on that nobody waits for: a process that ends must not either."""
    return any(thread.is_alive() for thread in _left)


def _call(call: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(call())
    except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the caller's to hear
        answer.set_exception(fault)
