"""What the deployment checks find."""

from pathlib import Path

import pytest

from tools.deployment import (
    Service,
    compose_links,
    documented_topics,
    service_faults,
    topics,
    variable_faults,
)

POSTGRES: Service = {"image": "postgres:18.6"}


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        ({"image": "postgres"}, "postgres is not pinned by a version"),
        ({"image": "postgres:latest"}, "postgres:latest is not pinned by a version"),
        (
            {"image": "fleet:1.0", "depends_on": {"kafka": {"condition": "service_started"}}},
            "depends on kafka, which is not there",
        ),
        (
            {"image": "fleet:1.0", "depends_on": {"postgres": {"condition": "service_healthy"}}},
            "waits for the health of postgres, which has no check",
        ),
    ],
)
def test_a_fault_that_the_schema_lets_through_is_found(service: Service, fault: str) -> None:
    services = {"fleet": service, "postgres": POSTGRES}

    assert list(service_faults("fleet", services)) == [f"fleet: {fault}"]


def test_a_variable_that_may_be_empty_by_accident_is_found() -> None:
    text = "password: ${FLEET_APP_PASSWORD:?}\nother: ${FORGOTTEN}\nunlisted: ${UNLISTED:?}\n"

    assert list(variable_faults(text)) == [
        "deploy/env.example: UNLISTED is asked for and not listed",
        "${FORGOTTEN}: neither required (:?) nor given a default (:-)",
    ]


def test_topics_are_read_from_the_first_column_only(tmp_path: Path) -> None:
    table = tmp_path / "events.md"
    table.write_text(
        "| `fleet.vehicle.v1`, `fleet.dlq.v1` | see `hubs.job.v1` |\n`capital.plan.v1`"
    )

    assert documented_topics(table) == {"fleet.vehicle.v1", "fleet.dlq.v1"}


def test_our_own_deployment_has_no_fault() -> None:
    assert compose_links().faults == ()
    assert topics().faults == ()
