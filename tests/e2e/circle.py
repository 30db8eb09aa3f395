"""Runs the circle on the small scenario: `python -m tests.e2e.circle` prints what it comes to.

When the result is meant to change, that output is the new golden file.
"""

import sys
from pathlib import Path
from typing import Final

import uvloop

from demo import events
from demo.platform import TOPICS, Platform, Setup
from demo.scenario.files import load
from demo.screen import Screen
from demo.servers.postgres import Profile
from demo.story import Story
from services.runtime import topics
from tests.e2e.summary import summary

SMALL: Final = Path(__file__).parent / "small"
GOLDEN: Final = Path(__file__).parent / "golden.txt"


async def circle(screen: Screen) -> str:
    """Run it on a platform of its own and return its summary."""
    scenario = load(SMALL)
    async with Platform(Setup(profile=Profile.FAST)) as platform:
        told = await Story(
            screen=screen, scenario=scenario, client_for=platform.client, is_exact=True
        ).tell()
        names = [topic.name for topic in topics.read(TOPICS)]
        counts = await events.count(platform.bootstrap, names, scenario.day)
    return summary(told, counts)


if __name__ == "__main__":
    sys.stdout.write(uvloop.run(circle(Screen(stderr=True))))
