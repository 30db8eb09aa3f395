"""What is prepared next, and for whom."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hubs.domain.job import Job
from services.hubs.domain.queue import (
    OUTLOOK,
    CrewOut,
    CrewStart,
    Served,
    places,
    serve,
)
from services.hubs.domain.states import PriorityReason
from services.hubs.domain.vehicle import Ability, Capability
from services.hubs.domain.work import JobKind
from services.kernel.vehicle import VehicleType
from tests.unit.hubs.build import (
    MORNING,
    a_crew_out,
    a_job,
    a_job_at_work,
    a_start,
    an_ability,
    at,
    minutes,
    ready,
)

BARIATRIC = an_ability(Capability.BARIATRIC)
CAR = an_ability(vehicle_type=VehicleType.RRV)
NEEDS_SPECIAL = a_start(at(7), need=BARIATRIC)

ABILITIES = st.builds(
    Ability,
    vehicle_type=st.sampled_from([VehicleType.DCA, VehicleType.RRV]),
    capabilities=st.frozensets(st.sampled_from(list(Capability)), max_size=2),
)
STARTS = st.lists(
    st.builds(
        CrewStart,
        starts_at=st.integers(-60, 900).map(lambda late: MORNING + minutes(late)),
        need=ABILITIES,
        crews=st.integers(1, 4),
    ),
    max_size=8,
)
READY = st.dictionaries(ABILITIES, st.integers(1, 3), max_size=4)
JOBS = st.lists(
    st.builds(
        a_job,
        name=st.uuids().map(str),
        kind=st.sampled_from(JobKind),
        queued_at=st.integers(0, 600).map(lambda ago: MORNING - minutes(ago)),
        ability=ABILITIES,
    ),
    max_size=12,
)
OUT = st.lists(
    st.builds(
        CrewOut,
        ability=ABILITIES,
        left_at=st.integers(0, 120).map(lambda ago: MORNING - minutes(ago)),
    ),
    max_size=4,
)


def queue_of(
    *jobs: Job, starts: list[CrewStart], stock: dict[Ability, int] | None = None
) -> list[tuple[str, PriorityReason | None, datetime | None]]:
    """Return fleet number, reason and start served of the queue, next first."""
    place_of = places(jobs, serve(starts, stock or {}, jobs, [], MORNING))
    queue = sorted(
        (job for job in jobs if place_of[job.id].position),
        key=lambda job: place_of[job.id].position,
    )
    return [
        (job.fleet_number, place_of[job.id].reason, place_of[job.id].serves_start_at)
        for job in queue
    ]


def test_the_vehicle_for_the_next_crew_comes_first_then_contamination_then_the_rest() -> None:
    reserve = a_job("reserve", queued_at=at(3), ability=CAR)
    deep = a_job("deep", JobKind.DEEP_CLEAN, queued_at=at(4), ability=CAR)
    dirty = a_job("dirty", JobKind.DECONTAMINATION, queued_at=at(5), ability=CAR)
    crewed = a_job("crewed", queued_at=at(5, 30))

    queue = queue_of(reserve, deep, dirty, crewed, starts=[a_start(at(7))])

    assert queue == [
        ("crewed", PriorityReason.CREW_START, at(7)),
        ("dirty", PriorityReason.CONTAMINATION, None),
        ("deep", PriorityReason.DEEP_CLEAN_DUE, None),
        ("reserve", PriorityReason.RESERVE, None),
    ]


def test_of_vehicles_alike_the_one_that_has_waited_longest_serves_the_earlier_crew() -> None:
    older, younger = a_job("older", queued_at=at(4)), a_job("younger", queued_at=at(5))

    queue = queue_of(younger, older, starts=[a_start(at(10)), a_start(at(7))])

    assert [(name, start) for name, _, start in queue] == [("older", at(7)), ("younger", at(10))]


def test_a_crew_that_has_a_ready_vehicle_needs_none_from_the_queue() -> None:
    queue = queue_of(a_job("4101"), starts=[a_start(at(7))], stock=ready())

    assert queue == [("4101", PriorityReason.RESERVE, None)]


def test_a_crew_whose_vehicle_is_on_a_bay_already_needs_none_from_the_queue() -> None:
    queue = queue_of(a_job_at_work("on bay"), a_job("waits"), starts=[a_start(at(7))])

    assert queue == [("waits", PriorityReason.RESERVE, None)]


def test_a_special_vehicle_is_spared_for_the_crew_that_needs_it() -> None:
    special = a_job("special", queued_at=at(3), ability=BARIATRIC)
    plain = a_job("plain", queued_at=at(5))

    queue = queue_of(special, plain, starts=[a_start(at(7)), a_start(at(8), need=BARIATRIC)])

    assert [(name, start) for name, _, start in queue] == [("plain", at(7)), ("special", at(8))]


def test_of_crews_that_start_together_the_greater_need_chooses_first() -> None:
    special, starts = a_job("special", ability=BARIATRIC), [a_start(at(7)), NEEDS_SPECIAL]

    served = serve(starts, {}, [special], [], MORNING)

    assert [one.start for one in served if one.jobs] == [NEEDS_SPECIAL]


def test_a_special_vehicle_that_stands_ready_is_spared_too() -> None:
    stock = {BARIATRIC: 1, an_ability(): 1}

    served = serve([a_start(at(6, 30)), NEEDS_SPECIAL], stock, [], [], MORNING)

    assert [(one.start.need, one.ready) for one in served] == [(an_ability(), 1), (BARIATRIC, 1)]


def test_crews_more_than_twelve_hours_away_claim_nothing_yet() -> None:
    queue = queue_of(a_job("4101"), starts=[a_start(MORNING + OUTLOOK + minutes(1))])

    assert queue == [("4101", PriorityReason.RESERVE, None)]


def test_a_new_vehicle_in_commissioning_serves_no_crew() -> None:
    queue = queue_of(a_job("new", JobKind.COMMISSIONING), starts=[a_start(at(7))])

    assert queue == [("new", PriorityReason.RESERVE, None)]


def test_a_crew_that_left_before_its_start_is_not_waiting_for_a_vehicle() -> None:
    start = a_start(at(7), crews=2)

    served = serve([start], {}, [], [a_crew_out(at(5, 59)), a_crew_out(at(6))], at(6, 30))

    assert served == [Served(start=start, crews_out=1, ready=0, jobs=())]


@settings(max_examples=40)
@given(STARTS, READY, JOBS, OUT)
def test_no_vehicle_serves_two_crews_nor_one_that_it_does_not_do_for(
    starts: list[CrewStart], stock: dict[Ability, int], jobs: list[Job], out: list[CrewOut]
) -> None:
    served = serve(starts, stock, jobs, out, MORNING)

    ability = {job.id: job.ability for job in jobs}
    ids = [job_id for one in served for job_id in one.jobs]
    assert len(ids) == len(set(ids))
    assert all(ability[key].serves(one.start.need) for one in served for key in one.jobs)
    assert all(one.crews_out + one.ready + len(one.jobs) <= one.start.crews for one in served)
    assert sum(one.crews_out for one in served) <= len(out)
    assert sum(one.ready for one in served) <= sum(stock.values())


@settings(max_examples=40)
@given(STARTS, READY, JOBS)
def test_no_crew_goes_without_a_vehicle_that_stands_unused(
    starts: list[CrewStart], stock: dict[Ability, int], jobs: list[Job]
) -> None:
    fit = [job for job in jobs if job.kind is not JobKind.COMMISSIONING]

    served = serve(starts, stock, fit, [], MORNING)

    used = {job_id for one in served for job_id in one.jobs}
    short = [one.start for one in served if one.ready + len(one.jobs) < one.start.crews]
    idle = [job.ability for job in fit if job.id not in used]
    assert not any(ability.serves(start.need) for start in short for ability in idle)
    for start in short:
        alike = [one for one in served if one.start.need.vehicle_type is start.need.vehicle_type]
        can = sum(count for ability, count in stock.items() if ability.serves(start.need))
        assert sum(one.ready for one in alike) >= can


@settings(max_examples=40)
@given(JOBS, STARTS)
def test_every_queued_job_has_one_place_from_one_on_in_the_order_of_urgency(
    jobs: list[Job], starts: list[CrewStart]
) -> None:
    place_of = places(jobs, serve(starts, {}, jobs, [], MORNING))

    queue = sorted(place_of.values(), key=lambda place: place.position)
    reasons = [place.reason for place in queue if place.reason is not None]
    for_crews = [place.serves_start_at for place in queue if place.serves_start_at is not None]
    assert [place.position for place in queue] == list(range(1, len(jobs) + 1))
    assert reasons == sorted(reasons, key=list(PriorityReason).index)
    assert for_crews == sorted(for_crews)


@settings(max_examples=40)
@given(JOBS, STARTS, READY)
def test_the_order_does_not_depend_on_the_order_of_asking(
    jobs: list[Job], starts: list[CrewStart], stock: dict[Ability, int]
) -> None:
    once = places(jobs, serve(starts, stock, jobs, [], MORNING))
    turned = dict(reversed(stock.items()))

    again = places(jobs[::-1], serve(starts[::-1], turned, jobs[::-1], [], MORNING))

    assert {key: place.position for key, place in again.items()} == {
        key: place.position for key, place in once.items()
    }
