"""An event on the wire: what is written is read again, and what cannot be read says why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makeready.fleet.v1.vehicle_events_pb2 import (
    OdometerRecorded,
    VehicleRegistered,
    VehicleStatusChanged,
)
from makeready.fleet.v1.vehicle_pb2 import Vehicle, VehicleState
from makeready.hubs.v1.hub_events_pb2 import HubThroughputMeasured, MakeReadyQueued
from makeready.hubs.v1.hub_pb2 import HourlyThroughput, Job

from services.runtime.events import Reader
from services.runtime.faults import FINAL, STATUS, Reason
from services.runtime.subscription import types_of
from tests.delivery import NOON, Fact, FakeRecord, a_record

SOURCE = "makeready/fleet"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
READING = OdometerRecorded(vehicle_id="van", trust="RYA", odometer_miles=7)


def a_reader(*kinds: type, aggregate: str = "vehicle") -> Reader:
    return Reader(SOURCE, types_of(*(kinds or (OdometerRecorded,))), aggregate)


def a_reading() -> FakeRecord:
    return a_record("t", SOURCE, Fact(key="van", message=READING, traceparent=TRACE), version=3)


def test_what_a_relay_writes_a_reader_reads() -> None:
    arrival = a_reader().read(a_reading())

    event = arrival.event
    assert event is not None
    assert arrival.fault is None
    assert (event.type, event.source, event.topic) == (READING.DESCRIPTOR.full_name, SOURCE, "t")
    assert (event.key, event.org, event.version) == ("van", "RYA", 3)
    assert (event.occurred_at, event.traceparent) == (NOON, TRACE)
    assert event.message == READING


def test_a_tombstone_is_neither_event_nor_fault() -> None:
    arrival = a_reader().read(replace(a_reading(), value=None, headers=[]))

    assert (arrival.event, arrival.fault) == (None, None)


def test_a_type_this_build_knows_and_nobody_wants_is_passed_over() -> None:
    arrival = a_reader(VehicleRegistered).read(a_reading())

    assert arrival.event is not None
    assert not arrival.wanted
    assert arrival.fault is None


def test_an_enum_value_of_a_newer_build_waits_for_that_build() -> None:
    moved = VehicleStatusChanged(vehicle_id="van", trust="RYA")
    newer = moved.SerializeToString() + b"\x28\xe7\x07"
    record = a_record("t", SOURCE, Fact(key="van", message=moved))

    arrival = a_reader(VehicleStatusChanged).read(replace(record, value=newer))

    assert arrival.event is not None
    assert arrival.fault is not None
    assert arrival.fault.reason is Reason.ENUM_UNKNOWN
    assert arrival.fault.detail == "to holds a value this build does not know"


def test_an_unknown_enum_value_is_found_however_deep() -> None:
    vehicle = Vehicle(vehicle_id="van")
    state = Vehicle.DESCRIPTOR.fields_by_name["state"].number
    newer = vehicle.SerializeToString() + bytes([state << 3]) + b"\xe7\x07"
    body = bytes([0x0A, len(newer)]) + newer
    record = a_record("t", SOURCE, Fact(key="van", message=VehicleRegistered(vehicle=vehicle)))

    arrival = a_reader(VehicleRegistered).read(replace(record, value=body))

    assert VehicleState.DESCRIPTOR.values_by_number.get(999) is None
    assert arrival.fault is not None
    assert arrival.fault.reason is Reason.ENUM_UNKNOWN


@pytest.mark.parametrize(
    ("message", "aggregate"),
    [
        (READING, "vehicle"),
        (VehicleRegistered(vehicle=Vehicle(vehicle_id="van")), "vehicle"),
        (MakeReadyQueued(job=Job(vehicle_id="van")), "vehicle"),
        (HubThroughputMeasured(throughput=HourlyThroughput(hub_id="van")), "hub"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_the_key_is_compared_with_the_messages_own_wherever_it_stands(
    message: OdometerRecorded, aggregate: str
) -> None:
    reader = a_reader(type(message), aggregate=aggregate)

    right = reader.read(a_record("t", SOURCE, Fact(key="van", message=message)))
    wrong = reader.read(a_record("t", SOURCE, Fact(key="car", message=message)))

    assert right.fault is None
    assert wrong.fault is not None
    assert wrong.fault.reason is Reason.KEY_MISMATCH


def test_a_type_without_the_topics_key_is_refused_when_the_reader_is_made() -> None:
    with pytest.raises(ValueError, match="does not say which plan it is about"):
        a_reader(OdometerRecorded, aggregate="plan")


@given(
    value=st.binary(max_size=60),
    key=st.none() | st.binary(max_size=8),
    headers=st.dictionaries(
        st.sampled_from([name for name, _ in a_reading().headers] + ["x"]),
        st.none() | st.binary(max_size=20),
    ),
)
def test_no_record_whatever_makes_a_reader_raise(
    value: bytes, key: bytes | None, headers: dict[str, bytes | None]
) -> None:
    whole = dict(a_reading().headers) | headers

    record = replace(a_reading(), value=value, key=key, headers=list(whole.items()))
    arrival = a_reader().read(record)

    assert arrival.event is not None or arrival.fault is not None


def test_every_reason_has_a_status_and_only_hopeless_ones_are_final() -> None:
    assert set(STATUS) == set(Reason)
    assert not FINAL & {Reason.VERSION_GAP, Reason.REFUSED, Reason.HANDLER_BUG, Reason.CRASH_LOOP}
