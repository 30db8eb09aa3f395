"""Replacement cycles: policies, miles, plans and the calendar move them, and each move is told."""

from uuid import UUID, uuid4

import pytest
from makeready.capital.v1.plan_events_pb2 import ReplacementScheduled
from makeready.fleet.v1 import fleet_service_pb2 as pb
from makeready.fleet.v1 import vehicle_events_pb2 as facts
from makeready.fleet.v1.vehicle_pb2 import (
    DUE_BECAUSE_AGE,
    DUE_BECAUSE_MILES,
    REPLACEMENT_CYCLE_STATE_CLOSED,
    REPLACEMENT_CYCLE_STATE_DUE,
    REPLACEMENT_CYCLE_STATE_RUNNING,
    REPLACEMENT_CYCLE_STATE_SCHEDULED,
)

from demo.client import Refused
from services.fleet.domain.refusals import VehicleNotFound
from tests.integration.fleet.stage import Fleet

PLAN = str(UUID(int=5, version=4))


async def test_a_policy_revises_every_cycle_it_is_for_and_tells_each_once(fleet: Fleet) -> None:
    old = await _in_service_since(fleet, "2021-05-01")
    young = await _in_service_since(fleet, "2026-05-01")
    other_trust = await fleet.register_for("RYD", home_hub_id=PLAN)

    reply = await fleet.set_policy(maximum_age_months=84)

    due, running, untouched = [
        await fleet.told(vehicle_id) for vehicle_id in (old, young, other_trust.vehicle_id)
    ]
    assert (reply.cycles_revised, reply.cycles_made_due) == (2, 1)
    assert isinstance(due[-1], facts.ReplacementCycleDue)
    assert (due[-1].cycle.due_on, due[-1].cycle.due_because) == ("2026-05-01", DUE_BECAUSE_AGE)
    assert due[-1].cycle.must_leave_on == "2028-05-01"
    assert isinstance(running[-1], facts.ReplacementCycleRevised)
    assert running[-1].cycle.due_on == "2031-05-01"
    assert isinstance(untouched[-1], facts.ReplacementCycleStarted)


async def test_a_vehicle_taken_in_past_its_age_is_due_at_once(fleet: Fleet) -> None:
    await fleet.set_policy()

    vehicle_id = await _in_service_since(fleet, "2020-05-01")

    *_, started, due = await fleet.told(vehicle_id)
    assert isinstance(started, facts.ReplacementCycleStarted)
    assert isinstance(due, facts.ReplacementCycleDue)


async def test_a_policy_for_later_decides_from_its_day_on(fleet: Fleet) -> None:
    vehicle_id = await _in_service_since(fleet, "2021-05-01")
    await fleet.set_policy(target_age_months=84)
    ahead = await fleet.set_policy("2026-06-12", target_age_months=60)
    fleet.clock.pass_(days=1)
    await fleet.sweep()
    (before,) = await fleet.cycles()
    fleet.clock.pass_(days=1)

    await fleet.sweep()
    await fleet.sweep()

    (after,) = await fleet.cycles()
    assert (ahead.cycles_revised, ahead.life_policy.effective_from) == (0, "2026-06-12")
    assert (before.due_on, before.state) == ("2028-05-01", REPLACEMENT_CYCLE_STATE_RUNNING)
    assert (after.due_on, after.state) == ("2026-05-01", REPLACEMENT_CYCLE_STATE_DUE)
    assert len(await fleet.told_as(facts.ReplacementCycleDue, vehicle_id)) == 1


async def test_a_policy_older_than_the_one_in_force_changes_nothing(fleet: Fleet) -> None:
    await _in_service_since(fleet, "2021-05-01")
    await fleet.set_policy("2022-04-01", target_age_months=84)

    reply = await fleet.set_policy("2021-04-01", target_age_months=12)

    assert reply.cycles_revised == 0
    assert (await fleet.cycles())[0].due_on == "2028-05-01"


async def test_two_policies_do_not_begin_on_one_day(fleet: Fleet) -> None:
    await fleet.set_policy("2026-04-01")

    with pytest.raises(Refused) as refused:
        await fleet.set_policy("2026-04-01", target_age_months=72)

    assert refused.value.reason == "LIFE_POLICY_EXISTS"


async def test_time_alone_makes_a_cycle_due_once(fleet: Fleet) -> None:
    await fleet.set_policy()
    vehicle_id = await _in_service_since(fleet, "2023-01-01")
    running = (await fleet.cycles())[0]
    fleet.clock.pass_(days=100)

    await fleet.sweep()
    fleet.clock.pass_(days=100)
    await fleet.sweep()

    assert running.state == REPLACEMENT_CYCLE_STATE_RUNNING
    assert (await fleet.cycles())[0].state == REPLACEMENT_CYCLE_STATE_DUE
    assert len(await fleet.told_as(facts.ReplacementCycleDue, vehicle_id)) == 1


async def test_miles_bring_a_cycle_forward(fleet: Fleet) -> None:
    await fleet.set_policy(target_miles=150_000)
    vehicle_id = await _in_service_since(fleet, "2024-06-10")
    request = pb.RecordOdometerRequest(
        readings=[pb.OdometerReading(vehicle_id=vehicle_id, odometer_miles=73_000)]
    )

    await fleet.manager(fleet.manager.fleet.RecordOdometer, request)

    (cycle,) = await fleet.cycles()
    assert (cycle.due_on, cycle.due_because) == ("2028-07-19", DUE_BECAUSE_MILES)
    assert (cycle.odometer_miles, cycle.miles_per_year) == (73_000, 36_525)


