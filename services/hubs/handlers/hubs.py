"""What supervisors say of a hub: that there is one, its bays, its roster, its crew starts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

from services.hubs.domain.hub import Bay, Hub, StatedBay
from services.hubs.domain.queue import CrewStart
from services.hubs.handlers.settle import settle
from services.hubs.repository.boards import BoardRepository
from services.hubs.repository.hubs import HubRepository
from services.kernel.calendar import day_bounds, hour_bounds
from services.kernel.errors import Malformed
from services.kernel.ids import BayId, HubId, OdsCode
from services.runtime.paging import Page
from services.runtime.rpc.etags import check_etag
from services.runtime.tx import Tx


async def register_hub(tx: Tx, hub: Hub) -> Hub:
    tx.scope.require_org(hub.org)
    hubs = HubRepository(tx)
    await hubs.add(hub)
    await hubs.begin_measuring(hub, hour_bounds(tx.now)[0])
    return hub


async def list_hubs(tx: Tx, page: Page, org: OdsCode | None) -> tuple[Sequence[Hub], str]:
    """Return a page of hubs by trust and name, and the token of the next."""
    if org is not None:
        tx.scope.require_read_org(org)
    hubs = HubRepository(tx)
    rows = await hubs.page(org, page.after, page.limit)
    shown, token = page.cut(rows, lambda hub: (hub.org, hub.name, hub.id))
    bays = await hubs.bays(hub.id for hub in shown)
    return [replace(hub, bays=bays.get(hub.id, ())) for hub in shown], token


async def set_bays(tx: Tx, hub_id: HubId, etag: str, stated: Iterable[StatedBay]) -> Hub:
    board = await BoardRepository(tx).locked_one(hub_id, tx.now)
    check_etag(etag, board.hub.version)
    hub = board.hub.with_bays(_known_or_new(board.hub, stated), board.held)
    hubs = HubRepository(tx)
    await hubs.save(hub)
    await hubs.save_bays(hub, tx.now)
    await settle(tx, replace(board, hub=hub), (), tx.now)
    return hub


async def set_roster(tx: Tx, hub_id: HubId, etag: str, staff_by_hour: Iterable[int]) -> Hub:
    board = await BoardRepository(tx).locked_one(hub_id, tx.now)
    check_etag(etag, board.hub.version)
    hub = board.hub.with_roster(staff_by_hour)
    await HubRepository(tx).save(hub)
    await settle(tx, replace(board, hub=hub), (), tx.now)
    return hub


async def set_crew_starts(
    tx: Tx, hub_id: HubId, day: date, starts: Sequence[CrewStart]
) -> tuple[list[CrewStart], int]:
    """Replace the starts of a day; return them by time, and how many jobs have another place."""
    begin, end = day_bounds(day)
    for nth, start in enumerate(starts):
        if not begin <= start.starts_at < end:
            raise Malformed(f"crew_starts[{nth}].starts_at", f"must lie within {day} in London")
    boards, hubs = BoardRepository(tx), HubRepository(tx)
    hub = (await boards.locked_one(hub_id, tx.now)).hub
    await hubs.forget_starts(hub_id, begin, end)
    await hubs.add_starts(hub, starts)
    # Read again, now with the starts that were said; the lock is held since the first time.
    board = await boards.locked_one(hub_id, tx.now)
    settled = await settle(tx, board, (), tx.now)
    return sorted(starts, key=lambda start: start.starts_at), settled.moved


def _known_or_new(hub: Hub, stated: Iterable[StatedBay]) -> Iterable[Bay]:
    for one in stated:
        if one.id is not None:
            hub.bay(one.id)
        yield one.as_bay(BayId(uuid4()))
