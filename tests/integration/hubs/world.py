"""A hubs service in one process on a real database: callers over gRPC, fleet by its events."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, TypeAlias, TypeVar
from uuid import UUID, uuid4

import grpc
from google.protobuf import symbol_database
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from makeready.common.v1 import vehicle_kind_pb2 as kind_pb
from makeready.fleet.v1 import vehicle_events_pb2 as fleet_pb
from makeready.fleet.v1 import vehicle_pb2
from makeready.hubs.v1 import hub_events_pb2 as events_pb
from makeready.hubs.v1 import hub_pb2 as hub_pb
from makeready.hubs.v1 import hubs_service_pb2 as pb

from demo.client import Channels, Client
from demo.databases import ServiceDatabase
from services.hubs.__main__ import SPEC
from services.hubs.handlers.measure import foresee_shortfalls, measure_hours
from services.hubs.subscriptions import SUBSCRIPTIONS
from services.kernel.ids import OdsCode
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.auth.keys import KeyFile
from services.runtime.auth.tokens import Verifier
from services.runtime.db import Database, Limits
from services.runtime.events import Event
from services.runtime.metrics import Metrics
from services.runtime.rpc.server import Edge, RpcServer, Service
from services.runtime.scope import Scope
from services.runtime.settings import Settings
from services.runtime.spec import Runtime
from services.runtime.tx import Tx
from services.runtime.watch import ChangeFeed

T = TypeVar("T")

TRUST: Final = "RYA"
# A Wednesday noon in winter: London's clock shows UTC.
NOON: Final = datetime(2026, 11, 18, 12, tzinfo=UTC)
EVERYONE: Final = ("hub.operator", "hub.supervisor", "fleet.manager")
State = vehicle_pb2.VehicleState
JobFact: TypeAlias = (
    events_pb.MakeReadyQueued
    | events_pb.MakeReadyPromised
    | events_pb.MakeReadyStarted
    | events_pb.MakeReadyCompleted
    | events_pb.MakeReadyCancelled
)


@dataclass(slots=True)
class Clock:
    """What time it is, as the test says."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True, kw_only=True)
