"""One hub's day, half an hour at a time: crews go out, vehicles come back, operatives work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from demo.day.crews import Crews
from demo.day.operatives import Operatives

HALF_HOUR: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubDay:
    """Both sides of one hub. They meet in what fleet and hubs tell, as in life.

    All hubs take each `step` of a half hour together: events then come in bursts, as the services
    are made for, and not one by one all the time.
    """

    crews: Crews
    operatives: Operatives
    is_exact: bool
    step: asyncio.Barrier

    async def open(self, begins_at: datetime) -> None:
        """Send out the crews that are out when the day begins."""
        for start in sorted({wave.starts_at for wave in self.crews.waves}):
            if start < begins_at:
                await self.crews.send_out(self.crews.starts(start, start + HALF_HOUR), start)
        self.crews.waiting.clear()

    async def play(self, begins_at: datetime, ends_at: datetime, tick: Callable[[], None]) -> None:
        """Play from one instant to another; `tick` is called after every half hour."""
        now = begins_at
        while now < ends_at:
            await self._half_hour(now, now + HALF_HOUR)
            tick()
            now += HALF_HOUR
        await self.operatives.all_sealed()
        await self.operatives.all_on_bays()

    async def _half_hour(self, now: datetime, until: datetime) -> None:
        starts = self.crews.starts(now, until)
        if starts or self.is_exact:
            await self.operatives.all_known(now)
        if starts:
            await self.crews.send_out(starts, now)
        back = await self.crews.take_in(until)
        await self.step.wait()
        await self.operatives.queued(back)
        await self.step.wait()
        await self.operatives.work(now, until)
        await self.step.wait()
