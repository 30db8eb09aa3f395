"""What a test does with fleet: call it, tell it news, let days pass, read what it wrote."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar, cast
from uuid import UUID, uuid4

import grpc.aio
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from makeready.capital.v1 import plan_events_pb2 as capital
from makeready.common.v1 import vehicle_kind_pb2 as kind
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts
from makeready.fleet.v1 import vehicle_pb2 as fleet
from makeready.hubs.v1 import hub_events_pb2 as hubs
from makeready.hubs.v1 import hub_pb2 as hub

from demo.client import Channels, Client
from services.fleet.handlers.following import keep_all_lawful, keep_cycles_current
from services.fleet.subscriptions import subscriptions
from services.kernel.ids import OdsCode
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.db import Database
from services.runtime.events import Event
from services.runtime.pool import Connection
from services.runtime.scope import Scope
from services.runtime.spec import Runtime
from services.runtime.tx import Row

OLDBURY: Final = str(UUID(int=1, version=4))
DUDLEY: Final = str(UUID(int=2, version=4))
# Wednesday, and summer time: 10:00 in London.
OPENING: Final = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
FIRST_NUMBER: Final = 4000
FACTS: Final = {
    message.full_name: getattr(facts, name)
    for name, message in facts.DESCRIPTOR.message_types_by_name.items()
}
SUBSCRIPTIONS: Final = {one.topic: one for one in subscriptions(cast("Runtime", None))}
Fact = TypeVar("Fact", bound=Message)
JobNews = (
    hubs.MakeReadyStarted
    | hubs.MakeReadyBlocked
    | hubs.MakeReadyCompleted
    | hubs.MakeReadyCancelled
)


class Clock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = OPENING

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: int) -> None:
        """Let hours, days or whatever is named pass."""
        self.now += timedelta(**duration)


class Fleet:
    """Fleet, from every side that it has."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        superuser: Connection,
        channel: grpc.aio.Channel,
        issuer: Issuer,
    ) -> None:
        self.database = database
        self.clock = clock
        self._superuser = superuser
        self._channel = channel
        self._issuer = issuer
        self._numbers = FIRST_NUMBER
        self.manager = self.caller("fleet.manager")

    def open(self) -> None:
        """Begin the day, and the numbers of vehicles, from the beginning."""
        self.clock.now, self._numbers = OPENING, FIRST_NUMBER

    def caller(
        self, *roles: str, orgs: Iterable[str] = ("RYA",), read_orgs: Iterable[str] = ()
    ) -> Client:
        """Return a person with these roles, by default of the West Midlands."""
        grant = Grant(subject="+".join(roles), roles=roles, orgs=orgs, read_orgs=read_orgs)
        token = self._issuer.token(grant, datetime.now(UTC))
        channel = self._channel
        return Client(Channels(fleet=channel, hubs=channel, capital=channel), token)

    def a_new_vehicle(self) -> pb.RegisterVehicleRequest:
        """Return a request that takes in a DCA, made ready at Oldbury, different every time."""
        self._numbers += 1
        return pb.RegisterVehicleRequest(
            request_id=str(uuid4()),
            trust="RYA",
            fleet_number=str(self._numbers),
            vrm=f"BX26 {_letters(self._numbers)}",
            vin=f"ZFA2500000{self._numbers:07}",
            vehicle_type=kind.VEHICLE_TYPE_DCA,
            technology=kind.TECHNOLOGY_DIESEL,
            home_hub_id=OLDBURY,
            in_service_on="2026-04-01",
            first_registered_on="2026-03-20",
            opening_state=fleet.VEHICLE_STATE_MADE_READY,
        )

    async def register(
        self, request: pb.RegisterVehicleRequest | None = None, client: Client | None = None
    ) -> fleet.Vehicle:
        caller = client or self.manager
        reply = await caller(caller.fleet.RegisterVehicle, request or self.a_new_vehicle())
        return reply.vehicle

    async def register_for(self, trust: str, home_hub_id: str) -> fleet.Vehicle:
        """Take in a vehicle of another trust, which awaits make-ready."""
        request = self.a_new_vehicle()
        request.trust, request.home_hub_id = trust, home_hub_id
        request.opening_state = fleet.VEHICLE_STATE_AWAITING_MAKE_READY
        return await self.register(request, self.caller("fleet.manager", orgs=[trust]))

    async def withdraw(self, vehicle_id: str, replacement_id: str = "") -> fleet.Vehicle:
        """Withdraw a vehicle, by default because the establishment falls."""
        request = pb.BeginDisposalRequest(
            vehicle_id=vehicle_id, etag=(await self.get(vehicle_id)).etag
        )
        if replacement_id:
            request.replacement_vehicle_id = replacement_id
        else:
            request.establishment_change = "Board 2026/12"
        return (await self.manager(self.manager.fleet.BeginDisposal, request)).vehicle

    async def dispose(self, vehicle_id: str) -> fleet.Vehicle:
        request = pb.DisposeVehicleRequest(
            vehicle_id=vehicle_id,
            etag=(await self.get(vehicle_id)).etag,
            route=pb.DISPOSAL_ROUTE_AUCTION,
            proceeds_pence=412_500,
        )
        return (await self.manager(self.manager.fleet.DisposeVehicle, request)).vehicle

    async def get(self, vehicle_id: str) -> fleet.Vehicle:
        request = pb.GetVehicleRequest(vehicle_id=vehicle_id)
        return (await self.manager(self.manager.fleet.GetVehicle, request)).vehicle

    async def deploy(self, vehicle_id: str) -> fleet.Vehicle:
        request = pb.DeployVehicleRequest(vehicle_id=vehicle_id)
        return (await self.manager(self.manager.fleet.DeployVehicle, request)).vehicle

    async def bring_back(self, vehicle_id: str) -> fleet.Vehicle:
        request = pb.ReturnVehicleRequest(vehicle_id=vehicle_id)
        return (await self.manager(self.manager.fleet.ReturnVehicle, request)).vehicle

    async def take_off_road(
        self, vehicle_id: str, cause: fleet.VorCause.ValueType
    ) -> fleet.Vehicle:
        request = pb.TakeOffRoadRequest(vehicle_id=vehicle_id, cause=cause)
        return (await self.manager(self.manager.fleet.TakeOffRoad, request)).vehicle

    async def return_to_road(
        self, vehicle_id: str, cause: fleet.VorCause.ValueType, holds_until: str = ""
    ) -> fleet.Vehicle:
        request = pb.ReturnToRoadRequest(
            vehicle_id=vehicle_id, cause=cause, holds_until=holds_until
        )
        return (await self.manager(self.manager.fleet.ReturnToRoad, request)).vehicle

    async def set_policy(
        self, effective_from: str = "2020-04-01", **span: int
    ) -> pb.SetLifePolicyResponse:
        """Set a policy for the trust's DCA, by default five years announced 18 months before."""
        request = pb.SetLifePolicyRequest(
            trust="RYA",
            vehicle_type=kind.VEHICLE_TYPE_DCA,
            effective_from=effective_from,
            target_age_months=span.get("target_age_months", 60),
            maximum_age_months=span.get("maximum_age_months", 0),
            target_miles=span.get("target_miles", 0),
            planning_window_months=span.get("planning_window_months", 18),
        )
        return await self.manager(self.manager.fleet.SetLifePolicy, request)

    async def cycles(self) -> list[fleet.ReplacementCycle]:
        request = pb.ListReplacementCyclesRequest(
            states=[number for number in fleet.ReplacementCycleState.values() if number]
        )
        reply = await self.manager(self.manager.fleet.ListReplacementCycles, request)
        return list(reply.cycles)

    async def hear(self, *news: JobNews | capital.ReplacementScheduled, org: str = "RYA") -> None:
        """Tell it events of one topic, in one batch, as the consumer does."""
        scheduled = isinstance(news[0], capital.ReplacementScheduled)
        topic = SUBSCRIPTIONS["capital.renewal.v1" if scheduled else "hubs.job.v1"]
        events = [self._event(message, topic.topic, topic.source, org) for message in news]
        scope = Scope.system("consume", [OdsCode(org)])
        await self.database.writing(scope, lambda tx: topic.apply(tx, events))

    async def sweep(self) -> None:
        """Run the schedules once, each in its transaction."""
        for work in (keep_all_lawful, keep_cycles_current):
            await self.database.writing(Scope.system("schedule"), work)

    async def told(self, vehicle_id: str) -> list[Message]:
        """Return the facts in the outbox about one vehicle, in their order."""
        outbox = "SELECT type, payload FROM outbox WHERE key = $1 ORDER BY id"
        rows = await self.rows(outbox, vehicle_id)
        return [FACTS[row["type"]].FromString(row["payload"]) for row in rows]

    async def told_as(self, fact: type[Fact], vehicle_id: str) -> list[Fact]:
        """Return the facts of one kind about one vehicle, in their order."""
        return [message for message in await self.told(vehicle_id) if isinstance(message, fact)]

    async def rows(self, sql: str, *args: object) -> Sequence[Row]:
        """Read past row level security what was written."""
        return await self._superuser.fetch(sql, *args)

    async def do(self, sql: str, *args: object) -> None:
        """Write past everything but the schema."""
        await self._superuser.execute(sql, *args)

    def _event(self, message: Message, topic: str, source: str, org: str) -> Event:
        return Event(
            id=uuid4(),
            type=message.DESCRIPTOR.full_name,
            source=source,
            topic=topic,
            key="",
            org=OdsCode(org),
            version=1,
            occurred_at=self.clock(),
            traceparent="",
            message=message,
        )

    def job(
        self,
        news: type[JobNews],
        vehicle_id: str,
        *,
        at: datetime | None = None,
        hub_id: str = OLDBURY,
        job_kind: hub.JobKind.ValueType = hub.JOB_KIND_FULL,
    ) -> JobNews:
        """Return what a hub tells of its work on a vehicle, by default now."""
        job = hub.Job(
            job_id=str(uuid4()),
            hub_id=hub_id,
            trust="RYA",
            vehicle_id=vehicle_id,
            kind=job_kind,
            seal_number="S7" if news is hubs.MakeReadyCompleted else "",
        )
        return news(job=job, occurred_at=stamp(at or self.clock()))


def stamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _letters(number: int) -> str:
    """Return three letters that a mark may end with."""
    alphabet = "ABCDEFGHJKLMNOPRSTUVWXYZ"
    places = (len(alphabet) ** 2, len(alphabet), 1)
    return "".join(alphabet[number // place % len(alphabet)] for place in places)
