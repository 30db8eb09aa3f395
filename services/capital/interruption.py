"""Ctrl-C and SIGTERM as a word to come to an end, heard even while a solver is at work."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket, socketpair
from threading import Thread
from types import FrameType
from typing import Final, TypeAlias

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

HandOver: TypeAlias = Callable[[Callable[[], None]], None]


@contextmanager
def interruptible() -> Iterator[HandOver]:
    """Keep the signals until handed what to call when one comes; as they were afterwards.

    Python hears a signal only between its own steps, and a solver's one step may take minutes: a
    thread is woken instead. For the main thread alone.
    """
    heard, said = socketpair()
    said.settimeout(0)
    handlers = {number: signal.signal(number, _unheard) for number in SIGNALS}
    woken = signal.set_wakeup_fd(said.fileno(), warn_on_full_buffer=False)

    listeners: list[Thread] = []

    def hand_over(end: Callable[[], None]) -> None:
        listeners.append(Thread(target=_listen, args=(heard, end), daemon=True))
        listeners[-1].start()

    try:
        yield hand_over
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        said.close()
        for listener in listeners:
            listener.join()
        heard.close()


def _listen(heard: socket, end: Callable[[], None]) -> None:
    while heard.recv(1):
        end()


def _unheard(number: int, frame: FrameType | None) -> None:
    """Do nothing: what matters is that a signal does not do what it would."""
