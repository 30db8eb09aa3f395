"""Capital behind its server, and a worker that solves, in the test's process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.capital.__main__ import SPEC
from services.capital.planning.worker import Bench, Worker
from services.runtime.auth.issue import Issuer
from services.runtime.db import Database
from tests.conftest import NewDatabase
from tests.served import Served, serving


@pytest.fixture
async def capital(new_database: NewDatabase, issuer: Issuer) -> AsyncIterator[Served]:
    async with serving(SPEC, await new_database("capital"), issuer) as served:
        yield served


@asynccontextmanager
async def working(database: Database, bench: Bench | None = None) -> AsyncIterator[Worker]:
    """Solve what is asked for while the block runs."""
    worker = Worker(database, bench or Bench(lease=timedelta(seconds=5)))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run(), name="worker")
        yield worker
        worker.stop()
