"""The deployment files' checks: no engine runs here, so what can be read off them is."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

import yaml

from tools.outcome import ROOT, Outcome, run

COMPOSE: Final = ROOT / "docker-compose.yml"
DOCUMENTED: Final = re.compile(r"`([a-z-]+\.[a-z.-]+\.v\d+)`")
REQUIRED: Final = re.compile(r"\$\{([A-Z_]+):\?")
UNGUARDED: Final = re.compile(r"\$\{[A-Z_]+\}|\$[A-Z_]+")
PINNED: Final = re.compile(r"^[\w./-]+:(?!latest)[\w.-]*\d[\w.-]*$")


class Service(TypedDict):
    """The part of a compose service that is checked here."""

    image: str
    depends_on: NotRequired[dict[str, dict[str, str]]]
    healthcheck: NotRequired[dict[str, object]]
    build: NotRequired[dict[str, object]]


def compose_schema() -> Outcome:
    return run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))


def compose_links() -> Outcome:
    """Hold what the schema does not: links that lead somewhere, pins, no secret in the file."""
    text = COMPOSE.read_text()
    services = cast("Mapping[str, Service]", yaml.safe_load(text)["services"])
    faults = [fault for name in services for fault in service_faults(name, services)]
    return Outcome.of([*faults, *variable_faults(text)], f"{len(services)} services")


def service_faults(name: str, services: Mapping[str, Service]) -> Iterator[str]:
    service = services[name]
    if not PINNED.match(service["image"]):
        yield f"{name}: {service['image']} is not pinned by a version"
    for other, link in service.get("depends_on", {}).items():
        if other not in services:
            yield f"{name}: depends on {other}, which is not there"
        elif link["condition"] == "service_healthy" and "healthcheck" not in services[other]:
            yield f"{name}: waits for the health of {other}, which has no check"


def variable_faults(text: str) -> Iterator[str]:
    example = (ROOT / "deploy" / "env.example").read_text()
    for name in sorted(set(REQUIRED.findall(text))):
        if f"\n{name}=" not in example:
            yield f"deploy/env.example: {name} is asked for and not listed"
    for variable in sorted(set(UNGUARDED.findall(text))):
        yield f"{variable}: neither required (:?) nor given a default (:-)"


def topics() -> Outcome:
    """Hold deploy/kafka/topics.yaml and docs/events.md to the same topics."""
    declared = yaml.safe_load((ROOT / "deploy" / "kafka" / "topics.yaml").read_text())["topics"]
    names = {topic["name"] for topic in declared}
    documented = documented_topics(ROOT / "docs" / "events.md")
    faults = [
        *(f"{name}: not in docs/events.md" for name in sorted(names - documented)),
        *(f"{name}: not in deploy/kafka/topics.yaml" for name in sorted(documented - names)),
    ]
    return Outcome.of(faults, f"{len(names)} topics")


def documented_topics(file: Path) -> set[str]:
    """Return the topics named in the first column of the table."""
    rows = (line.split("|")[1] for line in file.read_text().splitlines() if line.startswith("|"))
    return {name for row in rows for name in DOCUMENTED.findall(row)}
