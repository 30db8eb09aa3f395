"""What goes over the wire says what the domain means."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from makeready.fleet.v1 import vehicle_events_pb2 as events
from makeready.fleet.v1 import vehicle_pb2 as fleet

from services.fleet.domain.crew import deploy
from services.fleet.domain.events import OdometerRead
from services.fleet.domain.kinds import Capability
from services.fleet.domain.odometer import Outcome, Reading
from services.fleet.domain.states import VehicleState
from services.fleet.wire import kinds
from services.fleet.wire.events import told
from services.fleet.wire.kinds import timestamp
from services.fleet.wire.vehicles import vehicle_message
from tests.unit.fleet.build import NOW, RYA, TODAY, VEHICLE, a_moment, a_vehicle, legal


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 6, 10, 9, 0, 0, 123_456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_an_instant_is_the_same_to_the_microsecond(instant: datetime) -> None:
    assert timestamp(instant).ToDatetime(tzinfo=UTC) == instant


@pytest.mark.parametrize(
    ("codes", "enum"),
    [
        (kinds.STATE, fleet.VehicleState),
        (kinds.VOR_CAUSE, fleet.VorCause),
        (kinds.OWNERSHIP, fleet.Ownership),
        (kinds.CYCLE_STATE, fleet.ReplacementCycleState),
        (kinds.DUE_BECAUSE, fleet.DueBecause),
    ],
)
def test_every_value_of_the_contract_but_the_unspecified_has_its_meaning(
    codes: dict[str, int], enum: object
) -> None:
    assert set(codes.values()) == set(enum.values()) - {0}  # type: ignore[attr-defined]


def test_a_vehicle_says_why_no_crew_may_have_it_and_where_it_may_go() -> None:
    lapsed = a_vehicle(legal=legal(mot=date(2026, 6, 9)), capabilities=frozenset(Capability))

    message = vehicle_message(lapsed, TODAY)

    assert not message.allocatable
    assert message.not_allocatable_because == "its MOT held until 2026-06-09"
    assert list(message.allowed_next_states) == [
        fleet.VEHICLE_STATE_OFF_ROAD,
        fleet.VEHICLE_STATE_AWAITING_DISPOSAL,
    ]
    assert list(message.capabilities) == [1, 2, 3, 4, 5, 6]
    assert (message.etag, message.lifting_expires_on) == ("v3", "")


def test_a_change_of_state_is_told_when_it_happened() -> None:
    _, changed = deploy(a_vehicle(), frozenset(), a_moment())

    fact = told(changed)

    assert fact is not None
    message, at = fact
    assert isinstance(message, events.VehicleStatusChanged)
    assert (at, message.occurred_at) == (NOW, timestamp(NOW))
    assert getattr(message, "from") == kinds.STATE[VehicleState.MADE_READY]
    assert (message.reason, message.at_hub_id) == ("deployed", "")
    assert not message.HasField("findings")


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_reading_that_is_believed_is_told(outcome: Outcome) -> None:
    read = OdometerRead(
        vehicle_id=VEHICLE,
        org=RYA,
        reading=Reading(shown_miles=5, read_at=NOW),
        outcome=outcome,
        miles=5,
    )

    assert (told(read) is not None) is (outcome is Outcome.ACCEPTED)
    assert UUID(str(read.vehicle_id)) == VEHICLE
