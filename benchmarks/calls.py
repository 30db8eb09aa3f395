"""One method under full load: the product, a bare grpc.aio server and bare asyncpg, by turns."""

import asyncio
import pickle
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, cast

from benchmarks.bare import statements_per_second
from benchmarks.load import Findings, Orders, elsewhere
from benchmarks.recipe import Recipe, summary
from benchmarks.result import Row, duration, rate
from benchmarks.stable import SUBJECT, Stable
from demo.platform import Member, Platform, Setup
from services.runtime.auth.issue import Grant

# Connections of either server, and callers in flight: as in the figures that the floors come from.
CONNECTIONS: Final = 16
WARM_UP: Final = 500
SETTINGS: Final = {
    "MAKEREADY_CONNECTIONS": str(CONNECTIONS),
    "MAKEREADY_CALLS_PER_SECOND": "100000",
    "MAKEREADY_BURST_CALLS": "100000",
}


async def measure(method: str, calls: int, rounds: int) -> list[Row]:
    """Measure one method of fleet: `calls` of it in each of `rounds` rounds, medians."""
    serving = [Member(name="fleet", service="fleet", roles=("serve",))]
    async with Platform(Setup(members=serving, settings=SETTINGS)) as platform:
        stable = Stable.of(platform)
        vehicle_ids = await stable.fill(calls + WARM_UP)
        recipe = await stable.record(method, vehicle_ids)
        print(f"one {method}: {len(recipe.steps)} statements: {summary(recipe.steps)}")
        token = platform.token(Grant(subject=SUBJECT, roles=["fleet.manager"], orgs=["RYA"]))
        async with bare_server(stable.app_dsn, recipe) as bare:
            contest = Contest(stable, recipe, vehicle_ids, token)
            await contest.run(platform.address("fleet"), bare, rounds)
    return contest.rows()


class Contest:
    """Rounds of the three, the order turned from round to round; what each reached."""

    def __init__(
        self, stable: Stable, recipe: Recipe, vehicle_ids: Sequence[str], token: str
    ) -> None:
        self._stable = stable
        self._recipe = recipe
        self._vehicle_ids = list(vehicle_ids)
        self._token = token
        self.product: list[Findings] = []
        self.bare_grpc: list[Findings] = []
        self.bare_asyncpg: list[float] = []

    async def run(self, product: str, bare: str, rounds: int) -> None:
        turns = [
            lambda: self._load(product, self.product),
            lambda: self._load(bare, self.bare_grpc),
            self._statements,
        ]
        for number in range(rounds):
            # Nobody is always first: a machine warms up, and its neighbours come and go.
            for turn in turns[number % 3 :] + turns[: number % 3]:
                await turn()

    async def _load(self, address: str, into: list[Findings]) -> None:
        await self._stable.put_back()
        # Connections, prepared statements and token are there when the count begins.
        await elsewhere(self._orders(address, self._vehicle_ids[:WARM_UP]))
        found = await elsewhere(self._orders(address, self._vehicle_ids[WARM_UP:]))
        into.append(found)
        print(f"  {address}: {found.per_second:,.0f}/s, p99 {found.p99_ms:.0f} ms")

    async def _statements(self) -> None:
        await self._stable.put_back()
        found = await statements_per_second(
            self._stable.app_dsn, self._recipe, self._vehicle_ids[WARM_UP:], CONNECTIONS
        )
        self.bare_asyncpg.append(found)
        print(f"  bare asyncpg: {found:,.0f}/s")

    def _orders(self, address: str, vehicle_ids: Sequence[str]) -> Orders:
        return Orders(
            address=address,
            method=self._recipe.method,
            token=self._token,
            vehicle_ids=list(vehicle_ids),
            seconds=60,
        )

    def rows(self) -> list[Row]:
        product = [found.per_second for found in self.product]
        bare = [found.per_second for found in self.bare_grpc]
        p99 = [found.p99_ms for found in self.product], [found.p99_ms for found in self.bare_grpc]
        name = self._recipe.method
        return [
            rate(name, "bare-grpc", "calls/s", product, bare),
            rate(name, "bare-asyncpg", "calls/s", product, self.bare_asyncpg),
            duration(f"{name} p99", "bare-grpc", "ms", *p99),
        ]


@asynccontextmanager
async def bare_server(dsn: str, recipe: Recipe) -> AsyncIterator[str]:
    """Run a bare server of the recipe in a process of its own and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recipe"
        file.write_bytes(pickle.dumps(recipe))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.bare", dsn, str(file), str(CONNECTIONS)),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            port = int(await cast("asyncio.StreamReader", process.stdout).readline())
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()
