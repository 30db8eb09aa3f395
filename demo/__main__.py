"""`python -m demo`: the whole platform on this machine, and a day on it."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

import uvloop

from demo import events
from demo.checks import checks
from demo.client import Refused
from demo.closing import describe, say_cost, show, stand, verdict
from demo.leftovers import Leftovers
from demo.memory import PeakMemory
from demo.mirror import NeverCame
from demo.planning import NoPlan
from demo.platform import TOPICS, Data, Platform, Setup
from demo.readiness import NotReady
from demo.scenario.files import named
from demo.screen import Screen
from demo.servers.child import ServerFailed
from demo.servers.unprivileged import CannotRunAsRoot
from demo.story import ClockTooEarly, Story
from services.runtime import topics

# What a machine, or a service, may well do; anything else is a fault of this program.
EXPECTED: Final = (
    CannotRunAsRoot,
    ClockTooEarly,
    FileNotFoundError,
    Leftovers,
    NeverCame,
    NoPlan,
    NotReady,
    Refused,
    ServerFailed,
)
INTERRUPTED: Final = 130


def main() -> int:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the day and the plan")
    parser.add_argument("--reset", action="store_true", help="empty the servers named first")
    parser.add_argument("--scenario", default="wmas", help="a folder of scenarios/ (wmas)")
    given = parser.parse_args()
    screen = Screen()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            data = Data.RESET if given.reset else Data.EMPTY
            return runner.run(run(screen, given.scenario, data, stay=not given.once))
    except EXPECTED as failure:
        screen.failure([str(failure)])
    except ExceptionGroup as group:
        expected, others = group.split(EXPECTED)
        if others is not None or expected is None:
            raise
        screen.failure([str(failure) for failure in leaves(expected)])
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    return 1


async def run(screen: Screen, name: str, data: Data, *, stay: bool) -> int:
    """Run it all; 0 when the circle closed."""
    began = time.monotonic()
    end_on_sigterm()
    scenario = named(name)
    describe(screen, scenario)
    with PeakMemory() as memory:
        async with AsyncExitStack() as stack:
            with screen.step("PostgreSQL, Kafka, databases, topics and three services") as step:
                setup = Setup(data=data, progress=step.tell)
                platform = await stack.enter_async_context(Platform(setup))
            told = await Story(screen=screen, scenario=scenario, client_for=platform.client).tell()
            with screen.step("events on every topic"):
                names = [topic.name for topic in topics.read(TOPICS)]
                counts = await events.count(platform.bootstrap, names, scenario.day)
            show(screen, told, counts, scenario.day)
            closed = verdict(screen, checks(told))
            say_cost(screen, time.monotonic() - began, memory)
            if stay:
                await stand(screen, platform, scenario)
    return 0 if closed else 1


def end_on_sigterm() -> None:
    """End in order when asked to, as on Ctrl-C."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    """Yield the failures in a group, and in the groups in it."""
    for failure in group.exceptions:
        if isinstance(failure, ExceptionGroup):
            yield from leaves(failure)
        else:
            yield failure


if __name__ == "__main__":
    sys.exit(main())
