"""Events leave with their transaction, in order, without a gap, and ring for who waits."""

import asyncio
import random

import pytest

from services.runtime.db import Database
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.tx import Tx
from tests.integration.runtime.yard_acts import NotToday, a_vehicle, announce


async def test_events_of_one_transaction_keep_their_order_and_versions(
    database: Database, manager: Scope, superuser: Connection
) -> None:
    async with database.write(manager) as tx:
        announce(tx, "a")
    async with database.write(manager) as tx:
        for key in ("b", "a", "b", "a", "c"):
            announce(tx, key)

    rows = await superuser.fetch("SELECT key, version FROM outbox ORDER BY id")

    expected = [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("c", 1)]
    assert [tuple(row) for row in rows] == expected


async def test_versions_have_no_gap_and_ids_follow_commits_under_eight_writers(
    database: Database, manager: Scope
) -> None:
    keys, per_writer, seen = "abcde", 40, dict.fromkeys("abcde", 0)

    async def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(per_writer):
            async with database.write(manager) as tx:
                for key in dice.choices(keys, k=dice.choice((1, 1, 1, 3))):
                    announce(tx, key)

    async def relay_until(writers: "asyncio.Task[list[None]]") -> int:
        """Take rows by id as they appear: no version may come before its predecessor."""
        total, last_look = 0, False
        while not last_look:
            last_look = writers.done()
            async with database.write(Scope.system("relay")) as tx:
                rows = await tx.fetch("SELECT id, key, version FROM outbox ORDER BY id LIMIT 1000")
                await tx.execute(
                    "DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows]
                )
            for row in rows:
                seen[row["key"]] += 1
                assert row["version"] == seen[row["key"]]
            total += len(rows)
        return total

    async with asyncio.TaskGroup() as group:
        writers = asyncio.gather(*(write(seed) for seed in range(8)))
        relayed = group.create_task(relay_until(writers))  # type: ignore[arg-type]  # a future will do

    assert relayed.result() == sum(seen.values()) >= 8 * per_writer


async def test_a_commit_that_published_rings_and_a_rolled_back_one_does_not(
    database: Database, manager: Scope
) -> None:
    rung: asyncio.Queue[str] = asyncio.Queue()
    listener = await database.connect()
    await listener.add_listener("outbox", lambda *_: rung.put_nowait("rung"))

    async def refuse(tx: Tx) -> None:
        announce(tx, "a")
        raise NotToday("not today")

    with pytest.raises(NotToday):
        await database.writing(manager, refuse)
    async with database.write(manager) as tx:
        await a_vehicle(tx)
    assert rung.empty()
    async with database.write(manager) as tx:
        announce(tx, "a")

    assert await asyncio.wait_for(rung.get(), 60) == "rung"
    await listener.close()
