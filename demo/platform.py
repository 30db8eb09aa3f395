"""The whole platform on one machine: servers, databases, topics, tokens and the service processes.

    async with Platform() as platform:
        fleet = FleetServiceStub(platform.channel("fleet", platform.token(Grant(...))))

The demo, the benches, the kill test and the end-to-end tests stand on it.
"""

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import grpc

from demo import databases, leftovers
from demo.bearer import StreamBearer, UnaryBearer
from demo.client import OPTIONS, Channels, Client
from demo.databases import ServiceDatabase
from demo.ports import quiet_port
from demo.process import ROOT, Backoff, Command, Supervised, inherited_environment, python
from demo.readiness import wait_until_ready
from demo.servers.child import Progress, silent
from demo.servers.choose import Servers, chosen_kafka, chosen_postgres
from demo.servers.kafka import KafkaServer
from demo.servers.postgres import PostgresServer, Profile
from demo.state import State
from services.runtime import topics
from services.runtime.auth.issue import Grant, Issuer
from services.runtime.migrate import migrate

SERVICES: Final = ("fleet", "hubs", "capital")
TOPICS: Final = ROOT / "deploy" / "kafka" / "topics.yaml"
START_DEADLINE: Final = timedelta(seconds=60)
STOP_PATIENCE: Final = timedelta(seconds=10)
# A process that ends this often before it is ever ready will not get well by itself.
HOPELESS_EXITS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One process of a service. No `roles`: all that the service has. `name` is unique.

    The ports are those it listens on if they are free; 0: any.
    """

    name: str
    service: str
    roles: tuple[str, ...] = ()
    grpc_port: int = 0
    health_port: int = 0


ONE_OF_EACH: Final = tuple(Member(name=service, service=service) for service in SERVICES)


class Data(Enum):
    """What servers that outlive a run may hold: anything, nothing, or what is removed first."""

    ANY = "any"
    EMPTY = "empty"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a platform is run.

    Without a `directory` everything is temporary. `suffix` sets the databases apart from those of
    others on the same server. `data` says what may be there already; `settings` are more
    environment for every process.
    """

    directory: Path | None = None
    profile: Profile = Profile.DURABLE
    members: Sequence[Member] = ONE_OF_EACH
    suffix: str = ""
    data: Data = Data.ANY
    backoff: Backoff = field(default_factory=Backoff)
    settings: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A member, its process and the ports it listens on."""

    member: Member
    process: Supervised
    grpc_port: int
    health_port: int

    def hopeless(self) -> str | None:
        """Return the end of its log once it has ended too often to become ready."""
        if len(self.process.exits) < HOPELESS_EXITS:
            return None
        return f"{self.member.name} ended {self.process.exits}:\n{self.process.tail()}"


class Platform:
    """Everything from the servers up to ready services, for the length of an `async with` block."""

    servers: Servers
    databases: dict[str, ServiceDatabase]
    issuer: Issuer

    def __init__(self, setup: Setup | None = None) -> None:
        self.setup = setup or Setup()
        self._stack = AsyncExitStack()
        self._running: dict[str, Running] = {}
        self._channels: Channels | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            home = self.setup.directory or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.home = home.resolve()
            self.issuer = Issuer(self.home / "keys")
            await self._prepare(stack)
            stack.push_async_callback(self._stop_all)
            await self._start_all()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    @property
    def bootstrap(self) -> str:
        """Where Kafka listens, as host:port."""
        return self.servers.kafka.bootstrap

    def token(self, grant: Grant) -> str:
        """Return an access token that the services take, valid from now."""
        return self.issuer.token(grant, datetime.now(UTC))

    def address(self, service: str) -> str:
        """Return host:port of the gRPC server of a service: its first member that serves."""
        for running in self._running.values():
            member = running.member
            if member.service == service and (not member.roles or "serve" in member.roles):
                return f"127.0.0.1:{running.grpc_port}"
        raise KeyError(f"nobody serves {service}")

    def channel(self, service: str, token: str = "") -> grpc.aio.Channel:
        """Open a channel to a service; every call on it carries `token`. The caller closes it."""
        bearers = (UnaryBearer(token), StreamBearer(token)) if token else ()
        return grpc.aio.insecure_channel(self.address(service), OPTIONS, interceptors=bearers)

    def client(self, grant: Grant) -> Client:
        """Return a client for one person, over channels that all clients share."""
        if self._channels is None:
            self._channels = Channels(
                fleet=self.channel("fleet"),
                hubs=self.channel("hubs"),
                capital=self.channel("capital"),
            )
            self._stack.push_async_callback(self._channels.close)
        return Client(self._channels, self.token(grant))

    def state(self) -> State:
        """Return what runs, to be told to others."""
        pids = {name: one.process.pid for name, one in self._running.items()}
        postgres = self.servers.postgres
        return State(
            supervisor=os.getpid(),
            processes={name: pid for name, pid in pids.items() if pid is not None},
            addresses={
                **{service: self.address(service) for service in SERVICES},
                "postgres": f"{postgres.host}:{postgres.port}",
                "kafka": self.bootstrap,
            },
        )

    async def start(self, member: Member) -> Running:
        """Start one more process and keep it running; `ready` says when it is."""
        running = self._member(member)
        self._running[member.name] = running
        await running.process.start()
        return running

    async def ready(self, name: str) -> None:
        """Return once the member is ready; raise NotReady with the end of its log otherwise."""
        running = self._running[name]
        await wait_until_ready(running.health_port, START_DEADLINE, running.hopeless)

    def member(self, name: str) -> Running:
        """Return a member with its process and ports."""
        return self._running[name]

    def kill(self, name: str) -> bool:
        """Kill a member's process as the machine would (SIGKILL); it is started again by itself.

        False: it was down already.
        """
        return self._running[name].process.kill()

    async def stop(self, name: str) -> int | None:
        """Stop a member for good, in order (SIGTERM), and return what it ended with."""
        return await self._running.pop(name).process.stop(STOP_PATIENCE)

    async def _prepare(self, stack: AsyncExitStack) -> None:
        """Start both servers, and make on each what the services need as soon as it is there."""
        async with asyncio.TaskGroup() as group:
            database = group.create_task(self._prepare_postgres(stack))
            broker = group.create_task(self._prepare_kafka(stack))
        self.servers = Servers(postgres=database.result(), kafka=broker.result())

    async def _prepare_postgres(self, stack: AsyncExitStack) -> PostgresServer:
        setup = self.setup
        place = self.home / "servers" / "postgres"
        server = await stack.enter_async_context(
            chosen_postgres(os.environ, place, setup.profile, setup.progress)
        )
        if setup.data is Data.RESET:
            await databases.drop(server, SERVICES, setup.suffix)
        elif setup.data is Data.EMPTY:
            await leftovers.refuse_used(server, SERVICES)
        self.databases = await databases.prepare(server, SERVICES, setup.suffix)
        folders = {service: ROOT / "services" / service / "migrations" for service in SERVICES}
        applied = await asyncio.gather(
            *(migrate(self.databases[name].owner_dsn, [folders[name]]) for name in SERVICES)
        )
        setup.progress(f"databases: {sum(map(len, applied))} migrations applied")
        return server

    async def _prepare_kafka(self, stack: AsyncExitStack) -> KafkaServer:
        setup = self.setup
        place = self.home / "servers" / "kafka"
        server = await stack.enter_async_context(chosen_kafka(os.environ, place, setup.progress))
        wanted = topics.read(TOPICS, replication=1)
        names = [topic.name for topic in wanted]
        if setup.data is Data.RESET:
            await leftovers.remove_topics(server.bootstrap, names)
        elif setup.data is Data.EMPTY:
            await leftovers.refuse_records(server.bootstrap, names)
        made = await topics.create(server.bootstrap, wanted)
        setup.progress(f"Kafka: {len(made)} topics created")
        return server

    async def _start_all(self) -> None:
        for member in self.setup.members:
            await self.start(member)
        await asyncio.gather(*(self.ready(name) for name in self._running))
        self.setup.progress("services: ready")

    async def _stop_all(self) -> None:
        processes = [running.process for running in self._running.values()]
        self._running.clear()
        await asyncio.gather(*(process.stop(STOP_PATIENCE) for process in processes))

    def _member(self, member: Member) -> Running:
        grpc_port, health_port = quiet_port(member.grpc_port), quiet_port(member.health_port)
        command = Command(
            name=member.name,
            arguments=python("-m", f"services.{member.service}", *member.roles),
            environment=self._environment(member, grpc_port, health_port),
            log=self.home / "logs" / f"{member.name}.log",
        )
        return Running(
            member=member,
            process=Supervised(command, self.setup.backoff),
            grpc_port=grpc_port,
            health_port=health_port,
        )

    def _environment(self, member: Member, grpc_port: int, health_port: int) -> dict[str, str]:
        return {
            **inherited_environment(),
            "MAKEREADY_DSN": self.databases[member.service].app_dsn,
            "MAKEREADY_KAFKA_BOOTSTRAP": self.bootstrap,
            "MAKEREADY_GRPC_ADDRESS": f"127.0.0.1:{grpc_port}",
            "MAKEREADY_HEALTH_ADDRESS": f"127.0.0.1:{health_port}",
            "MAKEREADY_JWKS_FILE": str(self.issuer.jwks_file),
            "MAKEREADY_JWT_ISSUER": self.issuer.issuer,
            "MAKEREADY_JWT_AUDIENCE": self.issuer.audience,
            "MAKEREADY_ENVIRONMENT": "development",
            **self.setup.settings,
        }