class World:
    """One service, its callers, and what fleet tells it."""

    database: Database
    clock: Clock
    issuer: Issuer
    channel: grpc.aio.Channel
    feed: ChangeFeed
    versions: dict[str, "count[int]"] = field(default_factory=dict)

    def client(self, *roles: str, orgs: Iterable[str] = (TRUST,), subject: str = "test") -> Client:
        """Return someone who calls the service; without roles, one who may do all there is."""
        grant = Grant(subject=subject, roles=roles or EVERYONE, orgs=orgs)
        channels = Channels(fleet=self.channel, hubs=self.channel, capital=self.channel)
        return Client(channels, self.issuer.token(grant, self.clock.now))

    async def a_hub(
        self,
        name: str = "Oldbury",
        bays: Iterable[hub_pb.Bay] = (),
        staff: int = 4,
        client: Client | None = None,
        trust: str = TRUST,
    ) -> hub_pb.Hub:
        """Open a hub with bays and a roster."""
        client = client or self.client()
        request = pb.RegisterHubRequest(trust=trust, name=name, system="QUA")
        hub = (await client(client.hubs.RegisterHub, request)).hub
        if bays := list(bays):
            hub = await self.set_bays(hub, bays, client)
        roster = pb.SetRosterRequest(hub_id=hub.hub_id, etag=hub.etag, staff_by_hour=[staff] * 24)
        return (await client(client.hubs.SetRoster, roster)).hub

    async def set_bays(
        self, hub: hub_pb.Hub, bays: Iterable[hub_pb.Bay], client: Client | None = None
    ) -> hub_pb.Hub:
        client = client or self.client()
        request = pb.SetBaysRequest(hub_id=hub.hub_id, etag=hub.etag, bays=bays)
        return (await client(client.hubs.SetBays, request)).hub

    async def set_starts(self, hub: hub_pb.Hub, starts_at: datetime, crews: int = 1) -> None:
        """Say that crews with double-crewed ambulances start then, and no others that day."""
        client = self.client()
        starts = [a_start(starts_at, crews)]
        request = pb.SetCrewStartsRequest(
            hub_id=hub.hub_id, day=f"{starts_at:%Y-%m-%d}", crew_starts=starts
        )
        await client(client.hubs.SetCrewStarts, request)

    async def tell(self, *messages: Message, org: str = TRUST, at: datetime | None = None) -> None:
        """Let the consumer take in facts of fleet, in one batch."""
        events = [self._event(message, org, at or self.clock.now) for message in messages]
        scope = Scope.system("consume", [OdsCode(org)])
        await self.database.writing(scope, lambda tx: SUBSCRIPTIONS[0].apply(tx, events))

    async def board(self, hub: hub_pb.Hub, as_of: datetime | None = None) -> pb.GetBoardResponse:
        client = self.client()
        request = pb.GetBoardRequest(hub_id=hub.hub_id, as_of=stamp(as_of) if as_of else None)
        return await client(client.hubs.GetBoard, request)

    async def jobs(self, *states: hub_pb.JobState.ValueType) -> list[hub_pb.Job]:
        client = self.client()
        reply = await client(client.hubs.ListJobs, pb.ListJobsRequest(states=states))
        return list(reply.jobs)

    async def start(self, job: hub_pb.Job, at: datetime | None = None, bay: str = "") -> hub_pb.Job:
        client = self.client()
        request = pb.StartJobRequest(job_id=job.job_id, bay_id=bay, at=stamp(at) if at else None)
        return (await client(client.hubs.StartJob, request)).job

    async def complete(
        self, job: hub_pb.Job, at: datetime | None = None, seal: str = ""
    ) -> hub_pb.Job:
        client = self.client()
        request = pb.CompleteJobRequest(
            job_id=job.job_id,
            seal_number=seal or f"S-{uuid4().hex[:8].upper()}",
            fuel_or_charge_percent=90,
            checks_passed=True,
            at=stamp(at) if at else None,
        )
        return (await client(client.hubs.CompleteJob, request)).job

    async def measure(self, quiet: timedelta = timedelta()) -> None:
        """Let the schedule measure what is due."""
        await self._on_schedule(lambda tx: measure_hours(tx, quiet))

    async def foresee(self) -> None:
        """Let the schedule look ahead."""
        await self._on_schedule(foresee_shortfalls)

    async def told(self, kind: type[T]) -> list[T]:
        """Return the facts of a type that hubs has published, in their order."""
        return [fact for fact in await self._published() if isinstance(fact, kind)]

    async def told_of_jobs(self, *kinds: type[JobFact]) -> list[JobFact]:
        """Return the facts about jobs of these types, in their order."""
        facts = await self._published()
        return [fact for fact in facts if isinstance(fact, kinds)]

    async def _published(self) -> list[Message]:
        async with self.database.read(Scope.system("relay")) as tx:
            rows = await tx.fetch(
                """
                SELECT type, payload
                  FROM outbox
                 ORDER BY id
                """
            )
        known = symbol_database.Default()
        return [known.GetSymbol(row["type"]).FromString(row["payload"]) for row in rows]

    async def _on_schedule(self, work: Callable[[Tx], Awaitable[None]]) -> None:
        await self.database.writing(Scope.system("schedule"), work)

    def _event(self, message: Message, org: str, at: datetime) -> Event:
        kind = message.DESCRIPTOR.full_name
        key = getattr(message, "vehicle_id", "") or message.vehicle.vehicle_id  # type: ignore[attr-defined]
        return Event(
            id=uuid4(),
            type=kind,
            source="makeready/fleet",
            topic="fleet.vehicle.v1",
            key=key,
            org=OdsCode(org),
            version=next(self.versions.setdefault(key, count(1))),
            occurred_at=at,
            traceparent="",
            message=message,
        )


