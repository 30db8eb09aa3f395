"""Processes of all three services are killed at random while a day is played; nothing is lost.

`MAKEREADY_KILLS=600 ./dev test tests/integration/kill` runs longer; MAKEREADY_KILL_SEED repeats.
"""

import asyncio
import os
from dataclasses import asdict
from datetime import timedelta
from random import Random
from typing import Final

import pytest

from demo.client import Client
from demo.day.streams import jobs_of, vehicles_of
from demo.mirror import followed
from demo.platform import Member, Platform, Setup
from demo.process import Backoff
from demo.readiness import wait_until_ready
from demo.servers.postgres import Profile
from services.runtime.auth.issue import Grant
from tests.conftest import Say
from tests.integration.kill.day import HUBS, TRUST, VEHICLES, Rounds, open_hub, register
from tests.integration.kill.ledger import Ledger

KILLS: Final = int(os.environ.get("MAKEREADY_KILLS", "60"))
SEED: Final = int(os.environ.get("MAKEREADY_KILL_SEED", "0")) or Random().randrange(1, 10**9)
# On average; a process is back within about two seconds.
SECONDS_BETWEEN: Final = 0.8
MEMBERS: Final = tuple(
    Member(name=f"{service} {roles[0]}", service=service, roles=roles)
    for service in ("fleet", "hubs", "capital")
    for roles in (("serve",), ("relay", "consume"))
)
# So many of the dead are first awaited until they are ready again, however slow the machine is;
# the others may be killed while they start.
AWAITED: Final = 0.75
# A vehicle may have to wait until the killing is over, and then until every member is back.
PATIENCE: Final = timedelta(seconds=60 + 3 * KILLS)
# A killed member of a group is missed after this long.
SETTINGS: Final = {"MAKEREADY_KAFKA_SESSION_SECONDS": "6"}


@pytest.mark.timeout(240 + KILLS * 6)
@pytest.mark.asyncio
async def test_every_committed_event_has_one_effect_in_order_whatever_is_killed(say: Say) -> None:
    say(f"seed {SEED}: {KILLS} kills over {len(MEMBERS)} processes")
    backoff = Backoff(first=timedelta(milliseconds=50), longest=timedelta(seconds=1))
    setup = Setup(profile=Profile.FAST, members=MEMBERS, settings=SETTINGS, backoff=backoff)
    async with Platform(setup) as platform:
        ledger = Ledger(platform)
        client = platform.client(
            Grant(subject="kill", roles=["fleet.manager", "hub.supervisor"], orgs=[TRUST])
        )

        rounds = await _played_while_killing(platform, client)
        await ledger.settled()
        found = await ledger.findings()
        done = rounds.done

        say(f"{asdict(found)}, acknowledged: {done.returned.total()} returns")
        assert (found.lost, found.doubled, found.out_of_order, found.parked) == (0, 0, 0, 0)
        assert found.told > VEHICLES
        assert await ledger.count("fleet", MOVES.format("returned")) == done.returned
        assert await ledger.count("fleet", MOVES.format("deployed")) == done.deployed
        assert await ledger.count("fleet", MOVES.format("made ready")) == done.completed
        assert await ledger.count("hubs", JOBS) == done.returned
        assert await ledger.count("hubs", DONE) == done.completed


MOVES: Final = """
    SELECT vehicle_id, count(*)
      FROM status_history
     WHERE is_applied AND reason = '{}'
     GROUP BY vehicle_id
"""
JOBS: Final = "SELECT vehicle_id, count(*) FROM job GROUP BY vehicle_id"
DONE: Final = "SELECT vehicle_id, count(*) FROM job WHERE state = 'COMPLETED' GROUP BY vehicle_id"


async def _played_while_killing(platform: Platform, client: Client) -> Rounds:
    """Play until the last kill is done and every vehicle is made ready again."""
    hub_ids = [await open_hub(client, number) for number in range(HUBS)]
    vehicle_ids = [await register(client, n, hub_ids[n % HUBS]) for n in range(VEHICLES)]
    ended = asyncio.Event()
    async with (
        followed(vehicles_of(client, TRUST)) as vehicles,
        followed(jobs_of(client)) as jobs,
    ):
        rounds = Rounds(client, vehicles, jobs, PATIENCE)
        async with asyncio.TaskGroup() as group:
            for vehicle_id in vehicle_ids:
                group.create_task(rounds.of(vehicle_id, ended))
            await _kill(platform)
            ended.set()
    return rounds


def _never_hopeless() -> None:
    """Say that a member gets well again: it ended because it was killed."""


async def _kill(platform: Platform) -> None:
    """Kill processes at random, at random moments; one that is down already does not count."""
    draw = Random(SEED)
    left = KILLS
    while left:
        await asyncio.sleep(draw.expovariate(1 / SECONDS_BETWEEN))
        name = draw.choice(MEMBERS).name
        if draw.random() < AWAITED:
            await wait_until_ready(platform.member(name).health_port, PATIENCE, _never_hopeless)
        left -= platform.kill(name)
