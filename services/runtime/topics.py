"""Topics: created from a file by an operator, and only looked at by services.

`python -m services.runtime.topics FILE` creates what is missing and compares the rest.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, cast

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.runtime.settings import PREFIX

ISR: Final = "min.insync.replicas"
LARGEST: Final = "max.message.bytes"
ALREADY_THERE: Final = 36
PATIENCE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.05


class _Created(Protocol):
    topic_errors: Sequence[tuple[str, int, str]]


class _Described(Protocol):
    resources: Sequence[tuple[int, str, int, str, Sequence[tuple[str, str]]]]


class BrokerSettings(BaseSettings):
    """Where the broker is: MAKEREADY_KAFKA_BOOTSTRAP."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    kafka_bootstrap: str = ""


class TopicsWrong(Exception):
    """Topics that are missing or not as they must be; the text has a line for each fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it is to be, or as it is. `config` holds only what matters to the reader."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


def read(file: Path, replication: int | None = None) -> list[Topic]:
    """Read `{replication, config: {…}, topics: [{name, partitions, config: {…}}]}`.

    A `replication` given replaces the file's, and bounds min.insync.replicas: for a single broker.
    """
    declared = yaml.safe_load(file.read_text(encoding="utf-8"))
    copies = replication or int(declared["replication"])
    return [
        Topic(
            name=entry["name"],
            partitions=entry["partitions"],
            replication=copies,
            config=_config(declared.get("config", {}) | entry.get("config", {}), copies),
        )
        for entry in declared["topics"]
    ]


async def create(bootstrap: str, topics: Sequence[Topic]) -> list[str]:
    """Create the topics that are missing and return their names; raise TopicsWrong for the rest."""
    async with _admin(bootstrap) as admin:
        found = await _describe(admin, [topic.name for topic in topics])
        missing = [topic for topic in topics if topic.name not in found]
        if missing:
            answer = await admin.create_topics([_new(topic) for topic in missing])
            _raise(_refusals(cast("_Created", answer).topic_errors))
            await _settle(admin, missing)
    return [topic.name for topic in missing]


async def _settle(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """Wait until the broker shows what it has just agreed to make."""
    names = [topic.name for topic in topics]
    while len(await _describe(admin, names)) < len(names):  # noqa: ASYNC110 - it is the broker's
        await asyncio.sleep(POLL_SECONDS)


async def verify(bootstrap: str, topics: Sequence[Topic]) -> None:
    """Raise TopicsWrong unless every topic is there with these partitions, copies and settings."""
    async with _admin(bootstrap) as admin:
        found = await _describe(admin, [topic.name for topic in topics])
    _raise(fault for topic in topics for fault in _differences(topic, found.get(topic.name)))


async def require(bootstrap: str, names: Iterable[str], largest_bytes: int) -> None:
    """Raise TopicsWrong unless all topics are there, take `largest_bytes`, and can be written."""
    wanted = sorted(set(names))
    async with _admin(bootstrap) as admin:
        found = await _describe(admin, wanted)
    _raise(fault for name in wanted for fault in _dangers(name, found.get(name), largest_bytes))


def _config(config: Mapping[str, object], replication: int) -> dict[str, str]:
    settings = {name: _text(value) for name, value in config.items()}
    if ISR in settings:
        settings[ISR] = str(min(int(settings[ISR]), replication))
    return settings


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await admin.start()
            yield admin
    finally:
        await admin.close()


async def _describe(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, Topic]:
    """Return those of `names` that exist, as they are."""
    entries = await admin.describe_topics(list(names))
    there = {entry["topic"]: entry["partitions"] for entry in entries if not entry["error_code"]}
    configs = await _configs(admin, list(there))
    return {
        name: Topic(
            name=name,
            partitions=len(partitions),
            replication=min(len(partition["replicas"]) for partition in partitions),
            config=configs[name],
        )
        for name, partitions in there.items()
    }


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answers = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    )
    return {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in cast("Sequence[_Described]", answers)
        for _, _, _, name, entries in answer.resources
    }


def _new(topic: Topic) -> NewTopic:
    return NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=topic.replication,
        topic_configs=dict(topic.config),
    )


def _refusals(errors: Iterable[tuple[str, int, str]]) -> list[str]:
    """What stood in the way of topics, other than a faster operator."""
    return [
        f"{name}: {for_code(code).__name__}: {text}"
        for name, code, text in errors
        if code not in (0, ALREADY_THERE)
    ]


def _differences(wanted: Topic, found: Topic | None) -> list[str]:
    if found is None:
        return [f"{wanted.name}: missing"]
    faults = [
        f"{wanted.name}: {what} is {is_}, not {ought}"
        for what, is_, ought in (
            ("partitions", found.partitions, wanted.partitions),
            ("replication", found.replication, wanted.replication),
        )
        if is_ != ought
    ]
    return faults + [
        f"{wanted.name}: {name} is {found.config.get(name)}, not {value}"
        for name, value in wanted.config.items()
        if found.config.get(name) != value
    ]


def _dangers(name: str, found: Topic | None, largest_bytes: int) -> list[str]:
    if found is None:
        return [f"{name}: missing; create it with python -m services.runtime.topics"]
    faults = []
    if int(found.config[LARGEST]) < largest_bytes:
        faults.append(f"{name}: {LARGEST} is {found.config[LARGEST]}, under our {largest_bytes}")
    if int(found.config[ISR]) > found.replication:
        faults.append(f"{name}: {ISR} is {found.config[ISR]} of {found.replication} replicas")
    return faults


def _raise(faults: Iterable[str]) -> None:
    listed = list(faults)
    if listed:
        raise TopicsWrong("\n".join(listed))


async def _create_and_verify(bootstrap: str, topics: Sequence[Topic]) -> None:
    for name in await create(bootstrap, topics):
        sys.stdout.write(f"created {name}\n")
    await verify(bootstrap, topics)
    sys.stdout.write(f"{len(topics)} topics are as declared\n")


def main() -> int:
    """Create and compare; 1 when a topic cannot be made or is not as the file says."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.topics", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--bootstrap", help="host:port; default: MAKEREADY_KAFKA_BOOTSTRAP")
    parser.add_argument("--replication", type=int, help="instead of the file's, for few brokers")
    given = parser.parse_args()
    topics = read(given.file, given.replication)
    bootstrap = given.bootstrap or BrokerSettings().kafka_bootstrap
    if not bootstrap:
        parser.error("where is the broker? --bootstrap or MAKEREADY_KAFKA_BOOTSTRAP")
    try:
        asyncio.run(_create_and_verify(bootstrap, topics))
    except (TopicsWrong, KafkaError, TimeoutError) as fault:
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
