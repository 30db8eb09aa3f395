"""Several members of one consumer group: they share the work, and survive each other's death."""

import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from demo.process import Backoff
from services.runtime.auth.issue import Issuer
from services.runtime.db import Database, Limits
from services.runtime.metrics import Metrics
from tests.conftest import NewDatabase, NewTopic
from tests.eventually import eventually, say
from tests.integration.runtime.children import Child, Scene
from tests.integration.runtime.members import consuming
from tests.integration.runtime.scratch.__main__ import (
    DIES_BEFORE_FORGETTING,
    FALLS_SILENT_SOON,
)
from tests.integration.runtime.scratch.service import (
    MIGRATIONS,
    Scratch,
    effect_count,
    publish,
    unsent,
    versions_by_key,
)

QUICKLY = Backoff(first=timedelta(milliseconds=100), longest=timedelta(milliseconds=200))


@pytest.fixture
async def scene(bootstrap: str, new_topic: NewTopic, issuer: Issuer, tmp_path: Path) -> Scene:
    return Scene(bootstrap=bootstrap, topic=await new_topic(), issuer=issuer, logs=tmp_path)


class Pair:
    """A database that is written to and one that is read into, with the processes on each."""

    def __init__(self, scene: Scene, source: Database, sink: Database, dsns: list[str]) -> None:
        self.scene = scene
        self.source = source
        self.sink = sink
        self._dsns = dsns

    def relay(self, fault: str = "") -> Child:
        return self.scene.command(self._dsns[0], "writer", "relay", fault=fault)

    def consumer(self) -> Child:
        return self.scene.command(self._dsns[1], f"reader-{self.scene.topic}", "consume")

    async def publish(self, keys: list[str], events: int, chance: random.Random) -> None:
        for number in range(events):
            await publish(self.source, self.scene.topic, chance.choice(keys), number)


@pytest.fixture
async def pair(scene: Scene, new_database: NewDatabase) -> AsyncIterator[Pair]:
    made = [await new_database("scratch", MIGRATIONS) for _ in range(2)]
    dsns = [each.app_dsn for each in made]
    source, sink = [await Database.open(dsn, "test", Limits(connections=4)) for dsn in dsns]
    yield Pair(scene, source, sink, dsns)
    await source.close()
    await sink.close()


def assert_once_and_in_order(versions: dict[str, list[int]], events: int) -> None:
    assert sum(map(len, versions.values())) == events
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())


PARTITIONS = 6


def are_shared(shares: list[int]) -> bool:
    """Whether both members have partitions, and each partition has one of them."""
    return all(shares) and sum(shares) == PARTITIONS


async def test_two_members_share_the_partitions_and_losing_one_loses_and_doubles_nothing(
    pair: Pair,
) -> None:
    seed, keys = random.randrange(2**32), [str(uuid4()) for _ in range(60)]
    chance, first, second = random.Random(seed), pair.consumer(), pair.consumer()
    say(f"seed {seed}: 900 events on {len(keys)} keys, one of two members killed on the way")

    async with pair.relay().running(), first.running(), AsyncExitStack() as stack:
        await stack.enter_async_context(second.running(Backoff(first=timedelta(hours=1))))
        shares = await eventually(lambda: shares_of(first, second), are_shared)
        await pair.publish(keys, 300, chance)
        second.process.kill()
        await pair.publish(keys, 600, chance)
        await eventually(lambda: effect_count(pair.sink), 900)

    say(f"partitions before: {shares}")
    assert sum(shares) == PARTITIONS
    assert_once_and_in_order(await versions_by_key(pair.sink), 900)
    assert await unsent(pair.source) == 0


async def shares_of(*members: Child) -> list[int]:
    """Return how many partitions each member reads, as they say themselves."""
    return [_share(member.command.log) for member in members]


def _share(log: Path) -> int:
    lines = log.read_text().splitlines() if log.exists() else []
    told = [json.loads(line)["partitions"] for line in lines if "consumer_assigned" in line]
    return told[-1] if told else 0


async def test_a_relay_killed_before_it_can_forget_sends_again_and_readers_drop_it(
    pair: Pair,
) -> None:
    seed, keys = random.randrange(2**32), [str(uuid4()) for _ in range(20)]
    say(f"seed {seed}: 200 events, sent by 2 relays that are killed and one that is not")
    await pair.publish(keys, 200, random.Random(seed))
    subscription = Scratch().subscription(pair.scene.topic, "makeready/writer")

    async with consuming(pair.sink, pair.scene.bootstrap, subscription) as metrics:
        dying = pair.relay(fault=DIES_BEFORE_FORGETTING)
        async with dying.running(QUICKLY):
            await eventually(lambda: exits_of(dying), lambda exits: len(exits) >= 2, 60)
        assert await unsent(pair.source) == 200
        async with pair.relay().running():
            await eventually(lambda: unsent(pair.source), 0)
        skipped = {"topic": pair.scene.topic, "cause": "duplicates"}
        await eventually(
            lambda: value_of(metrics, "makeready_events_skipped_total", skipped),
            lambda duplicates: duplicates >= 400,
        )

    assert set(dying.process.exits) == {-signal.SIGKILL}
    assert_once_and_in_order(await versions_by_key(pair.sink), 200)


async def exits_of(child: Child) -> list[int]:
    return child.process.exits


async def value_of(metrics: Metrics, name: str, labels: dict[str, str]) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


async def test_a_stopped_leader_is_followed_by_another_which_sends_what_it_left(
    pair: Pair,
) -> None:
    """Reliability F07: its session falls silent, the server ends it, and the lead is free."""
    keys = [str(uuid4()) for _ in range(5)]
    leader, standby = pair.relay(fault=FALLS_SILENT_SOON), pair.relay()

    async with leader.running(QUICKLY):
        await eventually(lambda: leads(leader), expected=True)
        async with standby.running():
            await standby.ready()
            os.kill(leader.process.pid or 0, signal.SIGSTOP)
            await pair.publish(keys, 20, random.Random(1))
            began = time.monotonic()
            await eventually(lambda: leads(standby), expected=True)
            say(f"lead taken over after {time.monotonic() - began:.1f} s")
            await eventually(lambda: unsent(pair.source), 0)
            os.kill(leader.process.pid or 0, signal.SIGCONT)
            await eventually(lambda: exits_of(leader), [1])


async def leads(child: Child) -> bool:
    return child.command.log.exists() and "relay_leads" in child.command.log.read_text()
