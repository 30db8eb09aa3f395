"""`python -m demo.down`: end what `./dev up` started, and nothing else. Data stay."""

import os
import signal
import sys
import time
from typing import Final

from demo.screen import Screen
from demo.servers.child import command_line
from demo.state import MARK, State

POLL_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 40.0


def down(screen: Screen) -> int:
    state = State.read()
    if state is None:
        screen.line("Nothing runs.")
        return 0
    with screen.step("stopping services and servers"):
        os.kill(state.supervisor, signal.SIGTERM)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while MARK in command_line(state.supervisor):
            if time.monotonic() > give_up_at:
                screen.failure([f"process {state.supervisor} does not end; see .makeready/up.log"])
                return 1
            time.sleep(POLL_SECONDS)
    State.forget()
    return 0


if __name__ == "__main__":
    sys.exit(down(Screen()))