async def test_a_reading_on_return_moves_the_cycle_too(fleet: Fleet) -> None:
    await fleet.set_policy(target_miles=150_000)
    vehicle_id = await _in_service_since(fleet, "2024-06-10")
    await fleet.deploy(vehicle_id)
    request = pb.ReturnVehicleRequest(vehicle_id=vehicle_id, odometer_miles=73_000)

    await fleet.manager(fleet.manager.fleet.ReturnVehicle, request)

    revised = await fleet.told_as(facts.ReplacementCycleRevised, vehicle_id)
    assert [event.cycle.due_because for event in revised] == [DUE_BECAUSE_MILES]
    assert (await fleet.cycles())[0].due_on == "2028-07-19"


async def test_an_approved_plan_gives_hundreds_of_vehicles_their_dates_at_once(
    fleet: Fleet,
) -> None:
    ids = [(await fleet.register()).vehicle_id for _ in range(5)]

    await fleet.hear(*(_scheduled(vehicle_id, 2027) for vehicle_id in ids))

    cycles = await fleet.cycles()
    assert {cycle.state for cycle in cycles} == {REPLACEMENT_CYCLE_STATE_SCHEDULED}
    assert {
        (cycle.schedule.financial_year, cycle.schedule.option, cycle.schedule.plan_id)
        for cycle in cycles
    } == {(2027, "bev-dca", PLAN)}


async def test_the_last_word_of_the_plans_counts_and_none_clears_the_date(fleet: Fleet) -> None:
    first, second = [(await fleet.register()).vehicle_id for _ in range(2)]

    await fleet.hear(
        _scheduled(first, 2027),
        _scheduled(second, 2027),
        _scheduled(first, 0),
        _scheduled(second, 2029),
    )

    by_vehicle = {cycle.vehicle_id: cycle for cycle in await fleet.cycles()}
    assert by_vehicle[first].state == REPLACEMENT_CYCLE_STATE_RUNNING
    assert not by_vehicle[first].HasField("schedule")
    assert by_vehicle[second].schedule.financial_year == 2029


async def test_a_date_for_a_vehicle_nobody_registered_is_refused_so_that_its_key_parks(
    fleet: Fleet,
) -> None:
    with pytest.raises(VehicleNotFound):
        await fleet.hear(_scheduled(str(uuid4()), 2027))


async def test_cycles_are_listed_by_the_day_they_fall_due_a_page_at_a_time(fleet: Fleet) -> None:
    await fleet.set_policy(planning_window_months=0)
    for day in ("2024-03-01", "2023-01-01", "2025-08-01", "2023-01-01", "2022-02-01"):
        await _in_service_since(fleet, day)
    planner = fleet.caller("system.planner")
    days, token, pages = [], "", 0

    while pages == 0 or token:
        request = pb.ListReplacementCyclesRequest(page_size=2, page_token=token, trust="RYA")
        reply = await planner(planner.fleet.ListReplacementCycles, request)
        days += [cycle.due_on for cycle in reply.cycles]
        token, pages = reply.next_page_token, pages + 1

    assert days == ["2027-02-01", "2028-01-01", "2028-01-01", "2029-03-01", "2030-08-01"]
    assert pages == 3


async def test_cycles_without_a_policy_come_last_and_are_left_out_of_what_is_due_by_a_day(
    fleet: Fleet,
) -> None:
    await _in_service_since(fleet, "2021-05-01")
    everything = await fleet.cycles()
    request = pb.ListReplacementCyclesRequest(due_by="2040-01-01")

    due = await fleet.manager(fleet.manager.fleet.ListReplacementCycles, request)

    assert [cycle.due_on for cycle in everything] == [""]
    assert list(due.cycles) == []


async def test_a_cycle_ends_with_its_vehicle(fleet: Fleet) -> None:
    vehicle_id = (await fleet.register()).vehicle_id
    successor = (await fleet.register()).vehicle_id
    await fleet.withdraw(vehicle_id, successor)

    gone = await fleet.dispose(vehicle_id)

    *_, disposed, closed = await fleet.told(vehicle_id)
    (history,) = await fleet.rows("SELECT route, proceeds_pence, replaced_by FROM disposal")
    assert isinstance(disposed, facts.VehicleDisposed)
    assert isinstance(closed, facts.ReplacementCycleClosed)
    assert (disposed.disposed_on, disposed.proceeds_pence) == ("2026-06-10", 412_500)
    assert closed.cycle.state == REPLACEMENT_CYCLE_STATE_CLOSED
    assert tuple(history) == ("AUCTION", 412_500, UUID(successor))
    assert list(gone.allowed_next_states) == []


async def test_one_vehicle_takes_the_place_of_one_other(fleet: Fleet) -> None:
    first, second, successor = [(await fleet.register()).vehicle_id for _ in range(3)]
    await fleet.withdraw(first, successor)

    with pytest.raises(Refused) as refused:
        await fleet.withdraw(second, successor)

    assert refused.value.reason == "DISPOSAL_WITHOUT_REPLACEMENT"


def _scheduled(vehicle_id: str, financial_year: int) -> ReplacementScheduled:
    return ReplacementScheduled(
        vehicle_id=vehicle_id,
        trust="RYA",
        plan_id=PLAN,
        financial_year=financial_year,
        option_id="bev-dca",
        envelope_id=str(UUID(int=6, version=4)),
    )


async def _in_service_since(fleet: Fleet, day: str) -> str:
    request = fleet.a_new_vehicle()
    request.first_registered_on = request.in_service_on = day
    request.mot_expires_on = "2027-06-01"
    return (await fleet.register(request)).vehicle_id