@asynccontextmanager
async def a_world(made: ServiceDatabase, issuer: Issuer) -> AsyncIterator[World]:
    clock = Clock()

    def seconds() -> float:
        return clock.now.timestamp()

    database = await Database.open(made.app_dsn, "hubs", Limits(connections=24), clock)
    feed, metrics = ChangeFeed(database), Metrics()
    settings = Settings.model_construct()
    runtime = Runtime(settings=settings, database=database, feed=feed, metrics=metrics, clock=clock)
    verifier = Verifier(
        keys=KeyFile(issuer.jwks_file, lambda: 0.0),
        issuer=issuer.issuer,
        audience=issuer.audience,
        clock=seconds,
    )
    service = Service(
        descriptor=SPEC.descriptor, permissions=SPEC.permissions, api=SPEC.api(runtime)
    )
    edge = Edge(database=database, verifier=verifier, registry=metrics.registry)
    server = RpcServer(service, edge, "127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield World(database=database, clock=clock, issuer=issuer, channel=channel, feed=feed)
    await server.stop(timedelta())
    await database.close()


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def stamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def moment(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)


def a_bay(name: str = "Bay 1", *capabilities: hub_pb.BayCapability.ValueType) -> hub_pb.Bay:
    return hub_pb.Bay(name=name, capabilities=capabilities or [hub_pb.BAY_CAPABILITY_MAKE_READY])


def registered(
    hub: hub_pb.Hub,
    state: State.ValueType = State.VEHICLE_STATE_AWAITING_MAKE_READY,
    at: datetime = NOON,
    fleet_number: str = "4101",
    vehicle_type: kind_pb.VehicleType.ValueType = kind_pb.VEHICLE_TYPE_DCA,
    vehicle_id: UUID | None = None,
) -> fleet_pb.VehicleRegistered:
    """A vehicle enters fleet's register at a hub."""
    return fleet_pb.VehicleRegistered(
        vehicle=vehicle_pb2.Vehicle(
            vehicle_id=str(vehicle_id or uuid4()),
            trust=hub.trust,
            fleet_number=fleet_number,
            vehicle_type=vehicle_type,
            state=state,
            home_hub_id=hub.hub_id,
            at_hub_id=hub.hub_id,
            state_since=stamp(at),
        )
    )


def changed(
    vehicle: vehicle_pb2.Vehicle,
    to: State.ValueType,
    came_from: State.ValueType,
    at: datetime = NOON,
    findings: vehicle_pb2.ReturnFindings | None = None,
) -> fleet_pb.VehicleStatusChanged:
    """A vehicle moves from one state to another; with a crew it is at no hub."""
    away = to == State.VEHICLE_STATE_DEPLOYED
    return fleet_pb.VehicleStatusChanged(
        vehicle_id=vehicle.vehicle_id,
        trust=vehicle.trust,
        vehicle_type=vehicle.vehicle_type,
        to=to,
        at_hub_id="" if away else vehicle.at_hub_id,
        home_hub_id=vehicle.home_hub_id,
        occurred_at=stamp(at),
        reason="test",
        findings=findings,
        capabilities=vehicle.capabilities,
        **{"from": came_from},
    )


def returned(
    vehicle: vehicle_pb2.Vehicle,
    at: datetime = NOON,
    findings: vehicle_pb2.ReturnFindings | None = None,
) -> fleet_pb.VehicleStatusChanged:
    """A vehicle comes back from its crew, by default clean, sealed and full."""
    return changed(
        vehicle,
        State.VEHICLE_STATE_AWAITING_MAKE_READY,
        State.VEHICLE_STATE_DEPLOYED,
        at,
        findings or vehicle_pb2.ReturnFindings(fuel_or_charge_percent=100),
    )


def a_start(
    starts_at: datetime,
    crews: int = 1,
    vehicle_type: kind_pb.VehicleType.ValueType = kind_pb.VEHICLE_TYPE_DCA,
) -> hub_pb.CrewStart:
    return hub_pb.CrewStart(starts_at=stamp(starts_at), vehicle_type=vehicle_type, crews=crews)
