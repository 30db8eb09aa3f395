"""A hubs service of its own for every test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest_asyncio

from services.runtime.auth.issue import Issuer
from tests.conftest import NewDatabase
from tests.integration.hubs.world import World, a_world


@pytest_asyncio.fixture
async def world(new_database: NewDatabase, issuer: Issuer) -> AsyncIterator[World]:
    async with a_world(await new_database("hubs"), issuer) as world:
        yield world


@pytest_asyncio.fixture
async def watched(world: World) -> AsyncIterator[World]:
    """The same, with streams woken by what is committed."""
    listening = asyncio.create_task(world.feed.run())
    yield world
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
