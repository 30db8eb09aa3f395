"""The scratch service in processes of their own, to be killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from demo.ports import quiet_port
from demo.process import Backoff, Command, Supervised, inherited_environment, python
from demo.readiness import wait_until_ready
from services.runtime.auth.issue import Issuer

READY_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the processes of a test share. Events are those of the service `writer`."""

    bootstrap: str
    topic: str
    issuer: Issuer
    logs: Path
    writer: str = "writer"

    def command(
        self, dsn: str, name: str, *roles: str, port: int | None = None, fault: str = ""
    ) -> "Child":
        """Return a process, not started: the service `name`, on the database at `dsn`."""
        health_port = port or quiet_port()
        environment = inherited_environment() | {
            "MAKEREADY_DSN": dsn,
            "MAKEREADY_KAFKA_BOOTSTRAP": self.bootstrap,
            "MAKEREADY_KAFKA_SESSION_SECONDS": "6",
            "MAKEREADY_JWKS_FILE": str(self.issuer.jwks_file),
            "MAKEREADY_JWT_ISSUER": self.issuer.issuer,
            "MAKEREADY_JWT_AUDIENCE": self.issuer.audience,
            "MAKEREADY_HEALTH_ADDRESS": f"127.0.0.1:{health_port}",
            "MAKEREADY_DRAIN_SECONDS": "8",
            "SCRATCH_NAME": name,
            "SCRATCH_SOURCE": f"makeready/{self.writer}",
            "SCRATCH_TOPIC": self.topic,
            "SCRATCH_FAULT": fault,
        }
        log = self.logs / f"{name}-{health_port}.log"
        module = "tests.integration.runtime.scratch"
        arguments = python("-m", module, *roles)
        command = Command(name=name, arguments=arguments, environment=environment, log=log)
        return Child(command=command, port=health_port)


@dataclass(slots=True, kw_only=True)
class Child:
    """One process and where it says how it is."""

    command: Command
    port: int
    process: Supervised = field(init=False)

    @asynccontextmanager
    async def running(self, backoff: Backoff | None = None) -> AsyncIterator[Supervised]:
        """Keep it running, started anew whenever it dies, for the length of the block."""
        self.process = Supervised(self.command, backoff)
        await self.process.start()
        try:
            yield self.process
        finally:
            await self.process.stop()

    async def ready(self) -> None:
        """Wait until it says it is at work."""
        await wait_until_ready(self.port, READY_WITHIN, lambda: None)
