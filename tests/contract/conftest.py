"""One platform for the contract tests: the three services serving, each in a process of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from demo.platform import Member, Platform, Setup
from demo.servers.postgres import Profile
from tests.contract.stage import SERVICES, Stage

# So that a test can go over a caller's rate.
SLOWER = {"MAKEREADY_CALLS_PER_SECOND": "50", "MAKEREADY_BURST_CALLS": "300"}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """The services as callers meet them."""
    members = [Member(name=name, service=name, roles=("serve",)) for name in SERVICES]
    setup = Setup(profile=Profile.FAST, members=members, suffix="_contract", settings=SLOWER)
    async with Platform(setup) as platform:
        stage = Stage(platform)
        yield stage
        await stage.close()
