"""Who can begin on which bay, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from makeready.hubs.v1.hub_pb2 import Bay, BayCapability, Job, JobKind

from demo.day.floor import Floor
from demo.load.instants import instant
from demo.scenario.files import named
from demo.scenario.trust import Trust

NOON = datetime(2026, 10, 14, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def trust() -> Trust:
    return named("wmas").trusts[0]


def a_bay(name: str, *more: BayCapability.ValueType) -> Bay:
    can = [BayCapability.BAY_CAPABILITY_MAKE_READY, *more]
    return Bay(bay_id=name, name=name, capabilities=can)


def a_job(
    number: str, kind: JobKind.ValueType = JobKind.JOB_KIND_FULL, queued_at: datetime = NOON
) -> Job:
    return Job(job_id=number, fleet_number=number, kind=kind, queued_at=instant(queued_at))


def a_floor(trust: Trust, *bays: Bay, staff: int = 8) -> Floor:
    return Floor(trust=trust, staff_by_hour=[staff] * 24, bays=bays)


def test_a_job_takes_the_bay_that_can_do_least_besides(trust: Trust) -> None:
    deep = a_bay("Bay 01", BayCapability.BAY_CAPABILITY_DEEP_CLEAN)
    plain = a_bay("Bay 02")
    job = a_job("DCA-001")

    assert a_floor(trust, deep, plain).next([job], NOON) == (job, plain)


def test_a_bay_never_holds_two_vehicles(trust: Trust) -> None:
    floor = a_floor(trust, a_bay("Bay 01"))
    floor.begin(a_job("DCA-001"), floor.bays[0], NOON + 40 * MINUTE)

    assert floor.next([a_job("DCA-002")], NOON + MINUTE) is None


def test_a_bay_is_free_again_after_a_changeover(trust: Trust) -> None:
    floor = a_floor(trust, a_bay("Bay 01"))
    floor.begin(a_job("DCA-001"), floor.bays[0], NOON + 40 * MINUTE)
    waiting = [a_job("DCA-002")]

    done = floor.done(NOON + 40 * MINUTE)

    assert [work.job.fleet_number for work in done] == ["DCA-001"]
    assert floor.next(waiting, NOON + 54 * MINUTE) is None
    assert floor.next(waiting, NOON + 55 * MINUTE) is not None


def test_as_many_jobs_run_as_there_are_teams(trust: Trust) -> None:
    floor = a_floor(trust, a_bay("Bay 01"), a_bay("Bay 02"), staff=3)
    floor.begin(a_job("DCA-001"), floor.bays[0], NOON + 40 * MINUTE)

    assert floor.next([a_job("DCA-002")], NOON) is None


def test_a_contaminated_vehicle_waits_for_a_bay_that_can_clean_it(trust: Trust) -> None:
    floor = a_floor(trust, a_bay("Bay 01"))
    contaminated = a_job("DCA-001", JobKind.JOB_KIND_DECONTAMINATION)
    other = a_job("DCA-002")

    assert floor.next([contaminated, other], NOON) == (other, floor.bays[0])


def test_nobody_begins_on_a_vehicle_that_is_not_there_yet(trust: Trust) -> None:
    floor = a_floor(trust, a_bay("Bay 01"))
    coming = a_job("DCA-001", queued_at=NOON + timedelta(seconds=1))

    assert floor.next([coming], NOON) is None


def test_instants_keep_their_fraction() -> None:
    assert instant(NOON.replace(microsecond=250_000)) == Timestamp(
        seconds=int(NOON.timestamp()), nanos=250_000_000
    )
